#!/bin/bash
# check --gradients: the gradient of whole models, on their own data, is that of their loss: branches, batch_norm
# and dropout, kinks; a text model; L-BFGS; weights of classes and samples. On 1 and 3 ranks.
# ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/use/common.sh"
printf '%s' "so that it may be read, and read again, and be known by heart" >text.txt
"$NNMPI" import text text.txt --out text.h5 >/dev/null || fail "import"
letters=$(grep -o . text.txt | sort -u | wc -l)
cat >text.yaml <<Y
data: {train: {file: text.h5, inputs: /text}, sequence_length: 9}
model:
  layers:
    - {type: embedding, input_dim: $letters, output_dim: 6}
    - positional_embedding
    - {type: transformer_block, num_heads: 2, ff_dim: 7, causal: true, dropout: 0.2}
    - {type: lstm, units: 5, return_sequences: true}
    - {type: gru, units: 4, return_sequences: true, kernel_regularizer: {l2: 0.1}}
    - {type: dense, units: $letters, activation: softmax}
training: {loss: {type: categorical_crossentropy, label_smoothing: 0.1}, batch_size: 4, epochs: 1}
Y
for config in digits diabetes maxout; do
  sed "s|\.\./data|$NNMPI_SOURCE/data|; s|\.\./runs|$work/runs|" "$NNMPI_SOURCE/configs/$config.yaml" >$config.yaml
done
cat >image.yaml <<Y
data: {train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}, scale: 0.0625}
model:
  layers:
    - {type: reshape, target_shape: [8, 8, 1]}
    - {type: conv2d, filters: 4, kernel_size: 3, padding: same}
    - batch_norm
    - {type: residual, layers: [{type: conv2d, filters: 4, kernel_size: 3, padding: same, activation: relu}, batch_norm]}
    - {type: max_pool2d, pool_size: 2}
    - flatten
    - {type: dropout, rate: 0.3}
    - {type: dense, units: 10, activation: softmax}
training: {loss: categorical_crossentropy, batch_size: 16, epochs: 1}
Y
# Two of the first samples are all 0, and so, at first, is the bias: relu is at its kink there.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 16; i++) print i % 4 == 0 ? "0,0,1" : i ",-" i ",0" }' >kink.csv
"$NNMPI" -q import csv kink.csv --targets y --out kink.h5 || fail "import"
cat >kink.yaml <<Y
data: {train: {file: kink.h5}, shuffle: false}
model: {layers: [{type: dense, units: 3, activation: relu, name: bent}, {type: dense, units: 1}]}
training: {loss: mean_squared_error, batch_size: 8, epochs: 1}
Y
# A kink beside the weights, at less than a step, that weighs little: two of the samples have a small error.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 16; i++) print i % 4 == 0 ? "0,0,0.005" : i ",-" i ",10" }' >near.csv
"$NNMPI" -q import csv near.csv --targets y --out near.h5 || fail "import"
sed 's/kink.h5/near.h5/; s/name: bent/&, bias_initializer: {type: constant, value: 0.000004}/' kink.yaml >near.yaml
checked() { # CONFIG LEAST [--set ...]: at least so many numbers were compared
  local config=$1 least=$2
  shift 2
  says 0 "" check $config.yaml --gradients "$@"
  awk -v least="$least" -v config="$config" '
    /^gradients/ { on = 1; next }
    on && NF >= 5 && $NF + 0 < 1 && $2 != "numbers" { n += $3 - $4; if ($5 > worst) worst = $5 }
    END { print config ": " n " numbers, the largest difference " worst; exit !(n >= least && worst < 1e-6) }' out ||
    fail "$config $*: $(cat out)"
}
ranks_said="1 3"
checked text 150
checked digits 20
ranks_said=1
checked image 40
checked diabetes 7
checked maxout 20
# the mean of the slopes on both sides of a kink is the gradient of neither: all numbers of that bias are counted
checked kink 10
grep -q '^  bent/bias  *3  *3  *3 ' out || fail "no kinks where there are 3: $(cat out)"
checked near 10
grep -q '^  bent/bias  *3  *3  *3 ' out || fail "kinks beside the weights: $(cat out)"
checked kink 13 --set 'model.layers[0].activation=tanh'
grep -q '^  bent/bias  *3  *3  *0 ' out || fail "kinks of tanh: $(cat out)"
checked digits 20 --set training.class_weight=balanced --set training.clip_norm=0.1 --set training.shards=3
says 1 "not finite" check digits.yaml --gradients --set data.scale=1e308
exit $failed
