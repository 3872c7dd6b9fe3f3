#!/usr/bin/env bash
# reduce.sh [RANKS [ROUNDS [MB...]]]: milliseconds that each way of summing gradients over ranks takes.
# 2 ranks, 21 rounds, 0.01 1 4 16 64 MB. docs/parallel.md quotes it. On a quiet machine, please.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$root/scripts/common.sh"
ranks=${1:-2} rounds=${2:-21}
[ $# -gt 2 ] && shift 2 || set -- 0.01 1 4 16 64
cd "$root" || exit 1
build release --target reduce_time_tool >&2
mpi_environment "$ranks"
exec mpirun -np "$ranks" build/tests/reduce_time_tool "$rounds" "$@"
