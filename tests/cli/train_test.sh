# ctest: TIMEOUT 600
# The program as a person uses it: the configurations that are shipped, what is shown and written,
# stopping and going on.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/configs" && cp "$NNMPI_SOURCE"/configs/*.yaml "$folder/configs" || exit 1
ln -s "$NNMPI_SOURCE/data" "$folder/data"
cd "$folder" || exit 1
unset NO_COLOR
export TERM=xterm
export SHELL=/bin/sh # script(1) runs commands with it
failures=0
fail() { echo "FAILED: $*"; failures=1; }
# at_least VALUE BOUND
at_least() { awk -v value="$1" -v bound="$2" 'BEGIN { exit !(value + 0 >= bound + 0) }'; }
# result NAME FOLDER: a number of summary.json
result() { sed -n "s/.*\"$1\": \([-0-9.e+]*\),*$/\1/p" "$2/summary.json"; }

# ---- every configuration trains to what it promises ----
mpirun -np 2 "$NNMPI" configs/digits.yaml >digits 2>&1 || fail "digits: $(cat digits)"
at_least "$(result test_accuracy runs/digits)" 0.97 || fail "digits: test accuracy $(cat runs/digits/summary.json)"
mpirun -np 2 "$NNMPI" configs/composition.yaml --set checkpoint.every=never >composition 2>&1 ||
  fail "composition: $(cat composition)"
at_least "$(result validation_accuracy runs/composition)" 0.95 || fail "composition: $(cat composition)"
mpirun -np 2 "$NNMPI" configs/maxout.yaml >maxout 2>&1 || fail "maxout: $(cat maxout)"
at_least "$(result test_accuracy runs/maxout)" 0.97 || fail "maxout: $(cat maxout)"
mpirun -np 2 "$NNMPI" -q configs/gradient_descent.yaml >descent 2>&1 || fail "gradient_descent: $(cat descent)"
grep -q '^target  .*runs/gradient_descent$' descent || fail "gradient_descent: $(cat descent)"
[ "$(wc -l <descent)" = 1 ] || fail "gradient_descent -q: more than one line: $(cat descent)"
awk -F, 'NR > 2 && $3 + 0 >= last { exit 1 } NR > 1 { last = $3 + 0 }' runs/gradient_descent/metrics.csv ||
  fail "gradient_descent: the loss does not fall in every step"
# have_data CONFIG: the files that it names are there
have_data() { sed -n 's/^ *\(train\|validation\|test\):.*file: *\([^,}]*\).*/\2/p' "$1" | (cd configs && xargs ls >/dev/null 2>&1); }
checked=0
for config in configs/*.yaml; do
  have_data "$config" || { echo "not checked, its data are not here: $config"; continue; }
  checked=$((checked + 1))
  "$NNMPI" check "$config" >checked 2>&1 || fail "check $config: $(cat checked)"
  grep -q 'nothing is wrong' checked || fail "check $config: $(cat checked)"
done
[ $checked -ge 5 ] || fail "only $checked configurations were checked"

# ---- what is shown ----
for words in '^digits (configs/digits.yaml)' '^probs  *dense  *(10)  *970' '^16,522 parameters' \
  '^train  *1,293 samples: data/digits.h5\|^train  *1,293 samples: /.*/data/digits.h5' '^batch  *64, 32 a rank; 21 steps an epoch, 30 epochs' \
  '^ranks  *2 x [0-9]* thread' '^numbers  *float32, OpenBLAS' '^memory  *[0-9.]* MB a rank (program [0-9.]* MB, weights [0-9.]* kB, ' \
  '^epoch 30/30  train_loss' '^test_loss [0-9.]*  test_accuracy 0.9' \
  '^completed: .*630 steps.*results are in runs/digits$'; do
  grep -q "$words" digits || fail "digits does not show '$words': $(cat digits)"
done
grep -q $'[\r\033]' digits && fail "control characters in a file"
"$NNMPI" check configs/digits.yaml --ranks 3 >checked 2>&1
grep -q '^batch  *64, 21 or 22 a rank' checked && grep -q '^ranks  *3 are planned for; looked at on 1 (' checked || fail "check --ranks 3: $(cat checked)"

# ---- on a terminal: one process alone and two under mpirun ----
short='configs/digits.yaml --set training.epochs=2 --set checkpoint=null --set log=null'
script -qec "$NNMPI $short" /dev/null </dev/null >alone
script -qec "mpirun -np 2 $NNMPI $short" /dev/null </dev/null >together
for name in alone together; do
  grep -q $'\r.*epoch.*\\[.*\033\\[K' $name || fail "$name: no bar: $(cat -v $name)"
done

# ---- going on ----
"$NNMPI" configs/digits.yaml >again 2>&1 || fail "again: $(cat again)"
grep -q '^resumed  *from runs/digits/.*: epoch 30, step 630' again || fail "again: $(cat again)"
"$NNMPI" configs/digits.yaml --set training.epochs=31 >more 2>&1 || fail "more: $(cat more)"
[ "$(wc -l <runs/digits/metrics.csv)" = 32 ] || fail "more: $(cat runs/digits/metrics.csv)"

# ---- a signal: a checkpoint, 75, and the same command goes on ----
slow='configs/digits.yaml --set training.epochs=100000 --set checkpoint.directory=../runs/slow'
# shellcheck disable=SC2086
"$NNMPI" $slow >slow 2>&1 &
process=$!
for _ in $(seq 600); do # before it a signal may come too early to be caught
  [ -e runs/slow/latest.h5 ] && break
  sleep 0.1
done
kill -TERM $process
wait $process
[ $? = 75 ] || fail "a stopped run does not end with 75: $(tail -n 3 slow)"
grep -q '^signal: ' slow && grep -q 'run me again' slow || fail "signal: $(tail -n 3 slow)"
# shellcheck disable=SC2086
"$NNMPI" $slow --set training.max_time=0s >slow 2>&1
[ $? = 75 ] && grep -q '^resumed' slow || fail "max_time: $(tail -n 20 slow)"

# ---- a loss that is not finite; a target that is missed ----
"$NNMPI" configs/digits.yaml --set training.optimizer.learning_rate=1e30 --set checkpoint=null >lost 2>&1
[ $? = 1 ] && grep -q '^not_finite: [0-9]* steps\{0,1\} in ' lost || fail "not finite: $(tail -n 3 lost)"
[ "$(grep -c 'is not finite in step' lost)" = 1 ] && grep -q '^nnmpi: the loss or its gradient is not finite' lost &&
  grep -q '^  a smaller learning_rate, training.clip_norm or training.on_nonfinite: skip or rollback may help$' lost || fail "not finite: $(tail -n 5 lost)"
"$NNMPI" configs/digits.yaml --set training.epochs=1 --set checkpoint=null \
  --set 'training.target={monitor: validation_accuracy, at_least: 0.999, required: true}' >missed 2>&1
[ $? = 1 ] && grep -q '^target_missed: 21 steps in' missed && [ "$(grep -c 'reach the required at least 0.999' missed)" = 1 ] || fail "target missed: $(tail -n 3 missed)"
exit $failures
