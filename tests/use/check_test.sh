#!/bin/bash
# check says what the data of each split are like, of each layer how many operations it has, and whether the
# run folder can be made, without making it; a folder below a file cannot.
. "$NNMPI_SOURCE/tests/use/common.sh"
sed "s|\.\./data|$NNMPI_SOURCE/data|; s|\.\./runs/digits|$work/new/run|" "$NNMPI_SOURCE/configs/digits.yaml" >digits.yaml
ranks_said="1 3"
says 0 "$work/new/run can be made, .* free; a checkpoint has .* at most" check digits.yaml
grep -q '^  dense_2  *[0-9,]*  *[0-9.]*%$' out || fail "operations of the layers: $(cat out)"
awk '/^operations/ { on = 1; next } on && /%$/ { sum += $NF + 0; n++ } END { exit !(n == 7 && sum > 99.5 && sum < 100.5) }' out ||
  fail "the parts of the layers are not 100 %: $(cat out)"
[ -e new ] && fail "check has made the run folder"
# a share that does not fit into one pass is cut into passes of about the same size
layers='[flatten, {type: dense, units: 16384, activation: relu}, {type: dense, units: 10, activation: softmax}]'
for batch in 300 500 700 900 1200; do
  "$NNMPI" check digits.yaml --set "model.layers=$layers" --set training.batch_size=$batch >out 2>&1 || fail "$(cat out)"
  size=$(sed -n 's/^batch.* in passes of \([0-9]*\);.*/\1/p' out)
  [ -z "$size" ] || awk -v b=$batch -v p="$size" 'BEGIN { n = int((b + p - 1) / p); exit !(n * p - b < n) }' ||
    fail "a batch of $batch in passes of $size"
done
[ -n "$size" ] || fail "a batch of 1200 was not cut: $(cat out)"
# what the ranks of a node share is in the memory of each: half of the other's gradients here
memory() { "$NNMPI" check digits.yaml "$@" | grep '^memory'; }
memory --ranks 1 | grep -q 'gradients of others' && fail "one rank has no others"
memory --ranks 2 --set training.reduction=allreduce | grep -q 'gradients of others' && fail "allreduce shares no memory"
memory --ranks 2 | grep -q 'gradients of others 33.1 kB)' || fail "shared: $(memory --ranks 2)"
# --ranks N, on any number of ranks: the shares are those of N, and the memory is that of N
says 0 '^batch  *30, 30 a rank;' check digits.yaml --ranks 1 --set training.batch_size=30
ranks_said="1 3"
says 0 '^batch  *30, 7 or 8 a rank;' check digits.yaml --ranks 4 --set training.batch_size=30
ranks_said=1
grep -q '^memory .*gradients of others 49.6 kB)' out || fail "the memory of 4 ranks: $(cat out)"
grep -q '^ranks  *4 are planned for; looked at on 3 (' out || fail "4 ranks: $(cat out)"
says 0 '^ranks  *1 x [0-9]* threads* on 1 node (' check digits.yaml --ranks 1 --set training.batch_size=30
says 0 'it can be trained; 1 warning: see above' check digits.yaml --set 'model.layers=[flatten, {type: dense, units: 10}]'
grep -q 'has no activation: did you mean `activation: softmax`?' err && grep -qF '(--set model.layers=[flatten, {type: dense, units: 10}])' err || fail "$(cat err)"
sed 's/, activation: softmax//' digits.yaml >logits.yaml
says 0 "^  (logits.yaml:$(grep -n 'name: probs' logits.yaml | cut -d: -f1):[0-9]*: model.layers\[[0-9]\])" check logits.yaml
# an activation that makes no probabilities; softmax, sigmoid do, and no other is asked of other losses
for f in relu tanh softplus; do
  says 0 "categorical_crossentropy expects probabilities, but \"probs\" ends with $f: did you mean \`activation: softmax\`?" \
    check digits.yaml --set model.layers.4.activation=$f
  grep -q 'it can be trained; 1 warning: see above' err || fail "$f: $(cat out err)"
