#!/bin/bash
# auto chooses by where the ranks are, says so with -v and in the plan, and goes on with a warning where
# /dev/shm has no room; `shared`, asked for by name, is refused there.
. "$NNMPI_SOURCE/tests/train/common.sh"
# Objects nnmpi-PROCESS-N in /dev/shm whose process is gone: others may be at work beside this test.
left() {
    for object in /dev/shm/nnmpi-*; do
        process=${object#*nnmpi-}
        [ ! -e "$object" ] || [ -d "/proc/${process%-*}" ] || echo "$object"
    done
}
before=$(left)
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4
cat >run.yaml <<Y
data: {train: {file: data.h5, inputs: /train/x, targets: /train/labels}}
model: {layers: [{type: dense, units: 3000, activation: relu}, {type: dense, units: 4, activation: softmax}]}
training: {loss: categorical_crossentropy, optimizer: {type: sgd, learning_rate: 0.01}, batch_size: 32, max_steps: 2}
Y

# says WHAT TEXT...: each in the output
says() {
    local what=$1 text
    shift
    for text; do grep -qF "$text" out.log || fail "$what: \"$text\" is missing: $(cat out.log)"; done
    echo "$what: ok"
}

timeout 200 mpirun -np 2 "$NNMPI" -v run.yaml >out.log 2>&1 || fail "exit $?"
says "one node" "reduction: shared, because the 2 ranks are on 1 node" "gradients summed by shared"
NNMPI_RANKS_PER_NODE=1 timeout 200 mpirun -np 2 "$NNMPI" -v run.yaml >out.log 2>&1 || fail "exit $?"
says "two nodes" "reduction: allreduce, because each rank has a node of its own" "gradients summed by allreduce"
timeout 200 "$NNMPI" -v run.yaml >out.log 2>&1 || fail "exit $?"
grep -q "summed by" out.log && fail "one rank sums nothing: $(cat out.log)"

# A /dev/shm of 64 kB in a namespace of its own, for those who may. Open MPI keeps its own things elsewhere.
cramped() {
    OMPI_MCA_btl_vader_backing_directory=/tmp timeout 200 unshare -m bash -c '
        mount -t tmpfs -o size=64k tmpfs /dev/shm && exec mpirun -np 2 "$@"' - "$NNMPI" "$@" >out.log 2>&1
}
if unshare -m mount -t tmpfs tmpfs /dev/shm 2>/dev/null; then
    cramped run.yaml || fail "exit $?: $(cat out.log)"
    says "no room, auto" "cannot share" "/dev/shm" "gradients are summed by MPI_Allreduce" "gradients summed by allreduce"
    code=0
    cramped run.yaml --set training.reduction=shared || code=$?
    [ $code = 71 ] || fail "shared without room: exit $code"
    says "no room, shared" "cannot share" "No space left"
fi
more=$(left | grep -vxF -e "$before" || true)
[ -z "$more" ] || fail "objects are left in /dev/shm: $more"
exit $failed
