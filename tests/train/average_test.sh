#!/bin/bash
# training.average: the formula, step for step; training itself is not changed by it; what is validated
# are the averaged weights; resumed = uninterrupted, N ranks = 1 rank.
# ctest: TIMEOUT 1800
. "$NNMPI_SOURCE/tests/train/common.sh"
python=/usr/bin/python3
$python -c 'import h5py' 2>/dev/null || { echo "no python3-h5py"; exit 77; }
"$NNMPI_TOOLS/make_data_tool" data.h5 90 5 3

cat >run.yaml <<Y
precision: float64
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
  test: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
model:
  layers:
    - {type: dense, units: 8, activation: tanh}
    - batch_norm
    - {type: dense, units: 6, activation: tanh, trainable: false}
    - {type: dense, units: 3, activation: softmax}
training:
  loss: categorical_crossentropy
  optimizer: {type: adam, learning_rate: 0.02}
  average: {decay: 0.8, warmup: false}
  batch_size: 30
  epochs: 5
  early_stopping: {patience: 100, restore_best: true}
checkpoint: {directory: whole, every: 1 steps, keep: 0, best: validation_loss}
log: {steps: true, console: off}
Y

run 2 run.yaml || fail "$(cat run.log)"
run 2 run.yaml --set training.average=null --set checkpoint.directory=plain || fail "$(cat run.log)"
run 2 run.yaml --set "training.average={decay: 0.8}" --set checkpoint.directory=warm || fail "$(cat run.log)"
cmp whole/steps.csv plain/steps.csv || fail "training with an average is other training"
$python - <<'END' || fail "the average is not that of the formula"
import glob
import h5py
import numpy as np

def weights(file, group):
    found = {}
    file[group].visititems(lambda name, item: found.update(
        {name.split(":")[0].split("/", 1)[-1] if group == "model_weights" else name: item[:]})
        if isinstance(item, h5py.Dataset) else None)
    return {name: value for name, value in found.items() if "moving" not in name}

def steps(folder, group):
    files = sorted(glob.glob(folder + "/step_??????????.h5"))  # not the restored one
    assert len(files) == 15
    return [weights(h5py.File(f, "r"), group) for f in files]

plain, worst = steps("plain", "model_weights"), 0
for folder in ("whole", "warm"):
    averaged, trained = steps(folder, "model_weights"), steps(folder, "nnmpi/state/trained")
    for t in range(2, 16):
        d = min(0.8, (1 + t) / (10 + t)) if folder == "warm" else 0.8
        for name, W in trained[t - 1].items():
            assert (W == plain[t - 1][name]).all(), name
            A = d * averaged[t - 2][name] + (1 - d) * W
            worst = max(worst, np.abs(A - averaged[t - 1][name]).max())
            frozen = name.startswith("dense_1/")
            assert (averaged[t - 1][name] == W).all() == frozen or not name.endswith("kernel"), name
print(f"largest difference from the formula {worst:.1e}")
assert 0 < worst < 1e-14
END

# What a checkpoint's weights are, as another run sees them, is what was validated.
value() { sed -n "s/.*\"$2\": \([^,]*\),\{0,1\}/\1/p" $1/summary.json; }
run 1 run.yaml --set model.init_from="$work/whole/step_0000000006.h5" --set training.epochs=0 --set training.average=null \
    --set checkpoint=null --set log.directory=again || fail "$(cat run.log)"
validated=$(awk -F, '$1 == 2 { print $4 }' whole/metrics.csv)
[ "$(printf %.8g "$(value again test_loss)")" = "$(printf %.8g "$validated")" ] ||
    fail "validation: $validated, those weights: $(value again test_loss)"
best=$(cut -d, -f4 whole/metrics.csv | tail -n +2 | sort -g | head -1)
[ "$(printf %.8g "$(value whole test_loss)")" = "$(printf %.8g "$best")" ] || fail "the best weights are not restored"

for stop in 4 6; do
    rm -rf part
    run 2 run.yaml --set checkpoint.directory=part \
        --set "checkpoint.resume=$(printf "%s/whole/step_%010d.h5" "$work" $stop)" || fail "$(cat run.log)"
    same_bits whole part "resumed at step $stop"
done

run 3 run.yaml --set checkpoint.directory=np3 || fail "$(cat run.log)"
same_losses whole np3 1e-11 "3 ranks"
paste -d, <(cut -d, -f4 whole/metrics.csv) <(cut -d, -f4 np3/metrics.csv) |
    awk -F, 'NR > 1 && ($1 - $2 > 1e-8 || $2 - $1 > 1e-8) { exit 1 }' || fail "validation on 3 ranks"
exit $failed
