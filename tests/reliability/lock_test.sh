#!/bin/bash
# One run a folder: a second one is refused, naming process and host of the first, which goes on undisturbed; after
# kill -9 of the first the next one goes on from its checkpoints at once. Where locks are refused, and for those who
# only read, nothing changes.
. "$NNMPI_SOURCE/scripts/reliability/common.sh"
make_training 1000000 # until it is killed
sed -i 's/every: 1 steps, keep: 3, best: validation_loss/every: 50 epochs, keep: 0/' run.yaml # none goes while it is read
quietly() { timeout 300 "$@" >run.log 2>&1; }
begin() { # [--set ...]: in the background, $first; waits until it has written a checkpoint
  ./nnmpi -q run.yaml --set checkpoint.directory=part "$@" >first.log 2>&1 &
  first=$!
  trap 'kill -KILL $first 2>/dev/null; rm -rf "$work"' EXIT
  for ((i = 0; i < 3000; i++)); do
    [ -e part/latest.h5 ] && return
    sleep 0.1
  done
  fail "no checkpoint: $(cat first.log)"
}
second() { quietly "$@" run.yaml --set checkpoint.directory=part --set training.max_steps=1; }

begin --set log.directory=logs
at_work="another run is at work in this folder: process $first on $(uname -n | cut -d. -f1)"
expect 73 second mpirun -np 2 ./nnmpi
says "part: $at_work"
[ "$(grep -c "$at_work" run.log)" = 1 ] || fail "said more than once: $(cat run.log)"
# Other checkpoints, the same logs; and one folder by two names is no second run.
expect 73 quietly ./nnmpi run.yaml --set checkpoint.directory=other --set log.directory=logs
says "logs: $at_work"
mkdir other && ln -s other name
expect 0 quietly ./nnmpi run.yaml --set checkpoint.directory=other --set log.directory=name --set training.max_steps=1
# Those who read.
expect 0 quietly ./nnmpi eval part --split validation
expect 0 quietly ./nnmpi watch --once logs
expect 0 quietly ./nnmpi inspect part/latest.h5
[ -d "/proc/$first" ] || fail "the first run has ended: $(cat first.log)"

kill -KILL $first
expect 0 quietly ./nnmpi run.yaml --set checkpoint.directory=part --set log.directory=logs --set training.max_steps=1
[ -e logs/summary.json ] || fail "no summary"
whole part >newest
[ "$(cat newest)" -gt 1 ] || fail "it began anew: $(cat newest)"
wait $first 2>/dev/null || true

# In a batch job, which nobody watches, the second waits for the first, and that is no hang.
begin --set log.directory=logs
for ((i = 0; i < 3000; i++)); do grep -q "process $first " part/.lock && break; sleep 0.1; done
SLURM_JOB_ID=1 timeout 300 ./nnmpi -q run.yaml --set checkpoint.directory=part --set training.max_steps=1 \
  --set training.stall_timeout=2s >run.log 2>&1 &
second=$!
for ((i = 0; i < 3000; i++)); do grep -q 'waiting for its end' run.log && break; sleep 0.1; done
sleep 2 # and goes on waiting
[ -e logs/summary.json ] && fail "a run that is at work has the summary of an earlier one"
kill -KILL $first
wait $second || fail "in a batch job: exit $?: $(cat run.log)"
wait $first 2>/dev/null || true

# A sweep.
./nnmpi -q sweep run.yaml --out swept --set seed=1,2 >first.log 2>&1 &
first=$!
for ((i = 0; i < 3000; i++)); do [ -s swept/.lock ] && break; sleep 0.1; done
expect 73 quietly ./nnmpi sweep run.yaml --out swept --set seed=1,2
says "swept: another run is at work in this folder: process $first"
kill -KILL $first
wait $first 2>/dev/null || true

# The launcher and both ranks, then again at once.
rm -rf part
mpirun -np 2 ./nnmpi -q run.yaml --set checkpoint.directory=part >first.log 2>&1 &
first=$!
for ((i = 0; i < 3000; i++)); do [ -e part/latest.h5 ] && break; sleep 0.1; done
kill -KILL $first
got=73
for ((i = 0; i < 10 && got == 73; i++)); do # the ranks may take longer to die than a run waits, on a busy machine
  got=0
  second ./nnmpi || got=$?
done
[ $got = 0 ] || fail "after kill -9 of mpirun: exit $got: $(cat run.log)"
wait $first 2>/dev/null || true

# No locks: both are let in, as ever.
rm -rf part
begin
NNMPI_FAULT=flock:1- LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
  expect 0 second ./nnmpi
kill -KILL $first
wait $first 2>/dev/null || true
exit $failed
