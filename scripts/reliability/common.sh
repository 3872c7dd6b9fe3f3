# For the sections of reliability.sh: a scratch folder with a small training in it, runs, comparisons.
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-reliability.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export NNMPI_GEMM=blas # products by cblas_sgemm, where faults_shim makes faults
all=${NNMPI_RELIABILITY_ALL:-} # not empty: everything; else a quick form, as in the default tests
failed=0 ASAN_OPTIONS=${ASAN_OPTIONS:-}
cp "$NNMPI" "$work/nnmpi" # a build that goes on meanwhile does not disturb

# A run on one rank, without mpirun, with faults: faulty WHAT [--set ...]; the output in run.log
faulty() {
  local what=$1
  shift
  NNMPI_FAULT=$what LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
    timeout 300 ./nnmpi -q run.yaml "$@" >run.log 2>&1
}

# A run on N ranks, one of them with faults: faulty_ranks N WHAT RANK [--set ...]; the output in run.log
faulty_ranks() {
  local n=$1 what=$2 rank=$3
  shift 3
  NNMPI_FAULT=$what NNMPI_FAULT_RANK=$rank ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
    timeout 300 mpirun -np "$n" -x LD_PRELOAD="$NNMPI_TOOLS/faults_shim.so" ./nnmpi -q run.yaml "$@" >run.log 2>&1
}

# expect CODE COMMAND...: its exit code
expect() {
  local code=$1 got=0
  shift
  "$@" || got=$?
  [ "$got" = "$code" ] || fail "exit $got, not $code: $*: $(cat run.log)"
}

# says TEXT...: each of them is in run.log
says() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" run.log || fail "\"$text\" is not said: $(cat run.log)"
  done
}

# The number of a key in FOLDER/summary.json
summary() { sed -n "s/.*\"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}/\1/p" "$1/summary.json"; }

whole() { # every checkpoint in the folder is; prints the newest step
  "$NNMPI_TOOLS/checkpoint_folder_tool" "$1" 2>>run.log || fail "$1: $(cat run.log)"
}

fail() {
  echo "FAILED: $*"
  failed=1
}

now() { date +%s.%N; }

# A small training: 12 steps an epoch, a checkpoint every step.
make_training() {
  "$NNMPI_TOOLS/make_data_tool" data.h5 96 7 4
  cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
model:
  layers: [{type: dense, units: 12, activation: relu}, {type: dropout, rate: 0.2}, {type: dense, units: 4, activation: softmax}]
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: adam, learning_rate: 0.01}
  average: {decay: 0.9}
  batch_size: 8
  epochs: ${1:-25}
checkpoint: {directory: whole, every: 1 steps, keep: 3, best: validation_loss}
log: {steps: true, console: off}
Y
}

# same_result A B WHAT: weights, state and the losses of every step of two run folders, to the bit
same_result() {
  if ! "$NNMPI_TOOLS/weights_tool" "$1" >a.bits || ! "$NNMPI_TOOLS/weights_tool" "$2" >b.bits ||
    ! [ -s a.bits ] || ! cmp -s a.bits b.bits; then
    fail "$3: the weights differ"
  elif ! cmp -s "$1/steps.csv" "$2/steps.csv"; then
    fail "$3: the losses of the steps differ: $(diff "$1/steps.csv" "$2/steps.csv" | head -n 20; tail -n 5 run.log)"
  fi
}

# The ranks of an mpirun, in order.
ranks_of() { pgrep -P "$1" | sort -n; }

# Is the process with this number still one of ours? Another may have been given the number.
is_ours() { [[ $(readlink "/proc/$1/exe" 2>/dev/null) == "$work"/* || $(cat "/proc/$1/comm" 2>/dev/null) == mpirun ]]; }

# Waits until none of these processes is left, 60 s at most; counts those that are.
orphans=0
await_end() {
  local pid left i
  for ((i = 0; i < 600; i++)); do
    left=()
    for pid in "$@"; do is_ours "$pid" && left+=("$pid"); done
    [ ${#left[@]} = 0 ] && return
    sleep 0.1
  done
  orphans=$((orphans + ${#left[@]}))
  fail "processes are left: $(ps -o pid,ppid,stat,etime,wchan:20,args -p "${left[*]}")"
  kill -KILL "${left[@]}"
}
