#!/bin/bash
# Weights of samples and classes: each way to write them is the same; `balanced` is the formula; in
# validation samples have weights and classes have not; metrics have neither, weighted_metrics both; N ranks give the losses
# of one; what does not fit is refused. (Their numbers are those of PyTorch: pytorch_test.sh.)
# ctest: TIMEOUT 1800
. "$NNMPI_SOURCE/tests/train/common.sh"
python=/usr/bin/python3
$python -c 'import h5py' 2>/dev/null || { echo "no python3-h5py"; exit 77; }
"$NNMPI_TOOLS/make_data_tool" data.h5 70 5 3
$python - <<'END'
import h5py
import numpy as np
rng = np.random.default_rng(1)
with h5py.File("data.h5", "a") as f:
    for split in "train", "validation":
        label = f[split + "/labels"][:]
        f[split + "/one_hot"] = np.eye(3)[label]
        f[split + "/yes"] = (label == 1).astype(float).reshape(-1, 1)
        f[split + "/weights"] = (rng.integers(0, 4, len(label)) / 2).astype("f4")
    f["train/short"], f["train/wide"] = np.ones(69), np.ones((70, 2))
    f["train/negative"] = np.where(np.arange(70) == 41, -0.5, 1)
    f["train/nan"] = np.where(np.arange(70) == 12, np.nan, 1)
    tokens = rng.integers(0, 3, (70, 5)).astype("i4")
    weights = f["train/weights"][:]
    f["train/tokens"], f["train/repeated"] = tokens, np.repeat(weights, 5).reshape(70, 5)
    mask = rng.integers(0, 2, (70, 5))
    f["train/mask"], f["train/masked"] = mask.astype("u1"), np.where(mask, tokens, -7)
    open("part.txt", "w").write(str(float(mask.mean())))
    count = np.bincount(f["train/labels"][:], minlength=3)
    open("balanced.txt", "w").write(str([float(70 / (3 * n)) for n in count]))
    open("yes.txt", "w").write(str(float(70 / (2 * count[1]))) + "," + str(float(70 / (2 * (70 - count[1])))))
END

cat >run.yaml <<Y
precision: float64
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
model: {layers: [{type: dense, units: 6, activation: tanh}, {type: dense, units: 3, activation: softmax}]}
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.2}
  batch_size: 32
  epochs: 2
log: {directory: out, steps: true, console: off}
Y
losses() { # FOLDER [--set ...] on one rank
    local folder=$1
    shift
    run 1 run.yaml --set log.directory=$folder "$@" || fail "$folder: $(cat run.log)"
}
sample="--set data.train.weights=/train/weights"
losses plain
losses list --set "training.class_weight=[1, 2.5, 0]"
losses map --set "training.class_weight={1: 2.5, 2: 0}"
losses one_hot --set "training.class_weight={1: 2.5, 2: 0}" --set data.train.targets=/train/one_hot \
    --set data.validation.targets=/validation/one_hot
losses balanced --set training.class_weight=balanced
losses numbers --set "training.class_weight=$(cat balanced.txt)"
cmp list/steps.csv map/steps.csv || fail "a list is not its map"
same_losses list one_hot 1e-14 "one-hot targets"
same_losses balanced numbers 1e-14 "balanced"
cmp -s plain/steps.csv list/steps.csv && fail "class weights change nothing"

# One output: classes 0 and 1.
binary="--set training.loss=binary_crossentropy --set model.layers.1.units=1 --set model.layers.1.activation=sigmoid
    --set data.train.targets=/train/yes --set data.validation.targets=/validation/yes"
losses yes_balanced $binary --set training.class_weight=balanced
losses yes_numbers $binary --set "training.class_weight={1: $(cut -d, -f1 yes.txt), 0: $(cut -d, -f2 yes.txt)}"
same_losses yes_balanced yes_numbers 1e-14 "one output, balanced"

# Class ids at each of five positions: a weight a sample is its weight at each position; a position of
# weight 0 has no loss but is counted by the mean, one that is ignored is not.
positions() { # FOLDER TARGETS WEIGHTS [--set ...]
    local folder=$1 targets=$2 weights=$3
    shift 3
    run 1 run.yaml --set log.directory=$folder --set data.train.targets=/train/$targets --set "data.train.weights=$weights" \
        --set data.validation=null --set training.batch_size=all --set training.loss.ignore_index=-7 \
        --set "model.layers=[{type: reshape, target_shape: [5, 1]}, {type: dense, units: 6, activation: tanh}, {type: dense, units: 3, activation: softmax}]" \
        "$@" || fail "$folder: $(cat run.log)"
}
positions by_samples tokens /train/weights --set "training.class_weight={1: 3}"
positions by_positions tokens /train/repeated --set "training.class_weight={1: 3}"
same_losses by_samples by_positions 1e-14 "a weight for each position"
positions zero tokens /train/mask
positions ignored masked null
awk -F, -v part=$(cat part.txt) 'FNR == 2 { loss[FILENAME] = $2 }
    END { d = loss["zero/steps.csv"] / part - loss["ignored/steps.csv"]; exit !(d < 1e-12 && -d < 1e-12) }' \
    zero/steps.csv ignored/steps.csv || fail "weight 0 and ignored: $(cat zero/steps.csv ignored/steps.csv part.txt)"

