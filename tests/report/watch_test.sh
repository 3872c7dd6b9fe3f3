# nnmpi watch draws what fits and what is new, ends when the run has ended, and leaves the terminal as it was.
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

# live ACTION COMMAND: the COMMAND in a terminal of 80 x 24, and once its screen is up the ACTION, whose output are
# keys; files window (the terminal's name), before, code, after, live
# Ctrl-C reaches the shell too, and dash would end by it: the trap keeps it (nnmpi gets the default back)
live() {
  rm -f window before code after live
  { until_true screen_is_up && $1 && until_true test -s after; } | timeout 300 script -qefc \
    "trap : INT; stty cols 80 rows 24; tty >window; stty -a >before; $2; echo \$? >code; stty -a >after" /dev/null >live
}
ended_by() { # ended_by NAME: the code is 0, and what stty says is what it was
  [ "$(cat code)" = 0 ] || fail "$1: exit code $(cat code)"
  cmp -s before after || fail "$1: the terminal is not as it was"
  grep -q $'\033\[?1049h' live && grep -q $'\033\[?25h\033\[?1049l' live || fail "$1: no screen of its own"
}

# q and Ctrl-C end it
for key in q $'\003'; do
  press() { printf '%s' "$key"; }
  live press "$NNMPI watch run"
  ended_by "$(printf '%q' "$key")"
done

# The last picture that is complete, without colours.
picture() {
  tr -d '\r' <live | sed 's/\x1b\[[0-9]*m//g; s/\x1b\[K//g; s/\x1b\[?[0-9]*[hl]//g; s/\x1b\[H/\n/g; s/\x1b\[J/\n=\n/g' |
    awk '$0 == "=" { whole = text; text = ""; next } $0 != "" { text = text $0 "\n" } END { printf "%s", whole }'
}
shows() { picture | grep -q "$1"; }
fits() { # fits COLUMNS ROWS: the picture, which is more than 3/4 as wide
  local width
  width=$(picture | wc -L)
  [ "$width" -lt "$1" ] && [ $((4 * width)) -gt $((3 * $1)) ] && [ "$(picture | wc -l)" -lt "$2" ]
}
resize() { stty -F "$(cat window)" cols "$1" rows "$2"; }

# an epoch that is done while it watches; half a line is none yet
new_epochs() {
  until_true shows '^run  goes on  epoch 40 ' || echo "epoch 40" >missing
  sed -n '40s/"epoch":40/"epoch":41/p' run/metrics.jsonl | sed 's/"validation_loss":[0-9.]*/"validation_loss":0.4321/' >new
  cat new >>run/metrics.jsonl
  until_true shows '^run  goes on  epoch 41 ' && shows 'validation 0.4321' || echo "epoch 41" >missing
  printf q
}
cp run/metrics.jsonl 40_epochs
live new_epochs "$NNMPI watch run"
ended_by "new epochs"
[ -e missing ] && fail "new epochs: $(cat missing) is not seen: $(picture)"
mv 40_epochs run/metrics.jsonl

# a window whose size changes is filled by the next picture: with one plot, then with both
resized() {
  until_true fits 80 24 && shows '^accuracy' || echo "80 x 24" >missing
  resize 50 12
  until_true fits 50 12 && ! shows '^accuracy' && shows '^loss' || echo "50 x 12" >missing
  resize 120 40
  until_true fits 120 40 && shows '^accuracy' || echo "120 x 40" >missing
  printf q
}
rm -f missing
live resized "$NNMPI watch run"
[ "$(cat code)" = 0 ] || fail "resized: exit code $(cat code)"
[ -e missing ] && fail "resized: it does not fill $(cat missing): $(picture)"

# colour
has_color() { grep -q $'\033\[32m' "$1"; }
drawn() {
  until_true shows '^run  goes on  epoch 40 '
  printf q
}
live drawn "$NNMPI watch run" && has_color live || fail "a terminal: no colour"
for command in "NO_COLOR=1 $NNMPI watch run" "$NNMPI watch run --color never"; do
  live drawn "$command"
  shows '^loss (log)  validation' || fail "$command: no picture"
  grep -q $'\033\[[0-9]*m' live && fail "$command: it has colour"
done
live drawn "NO_COLOR=1 $NNMPI watch run --color always" && has_color live || fail "--color always: no colour"
"$NNMPI" watch run --color always </dev/null >always || fail "--color always: exit code $?"
has_color always || fail "--color always in a file: no colour"

# it ends with the run
rm -f live
{ until_true screen_is_up && echo '{"how":"completed"}' >ended && mv ended run/summary.json; } & # whole at once
timeout 120 script -qefc "$NNMPI watch run" /dev/null </dev/null >live
wait
tail -n 1 live | grep -q 'completed' || fail "ended: $(tail -n 1 live)"

"$NNMPI" watch nowhere >out 2>&1
[ $? = 66 ] && grep -q 'nowhere: No such file' out || fail "nowhere: $(cat out)"
exit $failures
