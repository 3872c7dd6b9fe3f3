#!/bin/bash
# Training, a checkpoint and a resumed run on 1 and 2 ranks leave no memory behind (checked where
# the build has AddressSanitizer: a leak is an exit code other than 0).   ctest: LEAKS TIMEOUT 600
. "$NNMPI_SOURCE/tests/train/common.sh"
for n in 1 2; do
    for epochs in 1 2; do
        timeout 250 mpirun -np $n "$NNMPI" -q "$NNMPI_SOURCE/configs/composition.yaml" \
            --set training.epochs=$epochs --set checkpoint.directory="$work/run$n" >run.log 2>&1 ||
            fail "$n ranks, to epoch $epochs: $(cat run.log)"
    done
    grep -q '"how": "completed"' run$n/summary.json || fail "$n ranks: $(cat run$n/summary.json)"
done
exit $failed
