#!/bin/bash
# A training under LSF: CONFIG=digits.yaml bsub < scripts/lsf.sh   UNTESTED
# The program is the one that NNMPI in the environment names, or the nnmpi in PATH.
#BSUB -J nnmpi
#BSUB -n 4
#BSUB -R "span[ptile=4] rusage[mem=1GB]"
#BSUB -W 2:00
#BSUB -r
#BSUB -Q "75"
#BSUB -o nnmpi-%J.out
# -Q 75: LSF itself requeues a job that ends with 75 (how often: MAX_JOB_REQUEUE of its configuration).
# training.max_time ends the run in time, with a checkpoint; the next start goes on from there.
mpirun "${NNMPI:-nnmpi}" "$CONFIG" --set training.max_time=1h50m
