#!/usr/bin/env bash
# ONNX files pass ONNX's own checker and strict shape inference: every layer where its own tests try
# it, and trained models, which also say what their classes and letters are called.
set -u
here=$NNMPI_SOURCE/tests/export
python=/usr/bin/python3
$python -c 'import onnx' 2>/dev/null || { echo "skipped: there is no python3-onnx"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
. "$here/models.sh"

mkdir layers trained
NNMPI_EXPORT_FOLDER=$folder/layers "$NNMPI_TOOLS/export_onnx_layers_test" >/dev/null 2>&1 || exit 1
$python "$here/onnx_check.py" layers || exit 1

make_models || exit 1
for name in $models; do
  "$NNMPI" -q export runs/$name/latest.h5 --onnx trained/$name.onnx || exit 1
  "$NNMPI_TOOLS/export_predict_tool" runs/$name/latest.h5 trained $name || exit 1
done
$python "$here/onnx_check.py" trained || exit 1
$python "$here/onnx_claims.py" trained
