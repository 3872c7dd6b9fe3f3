#!/bin/bash
# eval says what training said of the same split, on any number of ranks; predict writes the same bytes
# on any number of ranks, and the loss of its numbers is the loss of eval: digits with class ids and
# one-hot, regression with normalised inputs, windows of a text and of a series.
# ctest: TIMEOUT 900
. "$NNMPI_SOURCE/tests/use/common.sh"

# trained NAME: runs NAME.yaml into NAME
trained() {
  on 1 -q "$1.yaml" --set checkpoint.directory="$work/$1" || fail "$1: $(cat out err)"
}

ranks="1 2 3 5"
# agrees NAME: eval of the test split on several ranks, and summary.json
agrees() {
  for n in $ranks; do
    on $n eval "$1" --json $1.$n.json || fail "eval $1: $(cat out err)"
    for key in loss accuracy mean_absolute_error; do
      expected=$(value $1/summary.json test_$key)
      [ -z "$expected" ] || near "$(value $1.$n.json $key)" "$expected" 1e-6 "$1: test_$key on $n ranks"
    done
  done
}

# predicted NAME DATA: the same file on several ranks
predicted() {
  for n in $ranks; do
    on $n predict "$1" --data "$2" --out $1.$n.h5 || fail "predict $1: $(cat out err)"
    cmp $1.1.h5 $1.$n.h5 || fail "predict $1: $n ranks write another file"
  done
}

# scored NAME DATA TARGETS: the loss of what was predicted is that of eval
scored() {
  read -r _ loss _ accuracy <<<"$("$tool" score $1.1.h5 "$2" "$3")"
  near "$loss" "$(value $1.1.json loss)" 1e-5 "$1: loss of the predictions"
  [ -z "$accuracy" ] || near "$accuracy" "$(value $1.1.json accuracy)" 1e-6 "$1: accuracy of the predictions"
}

# ---- class ids: digits ----
sed "s|\.\./data|$NNMPI_SOURCE/data|; s|epochs: 30|epochs: 2|" "$NNMPI_SOURCE/configs/digits.yaml" >digits.yaml
trained digits
agrees digits
predicted digits "$digits"
grep -qx 'digits.5.h5 is written: 360 samples of /test/images' err || fail "digits: what was predicted is not said: $(cat err)"
scored digits "$digits" /test/labels
on 2 eval digits --split validation --json digits.v.json
near "$(value digits.v.json loss)" "$(value digits/summary.json validation_loss)" 1e-6 "digits: the held-out part"
[ "$(value digits.v.json samples)" = 144 ] || fail "digits: the held-out part has $(value digits.v.json samples) samples"
on 1 eval digits --split train --json digits.t.json
[ "$(value digits.t.json samples)" = 1293 ] || fail "digits: what was trained on has $(value digits.t.json samples) samples"

# the table: the diagonal of the matrix is the accuracy; the worst samples are the largest losses
on 1 eval digits --worst 3
right=$(awk '/^confusion/ { on = 1; getline; next } /^precision/ { on = 0 } on { sum += $(2 + $1) } END { print sum }' out)
near "$(awk "BEGIN { print $right / 360 }")" "$(value digits.1.json accuracy)" 1e-6 "digits: the matrix"
[ "$(sed -n '/^worst/,$p' out | wc -l)" = 5 ] || fail "digits: three worst samples: $(cat out)"
sed -n '/^worst/,$p' out | awk 'NR > 2 { if (NR > 3 && $2 > last) exit 1; last = $2 }' || fail "digits: order of the worst: $(cat out)"
on 3 eval digits --worst 3 && cp out three && on 1 eval digits --worst 3 && cmp out three || fail "digits: the table on 3 ranks"
on 2 eval digits --json - && [ "$(head -1 out)" = "{" ] && [ ! -s err ] || fail "digits: JSON alone on stdout: $(cat out err)"
# A reader that takes its time is no hang: more than a pipe holds, and longer than stall_timeout.
bytes=$("$NNMPI" -q eval digits --split train --worst 1000 --json - --set training.stall_timeout=2s 2>err | { sleep 5; wc -c; })
[ "$bytes" -gt 65536 ] && [ ! -s err ] || fail "digits: into a slow reader: $bytes bytes: $(cat err)"
on 2 eval digits -q && [ "$(wc -l <out)" = 1 ] || fail "digits: -q: $(cat out)"
on 1 eval digits --set training.metrics=[f1] -q && grep -q '^loss [0-9.]*  f1 0' out || fail "digits: other metrics: $(cat out err)"

# ---- one-hot: the same numbers, from a file whose data sets have other names ----
"$tool" onehot "$digits" /test/images /test/labels onehot.h5
on 2 eval digits --data onehot.h5 --json onehot.json || fail "one-hot: $(cat out err)"
for key in loss accuracy; do
  near "$(value onehot.json $key)" "$(value digits.1.json $key)" 1e-6 "one-hot: $key"
done
on 1 predict digits --data onehot.h5 --out onehot.out.h5 || fail "one-hot: $(cat out err)"
"$tool" score onehot.out.h5 "$digits" /test/labels >a
"$tool" score digits.1.h5 "$digits" /test/labels | cmp - a || fail "one-hot: predictions differ"
on 1 predict digits --data "$digits" --inputs /train/images --out train.h5 && "$tool" score train.h5 "$digits" /train/labels >a ||
  fail "--inputs: $(cat out err a)"
