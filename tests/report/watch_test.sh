# nnmpi watch draws what fits, ends when the run has ended, and leaves the terminal as it was.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
unset NO_COLOR
export TERM=xterm
export SHELL=/bin/sh # script(1) runs commands with it
failures=0
fail() { echo "FAILED: $*"; failures=1; }
terminal() { script -qec "$1" /dev/null; } # runs a command on a pseudo terminal

mkdir run
for i in $(seq 1 40); do
  echo "{\"epoch\":$i,\"step\":$i,\"train_loss\":$((1000 / i)).5,\"train_accuracy\":0.$((50 + i)),\"validation_loss\":$((1200 / i)).5,\"validation_accuracy\":0.$((49 + i)),\"elapsed_seconds\":$i}"
done >run/metrics.jsonl

"$NNMPI" watch run >piped </dev/null || fail "piped: exit code $?"
LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f]' piped && fail "piped: control characters"
grep -q '^loss (log)  validation' piped && grep -q '^accuracy  validation' piped || fail "piped: $(cat piped)"
grep -q $'\xe2\xa1\|\xe2\xa2\|\xe2\xa3' piped || fail "piped: no curve"
tail -n 1 piped | grep -q '^run  goes on  epoch 40' || fail "piped: $(tail -n 1 piped)"
[ "$(wc -l <piped)" -le 24 ] && [ "$(wc -L <piped)" -le 80 ] || fail "piped: it does not fit 80 x 24"

terminal "stty cols 50 rows 12; $NNMPI watch run --once" </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9]*m//g' >small
[ "$(wc -l <small)" -le 12 ] && [ "$(wc -L <small)" -le 50 ] || fail "small: it does not fit 50 x 12: $(cat small)"
grep -q '^loss ' small || fail "small: no plot: $(cat small)"
grep -q accuracy small && fail "small: there is no room for two plots"

# until_true COMMAND...: waits for it to succeed, a minute at most
until_true() {
  local tries
  for tries in $(seq 600); do
    "$@" 2>/dev/null && return
    sleep 0.1
  done
  return 1
}
screen_is_up() { grep -q $'\033\[?1049h' live; }

# press KEYS: watch in a terminal, and the keys once its screen is up; files before, code, after, live
# Ctrl-C reaches the shell too, and dash would end by it: the trap keeps it (nnmpi gets the default back)
press() {
  rm -f before code after live
  { until_true screen_is_up && printf '%s' "$1" && until_true test -s after; } | timeout 120 script -qefc \
    "trap : INT; stty cols 80 rows 24; stty -a >before; $NNMPI watch run; echo \$? >code; stty -a >after" /dev/null >live
}

# q and Ctrl-C end it; what stty says is what it was
for key in q $'\003'; do
  name=$(printf '%q' "$key")
  press "$key"
  [ "$(cat code)" = 0 ] || fail "$name: exit code $(cat code)"
  cmp -s before after || fail "$name: the terminal is not as it was"
  grep -q $'\033\[?1049h' live && grep -q $'\033\[?25h\033\[?1049l' live || fail "$name: no screen of its own"
done

# it ends with the run
rm -f live
{ until_true screen_is_up && echo '{"how":"completed"}' >ended && mv ended run/summary.json; } & # whole at once
timeout 120 script -qefc "$NNMPI watch run" /dev/null </dev/null >live
wait
tail -n 1 live | grep -q 'completed' || fail "ended: $(tail -n 1 live)"

"$NNMPI" watch nowhere >out 2>&1
[ $? = 66 ] && grep -q 'nowhere: No such file' out || fail "nowhere: $(cat out)"
exit $failures
