#!/usr/bin/env bash
# test.sh: installs what is missing (apt), builds, and runs the tests.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

usage() {
  cat <<'END'
usage: scripts/test.sh [--all] [--label LABEL] [--preset NAME] [--] [CTEST OPTION]...
  --all            all labels too: slow, oracle, npm, fuzz, slurm, results
  --label LABEL    only the tests with this label (slow, oracle, npm, fuzz, slurm; results: real data, half an hour)
                   what these tests need is installed too; ctest lists those that were skipped all the same
  --preset NAME    build and test NAME of CMakePresets.json (sanitize, coverage, dev)
  CTEST OPTION     handed to ctest: -R config, --rerun-failed, -V ...
END
}

preset=release label="" every=""
choice=(-LE 'slow|oracle|npm|fuzz|slurm|results')
while [ $# -gt 0 ]; do
  case $1 in
    --all) choice=() every="slow oracle npm fuzz slurm" ;;
    --label | --preset)
      [ $# -gt 1 ] || { echo "test.sh: $1 wants a value" >&2; exit 2; }
      if [ "$1" = --preset ]; then preset=$2; else label=$2 choice=(-L "^$2\$"); fi
      shift ;;
    -h | --help) usage; exit 0 ;;
    --) shift; break ;;
    -*) break ;;
    *) echo "test.sh: what is '$1'?" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

# packages_of LABEL: what its tests need beyond packages_to_test
packages_of() {
  case $1 in
    slow) echo "$packages_to_package valgrind" ;;
    oracle) echo "$packages_to_oracle" ;;
    npm) packages_to_npm ;;
    fuzz) echo "$packages_to_fuzz" ;;
    slurm) echo "$packages_to_slurm" ;;
  esac
}

# shellcheck disable=SC2086,SC2046
install_packages $packages_to_build $packages_to_test $([ -z "$label" ] || packages_of "$label")
for each in $every; do
  # shellcheck disable=SC2046
  (install_packages $(packages_of "$each")) || say "tests with the label $each may be skipped: see the end"
done
build release # build/nnmpi is there after this script, whatever the preset
folder=build
if [ "$preset" != release ]; then
  build "$preset"
  folder=build-$preset
fi
# The folder of Open MPI's jobs goes with the last of them, even when another is just making its own in it, which then
# cannot begin (open-mpi/ompi, issue 8510): not empty, it stays.
(umask 077 && mkdir -p "${TMPDIR:-/tmp}/ompi.$(uname -n | cut -d. -f1).$(id -u)/kept")
say "testing"
exec ctest --test-dir "$folder" --output-on-failure --no-tests=error -j 2 ${choice[@]+"${choice[@]}"} "$@" </dev/null
