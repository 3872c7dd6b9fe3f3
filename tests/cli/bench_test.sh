#!/bin/bash
# scripts/bench.sh explains itself, refuses what it does not know, and its shortest round prints every table
# without PyTorch. No number in them can fail.   ctest: TIMEOUT 600
set -u
bench=$NNMPI_SOURCE/scripts/bench.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }
/usr/bin/python3 -c 'import h5py' || exit 77
export NNMPI

"$bench" --help >out 2>err || fail "--help: exit $?"
grep -q '^usage: scripts/bench.sh' out || fail "--help: $(cat out err)"
"$bench" --workloads mlp,nonsense >out 2>err && fail "a workload that there is not was measured"
grep -q 'there is no workload "nonsense"' err || fail "nonsense: $(cat err)"
"$bench" --rounds 0 >out 2>err && fail "no rounds were measured"

before=$(cksum <"$NNMPI_SOURCE/docs/bench.md" 2>/dev/null)
"$bench" --smoke >out 2>err || fail "--smoke: exit $?: $(cat err)"
number='[0-9][0-9,.]*'
for words in '^| processor | .* cores' '^| nnmpi | nnmpi 0.*OpenBLAS' "^| one core | $number | $number | $number |" \
    "^| two cores at once | $number | $number | $number |" "^| mlp | $number | - | - | $number | $number | $number | [-0-9.]* |" \
    "^| mlp | $number | - | - | $number | $number | $number | $number % | $number |$" \
    "^| mlp, 2 ranks | $number | $number | - | - | $number | - |" 'PyTorch was not measured'; do
    grep -q "$words" out || fail "no line '$words': $(cat out)"
done
[ "$before" = "$(cksum <"$NNMPI_SOURCE/docs/bench.md" 2>/dev/null)" ] || fail "--smoke wrote docs/bench.md"
exit $failures
