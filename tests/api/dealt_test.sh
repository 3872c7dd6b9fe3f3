#!/bin/bash
# The samples that ranks give from memory: dealt in any way, on ranks of one node or of several, the same bits;
# what one rank gives wrong fails on all.
failed=0
for per_node in 4 1 2; do
  NNMPI_RANKS_PER_NODE=$per_node timeout 120 mpirun -np 3 "$NNMPI_TOOLS/dealt_tool" </dev/null 2>&1 ||
    { echo "FAILED: $per_node ranks a node"; failed=1; }
done
exit $failed
