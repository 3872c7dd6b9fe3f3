#!/usr/bin/env bash
# tools.sh RUN...: every tool on trained models, which are only read. Of each run folder of configs/NAME.yaml:
#   eval says what summary.json says; predict writes the same bytes on 1 and on 3 ranks; export writes ONNX that
#   passes ONNX's own check (in onnxruntime-web, where npm has it, it gives nnmpi's numbers), safetensors, and
#   TensorFlow.js or the name of the layer that this has not; report, inspect, `check --gradients`; generate, of a text.
# By hand after scripts/test.sh:  bash tests/results/tools.sh runs/results/*
set -u
source=$(cd "$(dirname "$0")/../.." && pwd)
nnmpi=$(realpath "${NNMPI:-$source/build/nnmpi}")
tools=$(realpath "${NNMPI_TOOLS:-$source/build/tests}")
python=/usr/bin/python3
. "$source/scripts/common.sh"
mpi_environment 3
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-tools.XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
  echo "FAILED: $name: $*"
  failed=1
}

# A thread a rank: more of them wait for each other without sleeping, for ever where others want the cores too.
one_thread="--set training.threads=1"

# on RANKS ARGUMENT...: nnmpi, what it says in $work/out
on() {
  local launch="mpirun -np $1"
  [ "$1" = 1 ] && launch=
  shift
  $launch "$nnmpi" "$@" >"$work/out" 2>&1 </dev/null
}

# number FILE KEY: the number of that name in a JSON file
number() { sed -n "s/^ *\"$2\": \([-0-9.e+]*\),*$/\1/p" "$1" | head -n 1; }

near() { # A B WHAT
  awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b
    exit !(a != "" && b != "" && d <= 1e-6 * (s < 1 ? 1 : s)) }' || fail "$3: $1 is not $2"
}

# The split that there are numbers of: the test, or what it was trained on.
split_of() { grep -q '"test_loss"' "$run/summary.json" && echo test || echo train; }

# source_of KEY: `file` or `inputs` of the split, as the configuration in the run folder says it
source_of() { sed -n "/^  $split:\$/,/^  [a-z]/s/^    $1: //p" "$run/config.yaml" | head -n 1; }

evaluate() {
  local key value compared=0
  on 2 eval "$run" $one_thread --json "$work/eval.json" || { fail "eval: $(cat "$work/out")"; return; }
  for key in $(sed -n "s/^ *\"${split}_\([a-z0-9_]*\)\": .*/\1/p" "$run/summary.json"); do
    value=$(number "$work/eval.json" "$key")
    near "$value" "$(number "$run/summary.json" "${split}_$key")" "eval: ${split}_$key"
    compared=$((compared + 1))
    say "$name: eval: ${split}_$key $value"
  done
  [ $compared -gt 1 ] || fail "eval: only $compared numbers to compare"
}

predict() {
  local ranks
  for ranks in 1 3; do
    on $ranks predict "$run" $one_thread --data "$(source_of file)" --inputs "$(source_of inputs)" --out "$work/$ranks.h5" ||
      { fail "predict on $ranks: $(cat "$work/out")"; return; }
  done
  cmp "$work/1.h5" "$work/3.h5" || fail "predict: another file on 3 ranks"
  say "$name: predict: $(wc -c <"$work/1.h5") bytes, the same on 3 ranks"
  rm -f "$work"/[13].h5
}

