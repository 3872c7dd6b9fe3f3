#!/bin/bash
# The manual pages: scdoc takes what the program writes, man has nothing to complain of, and what the help of
# a command and the tables of keys say is there.
set -u
command -v scdoc >/dev/null || exit 77
man --version 2>/dev/null | grep -q '^man ' || exit 77 # not there, or the stub of a minimized system
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() { echo "FAILED: $*"; failed=1; }

# page NAME.SECTION WORDS TOPIC...: WORDS (a pattern) are in the page
page() {
  local page=$1 words=$2
  shift 2
  "$NNMPI" help --man "$@" >source 2>err && scdoc <source >"$page" 2>err || { fail "$page: $(cat err)"; return; }
  MANWIDTH=80 LC_ALL=C.UTF-8 man -l --warnings "$page" >text 2>err || fail "man: $(cat err)"
  [ -s err ] && fail "$page: $(head -5 err)"
  grep -q -- "$words" text || fail "$page: no '$words' in it"
}
page nnmpi.1 'nnmpi-check(1)'
while read -r variable _; do
  grep -q "^ *$variable\$" text || fail "nnmpi.1: no $variable"
done < <("$NNMPI" help environment)
page nnmpi.yaml.5 '^ *training.early_stopping.min_delta$' config
grep -q '^ *dx = dz(j) . .*dW = z(j-1)^T dx' text || fail "nnmpi.yaml.5: no formula of dense"
for command in $(sed -n 's/NN_COMMAND(\([a-z]*\))/\1/p' "$NNMPI_SOURCE/src/cli/commands.def"); do
  page "nnmpi-$command.1" "nnmpi $command" "$command"
  for option in $("$NNMPI" help "$command" | grep -oE -- '^ +(-., |    )--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
    grep -qe "$option" text || fail "nnmpi-$command.1: no $option"
  done
done
"$NNMPI" help --man no_such >out 2>err
[ $? = 2 ] && grep -q 'not of `no_such`' err || fail "no_such: $(cat err)"
exit $failed