done
says 0 'kl_divergence expects probabilities, but "relu" ends with relu: did you mean `activation: softmax`?' \
  check digits.yaml --set training.loss=kl_divergence --set 'model.layers=[flatten, {type: dense, units: 10}, relu]'
says 0 'nothing is wrong' check digits.yaml --set model.layers.4.activation=sigmoid
says 0 'nothing is wrong' check digits.yaml --set training.loss=categorical_hinge --set model.layers.4.activation=relu
# softmax twice
says 0 'softmax is applied twice, by "first" and again by "softmax": leave one out$' check digits.yaml \
  --set "model.layers=[flatten, {type: dense, units: 10, activation: softmax, name: first}, softmax]"
grep -q 'it can be trained; 1 warning: see above' err || fail "softmax twice: $(cat err)"
says 0 'nothing is wrong' check digits.yaml --set "model.layers=[flatten, {type: dense, units: 8, activation: softmax}, {type: dense, units: 10, activation: softmax}]"
says 0 'nothing is wrong' check digits.yaml --set 'model.layers=[flatten, {type: dense, units: 10}, softmax]'
# accuracy of numbers that are no classes
one='[flatten, {type: dense, units: 1}]'
ranks_said="1 3"
says 0 'data set /train/labels: row 0 is 7: accuracy of one output is for targets 0 and 1; for numbers there are' check digits.yaml \
  --set training.loss=mean_squared_error --set "model.layers=$one" --set checkpoint.best=null
ranks_said=1
grep -qF '(digits.yaml:' err && grep -q 'training.metrics\[0\])' err || fail "accuracy has no place: $(cat err)"
says 0 'nothing is wrong' check digits.yaml --set training.loss=mean_squared_error --set "model.layers=$one" \
  --set training.metrics='[mean_absolute_error]' --set checkpoint.best=null
passes() { memory --set training.batch_size=30 --ranks "$1" | sed -n 's/.* passes \([0-9.]*\) kB.*/\1/p'; }
awk -v one="$(passes 1)" -v four="$(passes 4)" 'BEGIN { exit !(four > 0.25 * one - 0.1 && four < 0.3 * one) }' ||
  fail "passes of 4 ranks have $(passes 4) kB, of one $(passes 1)"
touch file
says 73 "$work/file/run cannot be made: $work/file is no folder" check digits.yaml --set checkpoint.directory="$work/file/run"
mkdir there
says 0 "$work/there is there" check digits.yaml --set checkpoint.directory="$work/there"
# logs beside it: no checkpoint is written there
says 0 "$work/logs can be made, [^;]* free$" check digits.yaml --set log.directory="$work/logs"
grep -q "$work/new/run can be made, .* free; a checkpoint has" out err || fail "$(cat out err)"

# a folder without the right to write; root, whom nothing stops, gives that up first
mkdir -m 0555 locked
without_rights() {
  if [ "$(id -u)" = 0 ]; then setpriv --bounding-set -dac_override --inh-caps -dac_override "$@"; else "$@"; fi
}
if without_rights test ! -w locked; then
  for folder in locked locked/run; do
    without_rights "$NNMPI" check digits.yaml --set checkpoint.directory="$work/$folder" >out 2>&1 </dev/null
    got=$?
    [ $got = 73 ] && grep -q "$work/$folder cannot be written: $work/locked: Permission denied" out || fail "$folder: $got $(cat out)"
  done
else
  echo "not tried: a folder without the right to write"
fi

# a disk of 64 kB, seen by this process alone
mkdir small
on_small_disk() { unshare -m sh -c 'mount -t tmpfs -o size=64k none small && exec "$@"' sh "$@"; }
if on_small_disk true 2>/dev/null; then
  on_small_disk "$NNMPI" check digits.yaml --set checkpoint.directory="$work/small/run" >out 2>&1 </dev/null ||
    fail "a small disk: $? $(cat out)"
  grep -q "$work/small/run: there may be no room for two checkpoints" out || fail "a small disk: $(cat out)"
  grep -q "$work/small/run can be made, 65.5 kB free" out || fail "a small disk: $(cat out)"
