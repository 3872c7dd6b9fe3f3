#!/bin/bash
# import text: tokens and vocabulary give the text back; what is no text is refused with line and
# offset; what is trained on it does not depend on the number of ranks.
. "$NNMPI_SOURCE/tests/import/common.sh"

# ---- the text comes back, whatever its characters and its parts ----
$python - <<'P'
import random
random.seed(1)
def text(letters, n): return "".join(random.choices(letters, k=n))
open("ascii.txt", "w", newline="").write(text("abc \n\r\t", 40000))
open("wide.txt", "w", newline="").write(text([chr(c) for c in range(1, 0x300)] + ["\u20ac", "\U0001f600"], 99999))
open("huge.txt", "w", newline="").write("".join(chr(c) for c in range(1, 0x11000) if not 0xd800 <= c < 0xe000))
open("one.txt", "w").write("a")
P
check() { # FILE DTYPE OPTION...: parts and vocabulary, against Python
    local file=$1 dtype=$2
    shift 2
    says 0 "tokens\|x $dtype" text "$file" --out t.h5 --force "$@"
    $python - "$file" "$dtype" "$@" <<'P' || fail "import text $file $*"
import sys, h5py, numpy as np
text = open(sys.argv[1], encoding="utf-8", newline="").read()
part = {sys.argv[i][2:]: float(sys.argv[i + 1]) for i in range(3, len(sys.argv), 2)}
with h5py.File("t.h5") as f:
    words = [w.decode() for w in f["vocabulary"][:]]
    assert words == sorted(set(text)), "vocabulary"
    names = ["/train/text", "/validation/text", "/test/text"] if part else ["/text"]
    sets = [f[n] for n in names if n in f]
    assert len(sets) == 1 + len(part) and all(s.dtype == sys.argv[2] for s in sets)
    for s in sets[1:]:
        assert len(s) == int(part[s.name.split("/")[1]] * len(text) + 0.5), s.name
    assert "".join(words[i] for s in sets for i in s[:]) == text, "text"
P
}
check ascii.txt uint8
check ascii.txt uint8 --test 0.05
check wide.txt uint16 --validation 0.1 --test 0.25
check huge.txt int32 --validation 0.333
check one.txt uint8
rm t.h5

# ---- bytes, several files, a byte order mark, another file's vocabulary ----
says 0 'x uint8' text --bytes "$NNMPI_SOURCE/data/digits.h5" --out t.h5
$python - "$NNMPI_SOURCE/data/digits.h5" <<'P' || fail "bytes"
import sys, h5py
with h5py.File("t.h5") as f: assert bytes(f["text"][:]) == open(sys.argv[1], "rb").read() and "vocabulary" not in f
P
printf '\xef\xbb\xbfabc\n' >bom.txt
printf 'cab\n' >more.txt
says 0 '4 characters' text bom.txt more.txt --out t.h5 --force
$python - <<'P' || fail "several files, a byte order mark"
import h5py
with h5py.File("t.h5") as f: assert list(f["text"][:]) == [1, 2, 3, 0, 3, 1, 2, 0]
P
mv t.h5 v.h5
printf 'xyz' >last.txt
says 0 '7 characters' text more.txt bom.txt --validation 0.5 --validation-file bom.txt --test-file last.txt --out t.h5
$python - <<'P' || fail "files of splits of their own"
import h5py
with h5py.File("t.h5") as f:
    words = [w.decode() for w in f["vocabulary"][:]]
    text = ["".join(words[i] for i in f[s + "/text"][:]) for s in ("train", "validation", "test")]
    assert text == ["cab\n", "abc\nabc\n", "xyz"], text
P
rm t.h5
says 0 '4 characters' text more.txt --vocabulary v.h5 --out t.h5
$python - <<'P' || fail "another vocabulary"
import h5py
with h5py.File("t.h5") as f: assert list(f["text"][:]) == [3, 1, 2, 0] and len(f["vocabulary"]) == 4
P

