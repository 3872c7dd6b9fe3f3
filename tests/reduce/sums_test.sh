#!/bin/bash
# Every strategy sums what the ranks have, to rounding; all ranks get the same bits, the same command
# twice gives the same bits; on one node and on several (also of unequal sizes), with more ranks than
# cores.
. "$NNMPI_SOURCE/tests/train/common.sh"
tool="$NNMPI_TOOLS/reduce_tool"

# sums RANKS RANKS_PER_NODE NUMBERS...
sums() {
    local n=$1 node=$2
    shift 2
    NNMPI_RANKS_PER_NODE=$node timeout 300 mpirun -np "$n" "$tool" check "$@" >out.log 2>&1 ||
        fail "$n ranks, $node a node: $(head -5 out.log)"
    echo "$n ranks, $node a node: $(wc -l <out.log) sums right, the same on all ranks"
}

# 3000000 on two ranks: /dev/shm of a container has 64 MB
sums 2 2 0 1 17 3000000
cp out.log first.log
sums 2 2 0 1 17 3000000
cmp -s first.log out.log || fail "the same command twice: $(diff first.log out.log)"
[ "$(grep -c '^shared' out.log)" = 4 ] && [ "$(grep -c '^allreduce' out.log)" = 4 ] || fail "strategies are missing"
sums 1 1 0 1 17
sums 3 3 0 1 17 100003
cp out.log first.log
sums 3 3 0 1 17 100003
cmp -s first.log out.log || fail "the same command twice: $(diff first.log out.log)"
sums 5 5 1 17 100003
sums 7 7 1 17 100003
sums 5 2 0 1 17 100003 # nodes of 2, 2 and 1 ranks
sums 4 2 1 17 100003
sums 3 1 1 17 100003
# With shards: the same bits on any number of ranks and nodes and with every strategy that keeps the order.
for n in 1 2 3 5; do
    timeout 300 mpirun -np $n "$tool" shards 11 1 17 16 100003 >shards$n.log 2>&1 || fail "shards, $n ranks: $(head -5 shards$n.log)"
    cmp -s shards1.log shards$n.log || fail "shards, $n ranks: $(diff shards1.log shards$n.log | head -4)"
done
[ "$(cut -d' ' -f2,3 shards1.log | sort -u | wc -l)" = 5 ] || fail "shards: $(cat shards1.log)"
NNMPI_RANKS_PER_NODE=1 timeout 300 mpirun -np 3 "$tool" shards 11 1 17 >nodes.log 2>&1 && fail "shared between nodes"
grep -q 'shared adds between nodes in an order' nodes.log || fail "between nodes: $(cat nodes.log)"

for n in 2 3; do
    timeout 300 mpirun -np $n "$tool" haste shared >out.log 2>&1 || fail "haste on $n ranks: $(head -5 out.log)"
done
exit $failed
