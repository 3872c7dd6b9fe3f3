#!/bin/bash
# Nodes with different numbers of ranks, and nodes of one rank: training, evaluation, prediction and a
# sweep end, with the bits of one node (training.shards).   ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/train/common.sh"

cat >digits.yaml <<Y
data:
  train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}
  test: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /test/images, targets: /test/labels}
  scale: 0.0625
model:
  layers: [flatten, {type: dense, units: 12, activation: tanh}, batch_norm, {type: dense, units: 10, activation: softmax}]
training: {loss: categorical_crossentropy, metrics: [accuracy], shards: 6, batch_size: 100, epochs: 1,
  optimizer: {type: sgd, learning_rate: 0.1}}
Y
# of_nodes NAME RANKS RANKS_PER_NODE: trains into NAME; what the first run predicts goes into NAME.h5
of_nodes() {
    export NNMPI_RANKS_PER_NODE=$3
    timeout 120 mpirun -np "$2" "$NNMPI" digits.yaml --set checkpoint.directory="$1" >run.log 2>&1 ||
        fail "$2 ranks, $3 a node: exit code $?: $(tail -5 run.log)"
    timeout 120 mpirun -np "$2" "$NNMPI" predict one --data "$NNMPI_SOURCE/data/digits.h5" --out "$1.h5" >run.log 2>&1 ||
        fail "predict on $2 ranks, $3 a node: exit code $?: $(tail -5 run.log)"
    unset NNMPI_RANKS_PER_NODE
}
of_nodes one 3 3
for nodes in "3 2" "5 2" "5 4" "3 1"; do
    name=${nodes/ /of}
    # shellcheck disable=SC2086
    of_nodes "$name" $nodes
    same_bits one "$name" "$nodes a node"
    cmp one.h5 "$name.h5" || fail "$nodes a node: other predictions"
done

# Two groups of a sweep, of which one has ranks of two nodes.
NNMPI_RANKS_PER_NODE=2 timeout 120 mpirun -np 5 "$NNMPI" sweep digits.yaml --set training.optimizer.learning_rate=0.1,0.2 \
    --set training.shards=2 --out sweep >run.log 2>&1 || fail "sweep: exit code $?: $(tail -5 run.log)"
exit $failed
