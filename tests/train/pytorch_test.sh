#!/bin/bash
# Losses of 20 steps and final weights are those of PyTorch 1.13: two networks, four kinds of SGD, three
# of clipping, three of weights of samples and classes; in float64 on two ranks, some in float32 on one.
# ctest: TIMEOUT 1800
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

# what --set adds to the configuration, with the options of make_training_oracle.py
optimizer() { echo "training.optimizer={type: sgd, learning_rate: $1, momentum: ${2:-0}}"; }
settings() {
    case $1 in
        plain) optimizer 0.1 ;;
        momentum) optimizer 0.05 0.9 ;;
        nesterov) optimizer 0.05 "0.9, nesterov: true" ;;
        weight_decay) optimizer 0.1 "0.5, weight_decay: 0.01" ;;
        *) optimizer 0.1 0.9 ;;
    esac
    case $1 in clip_value | clip_both) echo training.clip_value=0.03 ;; esac
    case $1 in sample_weight | both_weights) echo data.train.weights=/train/weights ;; esac
    case $1 in class_weight) echo "training.class_weight={1: 0.5, 2: 2.5}" ;; esac
    case $1 in both_weights) echo "training.class_weight=[1, 0.5, 2.5, 1]" ;; esac
    case $1 in clip_norm | clip_both) echo training.clip_norm=0.2 ;; esac
}

for loss in mean_squared_error categorical_crossentropy; do
    for how in plain momentum nesterov weight_decay clip_value clip_norm clip_both \
        sample_weight class_weight both_weights; do
        case $loss-$how in mean*-class_weight | mean*-both_weights) continue ;; esac
        set --
        while read -r line; do set -- "$@" --set "$line"; done < <(settings $how)
        for n in 2 1; do # the second of some
            precision=float64 tolerance=1e-12
            [ $n = 1 ] && precision=float32 tolerance=1e-5
            case $n-$how in 1-plain | 1-nesterov | 1-clip_both | 1-*_weight*) ;; 1-*) continue ;; esac
            rm -rf out
            run $n $loss.yaml "$@" --set precision=$precision || fail "$loss $how: $(cat run.log)"
            "$NNMPI_TOOLS/pytorch_tool" $oracle/training_data.h5 $loss/$how out $tolerance || failed=1
        done
    done
done
exit $failed
