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

# mpirun itself would answer TERM by a second for its ranks and an exit code of its own: they are told as by USR1, but not
# in the first ten seconds, when they may not listen yet. A signal may come before mpirun has started: it is kept.
ranks="" told=no
hand_on() {
  told=yes
  [ -n "$ranks" ] || return
  while [ $SECONDS -lt 10 ]; do sleep 1; done
  kill -USR1 "$ranks" 2>/dev/null
}
trap hand_on USR1 TERM

# When the job ends, for training.max_time: auto. Slurm itself says so since 23.02.
NNMPI_END_TIME=${SLURM_JOB_END_TIME:-$(SLURM_TIME_FORMAT=standard squeue -h -j "$SLURM_JOB_ID" -o %e | date -f - +%s 2>/dev/null)}
export NNMPI_END_TIME

# mpirun knows from Slurm where to start how many ranks.
# setsid: signals to all processes of this script do not reach it. setpriv (util-linux 2.33): if this script is killed,
# mpirun is told to end too, also where Slurm knows processes by their group alone (proctrack/pgid).
tied=$(setpriv --pdeathsig TERM echo setpriv --pdeathsig TERM 2>/dev/null)
$tied setsid mpirun --bind-to core --map-by "slot:PE=${SLURM_CPUS_PER_TASK:-1}" "${NNMPI:-nnmpi}" "$@" &
ranks=$!
[ $told = no ] || hand_on
told=yes
while [ $told = yes ]; do # a signal ends `wait` early: once more
  told=no
  wait $ranks
  code=$?
done
ranks=""

# 75: stopped before the end, with a checkpoint. The same command goes on from there, if checkpoint.resume is auto:
# with `never` or a path each start would begin anew.
# A job that was cancelled is "COMPLETING None" by now, and stays cancelled.
if [ $code = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ] &&
  [[ $(squeue -h -j "$SLURM_JOB_ID" -o "%T %r") =~ ^RUNNING|TimeLimit$ ]]; then
  echo "stopped with a checkpoint: requeued for start $((${SLURM_RESTART_COUNT:-0} + 2))"
  scontrol requeue "$SLURM_JOB_ID" && sleep 300 # Slurm ends this script; its own end would be the end of the job
fi
exit $code
