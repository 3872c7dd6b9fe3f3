#!/usr/bin/env bash
# nnmpi export on one rank and on three: the same files, whole or not at all; what is said when
# something is wrong; docs/export.md has the table that the program has.
set -u
here=$NNMPI_SOURCE/tests/export
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
. "$here/models.sh"
failures=0
fail() { echo "FAILED: $*"; failures=1; }

# says CODE WORDS ARGUMENT...: `nnmpi export` ends with CODE and its output has WORDS (a pattern).
says() {
  local code=$1 words=$2
  shift 2
  timeout 60 ${launch:-} "$NNMPI" export "$@" >out 2>&1 </dev/null
  local got=$?
  [ $got = "$code" ] || fail "${launch:-} nnmpi export $*: exit code $got, not $code: $(cat out)"
  grep -qe "$words" out || fail "nnmpi export $*: no '$words' in: $(cat out)"
}

# model NAME LAYER: runs/NAME of that layer between others
model() {
  config $1 "$digits" "    - $2
    - flatten
$end"
  "$NNMPI" -q $1.yaml >out 2>&1 || fail "$1: $(cat out)"
}
models=large
make_models || exit 1
digits="train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}"
end="    - {type: dense, units: 10, activation: softmax}"

# ---- files ----
says 0 'is written' runs/large --onnx a.onnx --safetensors a.safetensors --tfjs a
launch="mpirun -np 3"
says 0 'is written' runs/large/latest.h5 --onnx b.onnx --safetensors b.safetensors --tfjs b
says 73 'a.onnx: it exists already; --force replaces it' runs/large --onnx a.onnx
says 66 'there is no such file or run folder' nothing --onnx c.onnx
launch=
for kind in onnx safetensors; do cmp a.$kind b.$kind || fail "$kind is not the same on 3 ranks"; done
diff -r a b || fail "tfjs is not the same on 3 ranks"
says 73 'a/model.json: it exists already; --force replaces it' runs/large --tfjs a
says 0 'a is written' runs/large --tfjs a --force
diff -r a b || fail "a folder written twice is another one"

# ---- safetensors come back ----
"$NNMPI" -q large.yaml --set model.init_from=a.safetensors --set training.max_steps=null --set training.epochs=0 \
  --set checkpoint.directory=runs/again >out 2>&1 || fail "init_from: $(cat out)"
says 0 'is written' runs/again --safetensors again.safetensors
cmp a.safetensors again.safetensors || fail "weights from safetensors are other weights"

# ---- what is wrong ----
says 2 'in what format' runs/large
says 2 'wants a value' runs/large --onnx
says 73 'no/such/a.onnx: cannot be written' runs/large --onnx no/such/a.onnx
says 73 'a.onnx: it is no folder' runs/large --tfjs a.onnx
says 65 'not a checkpoint of nnmpi' "$NNMPI_SOURCE/data/digits.h5" --onnx c.onnx
cp runs/large/latest.h5 bad.h5
printf 'XXXXXXXX' | dd of=bad.h5 bs=1 seek=60000 conv=notrunc 2>/dev/null
says 65 'bad.h5: .*damaged' bad.h5 --onnx c.onnx --safetensors c.safetensors --tfjs c

# ---- no counterpart: the layer is named ----
model rnn '{type: simple_rnn, units: 4, activation: gelu, name: odd}'
says 78 'layer `odd` (simple_rnn) cannot be said in ONNX: RNN has no counterpart of activation: gelu' runs/rnn --onnx c.onnx
model norm '{type: rms_norm, name: odd}'
says 78 'layer `odd` cannot be said in TensorFlow.js: it has no RMSNormalization' runs/norm --tfjs c
model gru '{type: bidirectional, layer: {type: gru, units: 3}, name: odd}'
says 78 'layer `odd` cannot be said in TensorFlow.js: its GRU has no reset_after' runs/gru --tfjs c
model pool '{type: avg_pool1d, pool_size: 2, padding: 1, name: odd}'
says 78 'layer `odd` cannot be said in TensorFlow.js: padding by numbers' runs/pool --tfjs c
[ -z "$(ls -d c c.* ./*.tmp 2>/dev/null)" ] || fail "left behind: $(ls -d c c.* ./*.tmp)"

# ---- the page ----
"$NNMPI" help onnx >table
sed -n '/^layers:$/,/^and the next/p' "$NNMPI_SOURCE/docs/export.md" >page
sed -n '/^layers:$/,/^and the next/p' table | cmp - page || fail 'docs/export.md is not what `nnmpi help onnx` says'
exit $failures
