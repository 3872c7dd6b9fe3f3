#!/bin/bash
# With training.shards the bits do not depend on the number of ranks: every number of every step and
# epoch, weights, optimizer, state and constants of the checkpoint, for networks of several kinds on
# 1 to 8 ranks with 8 shards, and for some drawn at random, also stopped and gone on with on another number of
# ranks (more of them: shards_slow_test.sh).
# ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/train/common.sh"
. "$NNMPI_SOURCE/tests/train/shards.sh"

"$NNMPI_TOOLS/make_data_tool" data.h5 203 48 4
for n in 1 2 3 8; do shards $n models; done
equal 2 3 8
[ "$(ls np1 | wc -l)" = 7 ] || fail "not every model was trained: $(ls np1)"
rm -rf np*
for n in 1 2 3; do shards $n random 1 12; done
resumed 2 3 random 1 12
equal 2 3 2-3
exit $failed
