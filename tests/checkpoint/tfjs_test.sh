#!/usr/bin/env bash
# The checkpoint opens in tfjs-layers, read through h5wasm, and predicts nnmpi's numbers.
# ctest: LABELS npm TIMEOUT 600
# Packages go to $NNMPI_NPM (default: npm/ beside the tools of the build), never into the source.
set -u
for program in node npm; do
  command -v $program >/dev/null || { echo "skipped: there is no $program"; exit 77; }
done
here=$NNMPI_SOURCE/tests/checkpoint
packages=${NNMPI_NPM:-$NNMPI_TOOLS/npm}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir -p "$packages" && cp "$here/tfjs_package.json" "$packages/package.json" || exit 1
cp "$here/tfjs_predict.mjs" "$packages/predict.mjs" || exit 1
(cd "$packages" && npm install --no-audit --no-fund --no-package-lock --silent) ||
  { echo "skipped: npm cannot install the packages"; exit 77; }

failures=0
for model in layers images; do
  mkdir "$folder/$model"
  "$NNMPI_TOOLS/checkpoint_example_tool" $model "$folder/$model" || exit 1
  echo "$model:"
  node "$packages/predict.mjs" "$folder/$model/latest.h5" "$folder/$model/expected.h5" || failures=1
done
exit $failures
