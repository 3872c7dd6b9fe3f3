#!/bin/bash
# ctest: LABELS slurm TIMEOUT 1500
# On a Slurm of its own (cluster.sh): both launchers train, a job that meets its time limit goes back into the
# queue and ends with the weights of one that did not, jobs of an array are put back one by one, max_time: auto finds
# the job's end, TERM to a script with mpirun is a checkpoint and 75, two nodes are two nodes and
# give the bits of one rank, and srun without PMIx is explained.
. "$NNMPI_SOURCE/tests/slurm/jobs.sh"
cluster_up "$work/slurm" 2 || exit 1
export OMPI_MCA_btl_tcp_if_include=lo # the nodes are one host

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
shards=(--set training.epochs=3 --set training.shards=4) # the bits of any number of ranks
submit nodes --nodes=2 --ntasks-per-node=2 -- "$NNMPI_SOURCE/scripts/slurm/srun.sh" "$digits" \
  --set "checkpoint.directory=$work/nodes" "${shards[@]}"
completed "$job" nodes
grep -q 'ranks  *4 .*on 2 nodes' nodes.out || fail "not 4 ranks on 2 nodes: $(cat nodes.out)"
unset OMPI_MCA_btl
run 1 "$digits" --set "checkpoint.directory=$work/one" "${shards[@]}" || fail "one rank: $(cat run.log)"
same_bits one nodes "four ranks on two nodes and one rank"
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
  for ((i = 0; i < 60; i++)); do # until its second start trains
    grep -q "^resumed .*runs/again-$task/" again.out && [ ! -e runs/again-$task/summary.json ] && break
    start_now "${job}_$task"
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

echo "TERM, lone processes: ${SECONDS} s"

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
