#!/bin/bash
# A rank that dies while the others wait for it in a reduction ends the job with an error, and so does
# the death of mpirun: nothing is left running.
. "$NNMPI_SOURCE/tests/train/common.sh"
cp "$NNMPI_TOOLS/reduce_tool" "$work/tool" # a name of its own, to see whether one is left
left() { pgrep -f "^$work/tool" | wc -l; }
# all_gone: none is left, a minute from now at the latest: mpirun does not wait for those that it has killed
all_gone() {
    for ((i = 0; i < 600 && $(left) > 0; i++)); do sleep 0.1; done
    [ "$(left)" = 0 ]
}

for how in shared allreduce; do
    code=0
    timeout 120 mpirun -np 3 "$work/tool" die $how >out.log 2>&1 || code=$?
    [ $code != 0 ] && [ $code != 124 ] || fail "$how: exit $code: $(cat out.log)"
    grep -q FAILED out.log && fail "$how: $(cat out.log)"
    all_gone || fail "$how: $(left) ranks are left"
    echo "$how: a rank died, the job ended with $code"
done

"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4
cat >run.yaml <<Y
data: {train: {file: data.h5, inputs: /train/x, targets: /train/labels}}
model: {layers: [{type: dense, units: 8, activation: relu}, {type: dense, units: 4, activation: softmax}]}
training: {loss: categorical_crossentropy, optimizer: {type: sgd, learning_rate: 0.01}, batch_size: 32, epochs: 100000000, reduction: shared}
log: {directory: out, console: off}
Y
cp "$NNMPI" "$work/tool"
ranks() { pgrep -f "^$work/tool -q" || true; }
# start: $mpirun with three ranks that are under way
start() {
    rm -rf out
    mpirun -np 3 "$work/tool" -q run.yaml >out.log 2>&1 &
    mpirun=$!
    for ((i = 0; i < 600; i++)); do
        [ "$(ranks | wc -l)" = 3 ] && [ "$(cat out/metrics.csv 2>/dev/null | wc -l)" -gt 2 ] && return
        sleep 0.1
    done
    echo "FAILED: the ranks do not train: $(cat out.log)"
    kill -KILL $mpirun $(ranks)
    exit 1
}

start
kill -KILL "$(ranks | tail -1)"
wait $mpirun && fail "training ended well without one of its ranks"
all_gone || { fail "ranks are left after one was killed"; kill -KILL $(ranks); }
echo "training: a rank was killed, the job ended"

start
kill -KILL $mpirun
wait $mpirun 2>>out.log || true
all_gone || { fail "ranks are left after mpirun was killed"; kill -KILL $(ranks); }
echo "training: mpirun was killed, the ranks ended"
exit $failed
