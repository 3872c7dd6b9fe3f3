#!/bin/bash
# A rank that dies while the others wait for it in a reduction ends the job with an error, and so does
# the death of mpirun: nothing is left running.
. "$NNMPI_SOURCE/tests/train/common.sh"
cp "$NNMPI_TOOLS/reduce_tool" "$work/tool" # a name of its own, to see whether one is left
left() { pgrep -f "^$work/tool" | wc -l; }

for how in shared allreduce; do
    code=0
    timeout 30 mpirun -np 3 "$work/tool" die $how >out.log 2>&1 || code=$?
    [ $code != 0 ] && [ $code != 124 ] || fail "$how: exit $code: $(cat out.log)"
    grep -q FAILED out.log && fail "$how: $(cat out.log)"
    [ "$(left)" = 0 ] || fail "$how: $(left) ranks are left"
    echo "$how: a rank died, the job ended with $code"
done

"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4
cat >run.yaml <<Y
data: {train: {file: data.h5, inputs: /train/x, targets: /train/labels}}
model: {layers: [{type: dense, units: 8, activation: relu}, {type: dense, units: 4, activation: softmax}]}
training: {loss: categorical_crossentropy, optimizer: {type: sgd, learning_rate: 0.01}, batch_size: 32, epochs: 100000, reduction: shared}
Y
cp "$NNMPI" "$work/tool"
ranks() { pgrep -f "^$work/tool -q" || true; }

mpirun -np 3 "$work/tool" -q run.yaml >out.log 2>&1 &
for ((i = 0; i < 100 && $(ranks | wc -l) < 3; i++)); do sleep 0.1; done
sleep 1
kill -KILL "$(ranks | tail -1)"
wait $! && fail "training ended well without one of its ranks"
[ -z "$(ranks)" ] || fail "ranks are left after one was killed"
echo "training: a rank was killed, the job ended"

mpirun -np 3 "$work/tool" -q run.yaml >out.log 2>&1 &
for ((i = 0; i < 100 && $(ranks | wc -l) < 3; i++)); do sleep 0.1; done
sleep 1
kill -KILL $!
wait $! 2>>out.log || true
for ((i = 0; i < 100 && $(ranks | wc -l) > 0; i++)); do sleep 0.1; done
if [ -n "$(ranks)" ]; then
    fail "ranks are left after mpirun was killed"
    kill -KILL $(ranks)
fi
echo "training: mpirun was killed, the ranks ended"
exit $failed