# ---- an older file stays unless --force; an error leaves nothing ----
cp t.h5 before.h5
"$NNMPI" import text one.txt --out t.h5 2>out && fail "an older file was replaced"
grep -q 't.h5: it exists already; --force' out || fail "$(cat out)"
timeout 60 "$NNMPI" import text missing.txt --out t.h5 --force 2>/dev/null && fail "no missing.txt"
cmp t.h5 before.h5 || fail "the older file was changed"
rm t.h5
says 73 'nowhere/t.h5' text one.txt --out nowhere/t.h5
says 66 'missing.txt: No such file' text one.txt missing.txt --out t.h5
says 66 'not a regular file' text . --out t.h5
: >empty.txt
says 65 'empty.txt: the file is empty' text empty.txt --out t.h5
printf 'cab\nxyz' >new.txt
says 65 'new.txt: line 2: the character "x" (U+0078) is not in the vocabulary of v.h5' text new.txt --vocabulary v.h5 --out t.h5
says 65 'digits.h5: this is no text in UTF-8: it seems to be HDF5.*; --bytes takes any file$' text "$NNMPI_SOURCE/data/digits.h5" --out t.h5
printf 'a\nb\xfc' >latin.txt
says 65 'latin.txt: line 2: the byte 0xfc at offset 3 is not UTF-8; .*; --bytes takes any file$' text latin.txt --out t.h5
printf 'a\n\0' >zero.txt
says 65 'zero.txt: line 2: the byte 0x00 at offset 2 is zero' text zero.txt --out t.h5
says 2 'wants --out' text one.txt
says 2 'did you mean `text`?' txt one.txt --out t.h5
says 2 '--bytes or --vocabulary' text one.txt --bytes --vocabulary v.h5 --out t.h5
says 2 'between 0 and 1' text one.txt --test 1 --out t.h5
says 2 'between 0 and 1' text one.txt --validation x --out t.h5
says 2 'leave nothing' text ascii.txt --validation 0.5 --test 0.5 --out t.h5
says 65 'none at all' text one.txt --test 0.1 --out t.h5

# ---- training: bits a character of a model that knows nothing are log2 V; ranks do not matter ----
rm -f t.h5
$python -c 'import random; random.seed(2); print("".join(random.choices("abcdefghijk ", k=3000)), end="")' >train.txt
says 0 '12 characters' text train.txt --out t.h5 --test 0.2
cat >t.yaml <<Y
precision: float64
data: {train: {file: t.h5}, validation: {split: 0.1}, test: {file: t.h5}, sequence_length: 20, stride: 7}
model:
  layers:
    - {type: embedding, input_dim: 12, output_dim: 4}
    - {type: gru, units: 6, return_sequences: true}
    - {type: dense, units: 12, activation: softmax, kernel_initializer: zeros}
training:
  loss: categorical_crossentropy
  metrics: [bits_per_character]
  optimizer: {type: sgd, learning_rate: 0.1}
  batch_size: 16
  max_steps: 12
log: {steps: true, console: off}
Y
cp t.yaml next.yaml
sed -i 's/return_sequences: true/return_sequences: false/; s/stride: 7/stride: 7, target: next/' next.yaml
for config in t next; do
    for n in 1 3; do
        timeout 60 mpirun -np $n "$NNMPI" -q $config.yaml --set checkpoint.directory=$config$n >log 2>&1 || fail "$config, $n ranks: $(cat log)"
    done
    paste -d, ${config}1/steps.csv ${config}3/steps.csv |
        awk -F, '$1 + 0 > 0 { n++; d = $2 - $4; if (d > 1e-11 || d < -1e-11) { print; bad = 1 } } END { exit bad || n != 12 }' ||
        fail "$config: 1 and 3 ranks differ"
    $python -c 'import h5py, sys; print(repr("".join(w.decode() for w in h5py.File(sys.argv[1])["nnmpi/data/vocabulary"][:])))' \
        ${config}3/latest.h5 | grep -qx "' abcdefghijk'" || fail "the vocabulary in the checkpoint"
    "$NNMPI" -q $config.yaml --set training.epochs=1 --set training.optimizer.learning_rate=1e-300 --set log.directory=$config.0 >log 2>&1
    grep -q '"test_bits_per_character": *3.5849625' $config.0/summary.json || fail "$config: bits a character are not log2 12: $(cat log $config.0/summary.json)"
done
exit $failed