# Validation, with weights that do not move (learning_rate 0): columns 5 and 6 are its loss and accuracy.
still="--set training.optimizer.learning_rate=0 --set training.epochs=1"
losses still $still
losses by_class $still --set "training.class_weight=[0, 5, 5]"
losses by_sample $still --set data.validation.weights=/validation/weights
column() { tail -1 $1/metrics.csv | cut -d, -f$2; }
[ "$(column still 5)" = "$(column by_class 5)" ] || fail "validation sees class weights"
[ "$(column still 5)" != "$(column by_sample 5)" ] || fail "validation does not see sample weights"
[ "$(column still 6)" = "$(column by_sample 6)" ] || fail "accuracy sees sample weights"
[ "$(column still 3)" != "$(column by_class 3)" ] || fail "training does not see class weights"

# weighted_metrics, learning_rate 0: weights of classes in training, of samples everywhere; a weight of 0 is a row less.
weighted="--set training.weighted_metrics=[accuracy] --set training.batch_size=all $still"
losses unweighted $weighted
losses weighted $weighted --set data.validation.weights=/validation/weights --set "training.class_weight=[0, 5, 5]"
named() { $python -c 'import csv, sys; print(list(csv.DictReader(open(sys.argv[1] + "/metrics.csv")))[-1][sys.argv[2]])' $1 $2; }
[ "$(named unweighted validation_weighted_accuracy)" = "$(named unweighted validation_accuracy)" ] || fail "no weights: $(cat unweighted/metrics.csv)"
[ "$(named weighted validation_accuracy)" = "$(named unweighted validation_accuracy)" ] || fail "accuracy sees weights"
run 2 run.yaml --set log.directory=saved --set checkpoint.directory=saved $weighted || fail "saved: $(cat run.log)"
for split in train validation; do
    "$NNMPI" predict saved --data data.h5 --inputs /$split/x --out $split.h5 >run.log 2>&1 || fail "predict: $(cat run.log)"
done
$python - "$(named weighted train_weighted_accuracy)" "$(named weighted validation_weighted_accuracy)" <<'END' || fail "weighted_metrics"
import sys
import h5py
import numpy as np
data = h5py.File("data.h5")
for split, said in zip(("train", "validation"), sys.argv[1:]):
    label = data[split + "/labels"][:]
    right = h5py.File(split + ".h5")["classes"][:] == label
    weight = np.array([0, 5, 5])[label] if split == "train" else data[split + "/weights"][:].astype(float)
    expected = (weight * right).sum() / weight.sum()
    assert abs(expected - float(said)) < 1e-8, (split, expected, said)
END

for n in 1 3; do
    run $n run.yaml --set log.directory=np$n --set training.class_weight=balanced $sample --set "data.validation={split: 0.3}" \
        --set training.micro_batch=7 || fail "$n ranks: $(cat run.log)"
done
same_losses np1 np3 1e-11 "weights and a split on 3 ranks"
[ "$(column np1 5 | cut -c1-9)" = "$(column np3 5 | cut -c1-9)" ] || fail "validation on 3 ranks: $(cat np1/metrics.csv np3/metrics.csv)"

refused() { # CODE WORDS [--set ...]
    local code=0 want=$1 words=$2
    shift 2
    "$NNMPI" check run.yaml "$@" >run.log 2>&1 || code=$?
    [ $code = $want ] && grep -qF -- "$words" run.log || fail "$*: exit $code, not $want with \"$words\": $(cat run.log)"
}
refused 65 "/train/short has 69 weights" --set data.train.weights=/train/short
refused 65 "has 2 weights a sample: one is expected" --set data.train.weights=/train/wide
refused 65 "row 41 is -0.5; a weight is a number >= 0" --set data.train.weights=/train/negative
refused 65 "row 12 is nan" --set data.train.weights=/train/nan
refused 66 "/train/none" --set data.train.weights=/train/none
refused 78 "the metric weighted_accuracy is given twice" --set "training.weighted_metrics=[accuracy, accuracy]"
refused 78 "a list of 3 weights is expected" --set "training.class_weight=[1, 2]"
refused 78 "unknown key \"7\"" --set "training.class_weight={7: 1}"
refused 78 "expected a number >= 0, found \"-1\"" --set "training.class_weight={1: -1}"
refused 78 "found \"nan\"" --set "training.class_weight=[1, nan, 1]"
refused 78 "balanced, a map" --set training.class_weight=heavy
refused 78 "mean_squared_error with 3 outputs has no classes" --set training.class_weight=balanced \
    --set training.loss=mean_squared_error --set data.train.targets=/train/one_hot --set data.validation.targets=/validation/one_hot
exit $failed
