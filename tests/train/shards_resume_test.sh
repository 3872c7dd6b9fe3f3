#!/bin/bash
# With training.shards a run that goes on with other numbers of ranks, stopped at the end of an epoch and in
# the middle of one, has the bits of one that was not stopped; more ranks than shards, other shards on
# resuming and a reduction that has no order are errors of the configuration.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4
cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
  normalize: {type: standard}
model:
  layers: [{type: dense, units: 16}, batch_norm, relu, {type: dropout, rate: 0.3}, {type: dense, units: 4, activation: softmax}]
training:
  loss: categorical_crossentropy
  metrics: [accuracy, auc]
  optimizer: adam
  early_stopping: {patience: 9}
  batch_size: 37
  epochs: 4
  shards: 8
checkpoint: {every: 3 steps, keep: 0}
log: {steps: true, console: off}
Y

numbers() { sed -E 's/"(samples_per_second|elapsed_seconds)": *[^,}]*//g' "$1/metrics.jsonl"; }

run 3 run.yaml --set checkpoint.directory=whole || fail "$(cat run.log)"
for part in "2 5" "8 12" "1 16" "5 24"; do # of 24 steps, 6 an epoch
    run ${part% *} run.yaml --set checkpoint.directory=parts --set training.max_steps=${part#* } || fail "$part: $(cat run.log)"
done
same_bits whole parts "on 2, 8, 1 and 5 ranks in turn"
[ "$(numbers whole)" = "$(numbers parts)" ] || fail "metrics.jsonl: $(diff <(numbers whole) <(numbers parts))"
cmp -s whole/steps.csv parts/steps.csv || fail "steps.csv: $(diff whole/steps.csv parts/steps.csv | head -4)"

# refused RANKS TEXT [--set ...]
refused() {
    local n=$1 text=$2 code=0
    shift 2
    run $n run.yaml --set checkpoint.directory=parts "$@" || code=$?
    [ $code = 78 ] && grep -qF "$text" run.log || fail "$text: exit $code: $(cat run.log)"
}
refused 3 "3 ranks cannot share 2 shards" --set training.shards=2
refused 1 "was trained with training.shards 8, not 4" --set training.shards=4
refused 2 "allreduce adds in an order of its own" --set training.reduction=allreduce
"$NNMPI" check run.yaml --set checkpoint.directory=new --ranks 9 >run.log 2>&1 && fail "check on 9 ranks"
"$NNMPI" check run.yaml --set checkpoint.directory=new --ranks 5 >run.log 2>&1 || fail "$(cat run.log)"
grep -q '37 in 8 shards, 4 to 10 a rank' run.log || fail "$(grep batch run.log)"
exit $failed
