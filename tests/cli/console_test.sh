# The console redraws a line on a terminal only, through mpirun too; elsewhere no control character.
set -u
tool=$NNMPI_TOOLS/console_tool
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
unset NO_COLOR
export TERM=xterm
export SHELL=/bin/sh # script(1) runs commands with it
failures=0

fail() { echo "FAILED: $*"; failures=1; }
is_plain() { ! LC_ALL=C grep -q '[^[:print:][:space:]]' "$1" && ! grep -q $'\r' "$1"; }
is_redrawn() { grep -q $'\r.*\033\\[K' "$1"; }
terminal() { script -qec "$1" /dev/null </dev/null; } # runs a command on a pseudo terminal

# ---- not on a terminal ----
"$tool" auto 2 2 1 >file || fail "the tool cannot run"
"$tool" auto 2 2 1 | cat >pipe
mpirun -np 2 "$tool" auto 2 2 1 >mpi_file 2>&1
"$tool" bar 2 2 1 >bar_file
terminal "mpirun -np 2 $tool auto 2 2 1 >mpi_file_from_terminal"
terminal "mpirun -np 2 bash -c '$tool auto 2 2 1; true' >shell_between"
for name in file pipe mpi_file bar_file mpi_file_from_terminal shell_between; do
  [ -s $name ] || fail "$name: nothing was written"
  is_plain $name || fail "$name: control characters: $(cat -v $name)"
  grep -q '^epoch 2/2 ' $name || fail "$name: the last epoch is missing"
  tail -n 1 $name | grep -q '^completed: .*results are in /tmp/runs/made-up' ||
    fail "$name: the last line does not say how it ended"
done

begun=$(date +%s)
"$tool" lines 300 1 1 >many
[ "$(grep -c '^epoch' many)" -le $(($(date +%s) - begun + 3)) ] || fail "many: more than a line a second: $(cat many)"
grep -q '^epoch 300/300' many || fail "many: the last epoch is missing"

"$tool" quiet 2 2 1 >quiet
[ "$(cat quiet)" = "completed  test_loss 0.0812  test_accuracy 0.9750  /tmp/runs/made-up" ] ||
  fail "quiet: $(cat quiet)"

# ---- on a terminal ----
terminal "$tool auto 2 20 15" >screen
terminal "mpirun -np 2 $tool auto 2 20 15" >mpi_screen
for name in screen mpi_screen; do
  is_redrawn $name || fail "$name: no line was redrawn: $(cat -v $name)"
  grep -q $'\033\\[1m' $name || fail "$name: no colour"
done
terminal "$tool lines 2 20 15" >lines_screen
[ "$(grep -c '^epoch .*2/2' lines_screen)" = 1 ] || fail "lines_screen: the last epoch is missing"
is_redrawn lines_screen && fail "lines_screen: a line was redrawn"

terminal "stty cols 40; $tool bar 2 20 15" >narrow
tr '\r' '\n' <narrow | sed 's/\x1b\[[0-9]*[mK]//g' | grep '\[=' >bars
[ -s bars ] || fail "narrow: no bar"
[ "$(wc -L <bars)" -lt 40 ] || fail "narrow: a bar is too wide: $(cat bars)"

# A window that is made narrower in the middle of a run: from then on every line fits it.
script -qefc "stty cols 100; $tool bar 1 6000 10 & tool=\$!; until [ -e drawn ]; do sleep 0.05; done
  stty cols 40; sleep 1; kill \$tool; wait" /dev/null </dev/null >resized &
job=$!
until grep -q '\[=' resized 2>/dev/null || ! kill -0 $job 2>/dev/null; do sleep 0.05; done
touch drawn
wait $job
tr '\r' '\n' <resized | sed 's/\x1b\[[0-9]*[mK]//g' | grep '^epoch.*\[' >bars
awk '{ if (length($0) >= 40) { wide++; if (narrow) late++ } else narrow++ }
  END { exit !(wide && narrow && !late) }' bars || fail "resized: lines do not follow the window: $(cat bars)"

terminal "NO_COLOR=1 $tool auto 2 20 15" >no_color
is_redrawn no_color || fail "no_color: nothing is drawn"
grep -q $'\033\\[[0-9]*m' no_color && fail "no_color: it has colour"
"$tool" auto 2 2 1 1 >always
grep -q $'\033\\[1m' always || fail "always: no colour"
exit $failures
