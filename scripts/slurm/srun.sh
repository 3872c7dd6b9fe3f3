#!/bin/bash
# A training under Slurm, its ranks started by srun: sbatch scripts/slurm/srun.sh CONFIG.yaml [OPTION]...
# On one node as it is; on several: sbatch --nodes=4 --ntasks-per-node=32 ...
# The program is the one that NNMPI in the environment names, or the nnmpi in PATH.
#SBATCH --job-name=nnmpi
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1              # cores of a rank; more are threads of the BLAS (training.threads: auto)
#SBATCH --mem=4G                       # of a node; `nnmpi check CONFIG.yaml` says what a rank and its data take
#SBATCH --time=02:00:00
#SBATCH --signal=USR1@120              # two minutes before the end: a checkpoint, then exit code 75
#SBATCH --requeue                      # a node that fails starts the job again too
#SBATCH --open-mode=append             # one output file for all starts
#SBATCH --output=%x-%j.out
restarts=${NNMPI_RESTARTS:-10}         # how often at most this job is put back into the queue

# When the job ends, for training.max_time: auto. Slurm itself says so since 23.02.
NNMPI_END_TIME=${SLURM_JOB_END_TIME:-$(SLURM_TIME_FORMAT=standard squeue -h -j "$SLURM_JOB_ID" -o %e | date -f - +%s 2>/dev/null)}
export NNMPI_END_TIME

# srun does not take --cpus-per-task from the job by itself (Slurm 22.05 and newer).
srun --mpi=pmix --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}" --kill-on-bad-exit=1 "${NNMPI:-nnmpi}" "$@"
code=$?

# 75: stopped before the end, with a checkpoint. The same command goes on from there, if checkpoint.resume is auto:
# with `never` or a path each start would begin anew.
# A job that was cancelled is "COMPLETING None" by now, and stays cancelled.
if [ $code = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ] &&
  [[ $(squeue -h -j "$SLURM_JOB_ID" -o "%T %r") =~ ^RUNNING|TimeLimit$ ]]; then
  echo "stopped with a checkpoint: requeued for start $((${SLURM_RESTART_COUNT:-0} + 2))"
  scontrol requeue "$SLURM_JOB_ID" && sleep 300 # Slurm ends this script; its own end would be the end of the job
fi
exit $code
