#!/bin/bash
# Losses of 20 steps and final weights are those of PyTorch 1.13: two networks, four kinds of SGD, on
# one rank and on two.
. "$NNMPI_SOURCE/tests/train/common.sh"
oracle=$NNMPI_SOURCE/tests/oracle

config() { # LOSS TARGETS LAYERS
    cat <<Y
data:
  train: {file: $oracle/training_data.h5, inputs: /train/x, targets: /train/$2}
  shuffle: false
model:
  init_from: $oracle/training_init_$1.h5
  layers: $3
training: {loss: $1, optimizer: {type: sgd, learning_rate: 0.05}, batch_size: 16, epochs: 5}
checkpoint: {directory: out, resume: never}
log: {steps: true, console: off}
Y
}
config mean_squared_error y "
    - {type: dense, units: 8, activation: tanh, name: h1}
    - {type: residual, layers: [{type: dense, units: 8, activation: tanh, name: h2}]}
    - {type: concat, branches: [[{type: dense, units: 5, activation: sigmoid, name: h3}], []]}
    - {type: dense, units: 3, name: out}" >mean_squared_error.yaml
config categorical_crossentropy labels "
    - {type: dense, units: 16, activation: relu, name: h1}
    - {type: dense, units: 4, activation: softmax, name: out}" >categorical_crossentropy.yaml

# optimizer NAME: the same options as in make_training_oracle.py
options() {
    case $1 in
        plain) echo "{type: sgd, learning_rate: 0.1}" ;;
        momentum) echo "{type: sgd, learning_rate: 0.05, momentum: 0.9}" ;;
        nesterov) echo "{type: sgd, learning_rate: 0.05, momentum: 0.9, nesterov: true}" ;;
        weight_decay) echo "{type: sgd, learning_rate: 0.1, momentum: 0.5, weight_decay: 0.01}" ;;
    esac
}

for loss in mean_squared_error categorical_crossentropy; do
    for optimizer in plain momentum nesterov weight_decay; do
        for n in 1 2; do
            for precision in float32 float64; do
                tolerance=1e-5
                [ $precision = float64 ] && tolerance=1e-12
                rm -rf out
                run $n $loss.yaml --set "training.optimizer=$(options $optimizer)" --set precision=$precision ||
                    fail "$loss $optimizer: $(cat run.log)"
                "$NNMPI_TOOLS/pytorch_tool" $oracle/training_data.h5 $loss/$optimizer out $tolerance || failed=1
            done
        done
    done
done
exit $failed
