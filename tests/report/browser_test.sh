# A report in Chromium: nothing overlaps, is cut off or makes a phone's page scroll sideways; no console
# errors; nothing is fetched.
# ctest: LABELS npm TIMEOUT 1800
# KEEP=FOLDER: pictures of the pages are left there. Packages go to $NNMPI_NPM (default: npm/ beside the tools of
# the build), never into the source.
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
train diabetes diabetes 1
cd "$folder" || exit 1
# a text of 50 letters, more than a confusion matrix is drawn of
awk 'BEGIN { srand(1); for (i = 0; i < 8000; i++) { c = i % 7 ? (i * i) % 48 : int(50 * rand())
  printf "%c", c < 48 ? 43 + c : c == 48 ? " " : "\n" } }' >letters.txt
cat >letters.yaml <<Y
name: letters
data: {train: {file: letters.h5}, test: {file: letters.h5}, sequence_length: 60}
model: {layers: [{type: embedding, input_dim: 50, output_dim: 16}, {type: lstm, units: 32, return_sequences: true}, {type: dense, units: 50, activation: softmax}]}
training: {loss: categorical_crossentropy, metrics: [accuracy, perplexity], epochs: 4, batch_size: 8, optimizer: {type: adam}}
checkpoint: {directory: letters}
Y
"$NNMPI" import -q text letters.txt --out letters.h5 --test 0.2 >/dev/null && "$NNMPI" --profile letters.yaml -q >/dev/null &&
  mpirun -np 2 "$NNMPI" sweep "$NNMPI_SOURCE/configs/digits.yaml" -q --set training.epochs=2 --set log.report=html \
    --set training.optimizer.learning_rate=0.001,0.1,1e30 --set training.optimizer.momentum=0.5,0.9 --out sweep >/dev/null || exit 1
grep -q 'not_finite</span> the loss' sweep/report.html || { echo "FAILED: no trial of the sweep fails, with its reason"; exit 1; }
# a run that goes on has no summary, and half a last line
cp -r digits goes_on && rm goes_on/summary.json && printf '{"epoch":13,"st' >>goes_on/metrics.jsonl
for run in digits inception diabetes letters goes_on; do "$NNMPI" report -q $run || exit 1; done
"$NNMPI" report -q digits a_name* inception --out all.html || exit 1

failures=0
one="result curves norms predictions model time config"
look() { # look FILE SECTION...
  echo "== $1"
  node "$packages/browser.mjs" "$browser" "$folder/$1" "${@:2}" || failures=1
}
for run in digits inception diabetes letters goes_on; do look $run/report.html $one; done
look sweep/report.html sweep $one
look all.html result curves norms predictions model time scaling config
exit $failures
