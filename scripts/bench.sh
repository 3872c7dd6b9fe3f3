#!/usr/bin/env bash
# bench.sh: how fast nnmpi is on this machine, beside PyTorch and the machine's own SGEMM.
set -u
usage() {
  cat <<'END'
usage: scripts/bench.sh [OPTION]...
Trains five networks (configs/bench) on 1 and on 2 ranks of one thread, in turn with the same networks in
PyTorch (DistributedDataParallel on 2 processes) where python3-torch is installed, and measures SGEMM and
memory bandwidth beside them. Prints tables and writes them to docs/bench.md. On a quiet machine, please.
  --rounds N          how often everything is measured: 5
  --seconds S         of one measurement: 4. All of it takes about 15 minutes then
  --workloads LIST    mlp,mlpbig,cnn,lstm,gpt
  --out FILE          where the tables go: docs/bench.md
  --no-pytorch        nnmpi alone
  --shards            what training.shards costs instead: a table for docs/parallel.md; 3 rounds of 1 second of
                      mlp and cnn, without PyTorch
  --smoke             one short round of mlp alone, written nowhere: does this script work?
NNMPI=PROGRAM in the environment: measure that one (bench_roof is beside it) and build nothing.
END
}
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
program=bench.py
for option in "$@"; do
  shift
  case $option in
    -h | --help) usage; exit 0 ;;
    --shards) program=shards.py ;;
    *) set -- "$@" "$option" ;;
  esac
done
. "$root/scripts/common.sh"
python=/usr/bin/python3 # Debian's h5py and torch are this one's
[ -x $python ] || python=python3

if [ -z "${NNMPI:-}" ]; then
  cd "$root" || exit 1
  # shellcheck disable=SC2086
  install_packages $packages_to_build python3 python3-h5py >&2
  build release --target nnmpi bench_roof >&2
  NNMPI=$root/build/nnmpi
fi
mpi_environment 2
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 # before any library is loaded

# The kernel with which OpenBLAS is fastest here: an old one does not know a new processor and takes a slow one.
# PyTorch and the roof use it too.
if [ -z "${OPENBLAS_CORETYPE:-}" ] && [ "$(uname -m)" = x86_64 ]; then
  most=0 best=
  for kernel in "" Haswell SkylakeX; do
    rate=$(env ${kernel:+"OPENBLAS_CORETYPE=$kernel"} NNMPI_GEMM=blas "$(dirname "$NNMPI")/bench_roof" 0.5 2>/dev/null |
      sed -n 's/.*"gflops": \([0-9.]*\).*/\1/p')
    say "OpenBLAS${kernel:+ as $kernel}: ${rate:-no} GFLOP/s" >&2
    if awk -v a="${rate:-0}" -v b="$most" 'BEGIN { exit !(a > 1.1 * b) }'; then most=$rate best=$kernel; fi
  done
  [ -z "$best" ] || export OPENBLAS_CORETYPE=$best
fi
exec $python "$root/scripts/bench/$program" --program "$(realpath "$NNMPI")" "$@"
