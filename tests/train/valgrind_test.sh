#!/bin/bash
# valgrind finds nothing of ours on a one-rank run: no invalid access, no use of what was not
# written, no leak that was allocated by our code (Open MPI's own leaks are not ours).
# Skipped where valgrind is missing or the build has sanitizers.   ctest: LABELS slow TIMEOUT 900
. "$NNMPI_SOURCE/tests/train/common.sh"
command -v valgrind >/dev/null || exit 77
nm "$NNMPI" | grep -q __asan_init && exit 77
cat >run.yaml <<Y
data:
  train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}
  validation: {split: 0.1}
  test: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /test/images, targets: /test/labels}
  normalize: {type: standard}
model:
  layers:
    - flatten
    - {type: dense, units: 8, activation: gelu}
    - {type: concat, branches: [[{type: dense, units: 4, activation: tanh, name: a}], [], [{type: dense, units: 8}, {type: shared, layer: a}]]}
    - {type: dropout, rate: 0.2}
    - batch_norm
    - {type: residual, layers: [{type: dense, units: 16, activation: relu}]}
    - {type: dense, units: 10, activation: softmax}
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
  batch_size: 64
  epochs: 1
  early_stopping: {restore_best: true}
checkpoint: {directory: out, every: 10 steps, best: validation_accuracy}
log: {steps: true}
Y

# ours LOG: reports whose innermost three frames name our program
ours() {
    awk -v program="${NNMPI##*/}" '
        /^==[0-9]+== *$/ { if (mine) { print report; bad = 1 } report = ""; frames = mine = 0; next }
        { report = report $0 "\n" }
        / (at|by) 0x/ { if (++frames <= 3 && index($0, "/" program ")")) mine = 1 }
        END { exit bad }' "$1"
}

check() { # WHAT COMMAND...
    local what=$1
    shift
    valgrind --leak-check=full --show-leak-kinds=definite,indirect --log-file=valgrind.log "$@" >run.log 2>&1 ||
        fail "$what: exit $?: $(tail -n 5 run.log)"
    grep -q "ERROR SUMMARY" valgrind.log || fail "$what: valgrind did not finish"
    ours valgrind.log || fail "$what: valgrind found the above"
}
check training "$NNMPI" run.yaml
check resuming "$NNMPI" run.yaml --set training.epochs=2
check check "$NNMPI" check run.yaml
check float64 "$NNMPI" run.yaml --set precision=float64 --set checkpoint.directory=out64 --set training.max_steps=5
echo "name: [" >bad.yaml
valgrind --leak-check=full --log-file=valgrind.log "$NNMPI" bad.yaml >run.log 2>&1 && fail "bad.yaml was accepted"
ours valgrind.log || fail "a configuration that is not YAML: valgrind found the above"
exit $failed
