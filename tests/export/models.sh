# For the scripts of this folder: small models of each family, trained for a moment in the current
# folder: runs/NAME/latest.h5 for NAME in $models.
models="dense cnn resnet inception lstm gru transformer text"

# config NAME DATA LAYERS [MORE]: NAME.yaml
config() {
  cat >"$1.yaml" <<END
name: $1
data: {$2}
model:
  layers:
$3
training:
  loss: categorical_crossentropy
  optimizer: {type: adam, learning_rate: 0.003}
  batch_size: 64
  max_steps: 12
checkpoint: {directory: runs/$1}
END
}

make_models() {
  local digits="train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}, test: {inputs: /test/images, targets: /test/labels}"
  local text="train: {file: text.h5, inputs: /train/text}, test: {inputs: /test/text}, sequence_length: 24"
  local end="    - {type: dense, units: 10, activation: softmax}"
  "$NNMPI" -q import text "$NNMPI_SOURCE/README.md" --out text.h5 --test 0.1 >/dev/null || return 1
  config dense "$digits, scale: 0.0625" "    - flatten
    - {type: dense, units: 32, activation: gelu}
    - batch_norm
    - {type: dense, units: 16, activation: {type: leaky_relu, negative_slope: 0.2}}
$end"
  config cnn "$digits, normalize: {type: standard}" "    - {type: reshape, target_shape: [8, 8, 1]}
    - {type: conv2d, filters: 8, kernel_size: 3, padding: same, activation: relu}
    - batch_norm
    - max_pool2d
    - {type: conv2d, filters: 16, kernel_size: 3, strides: 2, padding: same, activation: silu}
    - {type: spatial_dropout, rate: 0.1}
    - flatten
$end"
  config resnet "$digits, scale: 0.0625, normalize: {type: minmax, per: last_axis}" "    - {type: reshape, target_shape: [8, 8, 1]}
    - {type: conv2d, filters: 8, kernel_size: 3, padding: same}
    - type: repeat
      times: 2
      layers:
        - type: residual
          layers:
            - batch_norm
            - relu
            - {type: conv2d, filters: 8, kernel_size: 3, padding: same}
    - global_avg_pool
$end"
  config inception "$digits, normalize: {type: standard}" "    - {type: reshape, target_shape: [8, 8, 1]}
    - type: concat
      branches:
        - [{type: conv2d, filters: 4, kernel_size: 1, activation: relu}]
        - [{type: separable_conv2d, filters: 6, kernel_size: 3, padding: same, activation: tanh}]
        - [{type: avg_pool2d, pool_size: 3, strides: 1, padding: same}, {type: group_norm, groups: 1}]
    - {type: max_pool2d, pool_size: 3, strides: 2, padding: same}
    - flatten
$end"
  config lstm "$digits, scale: 0.0625" "    - {type: bidirectional, layer: {type: lstm, units: 12, return_sequences: true}}
    - {type: lstm, units: 16}
$end"
  config gru "$digits, normalize: {type: standard, per: last_axis}" "    - {type: gru, units: 16, return_sequences: true, dropout: 0.1}
    - {type: gru, units: 16, reset_after: false, go_backwards: true}
$end"
  config transformer "$digits, scale: 0.0625" "    - {type: dense, units: 16}
    - {type: positional_embedding, encoding: sinusoidal}
    - {type: transformer_block, num_heads: 4, ff_dim: 32, dropout: 0.1}
    - {type: transformer_block, num_heads: 2, ff_dim: 32, normalize_first: false}
    - global_avg_pool
$end"
  config text "$text" "    - {type: embedding, input_dim: 200, output_dim: 16}
    - positional_embedding
    - {type: transformer_block, num_heads: 2, ff_dim: 32, causal: true}
    - rms_norm
    - {type: dense, units: 200, activation: softmax}"
  config classic "$digits, scale: 0.0625" "    - {type: bidirectional, merge_mode: ave, layer: {type: gru, units: 12, return_sequences: true, reset_after: false}}
    - {type: spatial_dropout, rate: 0.1}
    - {type: conv1d, filters: 8, kernel_size: 3, activation: elu}
    - flatten
$end"
  config large "$digits, scale: 0.0625" "    - flatten
    - {type: dense, units: 1200, activation: tanh}
    - {type: dense, units: 1000, activation: relu}
$end"
  for name in $models; do
    "$NNMPI" -q "$name.yaml" >"$name.log" 2>&1 || { cat "$name.log"; return 1; }
  done
}
