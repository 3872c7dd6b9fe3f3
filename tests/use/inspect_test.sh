#!/bin/bash
# inspect: what it says of data is true and the `data:` section it proposes trains (digits, a text,
# numbers); what it says of a checkpoint, a damaged one too; two checkpoints compared.
# ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/use/common.sh"

# shows WORDS: in the output of the last command
shows() {
  grep -qe "$1" out || fail "no '$1' in: $(cat out err)"
}

# trains NAME LAYERS LOSS: with the section that inspect printed last
trains() {
  sed -n '/^data:/,$p' out >$1.yaml
  cat >>$1.yaml <<Y
model: {layers: [$2]}
training: {loss: $3, epochs: 1, optimizer: {type: sgd, learning_rate: 0.01}}
checkpoint: {directory: $work/$1}
Y
  on 1 -q $1.yaml || fail "the proposed section does not train: $(cat $1.yaml out err)"
}

# ---- data ----
on 1 inspect "$digits" || fail "$(cat out err)"
shows '/images *uint8 (1437, 8, 8), chunks (1437, 8, 8), gzip 9, 92.0 kB stored in 35.5 kB'
shows '0 to 16, mean 4.8847, std 6.0188; 17 different'
shows '0 to 9, mean 4.4833, std 2.8703; 10 different, each 35 to 37 times'
shows '@source = UCI'
shows 'units: 10, activation: softmax}; loss: categorical_crossentropy'
trains digits 'flatten, {type: dense, units: 10, activation: softmax}' categorical_crossentropy
on 1 inspect "$digits" --no-statistics && ! grep -q mean out || fail "--no-statistics: $(cat out err)"

"$NNMPI_TOOLS/make_data_tool" numbers.h5 50 6 3
mkdir sub && mv numbers.h5 sub
on 1 inspect sub/numbers.h5 || fail "$(cat out err)"
shows 'units: 3}; loss: mean_squared_error'
trains numbers '{type: dense, units: 3}' mean_squared_error

printf 'the quick brown fox jumps over the lazy dog. %.0s' $(seq 9) >text.txt
"$NNMPI" -q import text text.txt --out text.h5
on 1 inspect text.h5 || fail "$(cat out err)"
shows '/vocabulary *text (28)'
shows 'sequence_length: 16'
trains text '{type: embedding, input_dim: 28, output_dim: 4}, {type: dense, units: 28, activation: softmax}' categorical_crossentropy

"$tool" spoil "$digits" /test/images 7 nan.h5
on 1 inspect nan.h5 && shows '1 NaN (the first in row 7)' && shows 'there are no targets' && shows 'training will refuse them'
"$tool" onehot "$digits" /test/images /test/labels onehot.h5
on 1 inspect onehot.h5 && shows 'one-hot, 10 classes'

# ---- a checkpoint ----
on 1 inspect digits || fail "$(cat out err)"
for words in 'its checksums hold' 'seed 1, loss categorical_crossentropy, optimizer sgd' 'epoch 1, step 41' '650 numbers in weights' \
  'kernel *(64, 10) .* mean' 'validation_loss'; do
  shows "$words"
done
on 1 inspect digits --config && cmp out digits/config.yaml || fail "--config is not the configuration of the run"
cp -L digits/latest.h5 damaged.h5
"$tool" flip damaged.h5 9000
says 65 'IT IS DAMAGED' inspect damaged.h5
says 66 'no such file' inspect nothing.h5
says 65 'not an HDF5 file' inspect text.txt

# best.h5 is where the link leads, whatever the latest one is
on 1 -q digits.yaml --set checkpoint.directory="$work/best" --set training.epochs=2 --set 'checkpoint.every=1 epoch' \
  --set checkpoint.best=validation_loss || fail "$(cat out err)"
ln -sfn step_0000000041.h5 best/best.h5
says 0 "epoch 2, step 82" inspect best
says 0 "^best/step_0000000082.h5: a checkpoint" inspect best # the link may change while it is read
says 0 'epoch 1, step 41' inspect best --best
says 0 'epochs: 2' inspect best --best --config
says 66 'no best.h5 in this folder: the run had no checkpoint.best' inspect digits --best
says 2 '--best chooses in a run folder, but best/latest.h5 is a file' inspect best/latest.h5 --best

# ---- two ----
cp -a best other_best && ln -sfn step_0000000082.h5 other_best/best.h5
says 0 '2 of 2 are equal in all bits' inspect best other_best
says 1 'best/step_0000000041.h5 and other_best/step_0000000082.h5 differ' inspect best other_best --best
says 0 '2 of 2 are equal in all bits' inspect digits digits/latest.h5
on 1 -q digits.yaml --set seed=2 --set checkpoint.directory="$work/other" || fail "$(cat out err)"
says 1 '2 of 2 differ' inspect digits other
shows '/dense/kernel:0 .* 640 of 640'
says 1 'only in the first' inspect "$digits" onehot.h5
says 1 'float32 (64, 10) and float32' inspect digits text
shows '^2 of 2 differ; only in the first: 0, only in the second: 1$'

# of other names, of other names in part, of other shapes
renamed() { # renamed NAME UNITS LAYERS
  on 1 -q digits.yaml --set checkpoint.directory="$work/$1" --set "model.layers=[flatten, $2]" || fail "$(cat out err)"
}
renamed other_names '{type: dense, name: a, units: 10, activation: softmax}'
says 1 '^no weight is in both; only in the first: 2, only in the second: 2$' inspect digits other_names
renamed longer '{type: dense, units: 10}, {type: dense, name: a, units: 10, activation: softmax}'
says 1 '^2 of 2 differ, by .* at most .*; only in the first: 0, only in the second: 2$' inspect digits longer
says 1 '^no data set is in both; only in the first: 2, only in the second: 2$' inspect text.h5 onehot.h5
exit $failed
