# A report in Chromium: nothing overlaps, is cut off or makes a phone's page scroll sideways; no console
# errors; nothing is fetched.
# ctest: LABELS npm TIMEOUT 600
# Packages go to $NNMPI_NPM (default: npm/ beside the tools of the build), never into the source.
set -u
for program in node npm; do
  command -v $program >/dev/null || { echo "skipped: there is no $program"; exit 77; }
done
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "skipped: there is no chromium"; exit 77; }
here=$NNMPI_SOURCE/tests/report
packages=${NNMPI_NPM:-$NNMPI_TOOLS/npm}/report
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$packages" && cp "$here/browser_package.json" "$packages/package.json" &&
  cp "$here/browser.mjs" "$packages" || exit 1
(cd "$packages" && npm install --no-audit --no-fund --no-package-lock --silent) ||
  { echo "skipped: npm cannot install the packages"; exit 77; }

train() { # train FOLDER CONFIG RANKS OPTION...
  local run=$1 config=$2 ranks=$3
  shift 3
  mpirun -np "$ranks" "$NNMPI" --profile "$NNMPI_SOURCE/configs/$config.yaml" -q \
    --set checkpoint.directory="$folder/$run" "$@" >/dev/null || { echo "FAILED: training of $run"; exit 1; }
}
train digits digits 2 --set training.epochs=12
train a_name_that_is_rather_long_for_a_phone digits 1 --set training.epochs=3 --set training.optimizer.learning_rate=0.001
train inception digits_inception 1 --set training.epochs=1
cd "$folder" || exit 1
"$NNMPI" report -q digits && "$NNMPI" report -q inception &&
  "$NNMPI" report -q digits a_name* inception --out all.html || exit 1

failures=0
one="result curves norms predictions model time config"
node "$packages/browser.mjs" "$browser" "$folder/digits/report.html" $one || failures=1
node "$packages/browser.mjs" "$browser" "$folder/inception/report.html" $one || failures=1
node "$packages/browser.mjs" "$browser" "$folder/all.html" result curves norms predictions model time scaling config ||
  failures=1
exit $failures
