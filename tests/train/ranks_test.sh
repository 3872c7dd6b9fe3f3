#!/bin/bash
# N ranks give the losses and metrics of one, step for step: digits (which N does not divide), with
# batch_norm and dropout, in batches of 480, 50 and all; with every optimizer, every schedule, every
# metric, clipping, accumulation, averaging and weights. float32 within 1e-5, float64 within 1e-11.
# ctest: TIMEOUT 1800
. "$NNMPI_SOURCE/tests/train/common.sh"

cat >digits.yaml <<Y
data:
  train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}
  validation: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /test/images, targets: /test/labels}
  scale: 0.0625
model:
  layers:
    - flatten
    - {type: dense, units: 12, activation: tanh}
    - batch_norm
    - {type: dropout, rate: 0.2}
    - {type: dense, units: 10, activation: softmax}
training:
  loss: {type: categorical_crossentropy}
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
  batch_size: 480
  epochs: 2
Y

# compare A B WHAT: line for line
compare() {
    paste -d ' ' "$1" "$2" | awk -v what="$3" '
        { d = $3 - $6; if (d < 0) d = -d; s = $3 < 0 ? -$3 : $3; if (s < 1) s = 1
          float = $1 ~ /^float32/; if (d / s > worst[float]) { worst[float] = d / s; where[float] = $1 }
          if (!(d <= (float ? 1e-5 : 1e-11) * s) || $1 != $4 || $2 != $5) { bad++; if (bad < 9) print "  " $0 } }
        END { printf "%-24s %d values, largest difference %.1e (%s) and %.1e (%s)\n", what, NR,
                     worst[1], where[1], worst[0], where[0]; exit bad > 0 || NR < 40 }' || fail "$3"
}

for n in 1 2 3 5 4 7; do
    part=
    [ $n = 4 ] || [ $n = 7 ] && part=plain
    timeout 900 mpirun -np $n "$NNMPI_TOOLS/ranks_tool" digits.yaml $part >np$n 2>run.log || fail "$n ranks: $(tail -3 run.log)"
    [ "$part" ] && { grep /plain np1 >expected || true; } || cp np1 expected
    [ $n = 1 ] || compare expected np$n "$n ranks"
    [ "$part" ] && continue
    for parts in parts ones; do # a batch in many passes is a batch in one
        compare <(grep /accumulate_whole np$n) <(grep /accumulate_$parts np$n | sed s/_$parts/_whole/) "accumulated, $parts, $n ranks"
    done
done

# batch_norm needs the batch in one pass, and says so.
code=0
"$NNMPI" check digits.yaml --set training.micro_batch=100 >run.log 2>&1 || code=$?
[ $code = 78 ] && grep -q '"batch_norm" needs the whole batch at once: a pass of 480 samples' run.log || fail "micro_batch: exit $code: $(cat run.log)"
"$NNMPI" check digits.yaml --set training.micro_batch=100 --ranks 5 >run.log 2>&1 || fail "$(cat run.log)"
exit $failed
