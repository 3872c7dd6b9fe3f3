# For the scripts of this folder: a scratch folder, what is said, numbers that agree.
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-use.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
tool=$NNMPI_TOOLS/use_tool
digits=$NNMPI_SOURCE/data/digits.h5
failed=0

fail() {
  echo "FAILED: $*"
  failed=1
}

# on N ARGUMENT...: nnmpi on N ranks; one needs no mpirun. The output is in out and err.
on() {
  local launch="mpirun -np $1"
  [ "$1" = 1 ] && launch=
  shift
  timeout 120 $launch "$NNMPI" "$@" >out 2>err </dev/null
}

# says CODE WORDS ARGUMENT...: on 1 rank, or $ranks_said, it ends with CODE and its output has WORDS.
ranks_said=1
says() {
  local code=$1 words=$2 ranks
  shift 2
  for ranks in $ranks_said; do
    on $ranks "$@"
    local got=$?
    [ $got = "$code" ] || fail "nnmpi $* on $ranks ranks: exit code $got, not $code: $(cat out err)"
    cat out err | grep -qe "$words" || fail "nnmpi $* on $ranks ranks: no '$words' in: $(cat out err)"
  done
}

# value FILE KEY: the number of that name in a JSON file, one key a line
value() {
  sed -n "s/^ *\"$2\": \([-0-9.e+]*\),*$/\1/p" "$1" | head -1
}

# near A B TOLERANCE WHAT
near() {
  awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b; if (s < 1) s = 1
    exit !(a != "" && b != "" && d <= t * s) }' || fail "$4: $1 is not $2"
}
