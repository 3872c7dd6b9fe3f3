#!/bin/bash
# The example is built against what cmake --install puts down, in three ways: pkg-config with the shared
# library and with the static one, and find_package. It trains on 1 rank, on 2, and on 2 of 4 in a
# communicator of their own; each rank has a part of the data. The weights have the bits of the same
# training by nnmpi from HDF5.
# ctest: TIMEOUT 600
set -u
# Programs would need the flags of such a build.
grep -qE '^NNMPI_(SANITIZE|COVERAGE|FUZZ):BOOL=(ON|1|TRUE)$' "$NNMPI_TOOLS/../CMakeCache.txt" && exit 77
. "$NNMPI_SOURCE/tests/common/install.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-embed.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() { echo "FAILED: $*"; failed=1; }

install_to "$work/usr" >log 2>&1 || { cat log; exit 1; }
lib=$(dirname "$(find "$work/usr" -name 'libnnmpi.so')")
export PKG_CONFIG_PATH=$lib/pkgconfig LD_LIBRARY_PATH=$lib

# ---- the shared library shows what is declared NN_PUBLIC, and has a soname ----
nm -D --defined-only "$lib/libnnmpi.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >shown
cat "$NNMPI_SOURCE"/include/nnmpi/{nnmpi,codes}.h | tr '\n' ' ' | grep -oE 'NN_PUBLIC [^;(]*\(' |
  grep -oE 'nn_[a-z_]+\($' | tr -d '(' | sort >declared
[ -s declared ] && cmp -s shown declared || fail "symbols of the shared library: $(diff declared shown)"
version=$(pkg-config --modversion nnmpi)
readelf -d "$lib/libnnmpi.so" | grep -q "SONAME.*\[libnnmpi.so.${version%%.*}\]" || fail "its soname: $(readelf -d "$lib/libnnmpi.so")"

# ---- three programs ----
example=$NNMPI_SOURCE/docs/examples
mpicc "$example/train_from_memory.c" $(pkg-config --cflags --libs nnmpi) -o shared 2>log || fail "shared: $(cat log)"
mpicc "$example/train_from_memory.c" $(pkg-config --cflags --libs nnmpi-static) -o static 2>log || fail "static: $(cat log)"
ldd shared | grep -q libnnmpi || fail "the shared program is not"
ldd static | grep -q libnnmpi && fail "the static program is not"
{ cmake -G Ninja -S "$example" -B found -DCMAKE_PREFIX_PATH="$work/usr" && cmake --build found; } >log 2>&1 || fail "find_package: $(cat log)"
cp found/train_from_memory found_package

command -v g++ >/dev/null && { echo '#include <nnmpi/nnmpi.h>' | mpicxx -x c++ -Wall -Werror $(pkg-config --cflags nnmpi) -c - -o cxx.o 2>log ||
  fail "the header in C++: $(cat log)"; }

# ---- a table, a configuration for both ----
awk 'BEGIN { for (i = 0; i < 101; i++) { a = i * 2.399963; r = 1 + i % 3
  printf "%.6f,%.6f,%.6f,%d\n", r * cos(a), r * sin(a), i % 7 / 7, i % 3 } }' >table.csv
cat >model.yaml <<'Y'
data: {normalize: {type: standard}, validation: {split: 0.1}}
model: {layers: [{type: dense, units: 9, activation: tanh}, batch_norm, {type: dense, units: 3, activation: softmax}]}
training: {loss: categorical_crossentropy, metrics: [accuracy], batch_size: 16, epochs: 4,
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}}
Y
"$NNMPI" -q import csv --no-header --targets 4 --classes --out table.h5 table.csv >log 2>&1 || fail "$(cat log)"

# trains N RANKS PROGRAM: PROGRAM on RANKS, of which N train, against nnmpi on N
trains() {
  rm -rf run
  local launch="mpirun -np $2"
  [ "$2" = 1 ] && launch=
  timeout 120 $launch "./$3" model.yaml table.csv run "$1" >out 2>err </dev/null || fail "$3 on $1 of $2: $(cat err)"
  grep -q 'epoch 4  train_loss .* validation_accuracy' out || fail "$3 on $1 of $2 says: $(cat out)"
  grep -q 'of 101 are right' out || fail "$3 on $1 of $2 says: $(cat out)"
  [ "$1" = "$2" ] || grep -q "$(($2 - $1)) ranks do something else" out || fail "$3: $(cat out)"
  "$NNMPI" inspect "np$1" run >out 2>&1 || fail "$3 on $1 of $2: other weights than nnmpi on $1: $(cat out)"
}

for n in 1 2; do
  launch="mpirun -np $n"
  [ $n = 1 ] && launch=
  timeout 120 $launch "$NNMPI" -q model.yaml --set data.train.file=table.h5 --set checkpoint.directory=np$n >log 2>&1 ||
    fail "nnmpi on $n: $(cat log)"
done
trains 1 1 shared
trains 2 2 static
trains 1 2 found_package
trains 2 4 shared

# ---- an error is a message and the code, on every rank, and MPI ends in order ----
timeout 60 mpirun -np 2 ./shared no_such.yaml table.csv run >out 2>err </dev/null
code=$?
[ $code = 66 ] && grep -q 'no_such.yaml: there is no such file' err || fail "no configuration: exit $code, $(cat err)"
exit $failed
