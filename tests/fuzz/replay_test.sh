# The inputs that the fuzzers keep (corpus/) end with an answer: no crash, no hang, a message for each failure.
set -u
failed=0
for corpus in "$NNMPI_SOURCE"/tests/fuzz/corpus/*/; do
  name=$(basename "$corpus")
  timeout 200 "$NNMPI_TOOLS/fuzz_$name" "$corpus"* || { echo "FAILED: $name"; failed=1; }
done
exit $failed