else
  echo "not tried: a disk without room"
fi
says 0 "nothing is wrong" check digits.yaml
grep -q "no room" out err && fail "no room, where there is: $(cat out err)"

# ---- the data ----
table() { sed -n '/^data  /,/^$/p' out | tr -s '\n ' ' '; }
in_table() { table | grep -qe "$1" || fail "no '$1' in the table: $(table)"; }
for ranks in 1 3; do
  on $ranks check digits.yaml
  table >table.$ranks
done
cmp table.1 table.3 || fail "3 ranks see other data"
in_table ' train /train/images uint8 (8, 8) 1,293 0 16 4\.[0-9]* /train/labels uint8 () 1,293 0 9 4\.[0-9]* 10 of 10 classes: 0 1'
in_table ' valid /train/images uint8 (8, 8) 144 0 16 '
in_table ' test /test/images uint8 (8, 8) 360 0 16 '
sed 's/.* valid .* classes: \(.*\) test .*/\1/; s/,//g' table.1 |
  awk '{ for (i = 2; i <= NF; i += 2) sum += $i } END { exit !(NF == 20 && sum == 144) }' ||
  fail "the classes of the held-out part are not 144: $(cat table.1)"

# many classes: the extremes, and those that are missing; names that cannot be printed
awk 'BEGIN { print "a,y"; for (c = 0; c < 30; c++) for (i = 0; i <= (c * 7) % 30 && c != 17; i++) print i "," c }' >many.csv
"$NNMPI" -q import csv many.csv --targets y --out many.h5
cat >many.yaml <<Y
data: {train: {file: many.h5}}
model: {layers: [{type: dense, units: 32, activation: softmax}]}
training: {loss: categorical_crossentropy, epochs: 1}
Y
on 1 check many.yaml || fail "$(cat out err)"
in_table '29 of 32 classes: most: 4 29, 21 28, 8 27, 25 26, 12 25;'
in_table 'fewest: 0 1, 13 2, 26 3, 9 4, 22 5; none of: 17, 30, 31 '
on 1 check many.yaml --set training.loss=sparse 2>/dev/null # an error, not a table
grep -q '^data ' out && fail "a table beside an error"
"$tool" onehot "$digits" /test/images /test/labels onehot.h5
on 1 check digits.yaml --set data.train='{file: onehot.h5}' --set data.test=null || fail "one-hot: $(cat out err)"
in_table '10 of 10 classes: 0 3'
printf 'ab\n\tab' >text.txt
"$NNMPI" -q import text text.txt --out text.h5
cat >text.yaml <<Y
data: {train: {file: text.h5}, sequence_length: 2}
model: {layers: [{type: embedding, input_dim: 4, output_dim: 2}, {type: dense, units: 4, activation: softmax}]}
training: {loss: categorical_crossentropy, epochs: 1}
Y
on 1 check text.yaml || fail "text: $(cat out err)"
in_table '4 of 4 classes: \\t 1, \\n 1, a 2, b 2 '

# ids that a slice takes out of the rows
cat >column.yaml <<Y
data: {train: {file: $digits, inputs: /test/images, targets: /test/labels}}
model:
  layers:
    - flatten
    - type: concat
      branches:
        - [{type: slice, start: 4, size: 1}, {type: embedding, input_dim: 9, output_dim: 2, name: fifth}, flatten]
        - [{type: slice, start: 5}, {type: dense, units: 4}]
    - {type: dense, units: 10, activation: softmax}
