#!/bin/bash
# shards_test.sh with all numbers of ranks, also as if they were on several nodes, and 300 networks
# drawn at random.   ctest: LABELS slow TIMEOUT 7200
. "$NNMPI_SOURCE/tests/train/common.sh"
. "$NNMPI_SOURCE/tests/train/shards.sh"

"$NNMPI_TOOLS/make_data_tool" data.h5 203 48 4
for n in 1 2 3 4 5 6 7 8; do shards $n models; done
resumed 3 2 models
resumed 1 8 models
resumed 5 4 models
equal 2 3 4 5 6 7 8 3-2 1-8 5-4
rm -rf np[3-8]* np1-8*
NNMPI_RANKS_PER_NODE=2 shards 5 models
NNMPI_RANKS_PER_NODE=1 shards 4 models
equal 5 4
rm -rf np*
for n in 1 2 3 5 7; do shards $n random 1000 300; done
resumed 3 1 random 1000 300
resumed 2 5 random 1000 300
resumed 7 3 random 1000 300
equal 2 3 5 7 3-1 2-5 7-3
exit $failed
