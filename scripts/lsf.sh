#!/bin/bash
# A training under LSF: CONFIG=digits.yaml bsub < scripts/lsf.sh     Tried with a command that plays LSF, not on one.
# The program is the one that NNMPI in the environment names, or the nnmpi in PATH.
#BSUB -J nnmpi
#BSUB -n 4
#BSUB -R "span[ptile=4] rusage[mem=1GB]"
#BSUB -W 2:00
#BSUB -r
#BSUB -Q "75"
#BSUB -o nnmpi-%J.out
# -Q 75: LSF itself requeues a job that ends with 75 (how often: MAX_JOB_REQUEUE of its configuration). The next
# start goes on from the checkpoint (checkpoint.resume: auto; with `never` or a path it would begin anew).
# The ranks are told when the job ends ("1:59 L": hours and minutes that are left), and max_time: auto ends the run in
# time, with a checkpoint.
if [[ $(bjobs -noheader -o time_left "$LSB_JOBID") =~ ^([0-9]+):([0-9]+) ]]; then
  export NNMPI_END_TIME=$(($(date +%s) + 10#${BASH_REMATCH[1]} * 3600 + 10#${BASH_REMATCH[2]} * 60))
fi
mpirun "${NNMPI:-nnmpi}" "$CONFIG" --set training.max_time=auto