grep -qx 'train.h5 is written: 1,437 samples of /train/images' err || fail "--inputs is not said: $(cat err)"

ranks="1 3"
# ---- regression: outputs in the units of the data, inputs normalised by the run's constants ----
"$NNMPI_TOOLS/make_data_tool" numbers.h5 501 6 3
cat >numbers.yaml <<Y
data:
  train: {file: numbers.h5, inputs: /train/x, targets: /train/y}
  validation: {file: numbers.h5, inputs: /validation/x, targets: /validation/y}
  test: {file: numbers.h5, inputs: /test/x, targets: /test/y}
  normalize: standard
model: {layers: [{type: dense, units: 8, activation: tanh}, {type: dense, units: 3}]}
training: {loss: mean_squared_error, metrics: [mean_absolute_error], epochs: 3, optimizer: {type: sgd, learning_rate: 0.05}}
checkpoint: {directory: numbers, best: validation_loss, every: 1 epoch}
Y
trained numbers
agrees numbers
predicted numbers numbers.h5
scored numbers numbers.h5 /test/y
on 1 eval numbers --best -q || fail "--best: $(cat out err)"
on 1 eval numbers/step_0000000016.h5 --json first.json || fail "a file: $(cat out err)"
[ "$(value first.json epoch)" = 1 ] || fail "a file: epoch $(value first.json epoch)"

# ---- hinge: targets are -1 and 1, so an output decides by its sign ----
cat >sides.py <<'P'
import h5py, numpy, sys
if sys.argv[1] == 'make':
    random = numpy.random.default_rng(1)
    with h5py.File('sides.h5', 'w') as file:
        for split in 'train', 'test':
            x = random.uniform(-1, 1, (200, 2))
            file[split + '/x'], file[split + '/y'] = x, numpy.sign(x[:, :1] - 0.5 * x[:, 1:])
else:
    with h5py.File('sides.1.h5') as out, h5py.File('sides.h5') as data:
        z, y = out['outputs'][:].ravel(), data['test/y'][:].ravel()
        assert ((z > 0) & (z < 0.5)).any() and (out['classes'][:].ravel() == (z > 0)).all(), z
        print('accuracy', ((z > 0) == (y > 0)).mean())
P
/usr/bin/python3 sides.py make
for loss in hinge squared_hinge; do
  rm -rf sides sides.*.*
  cat >sides.yaml <<Y
data: {train: {file: sides.h5, inputs: /train/x, targets: /train/y}, test: {file: sides.h5, inputs: /test/x, targets: /test/y}}
model: {layers: [{type: dense, units: 1}]}
training: {loss: $loss, metrics: [accuracy], epochs: 5, optimizer: {type: sgd, learning_rate: 0.1}, batch_size: 10}
Y
  trained sides
  agrees sides
  predicted sides sides.h5
  /usr/bin/python3 sides.py look >a 2>&1 || fail "$loss: the classes are not the signs: $(tail -3 a)"
  near "$(sed -n 's/^accuracy //p' a)" "$(value sides.1.json accuracy)" 1e-6 "$loss: accuracy"
  near "$(value sides.1.json accuracy)" 0.9 0.1 "$loss: a line that separates was learned"
done

# ---- a text: a class for each place; the vocabulary of another text is refused ----
head -c 6000 "$NNMPI_SOURCE/README.md" | tr -cd 'a-zA-Z ,.\n' >text.txt
tr a-z A-Z <text.txt >other.txt
"$NNMPI" -q import text text.txt --out text.h5 --test 0.2
"$NNMPI" -q import text other.txt --out other.h5 --test 0.2
cat >text.yaml <<Y
data: {train: {file: text.h5}, test: {file: text.h5}, sequence_length: 16}
model: {layers: [{type: embedding, input_dim: 64, output_dim: 8}, {type: lstm, units: 8, return_sequences: true}, {type: dense, units: 64, activation: softmax}]}
training: {loss: categorical_crossentropy, metrics: [accuracy], epochs: 1, optimizer: {type: sgd, learning_rate: 0.5}}
Y
trained text
agrees text
predicted text text.h5
says 65 'its vocabulary is not the one the model was trained with' eval text --data other.h5
ranks_said="1 3"
says 65 'its vocabulary is not the one the model was trained with' predict text --data other.h5 --out no.h5
# every window, the last too, whose next tokens nobody knows
on 1 predict text --data text.h5 --inputs /train/text --out windows.h5 || fail "windows: $(cat out err)"

# ---- a series: windows, the last of them without a target ----
cat >series.yaml <<Y
data: {train: {file: numbers.h5, inputs: /train/x, targets: /train/y}, test: {file: numbers.h5, inputs: /test/x, targets: /test/y},
  sequence_length: 10, stride: 1, target: next, horizon: 1}
model: {layers: [{type: gru, units: 4}, {type: dense, units: 3}]}
training: {loss: mean_squared_error, epochs: 1, optimizer: {type: sgd, learning_rate: 0.05}}
Y
trained series
agrees series
predicted series numbers.h5
exit $failed
