#!/bin/bash
# A training under Slurm, its ranks started by mpirun: sbatch scripts/slurm/mpirun.sh CONFIG.yaml [OPTION]...
# For an Open MPI whose PMIx and Slurm's do not know each other. Elsewhere srun.sh is simpler.
# On one node as it is; on several: sbatch --nodes=4 --ntasks-per-node=32 ...
# The program is the one that NNMPI in the environment names, or the nnmpi in PATH.
#SBATCH --job-name=nnmpi
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1              # cores of a rank; more are threads of the BLAS (training.threads: auto)
#SBATCH --mem=4G                       # of a node; `nnmpi check CONFIG.yaml` says what a rank and its data take
#SBATCH --time=02:00:00
#SBATCH --signal=B:USR1@120            # B: to this script, which hands it to mpirun, which hands it to the ranks
#SBATCH --requeue                      # a node that fails starts the job again too
#SBATCH --open-mode=append             # one output file for all starts
#SBATCH --output=%x-%j.out
restarts=${NNMPI_RESTARTS:-10}         # how often at most this job is put back into the queue

# When the job ends, for training.max_time: auto. Slurm itself says so since 23.02.
NNMPI_END_TIME=${SLURM_JOB_END_TIME:-$(SLURM_TIME_FORMAT=standard squeue -h -j "$SLURM_JOB_ID" -o %e | date -f - +%s 2>/dev/null)}
export NNMPI_END_TIME

# mpirun knows from Slurm where to start how many ranks.
# setsid: Slurm's signals are for this script alone.
setsid mpirun --bind-to core --map-by "slot:PE=${SLURM_CPUS_PER_TASK:-1}" "${NNMPI:-nnmpi}" "$@" &
ranks=$! again=yes
# mpirun itself would answer TERM by a second for its ranks and an exit code of its own: they are told as by USR1.
trap 'again=yes; kill -USR1 $ranks' USR1 TERM
while [ $again = yes ]; do # a signal ends `wait` early: once more
  again=no
  wait $ranks
  code=$?
done

# 75: stopped before the end, with a checkpoint. The same command goes on from there, if checkpoint.resume is auto:
# with `never` or a path each start would begin anew.
if [ $code = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ]; then
  echo "stopped with a checkpoint: requeued for start $((${SLURM_RESTART_COUNT:-0} + 2))"
  scontrol requeue "$SLURM_JOB_ID" && sleep 300 # Slurm ends this script; its own end would be the end of the job
fi
exit $code
