#!/bin/bash
# ctest: LABELS slurm TIMEOUT 1500
# On a Slurm of its own (cluster.sh): both launchers train, a job that meets its time limit goes back into the
# queue and ends with the weights of one that did not, jobs of an array are put back one by one, max_time: auto finds
# the job's end, TERM to a script with mpirun is a checkpoint and 75, a cancelled job leaves a checkpoint and nothing
# else, two nodes are two nodes, and srun without PMIx is explained.
. "$NNMPI_SOURCE/tests/slurm/cluster.sh"
cluster_there || { echo "Slurm is not installed: scripts/test.sh --label slurm installs it"; exit 77; }
. "$NNMPI_SOURCE/tests/train/common.sh"
set +e
chmod 755 "$work"
trap 'cluster_down; rm -rf "$work"' EXIT
cluster_up "$work/slurm" 2 || exit 1
export NNMPI OMPI_MCA_btl_tcp_if_include=lo # scripts/slurm start $NNMPI; the nodes are one host
unset OMPI_MCA_rmaps_base_oversubscribe
digits=$NNMPI_SOURCE/configs/digits.yaml

# submit NAME OPTION... -- SCRIPT ARGUMENT...: $job is its number; its output goes to NAME.out
submit() {
  local name=$1 options=()
  shift
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  job=$(sbatch --parsable --job-name="$name" --mem=0 --output="$name.out" "${options[@]}" "$@") || fail "$name: sbatch"
}

state() { scontrol show job "$1" 2>/dev/null | sed -n "s/^ *JobState=\([A-Z_]*\).*/\1/p" | head -n 1; }
shows() { scontrol show job "$1" | grep -q -- "$2"; }

# ended JOB SECONDS: waits until it has; a job that was put back may start at once
ended() {
  local until=$((SECONDS + $2))
  while [ $SECONDS -lt $until ]; do
    case $(state "$1") in
      COMPLETED | FAILED | CANCELLED | TIMEOUT | NODE_FAIL) # between two starts it may seem to have failed
        sleep 3
        case $(state "$1") in COMPLETED | FAILED | CANCELLED | TIMEOUT | NODE_FAIL) return 0 ;; esac ;;
      PENDING) scontrol update JobId="$1" StartTime=now 2>/dev/null ;;
    esac
    sleep 0.5
  done
  fail "job $1 does not end: $(state "$1")"
}

# The run in the folder NAME is done, and so is its job: one that was put back may seem to be before it starts again.
completed() { # JOB NAME
  local until=$((SECONDS + 300))
  while [ $SECONDS -lt $until ]; do
    ended "$1" 300
    grep -q '"how": "completed"' "$2/summary.json" 2>/dev/null && break
    sleep 1
  done
  [ "$(state "$1")" = COMPLETED ] && grep -q '"how": "completed"' "$2/summary.json" ||
    fail "$2: $(state "$1"): $(tail -n 20 "$2.out"; cat "$2/summary.json")"
}

await() { # FILE
  local i
  for ((i = 0; i < 600; i++)); do [ -e "$1" ] && return; sleep 0.2; done
  fail "$1 is not there: $(cat ./*.out)"
}

# ---- both launchers, scripts/slurm and what `nnmpi slurm` prints ----
for launcher in srun mpirun; do
  submit $launcher --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/$launcher.sh" "$digits" \
    --set "checkpoint.directory=$work/$launcher" --set training.epochs=3
  completed "$job" $launcher
  grep -q 'ranks  *2 ' $launcher.out || fail "$launcher: not 2 ranks: $(cat $launcher.out)"
  "$NNMPI" slurm "$digits" --ranks 2 --launcher $launcher --set "checkpoint.directory=$work/printed_$launcher" \
    --set training.epochs=3 >printed_$launcher.sh || fail "nnmpi slurm"
  submit printed_$launcher -- printed_$launcher.sh
  completed "$job" printed_$launcher
  same_bits $launcher printed_$launcher "the printed script, $launcher"
done
same_bits srun mpirun "srun and mpirun"
echo "launchers: ${SECONDS} s"

# ---- two nodes, four ranks, over TCP ----
# Without shared memory of MPI's: its files are named by host and rank, and the two nodes are one host.
export OMPI_MCA_btl=tcp,self
submit nodes --nodes=2 --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/srun.sh" "$digits" \
  --set "checkpoint.directory=$work/nodes" --set training.epochs=3
completed "$job" nodes
grep -q 'ranks  *4 .*on 2 nodes' nodes.out || fail "not 4 ranks on 2 nodes: $(cat nodes.out)"
unset OMPI_MCA_btl
echo "two nodes: ${SECONDS} s"

# ---- until shortly before the end of the job; looked at further below ----
# The signal of the script would come later: 30 s before the end of its minute the run ends by itself.
NNMPI_RESTARTS=0 submit auto --time=1 --signal=USR1@1 --ntasks-per-node=1 -- "$NNMPI_SOURCE/scripts/slurm/srun.sh" "$digits" \
  --set "checkpoint.directory=$work/auto" --set training.epochs=1000000 --set training.max_time=auto --set checkpoint.every=never
auto=$job

# ---- an array; each of its jobs is put back by itself, and goes on ----
submit array --array=0-1 --ntasks-per-node=1 -- "$NNMPI_SOURCE/scripts/slurm/array.sh" "$digits" --set training.epochs=1
ended "${job}_0" 200
ended "${job}_1" 200
grep -q 'batch_size: 64' runs/array-0/config.yaml && grep -q 'batch_size: 256' runs/array-1/config.yaml ||
  fail "the array: $(ls runs; cat array.out)"
