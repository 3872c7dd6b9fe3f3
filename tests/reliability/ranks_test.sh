#!/bin/bash
# A rank that dies, crashes, ends, sleeps or loops: the job ends by itself, says which rank it was and
# where, and leaves no process.   ctest: TIMEOUT 600
. "$NNMPI_SOURCE/scripts/reliability/common.sh"
make_training 100000
# No checkpoint of the best epoch: a slow disk is not what stall_timeout is to find here.
sed -i 's/every: 1 steps/every: 1000 epochs/; s/, best: validation_loss//' run.yaml

start() { # FAULT RANK [--set ...]
  local fault=$1 rank=$2
  shift 2
  rm -rf part
  NNMPI_FAULT=$fault NNMPI_FAULT_RANK=$rank ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
    mpirun -np 3 -x LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" ./nnmpi -q run.yaml --set checkpoint.directory=part \
    --set training.stall_timeout=4s "$@" >run.log 2>&1 &
  mpirun=$!
}
# Waits for its ranks, some epochs later: $ranks
await_steps() {
  for ((i = 0; i < 1200; i++)); do
    mapfile -t ranks < <(ranks_of $mpirun)
    [ ${#ranks[@]} = 3 ] && [ "$(cat part/metrics.csv 2>/dev/null | wc -l)" -gt 2 ] && break
    sleep 0.05
  done
}
# ends CODE WHAT: the job does, in 120 s, without a trace
ends() {
  local i code=0 begun=$SECONDS
  for ((i = 0; i < 1200; i++)); do [ -d /proc/$mpirun ] || break; sleep 0.1; done
  [ -d /proc/$mpirun ] && { fail "$2: the job has not ended: $(cat run.log)"; kill -KILL $mpirun; }
  { wait $mpirun || code=$?; } 2>/dev/null
  [ $code = "$1" ] || fail "$2: exit $code, not $1: $(cat run.log)"
  [ ${#ranks[@]} = 0 ] || await_end "${ranks[@]}"
  echo "$2: ended after $((SECONDS - begun)) s with $code: $(grep -m 1 -E 'has died|SIG|no rank' run.log | cut -c1-110)"
}
ranks=()

start none 0 && await_steps && kill -KILL "${ranks[1]}"
ends 137 "rank 1 is killed"
says "[rank 1 " "has died in step"
if [ -n "$all" ]; then
  start none 0 && await_steps && kill -SEGV "${ranks[2]}"
  ends 139 "rank 2 has a segmentation fault"
  says "[rank 2 " "SIGSEGV) in step"
  start none 0 && await_steps && kill -STOP "${ranks[1]}"
  ends 70 "rank 1 is stopped"
  says "no rank on" "training.stall_timeout" "rank 1: in step" "(its process is stopped)" "waiting for other ranks"
fi
ranks=()
start loop:200 1
ends 70 "rank 1 loops"
says "rank 1: in step" "of \"dense" "(its process is at work)"
if ! nm ./nnmpi | grep -q __asan_init; then # a sanitizer has words of its own for that
  export UCX_HANDLE_ERRORS=none # UCX would lend its stack for signals
  start stack:200 2
  ends 139 "rank 2 runs over its stack"
  says "[rank 2 " "SIGSEGV) in step"
  unset UCX_HANDLE_ERRORS
fi
if [ -n "$all" ]; then
  start exit:200 2
  ends 3 "rank 2 exits"
  says "[rank 2 " "has died in step" 
  start abort:200 0
  ends 134 "rank 0 aborts"
  says "[rank 0 " "SIGABRT) in step"
  start sleep:200 0
  ends 70 "rank 0 sleeps"
  says "rank 0: in step"
fi

# A file server that hangs: the watch is there before the first byte of the data.
start read:1 1
ends 70 "rank 1 hangs in reading data"
says "no rank on" "rank 1: before the first step, reading data"
if [ -n "$all" ]; then
  expect 0 timeout 300 mpirun -np 2 ./nnmpi -q run.yaml --set checkpoint.directory=trained --set training.epochs=1
  for command in eval "predict --out outputs.h5"; do
    # shellcheck disable=SC2086
    NNMPI_FAULT=read:1 NNMPI_FAULT_RANK=0 ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
      mpirun -np 3 -x LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" ./nnmpi $command trained --data data.h5 --inputs /train/x \
      --set training.stall_timeout=4s >run.log 2>&1 &
    mpirun=$!
    ends 70 "rank 0 hangs in $command"
    says "no rank on" "rank 0: reading data"
  done
fi

# One that is only slow is none: its node sees that it reads, and the other node waits for it.
for ((i = 10; i < 22; i++)); do mkdir $i && cp data.h5 $i/; done
begun=$SECONDS
NNMPI_RANKS_PER_NODE=1 expect 0 faulty_ranks 2 slow:1- 1 --set "data.train.file=$PWD/*/data.h5" \
  --set data.validation=null --set checkpoint=null --set training.stall_timeout=3s --set training.max_steps=1
[ $((SECONDS - begun)) -gt 6 ] || fail "the slow reader is not slow: $((SECONDS - begun)) s"

# Each rank waits for the others, no longer than a step takes: nothing is said of one that is slow.
sed -i 's/epochs: 100000/epochs: 2/' run.yaml
expect 0 timeout 300 mpirun -np 3 ./nnmpi -q run.yaml --set checkpoint.directory=part --set training.stall_timeout=60s >run.log 2>&1
grep -q "has gone on" run.log && fail "said of a good run: $(cat run.log)"

# A rank in a container of its own, where process ids mean others: nothing is claimed of processes
if unshare --pid --fork --mount-proc true 2>/dev/null; then
  cat >apart.sh <<'A'
if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then exec unshare --pid --fork --kill-child --mount-proc "$@"; else exec "$@"; fi
A
  code=0
  NNMPI_FAULT=sleep:200 NNMPI_FAULT_RANK=0 ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" timeout 120 \
    mpirun -np 2 -x LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" bash apart.sh ./nnmpi -q run.yaml \
    --set checkpoint.directory=apart --set training.stall_timeout=4s --set training.epochs=100000 >run.log 2>&1 || code=$?
  [ $code = 70 ] || fail "ranks with process ids of their own: exit $code: $(cat run.log)"
  says "no rank on" "rank 0: in step" "rank 1: in step"
  grep -qE "has gone\)|has died" run.log && fail "a process is said to have gone that cannot be seen: $(cat run.log)"
  echo "ranks with process ids of their own: $(grep -m 1 'no rank' run.log | cut -c1-80)"
fi
exit $failed
