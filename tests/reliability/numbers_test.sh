#!/bin/bash
# Losses and gradients that are not finite: where, on which rank and for which sample is said by all
# ranks in the same words; no checkpoint has such numbers; skip and rollback, and both when resumed.
# ctest: TIMEOUT 600
. "$NNMPI_SOURCE/scripts/reliability/common.sh"
make_training 2
/usr/bin/python3 - <<'P' || exit 77
import h5py
with h5py.File("data.h5", "r+") as f:
    f["train/x"][21] = 3e38 # of step 3, on the second of two ranks
P
args=(--set checkpoint.directory=part --set data.shuffle=false --set checkpoint.keep=0
  --set "model.layers[0].kernel_initializer=ones") # 7 x 3e38 is beyond what float32 can hold
on() { # N [--set ...]
  local launch="mpirun -np $1"
  [ "$1" = 1 ] && launch=
  shift
  timeout 300 $launch ./nnmpi run.yaml "${args[@]}" "$@" >run.log 2>&1
}

expect 1 on 2
says "not finite in step 3 (epoch 1)" 'the output of "dense" is the first on rank 1' "for sample 21 of data.train"
[ "$(whole part)" = 2 ] || fail "stop: the newest checkpoint is of step $(whole part)"
grep -q '"how": "not_finite"' part/summary.json || fail "$(cat part/summary.json)"
echo "stop: $(grep -o 'the loss or its.*' part/summary.json)"

# Skipped, once an epoch; the same when it is resumed before and after.
rm -rf part
skip=(--set training.on_nonfinite=skip --set training.nonfinite_limit=1) # in a row
expect 0 on 2 "${skip[@]}"
says "the step is skipped (2 so far)"
mv part left
for from in ${all:+2 14} 3; do
  expect 0 on 2 "${skip[@]}" --set checkpoint.resume="$PWD/left/step_$(printf %010d $from).h5"
  cp left/steps.csv part/ # its first steps are not there
  same_result left part "skip, resumed after step $from"
  rm -rf part
