#!/bin/bash
# lbfgs: N ranks give the losses of one, step for step; a resumed run gives the bits of the
# uninterrupted one, with batch_norm and dropout too; what it does not go with is refused.
# ctest: TIMEOUT 1800
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4

cat >run.yaml <<Y
precision: float64
data: {train: {file: data.h5, inputs: /train/x, targets: /train/y}}
model: {layers: [{type: dense, units: 4, activation: tanh}]}
training:
  loss: mean_squared_error
  optimizer: {type: lbfgs, history: 4, learning_rate: 0.5}
  batch_size: all
  micro_batch: 30
  epochs: 12
checkpoint: {directory: whole, every: 1 steps, keep: 0}
log: {steps: true, console: off}
Y

for n in 1 2 3 5; do
    run $n run.yaml --set checkpoint.directory=np$n || fail "$n ranks: $(cat run.log)"
    [ $n = 1 ] || same_losses np1 np$n 1e-11 "$n ranks"
done
awk -F, 'NR > 2 && !($2 < last) { print "step " $1 ": " last " to " $2; exit 1 } { last = $2 }' np1/steps.csv ||
    fail "a step went up"

# resumes N LAYERS STOP...: from the checkpoint of each of these steps
resumes() {
    local n=$1 layers=$2
    shift 2
    rm -rf whole
    run $n run.yaml --set training.micro_batch=auto --set model.layers="$layers" || fail "uninterrupted: $(cat run.log)"
    for stop in "$@"; do
        rm -rf part
        run $n run.yaml --set training.micro_batch=auto --set model.layers="$layers" --set checkpoint.directory=part \
            --set "checkpoint.resume=$(printf "%s/whole/step_%010d.h5" "$work" $stop)" || fail "$(cat run.log)"
        tail -n +$((stop + 2)) whole/steps.csv >expected.csv
        tail -n +2 part/steps.csv | cmp -s - expected.csv || fail "losses after step $stop, $n ranks"
        same_bits whole part "resumed at step $stop, $n ranks"
    done
}
deep="[{type: dense, units: 6, activation: tanh}, batch_norm, {type: dropout, rate: 0.2}, {type: dense, units: 4}]"
plain="[{type: dense, units: 6, activation: tanh}, batch_norm, {type: dense, units: 4}]"
resumes 1 "$plain" 5
resumes 3 "$plain" 1 10 # before the first pairs are forgotten, and after
resumes 3 "$deep" 5

refused() { # KEY=VALUE WORDS
    local code=0
    run 2 run.yaml --set checkpoint=null --set "$1" || code=$?
    [ $code = 78 ] || fail "$1: exit $code, not 78"
    grep -q "$2" run.log || fail "$1: $(cat run.log)"
}
refused training.batch_size=20 "batch_size: all is expected"
refused training.clip_norm=1 "cannot be clipped"
refused training.clip_value=1 "cannot be clipped"
exit $failed
