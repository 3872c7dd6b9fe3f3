#!/bin/bash
# The loss of every step on N ranks is that on one rank: digits, batches of 50 (which the data set is
# no multiple of) and `all`, float32 and float64.   ctest: TIMEOUT 300
. "$NNMPI_SOURCE/tests/train/common.sh"

cat >digits.yaml <<Y
name: ranks
data:
  train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}
  validation: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /test/images, targets: /test/labels}
  scale: 0.0625
model:
  layers:
    - flatten
    - {type: dense, units: 24, activation: tanh}
    - {type: concat, branches: [[{type: dense, units: 12, activation: sigmoid}], []]}
    - batch_norm
    - {type: dropout, rate: 0.2}
    - {type: dense, units: 10, activation: softmax}
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
  batch_size: 50
  epochs: 1
log: {directory: one, steps: true, console: off}
Y

for precision in float32 float64; do
    tolerance=1e-5
    [ $precision = float64 ] && tolerance=1e-12
    for batch in 50 all; do
        epochs=1
        [ $batch = all ] && epochs=8
        set -- digits.yaml --set precision=$precision --set training.batch_size=$batch --set training.epochs=$epochs
        for n in 1 2 3 4 5 7; do
            run $n "$@" --set log.directory=np$n || fail "$n ranks: exit $?: $(cat run.log)"
            [ $n = 1 ] || same_losses np1 np$n $tolerance "$precision, batch $batch, $n ranks"
        done
        for n in 2 3 4 5 7; do # what is evaluated is exact too: counts of right answers
            [ "$(cut -d, -f5,6 np1/metrics.csv | cut -c1-7)" = "$(cut -d, -f5,6 np$n/metrics.csv | cut -c1-7)" ] ||
                fail "validation on $n ranks: $(cat np1/metrics.csv np$n/metrics.csv)"
        done
    done
done
exit $failed
