#!/usr/bin/env bash
# quickstart.sh: from a fresh machine to a trained network. Installs what is missing (apt), builds,
# and trains configs/digits.yaml on 2 ranks. May be run again at any time.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

# shellcheck disable=SC2086
install_packages $packages_to_build
build release --target installed
mpi_environment 2

say "training: mpirun -np 2 build/nnmpi configs/digits.yaml"
mpirun -np 2 build/nnmpi configs/digits.yaml --set checkpoint.resume=never </dev/null
code=$?
if [ $code != 0 ]; then
  echo "The training ended with exit code $code; see 'build/nnmpi help exit-codes'."
  exit $code
fi

# The commands below as they work here: root and more ranks than cores are asked for by name.
launch=mpirun
[ "$(id -u)" = 0 ] && launch="$launch --allow-run-as-root"
[ "$(nproc)" -lt 4 ] && launch="$launch --oversubscribe"
cat <<END

== what next
ls runs/digits                            results: metrics.csv, summary.json, latest.h5 ...
less configs/digits.yaml                  the experiment: data, layers, training
build/nnmpi check configs/digits.yaml     data, shapes, parameters, memory; trains nothing
build/nnmpi help                          everything else: help layers, help dense ...
./scripts/test.sh                         all tests
sudo cmake --install build                into /usr/local: the program, libnnmpi, docs; manual pages (man nnmpi)
                                          only if scdoc was there: apt-get install scdoc, then this script again

On four ranks; each step is the same up to the rounding of float32 sums, which 630 steps let grow to about 1 % of
the loss (with --set training.shards=4 all numbers of ranks give the same bits):
  $launch -np 4 build/nnmpi configs/digits.yaml --set checkpoint.directory=../runs/digits4
Going on from the last checkpoint, to 60 epochs:
  $launch -np 2 build/nnmpi configs/digits.yaml --set training.epochs=60
END