NNMPI_RESTARTS=1 submit again --array=0-1 --ntasks-per-node=1 -- "$NNMPI_SOURCE/scripts/slurm/array.sh" "$digits" \
  --set training.epochs=1000000 --set 'checkpoint.every=10 epochs'
for task in 0 1; do
  await runs/again-$task/latest.h5
  scancel --signal=USR1 "${job}_$task"
done
for task in 0 1; do
  for ((i = 0; i < 600; i++)); do # until its second start trains
    grep -q "^resumed .*runs/again-$task/" again.out && [ ! -e runs/again-$task/summary.json ] && break
    scontrol update JobId="${job}_$task" StartTime=now 2>/dev/null
    sleep 0.2
  done
  scancel --signal=USR1 "${job}_$task"
done
for task in 0 1; do
  ended "${job}_$task" 200
  shows "${job}_$task" 'Restarts=1' && shows "${job}_$task" 'ExitCode=75:0' ||
    fail "the array, put back: $(scontrol show job "${job}_$task"; cat again.out)"
done
[ "$(grep -c '^resumed .*runs/again-[01]/' again.out)" = 2 ] || fail "the array does not go on: $(cat again.out)"
echo "array: ${SECONDS} s"

# ---- TERM to the script that has started mpirun ----
NNMPI_RESTARTS=0 submit term --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/mpirun.sh" "$digits" \
  --set "checkpoint.directory=$work/term" --set training.epochs=1000000 --set 'checkpoint.every=10 epochs'
await term/latest.h5
scancel --batch --signal=TERM "$job"
ended "$job" 100
[ "$(state "$job")" = FAILED ] && shows "$job" 'ExitCode=75:0' || fail "TERM: $(scontrol show job "$job"; cat term.out)"
grep -q '"how": "signal"' term/summary.json || fail "TERM: $(cat term/summary.json)"

# ---- srun without PMIx ----
srun --mpi=none -n2 "$NNMPI" "$digits" --set "checkpoint.directory=$work/alone" >alone.out 2>&1
[ $? = 2 ] || fail "lone processes are not refused"
[ "$(grep -c 'srun --mpi=pmix' alone.out)" = 1 ] || fail "lone processes are not explained, once: $(cat alone.out)"
[ ! -e alone ] || fail "lone processes trained"
srun --mpi=none -n1 "$NNMPI" check "$digits" >alone.out 2>&1 || fail "one process by srun: $(cat alone.out)"
NNMPI_SINGLE=1 srun --mpi=none -n2 "$NNMPI" check "$digits" >alone.out 2>&1 || fail "lone, and wanted: $(cat alone.out)"

# ---- cancelled ----
submit cancelled --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/srun.sh" "$digits" \
  --set "checkpoint.directory=$work/cancelled" --set training.epochs=1000000 --set 'checkpoint.every=50 steps'
await cancelled/latest.h5
scancel "$job"
ended "$job" 60
for ((i = 0; i < 100; i++)); do pgrep -f "directory=$work/cancelled" >/dev/null || break; sleep 0.2; done
[ "$(state "$job")" = CANCELLED ] || fail "cancelled: $(state "$job")"
pgrep -fa "directory=$work/cancelled" && fail "processes of the cancelled job live on"
"$NNMPI_TOOLS/weights_tool" cancelled >/dev/null || fail "the cancelled job has no checkpoint"
echo "TERM, lone processes, cancelled: ${SECONDS} s"

# ---- until shortly before the end of the job ----
ended "$auto" 200
[ "$(state "$auto")" = FAILED ] && shows "$auto" 'ExitCode=75:0' || fail "auto: $(scontrol show job "$auto"; cat auto.out)"
grep -q '"how": "max_time"' auto/summary.json || fail "auto: $(cat auto/summary.json auto.out)"
echo "auto, after $(sed -n 's/.*"seconds": \([0-9.]*\).*/\1/p' auto/summary.json) s of a minute: ${SECONDS} s"

# ---- the time limit ----
# Slurm looks every 30 s: a job of one minute that is to be warned 50 s before its end is warned by then.
begin=$SECONDS
mpirun -np 2 --oversubscribe "$NNMPI" -q "$digits" --set "checkpoint.directory=$work/first" --set training.epochs=200 >first.out 2>&1
epochs=$((200 * 45 / (SECONDS - begin + 1)))
for ((i = 0; i < 4; i++)); do # the machine may be faster now
  rm -rf limit limit.out
  whole=(--set "training.epochs=$epochs" --set 'checkpoint.every=200 epochs')
  submit limit --time=1 --signal=USR1@50 --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/srun.sh" "$digits" "${whole[@]}" \
    --set "checkpoint.directory=$work/limit"
  completed "$job" limit
  shows "$job" 'Restarts=[1-9]' && break
  epochs=$((3 * epochs))
done
shows "$job" 'Restarts=[1-9]' || fail "it was never put back: $(cat limit.out)"
mpirun -np 2 --oversubscribe "$NNMPI" -q "$digits" "${whole[@]}" --set "checkpoint.directory=$work/whole" >whole.out 2>&1 ||
  fail "$(cat whole.out)"
grep -q 'requeued for start 2' limit.out || fail "$(cat limit.out)"
same_bits whole limit "the time limit"
echo "time limit, $(scontrol show job "$job" | sed -n 's/.*\(Restarts=[0-9]*\).*/\1/p'): ${SECONDS} s"

# ---- restarts are bounded ----
export NNMPI_RESTARTS=0
submit bounded --signal=USR1@60 --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/srun.sh" "$digits" \
  --set "checkpoint.directory=$work/bounded" --set training.epochs=1000000 --set training.max_time=2s
ended "$job" 100
[ "$(state "$job")" = FAILED ] && shows "$job" 'ExitCode=75:0' || fail "bounded: $(scontrol show job "$job")"
exit $failed