training: {loss: categorical_crossentropy, epochs: 1}
Y
ranks_said="1 3"
says 65 "data set /test/images: row [0-9]* at (0, 4) is [0-9]*, which is no id for \"fifth\": whole numbers from 0 to 8" check column.yaml
ranks_said=1
says 0 'nothing is wrong' check column.yaml --set 'model.layers[1].branches[0][1].input_dim=17'

# a class too many for the last layer; a flatten that was forgotten
ranks_said="1 3"
sed 's/units: 10,/units: 9,/' digits.yaml >nine.yaml
says 65 'row [0-9]*: class id 9 is not between 0 and 8; "probs" has 9 outputs, one a class$' check nine.yaml
grep -qE '^  \(nine.yaml:[0-9]+:[0-9]+: model.layers\[[0-9]\]\)$' out err || fail "$(cat out err)"
says 78 'for one output a sample: flatten before the dense layers' check digits.yaml --set 'model.layers=[{type: dense, units: 10, activation: softmax}]'
ranks_said=1
/usr/bin/python3 -c 'import h5py, numpy
file = h5py.File("places.h5", "w")
file["/train/x"], file["/train/y"] = numpy.zeros((4, 8, 8)), numpy.zeros((4, 9), "i4")'
says 78 'has shape (8, 10), but the targets /train/y' check digits.yaml --set 'data={train: {file: places.h5}}' --set 'model.layers=[{type: dense, units: 10, activation: softmax}]'
grep -q 'for one output a sample' err && fail "an id at each place is no reason to flatten: $(cat err)"

# 0 and 1 may be told by their squares; and the targets that a loss is not defined for
/usr/bin/python3 -c 'import h5py, numpy
file = h5py.File("yes.h5", "w")
x = numpy.random.default_rng(1).uniform(-1, 1, (12, 4))
file["/train/x"], file["/train/y"] = x, (x[:, 0] > 0).astype("f4")
y = numpy.zeros((12, 3), "f4"); y[numpy.arange(12), numpy.arange(12) % 3] = 1.0000001
file["/train/soft"] = y
file["/train/wrong"] = numpy.where(numpy.arange(36).reshape(12, 3) == 11, 7, y)
h5py.File("series.h5", "w")["/x"] = numpy.where(numpy.arange(60) == 51, -3, numpy.arange(60) % 7.0)'
cat >yes.yaml <<Y
data: {train: {file: yes.h5}}
model: {layers: [{type: dense, units: 1, activation: tanh}]}
training: {loss: mean_squared_error, metrics: [accuracy], epochs: 1}
Y
says 0 'nothing is wrong' check yes.yaml
three=(--set "model.layers=[{type: dense, units: 3, activation: softmax}]" --set training.loss=categorical_crossentropy)
says 0 'nothing is wrong' check yes.yaml "${three[@]}" --set data.train.targets=/train/soft
ranks_said="1 3"
says 65 'yes.h5: data set /train/wrong: row 3 at (2) is 7: a target of categorical_crossentropy is a number from 0 to 1$' \
  check yes.yaml "${three[@]}" --set data.train.targets=/train/wrong
says 65 'series.h5: data set /x: row 51 is -3: a target of poisson is a number >= 0$' check yes.yaml \
  --set 'data={train: {file: series.h5}, sequence_length: 5, stride: 1, scale: 0.1}' \
  --set training.loss=poisson --set 'training.metrics=[]' --set 'model.layers=[{type: dense, units: 1, activation: softplus}]'
ranks_said=1

# numbers that are not finite: the first, and how many more rows
ranks_said=1
"$tool" spoil "$digits" /test/images 7 nan.h5 && "$tool" spoil nan.h5 /x 9 nan2.h5
says 65 'nan.h5: data set /x: row 7 at (0, 3) is nan; every number must be finite$' check digits.yaml --set data.test='{file: nan.h5}'
says 65 'nan2.h5: data set /x: row 7 at (0, 3) is nan; every number must be finite; in the 352 rows after it 1 more are not$' \
  check digits.yaml --set data.test='{file: nan2.h5}'
exit $failed
