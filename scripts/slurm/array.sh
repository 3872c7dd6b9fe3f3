#!/bin/bash
# One training for each value of hyper-parameters, an array of jobs: sbatch scripts/slurm/array.sh CONFIG.yaml
# Each has a run folder of its own below the folder where sbatch was called, and is requeued by itself.
# The program is the one that NNMPI in the environment names, or the nnmpi in PATH.
#SBATCH --job-name=nnmpi-array
#SBATCH --array=0-5%3                  # as many as there are settings below; %3: three at a time
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=02:00:00
#SBATCH --signal=USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A-%a.out
restarts=${NNMPI_RESTARTS:-10}

settings=(
  "training.optimizer.learning_rate=0.1  training.batch_size=64"
  "training.optimizer.learning_rate=0.1  training.batch_size=256"
  "training.optimizer.learning_rate=0.03 training.batch_size=64"
  "training.optimizer.learning_rate=0.03 training.batch_size=256"
  "training.optimizer.learning_rate=0.01 training.batch_size=64"
  "training.optimizer.learning_rate=0.01 training.batch_size=256"
)
words=()
for setting in ${settings[$SLURM_ARRAY_TASK_ID]}; do words+=(--set "$setting"); done
words+=(--set "checkpoint.directory=$SLURM_SUBMIT_DIR/runs/$SLURM_JOB_NAME-$SLURM_ARRAY_TASK_ID"
  --set "log.directory=$SLURM_SUBMIT_DIR/runs/$SLURM_JOB_NAME-$SLURM_ARRAY_TASK_ID")

# When the job ends, for training.max_time: auto. Slurm itself says so since 23.02.
NNMPI_END_TIME=${SLURM_JOB_END_TIME:-$(SLURM_TIME_FORMAT=standard squeue -h -j "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" -o %e | date -f - +%s 2>/dev/null)}
export NNMPI_END_TIME

srun --mpi=pmix --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}" --kill-on-bad-exit=1 "${NNMPI:-nnmpi}" "$@" "${words[@]}"
code=$?

# 75: stopped before the end, with a checkpoint. The same command goes on from there, if checkpoint.resume is auto:
# with `never` or a path each start would begin anew.
# A job that was cancelled is "COMPLETING None" by now, and stays cancelled.
if [ $code = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ] &&
  [[ $(squeue -h -j "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" -o "%T %r") =~ ^RUNNING|TimeLimit$ ]]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && sleep 300 # Slurm ends this script; its own end would be the end of the job
fi
exit $code
