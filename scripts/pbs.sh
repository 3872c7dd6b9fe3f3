#!/bin/bash
# A training under PBS (OpenPBS, PBS Pro): tried with commands that play PBS, not on a PBS.
#   qsub -v CONFIG=digits.yaml,SCRIPT=$PWD/scripts/pbs.sh scripts/pbs.sh
# SCRIPT is this file: PBS runs a copy of it, and the next job is made from the file. Change nodes and memory
# below (options of qsub are not handed on); walltime may be an option, -l walltime=4:00:00.
# NNMPI=/path/of/nnmpi beside CONFIG names a program that is not in PATH.
#PBS -N nnmpi
#PBS -l select=1:ncpus=4:mpiprocs=4:mem=4gb
#PBS -l walltime=02:00:00
#PBS -r y
#PBS -j oe
begin=$(date +%s)
cd "$PBS_O_WORKDIR" || exit 1
# PBS gives no warning that reaches the ranks: they are told when the job ends, and max_time: auto ends the run in
# time, with a checkpoint.
walltime=$(qstat -f "$PBS_JOBID" | sed -n 's/^ *Resource_List.walltime = //p')
if [[ $walltime =~ ^([0-9]+):([0-9]+):([0-9]+)$ ]]; then
  export NNMPI_END_TIME=$((begin + 10#${BASH_REMATCH[1]} * 3600 + 10#${BASH_REMATCH[2]} * 60 + 10#${BASH_REMATCH[3]}))
fi
mpirun "${NNMPI:-nnmpi}" "$CONFIG" --set training.max_time=auto
code=$?
# 75: stopped before the end, with a checkpoint. The next job goes on from there (checkpoint.resume: auto; with
# `never` or a path it would begin anew), ten times at most.
start=${START:-1}
if [ $code = 75 ] && [ -z "$SCRIPT" ]; then
  echo "no next job: SCRIPT does not say from which file (qsub -v CONFIG=...,SCRIPT=...)"
elif [ $code = 75 ] && [ "$start" -le 10 ]; then
  again=(-v "CONFIG=$CONFIG,SCRIPT=$SCRIPT,START=$((start + 1))${NNMPI:+,NNMPI=$NNMPI}")
  [ -z "$walltime" ] || again+=(-l "walltime=$walltime")
  qsub "${again[@]}" "$SCRIPT"
fi
exit $code
