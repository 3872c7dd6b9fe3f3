#!/bin/bash
# The schedule plateau in a run: the rate falls when the watched number has not improved for `patience`
# epochs, on any number of ranks alike; a resumed run has the bits of the uninterrupted one; what
# cannot be watched is refused.
# ctest: TIMEOUT 1800
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 60 4 2

cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/y}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/y}
model: {layers: [{type: dense, units: 2}]}
training:
  loss: mean_squared_error
  metrics: [r2]
  optimizer: {type: sgd, learning_rate: 0.5}
  learning_rate_schedule: {type: plateau, monitor: validation_r2, patience: 2, factor: 0.5, min_delta: 0.05, warmup_steps: 2}
  batch_size: 30
  epochs: 12
checkpoint: {directory: whole, every: 1 steps, keep: 0}
log: {steps: true, console: off}
Y

run 2 run.yaml || fail "$(cat run.log)"
# columns: epoch, step, train_loss, train_r2, validation_loss, validation_r2, learning_rate; a step
# starts with what the epochs before it have brought
awk -F, 'NR == 1 { if ($6 != "validation_r2" || $7 != "learning_rate") exit 1; rate = 0.5; next }
    { want = $2 < 2 ? 0.25 : rate; if ($7 != want) { print "epoch " $1 ": rate " $7 ", not " want; exit 1 }
      if ($2 <= 2) next
      if (best == "" || $6 > best + 0.05) { best = $6; wait = 0 } else if (++wait >= 2) { rate /= 2; wait = 0; falls++ } }
    END { print falls " times lower"; exit !(falls >= 2) }' whole/metrics.csv || fail "$(cat whole/metrics.csv)"

for stop in 7 16; do # in mid-epoch, at the end of one
    rm -rf part
    run 2 run.yaml --set checkpoint.directory=part \
        --set "checkpoint.resume=$(printf "%s/whole/step_%010d.h5" "$work" $stop)" || fail "$(cat run.log)"
    same_bits whole part "resumed at step $stop"
    [ "$(cut -d, -f1-7 whole/metrics.csv)" = "$(cut -d, -f1-7 part/metrics.csv)" ] || fail "metrics.csv differs"
done
run 3 run.yaml --set checkpoint.directory=np3 || fail "$(cat run.log)"
same_losses whole np3 1e-5 "3 ranks"
[ "$(cut -d, -f7 whole/metrics.csv)" = "$(cut -d, -f7 np3/metrics.csv)" ] || fail "other rates on 3 ranks"

for monitor in validation_loss elapsed_seconds; do
    code=0
    run 2 run.yaml --set data.validation=null --set training.learning_rate_schedule.monitor=$monitor || code=$?
    [ $code = 78 ] && grep -q "\"$monitor\" is not measured" run.log || fail "$monitor: exit $code: $(cat run.log)"
done
# The name that Keras has for it, and one without the split: what they mean, what there is, the place of the value.
for monitor in val_loss loss; do
    code=0 meant="there is no data.validation;"
    [ $monitor = loss ] && meant='did you mean "train_loss"?'
    run 1 run.yaml --set data.validation=null --set training.learning_rate_schedule.monitor=$monitor || code=$?
    [ $code = 78 ] && grep -q "$meant there are train_loss, train_r2" run.log || fail "$monitor: exit $code: $(cat run.log)"
    sed "s/^name:.*//; \$a checkpoint: {directory: x, best: $monitor}" run.yaml | sed '/^checkpoint: {directory: x/!{/^checkpoint:/d}' >named.yaml
    code=0
    run 1 named.yaml || code=$?
    [ $code = 78 ] && grep -q 'did you mean "validation_loss"? there are' run.log || fail "$monitor: exit $code: $(cat run.log)"
    grep -q "^named.yaml:[0-9]*:$(awk '/best:/ { print index($0, "best:") + 6 }' named.yaml): \"$monitor\" is not" run.log || fail "place of $monitor: $(cat run.log)"
done
exit $failed
