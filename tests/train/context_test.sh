#!/bin/bash
# data.context: every target of a held-out text counts once, and all but those of the first window
# with that many rows before it.   ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/train/common.sh"

# A text of 161 letters, and its first 9, which are one window of 8.
awk 'BEGIN { srand(3); for (i = 0; i < 161; i++) printf "%c", 97 + int(5 * rand() * rand()) }' >all.txt
head -c 9 all.txt >window.txt
"$NNMPI" import text all.txt --out all.h5 >/dev/null
"$NNMPI" import text window.txt --out window.h5 --vocabulary all.h5 >/dev/null
letters=$(grep -o . all.txt | sort -u | wc -l)

# config NAME LAYERS: nothing is learned: the rate is almost 0
config() {
    cat >$1.yaml <<Y
precision: float64
data:
  train: {file: all.h5, inputs: /text}
  test: {file: all.h5, inputs: /text}
  sequence_length: 8
model:
  layers: [{type: embedding, input_dim: $letters, output_dim: 6, name: e}, $2 {type: dense, units: $letters, activation: softmax, name: d}]
training: {loss: categorical_crossentropy, metrics: [bits_per_character], optimizer: {type: sgd, learning_rate: 1.0e-30}, epochs: 1}
log: {console: off}
Y
}
config markov ""
config each "{type: lstm, units: 7, return_sequences: true, name: l},"
config last "{type: lstm, units: 7, name: l},"

# loss RANKS NAME [--set ...]: the loss of the test
loss() {
    local ranks=$1 name=$2
    shift 2
    rm -rf out
    run "$ranks" "$name.yaml" --set log.directory=out "$@" || fail "$name $*: $(cat run.log)" >&2
    sed -n 's/.*"test_loss": \([0-9.e+-]*\).*/\1/p' out/summary.json
}
# equal A B WHAT
equal() {
    awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; exit !(a > 0.1 && d < 1e-8 && d > -1e-8) }' ||
        fail "$3: $1 and $2"
    echo "$3: $1"
}

plain=$(loss 1 markov)
for context in 4 6 7; do # 8 - context divides 160 - 8
    equal "$(loss 1 markov --set data.context=$context)" "$plain" \
        "what a model says that sees one letter does not depend on the context ($context)"
done

# 160 targets are 153 that are each the last of a window, and the first 7 of the first window.
run 1 each.yaml --set checkpoint.directory=weights || fail "no checkpoint: $(cat run.log)"
weights="--set model.init_from=weights/latest.h5"
next="--set data.target=next --set data.stride=1"
counted=$(loss 1 each $weights --set data.context=7)
lasts=$(loss 1 last $weights $next)
first=$(loss 1 each $weights --set data.test.file=window.h5 --set data.context=0)
last=$(loss 1 last $weights $next --set data.test.file=window.h5)
composed=$(awk -v a="$lasts" -v b="$first" -v c="$last" 'BEGIN { printf "%.12g", (153 * a + 8 * b - c) / 160 }')
equal "$counted" "$composed" "each target counts once, with all the rows before it that a window has"
for n in 2 3 7; do
    equal "$(loss $n each $weights --set data.context=7)" "$counted" "$n ranks say the same"
done
without=$(loss 1 each $weights)
[ -n "$without" ] && [ "$counted" != "$without" ] || fail "the context makes no difference ($counted, $without)"

# What cannot be is said.
for bad in "data.context=8 less_than" "data.context=2,data.target=next data.target"; do
    sets=${bad% *} said=${bad#* }
    run 1 each.yaml --set "${sets%,*}" --set "${sets#*,}" && fail "$sets was accepted"
    grep -q "${said/_/ }" run.log || fail "$sets: $(cat run.log)"
done
exit $failed
