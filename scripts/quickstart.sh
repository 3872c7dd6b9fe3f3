#!/usr/bin/env bash
# quickstart.sh: from a fresh machine to a trained network. Installs what is missing (apt), builds,
# and trains configs/digits.yaml on 2 ranks. May be run again at any time.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

# shellcheck disable=SC2086
install_packages $packages_to_build
build release
mpi_environment 2

say "training: mpirun -np 2 build/nnmpi configs/digits.yaml"
mpirun -np 2 build/nnmpi configs/digits.yaml --set checkpoint.resume=never </dev/null
code=$?
if [ $code != 0 ]; then
  echo "The training ended with exit code $code; see 'build/nnmpi help exit-codes'."
  exit $code
fi

cat <<'END'

== what next
  ls runs/digits                                        results: metrics.csv, summary.json, latest.h5
  less configs/digits.yaml                              the experiment: data, layers, training
  mpirun -np 4 build/nnmpi configs/digits.yaml \
      --set checkpoint.directory=../runs/digits4        the same numbers on four ranks
  build/nnmpi configs/digits.yaml --set training.epochs=60
                                                        goes on from the last checkpoint
  build/nnmpi check configs/digits.yaml --ranks 64      data, shapes, memory; trains nothing
  build/nnmpi help                                      everything else: help layers, help dense ...
  ./scripts/test.sh                                     all tests
END
if [ "$(id -u)" = 0 ]; then
  echo "As root, mpirun wants: export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"
fi
if [ "$(nproc)" -lt 4 ]; then
  echo "More ranks than cores ($(nproc) here) want: mpirun --oversubscribe"
fi
