#!/bin/bash
# Signals and the end of the job's time: a checkpoint and exit code 75; USR2: a checkpoint, and on it goes.
# (One signal to one of several ranks: tests/train/stopping_test.sh.)   ctest: TIMEOUT 600
. "$NNMPI_SOURCE/scripts/reliability/common.sh"
make_training 100000
sed -i 's/every: 1 steps/every: never/; s/, best: validation_loss//' run.yaml
args=(--set checkpoint.directory=part)

await() { # FILE
  local i
  for ((i = 0; i < 1200; i++)); do [ -e "$1" ] && return; sleep 0.05; done
  fail "$1 is not there: $(cat run.log)"
}
start() { # N RANKS
  rm -rf part
  mpirun -np "$1" ./nnmpi -q run.yaml "${args[@]}" >run.log 2>&1 &
  mpirun=$!
  await part/metrics.csv
  for ((i = 0; i < 1200 && $(wc -l <part/metrics.csv) < 3; i++)); do sleep 0.05; done
}

# USR2 to the last rank, then USR1 to mpirun, which hands it on.
start 2
kill -USR2 "$(ranks_of $mpirun | tail -n 1)"
await part/latest.h5
sleep 0.3
[ -d /proc/$mpirun ] || fail "USR2 ended the run: $(cat run.log)"
kill -USR1 $mpirun
code=0
wait $mpirun || code=$?
[ $code = 75 ] || fail "USR1 to mpirun: exit $code: $(cat run.log)"
[ "$(ls part/step_*.h5 | wc -l)" -ge 2 ] || fail "USR2 and USR1: $(ls part)"
echo "USR2: a checkpoint; USR1 to mpirun: exit $code"

# USR2 while a step looks at the loss of a point from which it turns back: it has its checkpoint at its end.
rm -rf part
NNMPI_FAULT_COMMAND='kill -USR2 $PPID' expect 0 faulty nan:6 "${args[@]}" \
  --set training.optimizer=lbfgs --set training.batch_size=all --set training.average=null --set training.max_steps=3 \
  --set "model.layers=[{type: dense, units: 12, activation: relu}, {type: dense, units: 4, activation: softmax}]"
[ "$(cd part && echo step_*.h5)" = "step_0000000001.h5 step_0000000003.h5" ] || fail "USR2 in a search: $(ls part): $(cat run.log)"
echo "USR2 within a step of lbfgs: a checkpoint at its end"

# INT twice, to a rank within a step that never ends: at once.
stuck() { # LAUNCHER...: the last of two ranks, or the only one
  rm -rf part
  NNMPI_FAULT=sleep:1 NNMPI_FAULT_RANK=$(($# > 0)) ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
    "$@" env LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" ./nnmpi -q run.yaml "${args[@]}" >run.log 2>&1 &
  mpirun=$!
  await part/metrics.csv # by now signals are caught
}
for launcher in "" "mpirun -np 2"; do
  # shellcheck disable=SC2086
  stuck $launcher
  ranks=($mpirun) # alone its child is a daemon of Open MPI
  [ -z "$launcher" ] || mapfile -t ranks < <(ranks_of $mpirun)
  rank=${ranks[-1]}
  kill -INT "$rank"
  sleep 0.5
  [ -d "/proc/$rank" ] || fail "one INT ended a run within its step: $(cat run.log)"
  kill -INT "$rank"
  code=0
  { wait $mpirun || code=$?; } 2>/dev/null
  [ $code = 130 ] || fail "INT twice: exit $code: $(cat run.log)"
  await_end "${ranks[@]}"
  echo "INT twice, ${launcher:-alone}: exit $code"
done

[ -n "$all" ] || exit $failed

# TERM to mpirun: the ranks have a second, or as long as the launcher is told to give.
export OMPI_MCA_odls_base_sigkill_timeout=10
start 2
before=$(ranks_of $mpirun)
kill -TERM $mpirun
wait $mpirun 2>/dev/null
await_end $before
await part/latest.h5
whole part >newest
[ "$(summary part exit_code)" = 75 ] || fail "TERM to mpirun: $(cat part/summary.json run.log)"
echo "TERM to mpirun: a checkpoint of step $(cat newest)"

# The job's end: in a moment, less what is kept in reserve.
for variable in SLURM_JOB_END_TIME NNMPI_END_TIME; do
  rm -rf part
  expect 75 timeout 300 env $variable=$(($(date +%s) + 32)) ./nnmpi -q run.yaml "${args[@]}" --set training.max_time=auto >run.log 2>&1
  [ "$(summary part how)" = max_time ] || fail "$variable: $(cat part/summary.json)"
  [ -e part/latest.h5 ] || fail "$variable: no checkpoint"
  echo "$variable: exit 75 after $(summary part seconds) s"
done
rm -rf part
expect 0 timeout 300 ./nnmpi -q run.yaml "${args[@]}" --set training.max_time=auto --set training.epochs=3 >run.log 2>&1
exit $failed
