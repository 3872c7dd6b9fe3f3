# ctest: LABELS fuzz TIMEOUT 3600
# A short run of every fuzzer finds nothing.
set -u
command -v clang >/dev/null || { echo "clang is not installed"; exit 77; }
cd "$NNMPI_SOURCE" && scripts/fuzz.sh 20
