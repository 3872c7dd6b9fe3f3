# ctest: TIMEOUT 600
# Whatever is wrong with what a user gives, on 1 and on 3 ranks: the documented exit code, a message
# that names the place, said once; and the program ends by itself, in seconds.
set -u
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
"$NNMPI_TOOLS/bad_data_tool" . || exit 1

# A configuration that is right; the cases below change one thing.
cat >good.yaml <<'END'
name: good
data:
  train: {file: good.h5, inputs: /train/x, targets: /train/y}
model:
  layers:
    - {type: dense, units: 5, activation: tanh, name: hidden}
    - {type: dense, units: 3, activation: softmax, name: probs}
training:
  loss: categorical_crossentropy
  optimizer: {type: sgd, learning_rate: 0.1}
  batch_size: 4
  epochs: 1
END
# made NAME SED_COMMAND: NAME.yaml is good.yaml, changed
made() { sed -e "$2" good.yaml >"$1.yaml"; cmp -s good.yaml "$1.yaml" && { echo "$1: not changed"; exit 1; }; }

# one RANKS NAME CODE WORDS ARGUMENT...: one run of the program; what it says goes to a file.
one() {
  local ranks=$1 name=$2 code=$3 words=$4 out="$2.$1.out" got
  shift 4
  if [ "$ranks" = 1 ]; then
    timeout 60 "$NNMPI" "$@" >"$out" 2>&1 </dev/null
  else
    timeout 60 mpirun -np "$ranks" "$NNMPI" "$@" >"$out" 2>&1 </dev/null
  fi
  got=$?
  [ $got = "$code" ] || echo "FAILED: $name on $ranks ranks: exit code $got, not $code: $(head -c 700 "$out")" >>failed
  grep -q -- "$words" "$out" || echo "FAILED: $name on $ranks ranks: no '$words' in: $(head -c 700 "$out")" >>failed
  [ "$(grep -c -- "$words" "$out")" -le 1 ] || echo "FAILED: $name on $ranks ranks: said more than once: $(head -c 700 "$out")" >>failed
  grep -qE 'internal error|Segmentation|Signal:|AddressSanitizer|runtime error' "$out" &&
    echo "FAILED: $name on $ranks ranks: it crashed: $(head -c 700 "$out")" >>failed
}

