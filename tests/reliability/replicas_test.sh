#!/bin/bash
# A rank whose weights are no longer those of the others: found before the next checkpoint, or at the step
# with replica_check, by rank and tensor; exit code 70, and no checkpoint of such weights.
. "$NNMPI_SOURCE/scripts/reliability/common.sh"
make_training 2
flipped() { # RANK [--set ...]: a number of the 5th sum is another one on this rank
  local rank=$1
  shift
  rm -rf part
  faulty_ranks 3 "${fault:-bit:5}" "$rank" --set training.reduction=allreduce --set checkpoint.directory=part "$@"
}

expect 0 flipped 7 # no such rank
for rank in 0 1 2; do
  expect 70 flipped $rank
  says 'after step 5 "dense/kernel" of rank '$rank' (' "is not what most ranks have"
  [ "$(whole part)" = 4 ] || fail "rank $rank: the newest checkpoint is of step $(whole part)"
  grep -q '"how": "replicas_differ"' part/summary.json || fail "$(cat part/summary.json)"
done
expect 70 flipped 1 --set "checkpoint.every=1 epochs" --set checkpoint.best=
says "after step 12 "
expect 70 flipped 1 --set "checkpoint.every=1 epochs" --set training.replica_check=2
says "after step 6 "
# Not the weights: too small a rate moves them, and the optimizer's velocity differs; or batch_norm's averages.
expect 70 flipped 1 --set "training.optimizer={type: sgd, momentum: 0.9, learning_rate: 1e-12}"
says 'after step 5 "dense/kernel" of rank 1'
fault=few:3-
expect 70 flipped 2 --set "model.layers=[{type: dense, units: 12}, batch_norm, {type: dense, units: 4, activation: softmax}]"
says '"batch_norm/moving_' 'of rank 2 (' "is not what most ranks have"
fault=
# Without checkpoints the end of the training is where it is seen.
expect 70 flipped 1 --set checkpoint=null --set log.directory=part
says 'after step 24 '

expect 70 faulty_ranks 2 bit:5 0 --set training.reduction=allreduce --set checkpoint.directory=two
says 'ranks ' 'differ in "dense/kernel", and which of them is right cannot be told'
exit $failed
