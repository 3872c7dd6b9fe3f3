#!/usr/bin/env bash
# What others find in exported files: the tensors of safetensors, in float32 and float64, are the checkpoint's; class
# names and vocabulary are in ONNX's metadata and TensorFlow.js's userDefinedMetadata, the name of id 0 first.
set -u
here=$NNMPI_SOURCE/tests/export
python=/usr/bin/python3
$python -c 'import h5py, onnx' 2>/dev/null || { echo "skipped: there is no python3-h5py or python3-onnx"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
. "$here/models.sh"
failures=0
fail() { echo "FAILED: $*"; failures=1; }

models="dense transformer"
make_models || exit 1
"$NNMPI" -q dense.yaml --set precision=float64 --set checkpoint.directory=runs/float64 || exit 1
for name in dense transformer float64; do
  "$NNMPI" -q export runs/$name --safetensors $name.safetensors && $python "$here/safetensors_read.py" $name.safetensors runs/$name/latest.h5 ||
    fail "safetensors of $name"
done

# ---- names of classes and letters: quotes, blanks, commas, letters beyond ASCII ----
awk 'BEGIN { print "a,b,kind"; for (i = 0; i < 90; i++) printf "%d,%d,%s\n", i % 7, i % 5,
  i % 3 == 0 ? "\"say \"\"no\"\"\"" : i % 3 == 1 ? "zwölf" : "\"one, two\"" }' >kinds.csv
"$NNMPI" -q import csv kinds.csv --targets kind --out kinds.h5 || exit 1
config kinds "train: {file: kinds.h5}" "    - {type: dense, units: 3, activation: softmax}"
config letters "train: {file: letters.h5}, sequence_length: 8" "    - {type: embedding, input_dim: 16, output_dim: 3}
    - {type: lstm, units: 4, return_sequences: true}
    - {type: dense, units: 16, activation: softmax}"
printf 'a "zwölf",\n%.0s' $(seq 400) >letters.txt
"$NNMPI" -q import text letters.txt --out letters.h5 || exit 1
models="kinds letters"
for name in $models; do
  "$NNMPI" -q $name.yaml && "$NNMPI" -q export runs/$name --onnx $name.onnx --tfjs $name || exit 1
done
$python - <<'P' || failures=1
import json, sys
import h5py, onnx

failed = 0
for model, key in ("kinds", "class_names"), ("letters", "vocabulary"):
    with h5py.File(f"{model}.h5") as file:
        expected = [word.decode() for word in file[f"/{key}"][()]]
    metadata = {p.key: json.loads(p.value) for p in onnx.load(f"{model}.onnx").metadata_props}
    about = json.load(open(f"{model}/model.json"))["userDefinedMetadata"]
    for place, found in ("ONNX", metadata), ("TensorFlow.js", about):
        good = found.get(key) == expected and not {"class_names", "vocabulary"} - {key} & found.keys()
        failed |= not good
        print(f"{'' if good else 'FAILED: '}{key} in {place}: {found.get(key)}")
    assert "zwölf" in expected or "ö" in expected
sys.exit(failed)
P
exit $failures
