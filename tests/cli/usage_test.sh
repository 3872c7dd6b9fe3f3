# The command line: help, versions, and what is said when it is wrong, once on any number of ranks.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }

# says CODE WORDS ARGUMENT...: the program ends with CODE and its output has WORDS (a pattern).
says() {
  local code=$1 words=$2
  shift 2
  timeout 60 "$NNMPI" "$@" >out 2>err </dev/null
  local got=$?
  [ $got = "$code" ] || fail "nnmpi $*: exit code $got, not $code: $(cat out err)"
  cat out err | grep -qe "$words" || fail "nnmpi $*: no '$words' in: $(cat out err)"
}

# ---- help and versions: on stdout ----
for arguments in --help -h help 'train --help'; do
  # shellcheck disable=SC2086
  says 0 '^usage:\|^nnmpi .*train neural networks' $arguments
  [ -s err ] && fail "$arguments wrote to stderr"
done
says 0 'usage: nnmpi check .*CONFIG.yaml' help check
says 0 'usage: nnmpi check' check --help
says 0 '^  import text FILE' help import
says 0 'usage: nnmpi import csv .*FILE' help import csv
says 0 'usage: nnmpi import idx' import idx --help
for words in '^nnmpi [0-9]' 'MPI' '^HDF5 [0-9]' '^OpenBLAS [0-9.]* [A-Za-z]' '^libfyaml [0-9]'; do
  says 0 "$words" --version
done
says 0 '^nnmpi [0-9]' -V
says 0 '^nnmpi [0-9]' version

# ---- topics: from the tables ----
says 0 '^  dense  *[a-z]' help layers
says 0 '^  residual ' help compositions
says 0 '^  categorical_crossentropy ' help losses
says 0 '^  sgd ' help optimizers
for words in '^shapes:' '(\.\.\., k) -> (\.\.\., units)' '^formula:' 'dW = z(j-1)^T dx' '^source:' '^options:' \
  '  units  *an integer >= 1; required' '^example:' 'nnmpi help layer-keys'; do
  says 0 "$words" help dense
done
says 0 '^    l2  *a number >= 0; default 0' help kernel_regularizer
says 2 'did you mean `weight_decay_factor`?' help weight_decay_facter
says 0 'momentum' help sgd
says 0 'variance 1' help standard
says 0 'times' help repeat
says 0 'training.batch_size' help training.batch_size
says 0 'training.batch_size' help batch_size
says 0 'epochs' help training
says 0 'checkpoint' help config
says 0 'inputs' help layer-keys
says 0 '^   78  ' help exit-codes
says 0 '^   70  .*the job hung, or a rank died)' help exit-codes
says 0 '^128+n  a rank was ended by signal n' help exit-codes
# an option: whose it is
says 0 '^  optimizer sgd, .*adam, ' help learning_rate
says 0 '^  layer .*lstm' help units
says 0 '^  layer .*conv2d' help kernel_size
says 0 '^  optimizer sgd' help momentum
says 0 '^  schedule plateau' help patience
says 0 '^training.early_stopping.patience' help patience
says 2 'did you mean `kernel_size`?' help kernelsize
for option in learning_rate units padding activation; do
  "$NNMPI" help $option | awk -v o=$option 'length > 79 { print "FAILED: help " o ": a long line: " $0; bad = 1 } END { exit bad }' || failures=1
done

# ---- the environment: every variable of ours that is read, and none that is not ----
"$NNMPI" help environment >variables || fail "help environment"
for variable in NO_COLOR $(grep -rhoE '"NNMPI_[A-Z_]+"|\$\{NNMPI[A-Z_]*' "$NNMPI_SOURCE"/{src,scripts/slurm} | tr -d '"${' | sort -u); do
  grep -q "^  $variable  " variables || fail "help environment: no $variable"
done
while read -r variable _; do
  grep -rqE --exclude=environment.c "\"$variable\"|\\\$\{$variable:" "$NNMPI_SOURCE/src" || fail "nothing reads $variable"
done <variables

"$NNMPI" help --markdown >blocks.md
cmp blocks.md "$NNMPI_SOURCE/docs/blocks.md" >out 2>&1 ||
  fail "docs/blocks.md is not what \`nnmpi help --markdown\` writes: $(cat out)"
says 2 'takes no topic' help --markdown dense

# ---- wrong: exit code 2, on stderr, with the nearest word ----
says 2 'did you mean `dense`?' help dens
says 2 'did you mean `training.batch_size`?' help training.batchsize
says 2 'did you mean `check`?' chekc
says 2 'did you mean `--set`?' train x.yaml --sett a=b
says 2 'no option -z' -z
says 2 'an option of `nnmpi check`' x.yaml --ranks 3
says 2 '--set wants a value' x.yaml --set
says 2 'positive whole number' check x.yaml --ranks 0
says 2 'positive whole number' check x.yaml --ranks=3x
says 2 'did you mean `always`?' --color=alway help
says 2 'takes no value' --quiet=1 help
says 2 'cannot do anything with `b.yaml`' a.yaml b.yaml
says 2 'wants CONFIG.yaml' check
says 2 'what shall be trained?'
[ -s out ] && fail "a complaint went to stdout"

# ---- what is not there ----
for words in '-np 2 missing.yaml' 'missing.yaml -n 4' '--np=2 missing.yaml' 'check missing.yaml -np3' 'eval -np 2 run'; do
  # shellcheck disable=SC2086
  says 2 'how many ranks there are is said to mpirun: mpirun -np N nnmpi' $words
done
says 2 'there is no option -n' inspect -n 3
says 2 '--set is an option of `nnmpi [a-z]*`; a command or a configuration is missing' --set x=1
says 2 'there is no option --format; see' export --format onnx
says 2 'there is no option --mem; see' slurm --mem lots
says 66 'no/such/a.yaml: there is no such file, nor a folder no/such$' no/such/a.yaml
touch here.yaml
says 66 'heer.yaml: there is no such file; did you mean here.yaml?' heer.yaml
says 66 '\./here.yml: there is no such file; did you mean ./here.yaml?' check ./here.yml
rm here.yaml
says 66 'missing.yaml' missing.yaml
says 66 'missing.yaml' train missing.yaml
says 66 'missing.yaml' --set a=b -q -- missing.yaml
says 66 'train' ./train

"$NNMPI" help >/dev/full 2>err
[ $? = 74 ] || fail "help >/dev/full: not 74"

# ---- once under mpirun, without MPI where it is not needed ----
mpirun -np 3 "$NNMPI" --help >out 2>&1 || fail "mpirun --help"
[ "$(grep -c '^usage:' out)" = 1 ] || fail "help on 3 ranks: $(cat out)"
OMPI_MCA_pml=nonsense mpirun -np 3 "$NNMPI" --version >out 2>&1 || fail "version starts MPI: $(cat out)"
[ "$(grep -c '^nnmpi ' out)" = 1 ] || fail "version on 3 ranks: $(cat out)"
mpirun -np 3 "$NNMPI" --no-such-option >out 2>&1
[ $? = 2 ] || fail "usage error on 3 ranks: not 2"
[ "$(grep -c 'no option' out)" = 1 ] || fail "usage error on 3 ranks: $(cat out)"
exit $failures
