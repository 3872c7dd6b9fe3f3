# For the scripts of this folder: a scratch folder, what nnmpi says, what h5py finds.
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-import.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
python=/usr/bin/python3
$python -c 'import h5py' 2>/dev/null || { echo "python3-h5py is not installed"; exit 77; }

fail() {
    echo "FAILED: $*"
    failed=1
}

# says CODE WORDS ARGUMENT...: `nnmpi import ARGUMENT...` ends with CODE and says WORDS (a pattern);
# a failure leaves no file t.h5 behind.
says() {
    local code=$1 words=$2
    shift 2
    timeout 60 "$NNMPI" import "$@" >out 2>&1 </dev/null
    local got=$?
    [ $got = "$code" ] || fail "import $*: exit code $got, not $code: $(cat out)"
    grep -qe "$words" out || fail "import $*: no '$words' in: $(cat out)"
    [ ! -e t.h5.tmp ] || fail "import $*: it left t.h5.tmp"
    [ "$code" = 0 ] || [ ! -e t.h5 ] || fail "import $*: it left t.h5"
}
