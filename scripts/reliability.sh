#!/usr/bin/env bash
# reliability.sh: what is promised of a run that is disturbed, tried many times, with figures.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

usage() {
  cat <<'END'
usage: scripts/reliability.sh SECTION [ARGUMENT]...
  kill [COUNT [SEED]]   ranks or mpirun are killed (-9) at random instants, 500 times
  soak [MINUTES]        an hour of kills, stops, full disks and resumes, on other numbers of ranks too
  faults                writing fails: full disk, fsync, rename, read-only folder, damaged files
  ranks                 ranks that die, crash, hang, loop
  numbers               losses and gradients that are not finite
  signals               signals and time limits
  replicas              a rank whose weights are no longer those of the others
  all                   all of them
The program and tools are those of build/; NNMPI and NNMPI_TOOLS name others.
END
}

export NNMPI_RELIABILITY_ALL=1 NNMPI=${NNMPI:-$PWD/build/nnmpi} NNMPI_TOOLS=${NNMPI_TOOLS:-$PWD/build/tests} NNMPI_SOURCE=$PWD
[ -x "$NNMPI" ] || { echo "reliability.sh: there is no $NNMPI: build first (scripts/test.sh)" >&2; exit 2; }
mpi_environment 4

section=${1:-}
shift
case $section in
  kill | soak) exec bash "scripts/reliability/$section.sh" "$@" ;;
  faults | ranks | numbers | signals | replicas) exec bash "tests/reliability/${section}_test.sh" "$@" ;;
  all)
    failed=0
    for section in faults ranks numbers signals replicas kill soak; do
      say "$section"
      "$0" $section || failed=1
    done
    exit $failed ;;
  *) usage; exit 2 ;;
esac