done
rm -rf left
# What the step has made of the averages of batch_norm is undone, too.
expect 0 on 2 "${skip[@]}" --set "model.layers=[{type: dense, units: 12, kernel_initializer: ones}, batch_norm, {type: dense, units: 4, activation: softmax}]"
says "the step is skipped (2 so far)"
rm -rf part
expect 1 faulty nan:40- "${args[@]}" "${skip[@]}" --set training.nonfinite_limit=3
says "3 steps in a row were skipped" "the step is skipped (3 so far)"
# Memory does not grow with the number of skipped steps: 300 bytes of each were kept once, 6 MB
/usr/bin/python3 - "${args[@]}" "${skip[@]}" <<'P' || fail "memory grows with the steps that are skipped"
import os, resource, subprocess, sys
environment = dict(os.environ, NNMPI_FAULT="nan:1-", LD_PRELOAD=os.environ["NNMPI_TOOLS"] + "/faults_shim.so",
                   ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
def peak(steps):  # in KiB
    run = ["./nnmpi", "-q", "run.yaml", *sys.argv[1:], "--set", "training.nonfinite_limit=1000000", "--set", f"training.max_steps={steps}",
           "--set", "training.epochs=1000000", "--set", "checkpoint=null", "--set", "log.norms=false"]
    child = subprocess.Popen(run, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1), status
    return usage.ru_maxrss
few, many = peak(500), peak(20500)
print(f"skip: {few} KiB with 500 skipped steps, {many} KiB with 20500")
sanitized = b"__asan_init" in open("nnmpi", "rb").read()  # keeps what is freed
assert sanitized or many < few + 3000, (few, many)
P
echo "skip: one step an epoch, resumed with the same result, and a limit"

# The gradient alone: a target of 1e30 has a finite loss in double precision, times x of 1e9 it is too much.
/usr/bin/python3 - <<'P'
import h5py
with h5py.File("data.h5", "r+") as f:
    f["train/x"][21] = 1e9
    f["train/y"][21] = 1e30
P
regression=(--set training.loss=mean_squared_error --set training.metrics=[] --set data.train.targets=/train/y
  --set data.validation.targets=/validation/y --set "model.layers=[{type: dense, units: 4}]" --set training.optimizer=sgd)
rm -rf part
expect 1 on 2 "${regression[@]}" --set training.optimizer.learning_rate=0.01
says "not finite in step 3" "the gradient of dense/kernel is the first on rank 1"
echo "stop: $(grep -o 'the loss or its.*' part/summary.json)"

# Weights that are finite beside an optimizer that is not (a gradient of 1e24, whose square is too much), and
# beside a running variance that is not.
poison() { # X Y
  /usr/bin/python3 - "$@" <<'P'
import h5py, sys
with h5py.File("data.h5", "r+") as f:
    f["train/x"][21] = float(sys.argv[1])
    f["train/y"][21] = float(sys.argv[2])
P
  rm -rf part
}
unsound() { # [--set ...]
  expect 1 on 2 "${regression[@]}" "$@"
  says "the optimizer's or the model's state is not finite after step 3"
  [ "$(whole part)" = 2 ] || fail "a state that is not finite: the newest checkpoint is of step $(whole part)"
}
poison 1e9 1e15
unsound --set training.optimizer=adam
poison 1e25 0
unsound --set "model.layers=[batch_norm, {type: dense, units: 4}]"

# Back, with a lower rate, until it learns; the same when it is resumed.
"$NNMPI_TOOLS/make_data_tool" data.h5 96 7 4
back=("${regression[@]}" --set training.optimizer.learning_rate=1e4 --set training.on_nonfinite=rollback
  --set training.rollback_factor=0.01 --set training.epochs=20 --set "checkpoint.every=5 steps")
rm -rf part
expect 0 on 2 "${back[@]}"
says "back to step" "the learning rate is multiplied by 0.0001"
[ "$(tail -n 1 part/steps.csv | cut -d, -f1)" = 240 ] && [ "$(wc -l <part/steps.csv)" = 241 ] || fail "rollback: steps.csv"
mv part left
for from in ${all:+5} 60; do
  expect 0 on 2 "${back[@]}" --set checkpoint.resume="$PWD/left/step_$(printf %010d $from).h5"
  cp left/steps.csv part/
  same_result left part "rollback, resumed after step $from"
  rm -rf part
done
expect 1 on 2 "${back[@]}" --set training.rollback_factor=1 --set training.nonfinite_limit=2
says "after 2 rollbacks"
echo "rollback: the rate is lowered until it learns, resumed with the same result, and a limit"

# A fault that passes, and the rate as before: all is as if it had not been, the means of the epoch too.
passing() { # FAULT FOLDER [--set ...]
  local fault=$1 folder=$2
  shift 2
  rm -rf "$folder"
  faulty "$fault" --set checkpoint.directory="$folder" --set checkpoint.keep=0 --set training.epochs=4 \
    --set training.on_nonfinite=rollback --set training.rollback_factor=1 --set "checkpoint.every=7 steps" "$@"
}
bits() { "$NNMPI_TOOLS/weights_tool" "$1" | grep -v /rollbacks; } # how many there were is all that is left of it
means() { cut -d, -f1-7 "$1/metrics.csv"; } # without those of the clock
layers="model.layers=[{type: dense, units: 12}, batch_norm, {type: dropout, rate: 0.2}, {type: dense, units: 4, activation: softmax}]"
expect 0 passing none left --set "$layers"
expect 0 passing nan:100 part --set "$layers"
says "in step 16" "back to step 14"
cmp -s <(bits left) <(bits part) || fail "a fault that passes: $(diff <(bits left) <(bits part) | head -4)"
cmp -s left/steps.csv part/steps.csv || fail "a fault that passes: $(diff left/steps.csv part/steps.csv | head -4)"
means part | cmp -s - <(means left) || fail "a fault that passes: $(diff <(means left) <(means part) | head -4)"
rm -rf left

# Turned back from the epoch that was the best: the weights that are restored are those of the one before it.
expect 0 passing nan:170 part --set training.average=null --set checkpoint.best= --set "checkpoint.every=18 steps" \
  --set training.rollback_factor=0.001 --set "training.early_stopping={patience: 9, restore_best: true, min_delta: 0.1}"
says "in step 25" "back to step 18"
[ "$(summary part best_epoch)" = 1 ] || fail "the best epoch is $(summary part best_epoch)"
best=$(awk -F, '$1 == 1 { printf "%.4f", $5 }' part/metrics.csv)
./nnmpi -q eval part --split validation >run.log 2>&1
says "loss $best "

# Logs keep every row over a rollback, in the second epoch, whose disk is full, or whose folder is gone.
logged() { # FOLDER [COMMAND, given to the shell when the step is lost]
  rm -rf part
  NNMPI_FAULT_COMMAND=${2:-} faulty nan:100 --set checkpoint.directory=part --set "checkpoint.every=1 epoch" \
    --set training.epochs=4 --set training.on_nonfinite=rollback --set "log.directory=$1"
}
rows() { cut -d, -f1-6 "$1/metrics.csv" && sed 's/"samples_per.*//' "$1/metrics.jsonl" && cat "$1/steps.csv" "$1/norms.jsonl"; }
expect 0 logged logs :
says "back to step 12"
[ "$(wc -l <logs/steps.csv)" = 49 ] || fail "rollback: $(wc -l <logs/steps.csv) lines of 49 in steps.csv"
rows logs >expected.rows
expect 0 logged moved "mv moved gone"
rows gone | cmp -s - expected.rows || fail "rollback, the folder is gone: $(rows gone | diff - expected.rows | head -4)"
if [ "$(id -u)" = 0 ] && mkdir -p full && mount -t tmpfs -o size=400k none full 2>/dev/null; then
  trap 'cd /; umount "$work/full" 2>/dev/null; umount "$work/full" 2>/dev/null; rm -rf "$work"' EXIT
  expect 0 logged full/logs "cat /dev/zero >full/filler 2>/dev/null; test -s full/filler"
  says "No space left on device" # summary.json
  rows full/logs | cmp -s - expected.rows || fail "rollback, full disk: $(rows full/logs | diff - expected.rows | head -4)"
  echo "rollback: no row of a log is lost on a full disk"
else
  echo "rollback on a full disk: not tried, that needs root and mount"
fi

# What is asked of an optimizer that cannot.
expect 78 on 1 --set training.optimizer=lbfgs --set training.batch_size=all --set training.on_nonfinite=skip
says "on_nonfinite: stop is expected"
exit $failed
