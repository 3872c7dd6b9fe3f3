#!/bin/bash
# BLAS threads: the cores of the affinity mask, divided among the ranks that share it.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 20 4 2
cat >run.yaml <<Y
data: {train: {file: data.h5, inputs: /train/x, targets: /train/labels}}
model: {layers: [{type: dense, units: 2, activation: softmax}]}
training: {loss: categorical_crossentropy}
log: {directory: out, console: off}
Y
threads() { sed -n 's/.*"threads": \([0-9]*\).*/\1/p' out/summary.json; }

unset OMP_NUM_THREADS OMP_THREAD_LIMIT # nproc goes by them
cores=$(nproc)
"$NNMPI" -q run.yaml >run.log 2>&1 || fail "$(cat run.log)"
[ "$(threads)" = "$cores" ] || fail "alone on $cores cores: $(threads) threads"
timeout 60 mpirun --bind-to core -np 1 "$NNMPI" -q run.yaml >run.log 2>&1 || fail "$(cat run.log)"
bound=$(timeout 60 mpirun --bind-to core -np 1 nproc) # a core may have two threads of its own
[ "$(threads)" = "$bound" ] || fail "bound to one core: $(threads) threads, not $bound"
timeout 60 mpirun --bind-to none -np 2 "$NNMPI" -q run.yaml >run.log 2>&1 || fail "$(cat run.log)"
[ "$(threads)" = $((cores / 2 > 0 ? cores / 2 : 1)) ] || fail "2 ranks on $cores cores: $(threads) threads"
timeout 60 mpirun --bind-to none -np $((cores + 1)) "$NNMPI" -q run.yaml >run.log 2>&1 || fail "$(cat run.log)"
[ "$(threads)" = 1 ] || fail "more ranks than cores: $(threads) threads"
"$NNMPI" -q run.yaml --set training.threads=1 >run.log 2>&1 || fail "$(cat run.log)"
[ "$(threads)" = 1 ] || fail "training.threads: 1 gave $(threads)"

# an OpenBLAS that takes its oldest kernels on a new processor is said, unless the products are ours
if grep -q avx2 /proc/cpuinfo && OPENBLAS_CORETYPE=Prescott "$NNMPI" --version | grep -q Prescott; then
  OPENBLAS_CORETYPE=Prescott NNMPI_GEMM=blas timeout 60 mpirun --bind-to none -np 2 "$NNMPI" -q run.yaml >run.log 2>&1 || fail "$(cat run.log)"
  [ "$(grep -c 'Prescott does not know this processor' run.log)" = 1 ] && grep -q 'with OPENBLAS_CORETYPE=' run.log ||
    fail "slow kernels are not said, once: $(cat run.log)"
  OPENBLAS_CORETYPE=Haswell NNMPI_GEMM=blas "$NNMPI" -q run.yaml >run.log 2>&1 || fail "$(cat run.log)"
  grep -q 'does not know' run.log && fail "Haswell: $(cat run.log)"
fi
exit $failed
