#!/bin/bash
# A run that was stopped, in mid-epoch or at its end, and resumed on the same number of ranks gives
# the bits of the uninterrupted run.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4

cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
  normalize: {type: standard}
model:
  layers: [{type: dense, units: 16, activation: relu}, {type: dropout, rate: 0.3}, {type: dense, units: 4, activation: softmax}]
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
  learning_rate_schedule: {type: cosine, warmup_steps: 5}
  early_stopping: {patience: 3, restore_best: true}
  batch_size: 32
  epochs: 5
checkpoint: {directory: whole, every: 1 steps, keep: 0}
log: {steps: true, console: off}
Y

for n in 1 3; do
    rm -rf whole
    run $n run.yaml || fail "uninterrupted: $(cat run.log)"
    for stop in 3 7 16 34; do # 7 steps an epoch: in mid-epoch, at the end of one, at the last but one
        rm -rf part
        from=$(printf "%s/whole/step_%010d.h5" "$work" $stop)
        run $n run.yaml --set checkpoint.directory=part --set "checkpoint.resume=$from" || fail "$(cat run.log)"
        tail -n +$((stop + 2)) whole/steps.csv >expected.csv
        tail -n +2 part/steps.csv | cmp -s - expected.csv || fail "losses after step $stop, $n ranks"
        same_bits whole part "resumed at step $stop, $n ranks"
        [ "$(cut -d, -f1-7 whole/metrics.csv)" = "$(cut -d, -f1-7 part/metrics.csv)" ] || fail "metrics.csv differs"
    done
done
exit $failed
