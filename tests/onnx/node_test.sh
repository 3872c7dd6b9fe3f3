#!/usr/bin/env bash
# The cases of ONNX (libonnx-testdata) pass where they apply, and docs/onnx.md says which.
#
#   node_test.sh            what ctest runs
#   node_test.sh --table    prints docs/onnx.md
#
# ONNX_CASES=FOLDER takes the cases there, of another version; the page is then not compared.
set -u
source=$(cd "$(dirname "$0")/../.." && pwd)
here=$source/tests/onnx
tools=${NNMPI_TOOLS:-$source/build/tests}
python=/usr/bin/python3
cases=${ONNX_CASES:-/usr/share/libonnx-testdata/data}

[ -d "$cases/node" ] || { echo "skipped: there is no libonnx-testdata"; exit 77; }
$python -c 'import h5py, onnx' 2>/dev/null ||
  { echo "skipped: there is no python3-onnx or python3-h5py"; exit 77; }
version=$(dpkg-query -W -f='${Version}' libonnx-testdata 2>/dev/null)
version=${version%-*}
if [ -z "${ONNX_CASES-}" ] && dpkg --compare-versions "$version" lt 1.12; then
  echo "skipped: in libonnx-testdata $version, before 1.12, operators mean other things"
  exit 77
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

$python -B "$here/node_cases.py" convert "$folder/cases.h5" || exit 1
for tool in onnx_tool onnx_f64_tool; do
  "$tools/$tool" "$folder/cases.h5" >"$folder/$tool" ||
    { [ "${1-}" = --table ] || fail "$tool:" "$(grep -v ' passed ' "$folder/$tool")"; }
done
$python -B "$here/node_cases.py" table "$folder/cases.h5" "$version" "$folder"/onnx_{,f64_}tool \
  >"$folder/onnx.md" || exit 1

if [ "${1-}" = --table ]; then
  cat "$folder/onnx.md"
  exit
fi
if [ -z "${ONNX_CASES-}" ] && grep -qF "libonnx-testdata ($version)" "$source/docs/onnx.md"; then
  diff "$source/docs/onnx.md" "$folder/onnx.md" >"$folder/difference" ||
    fail "docs/onnx.md is not what node_test.sh --table prints:" "$(cat "$folder/difference")"
else
  echo "docs/onnx.md is about another version of the cases: not compared"
fi
sed -n '/^Of .* cases/,/^$/p' "$folder/onnx.md"
for tool in onnx_tool onnx_f64_tool; do
  echo "$tool: the largest difference is $(awk '{print $3}' "$folder/$tool" | sort -g | tail -1)"
done
exit $((failures > 0))
