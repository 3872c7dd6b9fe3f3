#!/usr/bin/env bash
# fuzz.sh: throws random inputs at everything that reads what users give, under AddressSanitizer and UBSan.
set -u
usage() {
  cat <<'END'
usage: scripts/fuzz.sh [--keep] [TARGET]... [SECONDS]
Runs the fuzzers of tests/fuzz (libFuzzer), each for SECONDS (600), and prints what was tried. A crash, a leak,
a hang (20 minutes: a busy machine is no hang) or a failure without a message ends it: exit code 1, and the input is in build-fuzz/found.
  TARGET    one or more of: checkpoint config csv data idx images npy safetensors set text (default: all)
  --keep    add to the inputs in tests/fuzz/corpus those that reach new code and are small
What was found lives on in build-fuzz/corpus: another run goes on from there.
END
}
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

seconds=600 keep=no failed=0 targets=""
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=yes ;;
    -h | --help) usage; exit 0 ;;
    *[!0-9]*) [ -e "tests/fuzz/$1_fuzz.c" ] || { echo "fuzz.sh: there is no '$1'" >&2; usage >&2; exit 2; }
      targets="$targets $1" ;;
    *) seconds=$1 ;;
  esac
  shift
done
[ -n "$targets" ] || targets=$(cd tests/fuzz && printf '%s\n' *_fuzz.c | sed 's/_fuzz.c//')

# shellcheck disable=SC2086
install_packages $packages_to_build $packages_to_fuzz || exit 1
# shellcheck disable=SC2046
build fuzz --target $(printf 'fuzz_%s ' $targets)
mpi_environment 1
folder=$PWD/build-fuzz
mkdir -p "$folder/found"
# Libraries keep memory until the end; HDF5 leaves some behind, or reads astray, in a damaged file.
cat tests/leaks.supp tests/fuzz/leaks.supp >"$folder/leaks.supp"
export LSAN_OPTIONS=suppressions=$folder/leaks.supp:print_suppressions=0:exitcode=0
export ASAN_OPTIONS=suppressions=$PWD/tests/fuzz/reads.supp:allocator_may_return_null=1:max_allocation_size_mb=1024:detect_stack_use_after_return=0
# Words that a configuration may have.
grep -ohE '[a-z][a-z_0-9]+' docs/blocks.md configs/*.yaml | sort -u | sed 's/.*/"&"/' >"$folder/words.dict"

# leaks LOG: how many allocations were not freed
leaks() {
  local n
  n=$(sed -n 's/^SUMMARY: .* leaked in \([0-9]*\) allocation.*/\1/p' "$1")
  echo "${n:-0}"
}

# one TARGET: runs it; a line of the table
one() {
  local name=$1 kept=$PWD/tests/fuzz/corpus/$1 grown=$folder/corpus/$1 log=$folder/$1.log found="nothing found"
  local code mpi end=$((SECONDS + seconds)) most=-1
  local program=("$folder/tests/fuzz_$name" -max_len=100000 -timeout=1200 -rss_limit_mb=6000 -malloc_limit_mb=100000)
  mkdir -p "$grown" "$kept"
  case $name in
    config | set) program+=("-dict=$folder/words.dict") ;;
    data) most=2000 ;; # HDF5 keeps what a damaged file made it allocate: started again before that is too much
  esac
  "${program[@]}" -runs=0 >"$log" 2>&1 </dev/null
  mpi=$(leaks "$log") # what MPI keeps until the end
  : >"$log"
  code=0
  while [ $SECONDS -lt $end ] && [ $code = 0 ]; do
    "${program[@]}" -max_total_time=$((end - SECONDS)) -runs=$most -detect_leaks=0 -use_value_profile=1 \
      -print_final_stats=1 -artifact_prefix="$folder/found/$name-" "$grown" "$kept" >"$log.part" 2>&1 </dev/null
    code=$?
    [ "$(leaks "$log.part")" -le "$mpi" ] || code=1
    cat "$log.part" >>"$log"
  done
  rm "$log.part"
  [ $code = 0 ] || found="FAILED: build-fuzz/$name.log"
  awk -v name="$name" -v found="$found" '
    /stat::number_of_executed_units/ { tried += $2 }
    /^#[0-9]+\t.* cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") reached = $(i + 1) }
    /^Done [0-9]+ runs in/ { seconds += $5 }
    /HDF5 itself failed/ { caught += $4 }
    END { if (caught) found = found "; HDF5 failed in " caught " and was caught"
       printf "%-12s %9d inputs %6d s %6d edges  %s\n", name, tried, seconds, reached, found }' "$log"
  return $code
}

# keep TARGET: of the small ones that were found, those that reach new code
keep() {
  local small
  small=$(mktemp -d)
  find "$folder/corpus/$1" -type f -size -4k -exec cp -t "$small" {} +
  "$folder/tests/fuzz_$1" -merge=1 "tests/fuzz/corpus/$1" "$small" >>"$folder/$1.log" 2>&1 </dev/null
  rm -r "$small"
}

for name in $targets; do
  one "$name" || { failed=1; continue; }
  [ $keep = no ] || keep "$name"
done
exit $failed
