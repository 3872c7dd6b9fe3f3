#!/bin/bash
# Rates and decays of single layers, penalties and a frozen layer, on 1, 2 and 5 ranks: losses and
# weights are those of PyTorch. What is frozen keeps its bits.
. "$NNMPI_SOURCE/tests/train/common.sh"
oracle=$NNMPI_SOURCE/tests/oracle
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "no python3-h5py"; exit 77; }

cat >net.yaml <<Y
precision: float64
data:
  train: {file: $oracle/training_data.h5, inputs: /train/x, targets: /train/y}
  validation: {file: $oracle/training_data.h5, inputs: /train/x, targets: /train/y}
  shuffle: false
model:
  init_from: $oracle/training_init_mean_squared_error.h5
  layers:
    - {type: dense, units: 8, activation: tanh, name: h1, learning_rate_factor: 0.5}
    - type: residual
      layers:
        - {type: dense, units: 8, activation: tanh, name: h2, weight_decay_factor: 0, regularizer: {l1: 0.002}}
    - type: concat
      branches:
        - - {type: dense, units: 5, activation: sigmoid, name: h3, learning_rate_factor: 2,
             weight_decay_factor: 3, kernel_regularizer: {l2: 0.03}}
        - []
    - {type: dense, units: 3, name: out, kernel_regularizer: {l1: 0.001, l2: 0.01}, bias_regularizer: {l1: 0.004, l2: 0.02}}
training:
  loss: mean_squared_error
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.5, weight_decay: 0.02}
  batch_size: 16
  epochs: 5
checkpoint: {directory: out, resume: never}
log: {steps: true, console: off}
Y
adamw="training.optimizer={type: adamw, learning_rate: 0.01, weight_decay: 0.1}"
h2="model.layers[1].layers[0]"
frozen="$h2={type: dense, units: 8, activation: tanh, name: h2, trainable: false, regularizer: {l1: 0.5, l2: 0.5}}"
still="$h2={type: dense, units: 8, activation: tanh, name: h2, learning_rate_factor: 0, regularizer: {l1: 0.5, l2: 0.5}}"

# compare N CASE TOLERANCE [--set ...]
compare() {
    local n=$1 case=$2 tolerance=$3
    shift 3
    rm -rf out
    run $n net.yaml "$@" || { fail "$case on $n ranks: $(cat run.log)"; return; }
    "$NNMPI_TOOLS/pytorch_tool" $oracle/training_rules.h5 rules/$case out $tolerance || fail "$case on $n ranks"
}
for n in 1 2 5; do
    compare $n sgd 1e-12
done
compare 2 adamw 1e-12 --set "$adamw"
compare 1 sgd 1e-5 --set precision=float32
compare 2 frozen 1e-12 --set "$frozen"

# bits FOLDER: of h2
bits() { "$NNMPI_TOOLS/weights_tool" "$1" | grep '^/model_weights/h2/'; }
run 1 net.yaml --set "$frozen" --set checkpoint.directory=frozen || fail "frozen: $(cat run.log)"
run 1 net.yaml --set "$still" --set checkpoint.directory=still || fail "a factor of 0: $(cat run.log)"
run 1 net.yaml --set training.epochs=0 --set checkpoint.directory=start || fail "no epochs: $(cat run.log)"
[ "$(bits start | wc -l)" = 2 ] || fail "h2 has not two weights: $(bits start)"
[ "$(bits start)" = "$(bits frozen)" ] || fail "what is frozen has moved"
same_bits frozen still "a rate of 0 is frozen"

# The penalty is in the loss of training and of validation: at weights that do not move, both are equal.
run 1 net.yaml --set training.optimizer.learning_rate=0 --set training.batch_size=all --set training.epochs=1 \
    --set checkpoint.directory=rest || fail "no rate: $(cat run.log)"
run 1 net.yaml --set training.optimizer.learning_rate=0 --set training.batch_size=all --set training.epochs=1 \
    --set "$frozen" --set checkpoint.directory=less || fail "no rate: $(cat run.log)"
losses() { awk -F, 'NR == 2 { print $3, $4 }' "$1/metrics.csv"; }
echo "train and validation loss: $(losses rest); with one penalty less: $(losses less)"
awk -v a="$(losses rest)" -v b="$(losses less)" 'BEGIN { split(a, x, " "); split(b, y, " ")
    d = x[1] - x[2]; e = x[1] - y[1]
    exit !(d < 1e-12 && d > -1e-12 && e > 1e-3) }' || fail "the penalty is not in both losses"

# The loss that lbfgs looks at has the penalty too: a linear layer with l2 is ridge regression.
ridge="[{type: dense, units: 3, name: linear, kernel_regularizer: {l2: 0.2}}]"
lbfgs="training={loss: mean_squared_error, optimizer: lbfgs, batch_size: all, epochs: 100}"
run 2 net.yaml --set model="{layers: $ridge}" --set "$lbfgs" --set checkpoint.directory=ridge || fail "ridge: $(cat run.log)"
/usr/bin/python3 - $oracle/training_data.h5 ridge/latest.h5 <<'END' || fail "lbfgs is not at the minimum"
import sys
import h5py, numpy as np
data, run = h5py.File(sys.argv[1]), h5py.File(sys.argv[2])
x, y, w = data["train/x"][()], data["train/y"][()], run["model_weights/linear/linear"]
a, b = x - x.mean(0), y - y.mean(0)
kernel = np.linalg.solve(a.T @ a + 0.2 * y.size * np.eye(x.shape[1]), a.T @ b)
worst = np.abs(kernel - w["kernel:0"][()]).max()
print(f"ridge regression by lbfgs: the weights differ by {worst:.1e}")
assert worst < 1e-6
END
code=0
run 2 net.yaml --set "$lbfgs" --set checkpoint=null || code=$?
[ $code = 78 ] && grep -q 'lbfgs chooses one step for all weights: "h1" cannot have a learning_rate_factor' run.log ||
    fail "lbfgs with a factor: $code, $(cat run.log)"
exit $failed
