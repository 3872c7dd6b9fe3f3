#!/bin/bash
# configs/diabetes.yaml, lbfgs on all samples, ends by itself at the solution of the normal equations:
# weights within 1e-6 of numpy's (tests/oracle/make_diabetes_oracle.py), on any number of ranks.
# ctest: TIMEOUT 1800
. "$NNMPI_SOURCE/tests/train/common.sh"
python=/usr/bin/python3
$python -c 'import h5py' 2>/dev/null || { echo "no python3-h5py"; exit 77; }

for n in 1 2 3 5; do
    run $n "$NNMPI_SOURCE/configs/diabetes.yaml" --set checkpoint.directory="$work/np$n" --set log.console=off ||
        fail "$n ranks: $(cat run.log)"
    grep -q '"how": "converged"' np$n/summary.json || fail "$n ranks: $(cat np$n/summary.json)"
    $python - "$NNMPI_SOURCE/tests/oracle/diabetes.h5" np$n <<'END' || fail "$n ranks: not the optimum"
import json, sys
import h5py
import numpy as np
expected, folder = h5py.File(sys.argv[1]), sys.argv[2]
weights = h5py.File(folder + "/latest.h5")["model_weights/linear/linear"]
worst = 0
for name in ("kernel", "bias"):
    here, there = weights[name + ":0"][:].ravel(), expected[name][:].ravel()
    worst = max(worst, np.abs((here - there) / there).max())
loss = json.load(open(folder + "/summary.json"))["results"]["train_loss"]
print(f"{folder}: weights differ by {worst:.1e}, the loss by {abs(loss / expected['loss'][()] - 1):.1e}")
assert worst < 1e-6 and abs(loss / expected["loss"][()] - 1) < 1e-9
END
done

# What has converged stays so: started again it takes no step and writes nothing.
before=$(cat np2/metrics.csv; stat -c %Y.%i np2/*.h5)
run 2 "$NNMPI_SOURCE/configs/diabetes.yaml" --set checkpoint.directory="$work/np2" || fail "again: $(cat run.log)"
[ "$before" = "$(cat np2/metrics.csv; stat -c %Y.%i np2/*.h5)" ] || fail "a run that has converged went on"
exit $failed
