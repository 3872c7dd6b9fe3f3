#!/usr/bin/env bash
# tfjs-layers loads what `nnmpi export --tfjs` writes and predicts nnmpi's numbers.
# ctest: LABELS npm TIMEOUT 900
# Packages go to $NNMPI_NPM (default: npm-tfjs/ beside the tools of the build), never into the source.
set -u
for program in node npm; do
  command -v $program >/dev/null || { echo "skipped: there is no $program"; exit 77; }
done
here=$NNMPI_SOURCE/tests/export
packages=${NNMPI_NPM:-$NNMPI_TOOLS/npm-tfjs}
mkdir -p "$packages" && cp "$here/tfjs_package.json" "$packages/package.json" || exit 1
cp "$here/tfjs_load.mjs" "$packages/tfjs_load.mjs" || exit 1
(cd "$packages" && npm install --no-audit --no-fund --no-package-lock --silent) ||
  { echo "skipped: npm cannot install the packages"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
. "$here/models.sh"
models="dense cnn resnet lstm classic large"
make_models || exit 1
for name in $models; do
  "$NNMPI" -q export runs/$name/latest.h5 --tfjs $name || exit 1
  "$NNMPI_TOOLS/export_predict_tool" runs/$name/latest.h5 . $name || exit 1
done
[ "$(ls large/weights-*of2.bin | wc -l)" = 2 ] || { echo "FAILED: large has no two files of weights"; exit 1; }
node "$packages/tfjs_load.mjs" . 1e-5
