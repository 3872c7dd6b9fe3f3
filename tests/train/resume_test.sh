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

# Begun anew in a folder that is used, and stopped before its first file could push the old ones out: it goes
# on from there, not from the old run. Nothing of the old one is lost with keep: 0.
over=(--set checkpoint.directory=over --set seed=2)
run 1 run.yaml --set checkpoint.directory=over || fail "$(cat run.log)"
run 1 run.yaml "${over[@]}" --set checkpoint.resume=never --set training.max_steps=4 || fail "$(cat run.log)"
[ -e over/step_0000000030.h5 ] || fail "a checkpoint of the old run was removed"
run 1 run.yaml "${over[@]}" || fail "begun anew, resumed: $(cat run.log)"
[ "$(cut -d, -f1 over/steps.csv)" = "$(cut -d, -f1 whole/steps.csv)" ] || fail "begun anew, resumed: $(wc -l <over/steps.csv) lines"
cmp -s over/steps.csv whole/steps.csv && fail "seed 2 is seed 1"

# The same command after the end: no step is left to do, and the record is that of the training. The time of a run
# is that of all its parts.
of() { sed -n 's/.*"'"$1"'": \([0-9.]*\).*/\1/p' "$2/summary.json"; }
cp -r whole again
"$NNMPI" run.yaml --set checkpoint.directory=again >run.log 2>&1 || fail "again: $(cat run.log)"
grep -q "nothing was left to do: a larger training.epochs goes on, checkpoint.resume=never" again/summary.json || fail "again: $(cat again/summary.json)"
awk "BEGIN { exit !($(of seconds again) >= 0.5 * $(of seconds whole) && $(of samples_per_second again) > 0.5 * $(of samples_per_second whole)) }" ||
    fail "a run of $(of seconds whole) s takes $(of seconds again) s when there is nothing to do, $(of samples_per_second again) samples/s"
ended() { # ended TEXT OPTION...: given twice, the second run says TEXT
    local text=$1
    shift
    rm -rf twice
    run 1 run.yaml --set checkpoint.directory=twice --set training.early_stopping=null "$@" || fail "$(cat run.log)"
    grep -q nothing twice/summary.json && fail "the first: $(cat twice/summary.json)"
    "$NNMPI" run.yaml --set checkpoint.directory=twice --set training.early_stopping=null "$@" >run.log 2>&1 || fail "$(cat run.log)"
    grep -qF "$text" twice/summary.json || fail "$text: $(cat twice/summary.json)"
}
ended "all epochs are done; nothing was left to do: a larger training.epochs goes on, checkpoint.resume=never begins anew" --set training.epochs=1
ended "max_steps were done; nothing was left to do: a larger training.max_steps goes on" --set training.max_steps=3
# a target that is missed, twice
for what in 'all epochs are done, but' 'the required at least 2; nothing was left to do: a larger training.epochs'; do
    code=0
    run 1 run.yaml --set checkpoint.directory=missed --set training.early_stopping=null --set training.epochs=1 \
        --set 'training.target={monitor: train_accuracy, at_least: 2, required: true}' || code=$?
    [ $code = 1 ] && grep -q "$what" missed/summary.json || fail "$what: exit $code: $(cat missed/summary.json)"
done
rm -rf parts
run 1 run.yaml --set checkpoint.directory=parts --set training.epochs=2 --set training.early_stopping=null || fail "$(cat run.log)"
first=$(of seconds parts)
run 1 run.yaml --set checkpoint.directory=parts --set training.epochs=4 --set training.early_stopping=null || fail "$(cat run.log)"
grep -q nothing parts/summary.json && fail "two epochs were made: $(cat parts/summary.json)"
tail -n 1 parts/metrics.jsonl | python3 -c '
import json, sys
summary, first, row = json.load(open("parts/summary.json")), float(sys.argv[1]), json.loads(sys.stdin.read())
assert summary["seconds"] >= row["elapsed_seconds"] > first, (summary["seconds"], row, first)
rate = 4 * 203 / summary["seconds"]
assert abs(summary["samples_per_second"] - rate) < 1e-6 * rate, (summary, rate)
' "$first" || fail "seconds of a run in two parts"

# Another model, optimizer or precision: what differs, and what can be done
changed() {
    local text=$1 n code
    shift
    for n in 1 3; do
        code=0
        run $n run.yaml --set checkpoint.directory=twice --set training.epochs=9 "$@" || code=$?
        [ $code = 78 ] && grep -q "$text" run.log || fail "$text: exit $code: $(cat run.log)"
        [ "$(grep -c '^  give the same, another checkpoint.directory or checkpoint.resume: never; model.init_from: [^ ]*/twice/step_0000000003.h5 takes over' run.log)" = 1 ] ||
            fail "$text: no advice: $(cat run.log)"
    done
}
changed 'another model: it has dense/kernel (7, 16), the model dense/kernel (7, 17)' --set model.layers.0.units=17
changed 'the checkpoint has optimizer sgd, the configuration adam' --set 'training.optimizer={type: adam}'
changed 'the checkpoint has precision float32, the configuration float64' --set precision=float64

# The place in an epoch is one in an order of samples: what decides it cannot change in mid-epoch.
# refused TEXT [--set ...]: after step 10 of 7 an epoch
refused() {
    local text=$1 code=0
    shift
    rm -rf part
    run 1 run.yaml --set checkpoint.directory=part --set "checkpoint.resume=$work/whole/step_0000000010.h5" "$@" || code=$?
    [ $code = 78 ] && grep -qF "$text" run.log || fail "$text: exit $code: $(cat run.log)"
}
refused "step_0000000010.h5 was written in mid-epoch with training.batch_size 32, not 16" --set training.batch_size=16
refused "with training.batch_size 32, not 203" --set training.batch_size=all
refused "with data.shuffle true, not false" --set data.shuffle=false
refused "with an epoch of 203 samples, not 1" --set "data.validation={split: 0.2}"
for from in 7 14 35; do # all samples of an epoch are seen; at the last step the epoch is ended too
    rm -rf part
    run 1 run.yaml --set checkpoint.directory=part --set "checkpoint.resume=$(printf "%s/whole/step_%010d.h5" "$work" $from)" \
        --set training.batch_size=64 --set data.shuffle=false --set training.early_stopping=null --set training.epochs=6 ||
        fail "another batch_size after step $from: $(cat run.log)"
    [ "$(tail -n 1 part/steps.csv | cut -d, -f1)" = $((from + 4 * (6 - from / 7))) ] || fail "after step $from: $(tail -n 1 part/steps.csv)"
done
# 203 samples are 7 whole batches of 29, and the epoch is as well at its end.
rm -rf part
whole=(1 run.yaml --set checkpoint.directory=part --set training.early_stopping=null)
run "${whole[@]}" --set training.batch_size=29 --set training.max_steps=7 || fail "$(cat run.log)"
run "${whole[@]}" --set training.batch_size=64 --set training.epochs=2 || fail "whole batches: $(cat run.log)"
[ "$(tail -n 1 part/steps.csv | cut -d, -f1)" = 11 ] || fail "whole batches: $(tail -n 1 part/steps.csv)"
exit $failed
