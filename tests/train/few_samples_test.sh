#!/bin/bash
# More ranks than samples: 3 samples on 4 ranks, and on 7, give the losses of one rank.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" three.h5 3 5 2

cat >three.yaml <<Y
precision: float64
data:
  train: {file: three.h5, inputs: /train/x, targets: /train/y}
  validation: {file: three.h5, inputs: /validation/x, targets: /validation/y}
model:
  layers: [{type: dense, units: 6, activation: tanh}, {type: dropout, rate: 0.5}, {type: dense, units: 2}]
training: {loss: mean_squared_error, optimizer: {type: sgd, learning_rate: 0.05}, batch_size: all, epochs: 30}
log: {steps: true, console: off}
Y

for batch in all 2; do
    for n in 1 4 7; do
        run $n three.yaml --set log.directory=np$n --set training.batch_size=$batch || fail "$n ranks: $(cat run.log)"
        [ $n = 1 ] || same_losses np1 np$n 1e-12 "3 samples, batch $batch, $n ranks"
    done
done
exit $failed
