# Every configuration of real data reaches its goal (docs/results.md) with seed 1, and every tool works on what was
# trained (tools.sh).
# ctest: LABELS results TIMEOUT 14400
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-results.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$NNMPI_SOURCE/scripts/results.sh" --seeds 1 --runs "$work/runs" --out "$work/results.md"
code=$?
cat "$work/results.md"
[ $code = 0 ] && [ "$(grep -c ', met |' "$work/results.md")" = 6 ] || { echo "FAILED: a goal was missed"; code=1; }
bash "$NNMPI_SOURCE/tests/results/tools.sh" "$work"/runs/* || code=1
exit $code
