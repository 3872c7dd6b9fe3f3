#!/usr/bin/env bash
# onnxruntime-web, on one thread, gives nnmpi's numbers: of trained models within 1e-5, and of every
# layer alone, with random weights that make some of them less well conditioned.
# ctest: LABELS npm TIMEOUT 900
# Packages go to $NNMPI_NPM (default: npm-onnx/ beside the tools of the build), never into the source.
set -u
for program in node npm; do
  command -v $program >/dev/null || { echo "skipped: there is no $program"; exit 77; }
done
here=$NNMPI_SOURCE/tests/export
packages=${NNMPI_NPM:-$NNMPI_TOOLS/npm-onnx}
mkdir -p "$packages" && cp "$here/onnx_package.json" "$packages/package.json" || exit 1
cp "$here/onnx_run.mjs" "$packages/onnx_run.mjs" || exit 1
(cd "$packages" && npm install --no-audit --no-fund --no-package-lock --silent) ||
  { echo "skipped: npm cannot install the packages"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
. "$here/models.sh"

mkdir layers trained
NNMPI_EXPORT_FOLDER=$folder/layers "$NNMPI_TOOLS/export_onnx_layers_test" >/dev/null 2>&1 || exit 1
make_models || exit 1
for name in $models; do
  "$NNMPI" -q export runs/$name/latest.h5 --onnx trained/$name.onnx || exit 1
  "$NNMPI_TOOLS/export_predict_tool" runs/$name/latest.h5 trained $name || exit 1
done
failures=0
VERBOSE=1 node "$packages/onnx_run.mjs" trained 1e-5 || failures=1
node "$packages/onnx_run.mjs" layers 3e-5 || failures=1
exit $failures
