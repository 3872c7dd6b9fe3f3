#!/bin/bash
# With each strategy: the same command twice gives the same bits, a run that was stopped and resumed
# those of the uninterrupted run, and the losses are those of one rank to rounding.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4
cat >run.yaml <<Y
data: {train: {file: data.h5, inputs: /train/x, targets: /train/labels}}
model: {layers: [{type: dense, units: 16, activation: relu}, {type: dense, units: 4, activation: softmax}]}
training: {loss: categorical_crossentropy, optimizer: {type: adam, learning_rate: 0.01}, clip_norm: 0.5, batch_size: 32, epochs: 2}
checkpoint: {every: 1 steps, keep: 0}
log: {steps: true, console: off}
Y

run 1 run.yaml --set checkpoint.directory=one || fail "one rank: $(cat run.log)"
for how in $("$NNMPI" help reductions | awk '/^  [a-z]/ { print $1 }'); do
    set -- run.yaml --set training.reduction=$how
    for folder in whole twice; do
        rm -rf $folder
        run 3 "$@" --set checkpoint.directory=$folder || fail "$how: $(cat run.log)"
    done
    same_bits whole twice "$how: the same command twice"
    same_losses one whole 1e-5 "$how: 3 ranks are 1 rank"
    rm -rf part
    run 3 "$@" --set checkpoint.directory=part --set checkpoint.resume="$work/whole/step_0000000005.h5" ||
        fail "$how: $(cat run.log)"
    same_bits whole part "$how: resumed at step 5"
    tried="${tried-} $how"
done
[[ " ${tried-} " = *" allreduce alltoall shared "* ]] || fail "tried only: ${tried-}"
exit $failed