# refused NAME CODE WORDS [ARGUMENT...]: NAME.yaml (or the arguments) is refused on 1 and 3 ranks.
# Starting MPI is mostly waiting, so some runs at a time.
refused() {
  local name=$1 code=$2 words=$3 ranks
  shift 3
  [ $# -gt 0 ] || set -- "$name.yaml"
  for ranks in 1 3; do
    while [ "$(jobs -rp | wc -l)" -ge 6 ]; do wait -n; done
    one "$ranks" "$name" "$code" "$words" "$@" &
  done
}

# ---- the configuration ----
refused missing 66 'missing.yaml'
mkdir a_folder.yaml
refused a_folder 66 'a_folder.yaml'
printf 'a: [1, 2\nb: }\n' >not_yaml.yaml
refused not_yaml 78 'not_yaml.yaml:[0-9]*:[0-9]*'
printf 'name: x\ndata:\n\ttrain: 1\n' >tab.yaml
refused tab 78 'tab.yaml:3:'
made unknown_key 's/batch_size/batchsize/'
refused unknown_key 78 'batch_size'
made duplicate_key '$a\  epochs: 2'
refused duplicate_key 78 'duplicate_key.yaml:1[0-9]:'
made wrong_type 's/epochs: 1/epochs: many/'
refused wrong_type 78 'wrong_type.yaml:12:'
made negative_rate 's/learning_rate: 0.1/learning_rate: -0.1/'
refused negative_rate 78 'negative_rate.yaml:10:'
made unknown_layer 's/type: dense, units: 5/type: dens, units: 5/'
refused unknown_layer 78 'unknown_layer.yaml:6:'
made shape 's/units: 5, activation: tanh, name: hidden/units: 5}\n    - {type: add, inputs: [dense, input]/'
refused shape 78 'shape.yaml:7:'
made cycle 's/name: hidden/name: hidden, inputs: [probs]/'
refused cycle 78 'cycle.yaml:[67]:'
made unknown_input 's/name: probs/name: probs, inputs: [hiden]/'
refused unknown_input 78 'unknown_input.yaml:7:'
{
  echo 'templates:'
  echo '  - &a0 [x, x, x, x, x, x, x, x, x, x]'
  for i in 1 2 3 4 5 6 7 8 9; do
    echo "  - &a$i [*a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1))]"
  done
  echo 'name: *a9'
} >alias_bomb.yaml
refused alias_bomb 78 'alias_bomb.yaml'
{ cat good.yaml; head -c 2097152 /dev/zero | tr '\0' '#'; } >large.yaml
refused large 78 'large.yaml'
refused set_unknown 78 'epochs' good.yaml --set training.epoch=3
refused set_nonsense 78 '--set' good.yaml --set nonsense

# ---- the data ----
made no_file 's/good.h5/no.h5/'
refused no_file 66 'no.h5'
refused no_file_place 66 '(no_file.yaml:3:17: data.train.file)' no_file.yaml
made other_split '/^model/i\  test: {file: good.h5, inputs: /train/x, targets: /train/q}'
refused other_split 66 '(other_split.yaml:4:52: data.test.targets)'
made one_of_files 's/file: good.h5/file: [good.h5, no.h5]/'
refused one_of_files 66 '(one_of_files.yaml:3:27: data.train.file\[1\])'
refused its_own_name 66 '(--set data.validation={inputs: /q})' good.yaml --set 'data.validation={inputs: /q}'
refused usual_names 66 '(data.validation.inputs can name another)' good.yaml --set 'data.validation={}'
refused pattern 66 '(--set data.train.target_file=zz\*.h5)' good.yaml --set 'data.train.target_file=zz*.h5'
# HDF5 1.10.8 writes beyond a buffer when it reads this one, and the C library ends the process
refused overflow 65 'select_overflow: .*damaged' good.yaml --set data.train='{file: '"$NNMPI_SOURCE"'/tests/fuzz/corpus/data/select_overflow}'
refused no_names 66 '(--set data.train.targets=/train/z)' good.yaml --set data.train.targets=/train/z
echo 'not a data file' >text.h5
made not_hdf5 's/good.h5/text.h5/'
refused not_hdf5_place 65 '(not_hdf5.yaml:3:17: data.train.file)' not_hdf5.yaml
refused not_hdf5 65 'text.h5'
made truncated 's/good.h5/truncated.h5/'
refused truncated 65 'truncated.h5'
refused no_train 78 'data.train is missing' good.yaml --set 'data={}'
refused only_test 78 'data.train is missing' check good.yaml --set 'data={test: {file: good.h5}}'
made no_data_set 's#/train/x#/train/xx#'
refused no_data_set 66 '/train/xx'
made counts 's/good.h5/counts.h5/'
refused counts 65 'counts.h5'
made empty 's/good.h5/empty.h5/'
refused empty 65 'empty.h5'
made nan 's/good.h5/nan.h5/'
refused nan 65 'nan.h5.*row 5'
made range 's/good.h5/range.h5/'
refused range 65 'range.h5.*row 7'
made width 's/units: 3, activation: softmax/units: 3/; s/categorical_crossentropy/mean_squared_error/'
refused width 78 'width.yaml:7:'
# 2^60 elements in chunks of which none is stored; 2^42 rows that would be in another file; headers of IDX and npy
corpus=$NNMPI_SOURCE/tests/fuzz/corpus
cp "$corpus/data/huge_0" sparse.h5
cp "$corpus/data/virtual_0" virtual.h5
refused sparse 65 'data set /x: samples of shape (1048576) are too large' good.yaml --set 'data={train: {file: sparse.h5}}'
refused virtual 71 'data set /x: 4,398,046,511,104 samples take' good.yaml --set 'data={train: {file: virtual.h5}}'
if /usr/bin/python3 -c "import h5py
with h5py.File('many.h5', 'w') as f:
    for name in 'x', 'y': f.create_dataset(name, (2**59,), 'u1', chunks=(1024,))" 2>/dev/null; then
    refused many 65 'more samples than can be counted' good.yaml --set "data={train: {file: [$(printf 'many.h5, %.0s' {1..16})many.h5]}}"
fi
one 1 idx_huge 65 'too large' import idx "$corpus/idx/huge" --out o.h5
one 1 npy_huge 65 'too large' import npy "$corpus/npy/huge" --out o.h5
one 1 npy_overflow 65 'too large' import npy "$corpus/npy/overflow" --out o.h5

# ids of an embedding
model='model.layers=[{type: embedding, input_dim: 7, output_dim: 2, name: words}, flatten, {type: dense, units: 3, activation: softmax}]'
data() { echo "data.train={file: $1, inputs: /train/x, targets: /train/y}"; }
refused ids_high 65 'ids_high.h5: data set /train/x: row 5 at (2) is 7, which is no id for "words": whole numbers from 0 to 6' \
  good.yaml --set "$model" --set "$(data ids_high.h5)"
refused ids_low 65 'ids_low.h5: data set /train/x: row 11 at (0) is -1, ' check good.yaml --set "$model" --set "$(data ids_low.h5)"
refused ids_part 65 'ids_part.h5: data set /train/x: row 0 at (3) is 2.5, ' good.yaml --set "$(data ids_part.h5)" \
  --set 'model.layers=[{type: reshape, target_shape: [2, 2]}, {type: embedding, input_dim: 7, output_dim: 2}, flatten, {type: dense, units: 3, activation: softmax}]'
refused ids_validation 65 'ids_high.h5: data set /train/x: row 5 at (2) is 7, ' good.yaml --set "$model" --set "$(data ids.h5)" \
  --set 'data.validation={file: ids_high.h5, inputs: /train/x, targets: /train/y}'
refused ids_scaled 65 'row 0 at (1) is 0.5 (after data.scale and data.normalize), ' good.yaml --set "$model" \
  --set "$(data ids.h5)" --set data.scale=0.5
refused ids_text 65 'tokens.h5: data set /text: row 47 is 7, which is no id for "words"' good.yaml \
  --set 'data={train: {file: tokens.h5, inputs: /text}, sequence_length: 5, stride: 2}' \
  --set 'model.layers=[{type: embedding, input_dim: 7, output_dim: 2, name: words}, {type: dense, units: 9, activation: softmax}]'

# targets that a loss is not defined for; classes 0 to 2 are none of them
one='model.layers=[{type: dense, units: 1, name: probs}]'
refused target_binary 65 'good.h5: data set /train/y: row 2 is 2: a target of binary_crossentropy is a number from 0 to 1; for class ids: loss' \
  good.yaml --set "$one" --set training.loss=binary_crossentropy
refused target_focal 65 'row 2 is 2: a target of binary_focal is a number from 0 to 1' check good.yaml --set "$one" --set training.loss=binary_focal
refused target_hinge 65 'row 2 is 2: a target of hinge is -1 or 1 (0 is taken as -1)' good.yaml --set "$one" --set training.loss=hinge
refused target_place 65 '^  (--set training.loss=squared_hinge)$' good.yaml --set "$one" --set training.loss=squared_hinge
four='model.layers=[{type: dense, units: 4, activation: softplus}]'
itself() { echo "{file: $1, inputs: /train/x, targets: /train/x}"; }
refused target_validation 65 'ids.h5: data set /train/x: row 0 at (2) is 2: a target of binary_crossentropy is a number from 0 to 1$' \
  good.yaml --set "$four" --set training.loss=binary_crossentropy --set "data={train: $(itself good.h5), validation: $(itself ids.h5)}"
refused target_poisson 65 'ids_low.h5: data set /train/x: row 11 at (0) is -1: a target of poisson is a number >= 0' \
  good.yaml --set "$four" --set training.loss=poisson --set "data={train: $(itself ids_low.h5), scale: 0.1}"
refused target_one_hot 65 'row 0 at (1) is 0.272727281: a target of categorical_hinge is 0 or 1, in rows that are one-hot' \
  good.yaml --set "$four" --set training.loss=categorical_hinge --set "data={train: $(itself good.h5)}"

# ---- the run folder, checkpoints ----
echo 'a file' >in_the_way
made unwritable '$a\checkpoint: {directory: in_the_way/run}'
refused unwritable 73 'in_the_way'
wait
made first '$a\checkpoint: {directory: run}'
timeout 60 "$NNMPI" -q first.yaml >out 2>&1 || { echo "FAILED: training: $(cat out)" >>failed; }
timeout 60 "$NNMPI" -q good.yaml --set "$four" --set training.loss=poisson --set "data={train: $(itself good.h5)}" \
  --set checkpoint.directory=counts >out 2>&1 || { echo "FAILED: training on counts: $(cat out)" >>failed; }
refused target_eval 65 'ids_low.h5: data set /train/x: row 11 at (0) is -1: a target of poisson is a number >= 0$' \
  eval counts --data ids_low.h5 --inputs /train/x --targets /train/x
made other 's/units: 5/units: 6/; $a\checkpoint: {directory: run}'
refused other 78 'hidden'

wait

# ---- the launch ----
lonely() {
  timeout 60 env SLURM_NTASKS=4 "$NNMPI" good.yaml >out 2>&1
  [ $? = 2 ] && grep -q 'SLURM_NTASKS says 4 processes' out && grep -q 'mpirun -np 4' out ||
    echo "FAILED: lone processes of a launch are not refused: $(cat out)" >>failed
  timeout 60 env SLURM_NTASKS=4 SLURM_PROCID=2 "$NNMPI" good.yaml >out 2>&1
  [ -s out ] && echo "FAILED: the third lone process speaks too: $(cat out)" >>failed
  timeout 60 env SLURM_NTASKS=4 NNMPI_SINGLE=1 "$NNMPI" -q good.yaml >out 2>&1 ||
    echo "FAILED: NNMPI_SINGLE=1 does not help: $(cat out)" >>failed
}
bare_srun() { # what srun without PMIx leaves in the environment of each process
  timeout 60 env SLURM_JOBID=1 SLURM_STEPID=0 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID="$1" "$NNMPI" good.yaml >out 2>&1
}
lonely
bare_srun 0
[ $? = 2 ] && grep -q 'srun --mpi=pmix' out && ! grep -q OMPI out || echo "FAILED: srun without PMIx: $(cat out)" >>failed
bare_srun 2
[ -s out ] && echo "FAILED: the third process of srun without PMIx speaks too: $(cat out)" >>failed

# ---- and the good one is good ----
timeout 60 "$NNMPI" -q good.yaml >out 2>&1 || echo "FAILED: good.yaml: $(cat out)" >>failed
timeout 60 "$NNMPI" -q good.yaml --set "$model" --set "$(data ids.h5)" >out 2>&1 || echo "FAILED: ids: $(cat out)" >>failed
# ids that are not the data's own are nobody's business at load
timeout 60 "$NNMPI" -q good.yaml --set "$(data ids_high.h5)" --set 'model.layers=[{type: slice, start: 0, size: 2}, '\
'{type: embedding, input_dim: 7, output_dim: 2}, flatten, {type: dense, units: 3, activation: softmax}]' >out 2>&1 ||
  echo "FAILED: ids of a slice: $(cat out)" >>failed
[ -e failed ] || exit 0
cat failed
exit 1
