#!/bin/bash
# A training under PBS (OpenPBS, PBS Pro): qsub -v CONFIG=digits.yaml scripts/pbs.sh   UNTESTED
# NNMPI=/path/of/nnmpi beside CONFIG names a program that is not in PATH.
#PBS -N nnmpi
#PBS -l select=1:ncpus=4:mpiprocs=4:mem=4gb
#PBS -l walltime=02:00:00
#PBS -r y
#PBS -j oe
cd "$PBS_O_WORKDIR" || exit 1
# PBS gives no warning that reaches the ranks: training.max_time ends the run in time, with a checkpoint.
mpirun "${NNMPI:-nnmpi}" "$CONFIG" --set training.max_time=1h50m
code=$?
# 75: stopped before the end, with a checkpoint. The next job goes on from there, ten times at most.
start=${START:-1}
if [ $code = 75 ] && [ "$start" -lt 10 ]; then
  qsub -v "CONFIG=$CONFIG,START=$((start + 1))${NNMPI:+,NNMPI=$NNMPI}" "$0"
fi
exit $code
