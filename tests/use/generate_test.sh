#!/bin/bash
# generate goes on with a text that can be learned by heart; the same seed gives the same text on any
# number of ranks; what is carried from token to token changes no text within the window; wrong prompts
# and models that look ahead are refused.
# ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/use/common.sh"

printf 'abcd\xc3\xa9.%.0s' $(seq 300) >text.txt
"$NNMPI" -q import text text.txt --out text.h5
config() { # NAME LAYERS [DATA KEYS]
  cat >$1.yaml <<Y
data: {train: {file: text.h5}, sequence_length: 12, stride: 5${3:-}}
model: {layers: [{type: embedding, input_dim: 6, output_dim: 8}, $2, {type: dense, units: 6, activation: softmax}]}
training: {loss: categorical_crossentropy, epochs: 6, batch_size: 16, optimizer: {type: adam, learning_rate: 0.02}}
checkpoint: {directory: $work/$1}
Y
  on 1 -q $1.yaml || fail "$1: $(cat out err)"
}
config lstm '{type: lstm, units: 16, return_sequences: true}'
config transformer 'positional_embedding, {type: transformer_block, num_heads: 2, ff_dim: 16, causal: true}'
config stack '{type: simple_rnn, units: 16, return_sequences: true}, {type: gru, units: 16, return_sequences: true}'
config next '{type: gru, units: 16}' ', target: next' # one target a window
config ahead '{type: bidirectional, layer: {type: gru, units: 4, return_sequences: true}}'

# by heart, from a prompt shorter than a window to far beyond it
for model in lstm transformer stack; do
  on 1 generate $model --prompt 'bcd' --length 28 --temperature 0 || fail "$model: $(cat out err)"
  [ "$(cat out)" = "bcdé.abcdé.abcdé.abcdé.abcdé.ab" ] || fail "$model wrote: $(cat out)"
done

# within the window each token shown once is all tokens shown each time; and so is a window's prompt
for model in lstm transformer stack; do
  for said in 'ab --length 11 --temperature 0' 'ab --length 11 --temperature 1 --seed 3' \
    'abcdé.abcdé.abcdé. --length 1 --temperature 4'; do
    [ "$model" = transformer ] || [ "${said%% *}" = ab ] || continue # recurrence carries all of it
    # shellcheck disable=SC2086
    on 1 generate $model --prompt $said --no-cache && cp out anew || fail "$model $said: $(cat err)"
    # shellcheck disable=SC2086
    on 1 generate $model --prompt $said && cmp out anew || fail "$model $said: $(cat out), not $(cat anew)"
  done
done
on 2 generate transformer --prompt ab --length 11 --temperature 1 --seed 3 && cp out two
on 1 generate transformer --prompt ab --length 11 --temperature 1 --seed 3 && cmp out two || fail "2 ranks write another text"
# the window of the transformer is full: it goes on, and says the same twice
on 1 generate transformer --prompt ab --length 60 --temperature 5 && cp out one
on 2 generate transformer --prompt ab --length 60 --temperature 5 && cmp out one || fail "the full window: 2 ranks write another text"
on 1 -v generate next --prompt 'abcdé.abcdé.' --length 2
grep -q 'the whole window is computed for each token: "gru" (gru) cannot' err || fail "-v does not say why: $(cat err)"
on 1 -v generate lstm --prompt ab --length 2
grep -q 'whole window' err && fail "-v speaks of the whole window: $(cat err)"
on 1 generate next --prompt 'abcdé.abcdé.' --length 7 --temperature 0
[ "$(cat out)" = "abcdé.abcdé.abcdé.a" ] || fail "next wrote: $(cat out err)"
says 2 'the model tells the token after 12 others: --prompt has only 2' generate next --prompt ab

# draws: of the seed alone; one of the most likely is the most likely
on 1 generate lstm --prompt ab --length 60 --temperature 5 && cp out one && cp out five
on 3 generate lstm --prompt ab --length 60 --temperature 5 && cmp out one || fail "3 ranks write another text"
on 1 generate lstm --prompt ab --length 60 --temperature 5 --seed 2 && cmp -s out one && fail "another seed writes the same"
on 1 generate lstm --prompt ab --length 60 --temperature 0 && cp out greedy
for few in '--top-k 1' '--top-p 0.001'; do
  # shellcheck disable=SC2086
  on 1 generate lstm --prompt ab --length 60 --temperature 5 $few && cmp out greedy || fail "$few: $(cat out err)"
done

on 1 generate lstm --prompt ab --length 60 --temperature 5 --top-p 1 && cmp out five || fail "--top-p 1 cuts: $(cat out err)"
says 2 'top-p wants a number above 0, up to 1' generate lstm --prompt ab --top-p 1.5
says 2 'top-p wants a number above 0, up to 1' generate lstm --prompt ab --top-p 0

ranks_said="1 3"
says 65 'vocabulary has not: "X", "ü"' generate lstm --prompt 'aXbüX'
ranks_said=1
says 65 'the model looks ahead' generate ahead --prompt ab
says 2 'prompt is empty' generate lstm --prompt ''
says 2 'wants --prompt' generate lstm
says 2 'wants a number >= 0' generate lstm --prompt a --temperature -1
sed "s|\.\./data|$NNMPI_SOURCE/data|; s|epochs: 30|epochs: 0|; s|\.\./runs/digits|$work/digits|" "$NNMPI_SOURCE/configs/digits.yaml" >digits.yaml
on 1 -q digits.yaml
says 65 'does not continue texts' generate digits --prompt a
exit $failed
