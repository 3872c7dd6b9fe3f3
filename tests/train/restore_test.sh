#!/bin/bash
# With early_stopping.restore_best: a run that ends by max_steps or stops, and is resumed, gives the
# bits and numbers of the uninterrupted run, though its last checkpoint has the weights of the best
# epoch; the final numbers are those of the weights that are kept.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4

# Too high a rate: the best epoch is not the last one.
cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
  test: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
model:
  layers: [{type: dense, units: 16}, {type: batch_norm, momentum: 0.5}, relu,
           {type: dropout, rate: 0.2}, {type: dense, units: 4, activation: softmax}]
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.8, momentum: 0.9}
  early_stopping: {patience: 100, restore_best: true}
  batch_size: 32
  epochs: 5
checkpoint: {directory: whole, every: 1 epoch, keep: 0}
log: {console: off}
Y

# summary FOLDER: how it ended, its numbers, without those of the clock
summary() {
    python3 -c '
import json, sys
s = json.load(open(sys.argv[1] + "/summary.json"))
print({k: s[k] for k in ("how", "best_epoch", "epochs", "steps", "results")})' "$1"
}

# same WHAT: the folders whole and part
same() {
    same_bits whole part "$1"
    [ "$(summary whole)" = "$(summary part)" ] || fail "$1: $(summary whole), not $(summary part)"
    [ "$(cut -d, -f1-7 whole/metrics.csv)" = "$(cut -d, -f1-7 part/metrics.csv)" ] || fail "$1: metrics.csv"
}

average='training.average={decay: 0.9}'
for with in training.average=null "$average"; do
    rm -rf whole part
    run 1 run.yaml --set "$with" || fail "uninterrupted: $(cat run.log)"
    python3 -c '
import json
s = json.load(open("whole/summary.json"))
assert 1 <= s["best_epoch"] < 5, s' || fail "the best epoch is the last one"
    for stop in 10 16 21 1000; do # 7 steps an epoch: in mid-epoch, at the ends of epochs
        run 1 run.yaml --set "$with" --set checkpoint.directory=part --set training.max_steps=$stop ||
            fail "$stop: $(cat run.log)"
    done
    same "max_steps 10, 16, 21, $with"
    rm -rf part
    for epochs in 1 3 3 5 5; do # ended twice at the same place too
        run 1 run.yaml --set "$with" --set checkpoint.directory=part --set training.epochs=$epochs ||
            fail "$epochs: $(cat run.log)"
    done
    same "epochs 1, 3, 5, $with"
done
rm -rf whole part
run 2 run.yaml --set "$average" || fail "$(cat run.log)"
run 2 run.yaml --set "$average" --set checkpoint.directory=part --set training.max_steps=33 || fail "$(cat run.log)"
run 2 run.yaml --set "$average" --set checkpoint.directory=part || fail "$(cat run.log)"
same "max_steps 33, 2 ranks"

# Stopped with exit code 75 after every step, and once ended on the way
rm -rf whole part
run 1 run.yaml --set training.epochs=2 || fail "$(cat run.log)"
steps=0 code=75
while [ $code = 75 ] && [ $steps -lt 50 ]; do
    steps=$((steps + 1)) code=0
    run 1 run.yaml --set checkpoint.directory=part --set training.epochs=2 --set training.max_time=0.000001s || code=$?
    [ $steps != 9 ] || run 1 run.yaml --set checkpoint.directory=part --set training.max_steps=11 || fail "$(cat run.log)"
done
[ $code = 0 ] && [ $steps -gt 5 ] || fail "$steps stops, exit code $code: $(cat run.log)"
same "stopped $steps times"

# In mid-epoch the final numbers are those of the epoch whose weights are kept, and these weights are kept
rm -rf part
run 1 run.yaml --set checkpoint.directory=part --set training.max_steps=33 || fail "$(cat run.log)"
"$NNMPI" eval part --json eval.json >/dev/null 2>eval.log || fail "$(cat eval.log)"
python3 - <<'P' || fail "the final numbers are not those of the weights that are kept"
import csv, json
final = json.load(open("part/summary.json"))
row = list(csv.DictReader(open("part/metrics.csv")))[final["best_epoch"] - 1]
loss = json.load(open("eval.json"))["results"]["loss"]
final = final["results"]
for name in ("train_loss", "validation_loss", "validation_accuracy"):
    assert abs(final[name] - float(row[name])) < 1e-6, (name, final[name], row[name])
assert abs(final["test_loss"] - final["validation_loss"]) < 1e-6, final
assert abs(loss - final["test_loss"]) < 1e-6, (loss, final)
P

# Resumed without restore_best: from the weights of the end too
run 1 run.yaml --set checkpoint.directory=part --set training.early_stopping=null || fail "$(cat run.log)"
rm -rf whole
run 1 run.yaml --set training.early_stopping=null || fail "$(cat run.log)"
for run in whole part; do "$NNMPI_TOOLS/weights_tool" $run | grep -E '^/(model_weights|nnmpi/state/(optimizer|step))' >$run.bits; done
[ -s whole.bits ] && cmp -s whole.bits part.bits || fail "resumed without restore_best: $(diff whole.bits part.bits)"

# best.h5 keeps its weights when those of another epoch are restored at the step that it names
rm -rf part
run 1 run.yaml --set checkpoint.directory=part --set checkpoint.best=train_loss --set checkpoint.keep=1 || fail "$(cat run.log)"
"$NNMPI" eval --best part --json best.json >/dev/null 2>eval.log || fail "$(cat eval.log)"
"$NNMPI" eval part --json latest.json >/dev/null 2>eval.log || fail "$(cat eval.log)"
python3 - <<'P' || fail "best.h5 does not hold the weights of the lowest train_loss"
import csv, json
rows = list(csv.DictReader(open("part/metrics.csv")))
best = min(rows, key=lambda row: float(row["train_loss"]))
kept = min(rows, key=lambda row: float(row["validation_loss"]))
assert best != kept, "choose another example"
for row, file in ((best, "best.json"), (kept, "latest.json")):
    assert abs(float(row["validation_loss"]) - json.load(open(file))["results"]["loss"]) < 1e-6, (file, row)
P
exit $failed