# Layers that tfjs-layers has not; elsewhere it is a failure.
without_tfjs=" bible_transformer weather "
export_it() {
  local onnx=$work/onnx
  mkdir "$onnx"
  on 1 export "$run" --onnx "$onnx/$name.onnx" --safetensors "$work/w.safetensors" || fail "export: $(cat "$work/out")"
  $python "$source/tests/export/safetensors_read.py" "$work/w.safetensors" "$run/latest.h5" || fail "export: safetensors"
  on 1 export "$run" --tfjs "$work/tfjs"
  local code=$?
  case $without_tfjs in
    *" $name "*) [ $code = 78 ] && grep -q 'cannot be said in TensorFlow.js' "$work/out" ;;
    *) [ $code = 0 ] && [ -s "$work/tfjs/model.json" ] ;;
  esac || fail "export --tfjs: exit code $code: $(cat "$work/out")"
  say "$name: export: $(tail -n 1 "$work/out")"
  local double=""
  grep -q '^precision: float64' "$run/config.yaml" && double=_f64
  "$tools/export_predict${double}_tool" "$run/latest.h5" "$onnx" "$name" || fail "the numbers to compare with"
  $python "$source/tests/export/onnx_check.py" "$onnx" || fail "export: ONNX's check"
  if [ -n "$runtime" ]; then
    node "$runtime/onnx_run.mjs" "$onnx" 1e-5 || fail "export: onnxruntime-web has other numbers"
  fi
  rm -r "$onnx" "$work/tfjs" "$work/w.safetensors" 2>/dev/null
}

# The same text on 2 ranks; with each token computed once the same as with the whole window.
generate() {
  local prompt="In the beginning" ask
  grep -q '^  sequence_length:' "$run/config.yaml" && grep -q 'type: embedding' "$run/config.yaml" || return
  ask="--length 100 --temperature 0.7 --seed 3 $one_thread"
  # shellcheck disable=SC2086
  on 1 generate "$run" --prompt "$prompt" $ask || fail "generate: $(cat "$work/out")"
  mv "$work/out" "$work/text"
  [ "$(head -c 16 "$work/text")" = "$prompt" ] && [ "$(wc -m <"$work/text")" -ge 116 ] || fail "generate: $(cat "$work/text")"
  # shellcheck disable=SC2086
  on 2 generate "$run" --prompt "$prompt" $ask && cmp "$work/out" "$work/text" || fail "generate: another text on 2 ranks"
  # shellcheck disable=SC2086
  on 1 generate "$run" --prompt "$prompt" --no-cache $ask && cmp "$work/out" "$work/text" || fail "generate: another text without a cache"
  say "$name: generate: $(tr '\n' ' ' <"$work/text")"
}

look() {
  on 1 report "$run" --out "$work/report.html" || fail "report: $(cat "$work/out")"
  grep -q '<section id="predictions"' "$work/report.html" || fail "report: no predictions"
  on 1 inspect "$run" || fail "inspect: $(cat "$work/out")"
  grep -q 'its checksums hold' "$work/out" || fail "inspect: $(cat "$work/out")"
  on 1 inspect "$run" "$run/latest.h5" || fail "inspect, of two: $(cat "$work/out")"
  on 1 check "$run/config.yaml" --gradients $one_thread || fail "check --gradients: $(cat "$work/out")"
  say "$name: check --gradients: $(awk '/^gradients/ { on = 1; next } on && NF >= 5 && $2 != "numbers" {
    n += $3 - $4; kinks += $4; if ($5 > worst) worst = $5 }
    END { print n " numbers, " kinks " kinks, the largest difference " worst }' "$work/out")"
}

# onnxruntime-web, where npm gets it: the folder
runtime_of() {
  local packages=${NNMPI_NPM:-$tools/npm-onnx}
  command -v node >/dev/null && command -v npm >/dev/null && mkdir -p "$packages" &&
    cp "$source/tests/export/onnx_package.json" "$packages/package.json" &&
    cp "$source/tests/export/onnx_run.mjs" "$packages" &&
    (cd "$packages" && npm install --no-audit --no-fund --no-package-lock --silent) >&2 && echo "$packages"
}

[ $# -gt 0 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; }
runtime=$(runtime_of) || say "there is no npm, or it cannot get onnxruntime-web: ONNX is checked, but not run"
for run; do
  run=$(realpath "$run")
  name=$(sed -n 's/^name: //p' "$run/config.yaml")
  split=$(split_of)
  evaluate
  predict
  export_it
  generate
  look
done
exit $failed
