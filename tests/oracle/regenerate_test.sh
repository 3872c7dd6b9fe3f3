#!/bin/bash
# What the scripts here compute today is what is stored beside them.
# ctest: LABELS oracle TIMEOUT 900
set -u
oracle=$NNMPI_SOURCE/tests/oracle
python=/usr/bin/python3
for module in torch h5py sklearn; do
  $python -c "import $module" 2>/dev/null || { echo "skipped: no python3-$module"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1

run() { $python "$oracle/make_$1_oracle.py" "$folder${2-}" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }; }
run training
run rules
for name in convolution diabetes layer:layers loss_optimizer sequence; do
  run ${name%:*} /${name#*:}.h5
done
for file in "$oracle"/*.h5; do
  [ -e "$folder/${file##*/}" ] || { echo "nothing made ${file##*/}"; exit 1; }
done

$python - "$oracle" "$folder" <<'END'
import pathlib, sys
import h5py
import numpy as np

stored, made = map(pathlib.Path, sys.argv[1:])
failed = 0


def members(file):
    found = {}
    file.visititems(lambda name, item: found.setdefault(name, item) and None)
    return found


def same(a, b):
    """numbers but for their last digits: another processor may round otherwise"""
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype.kind in "SOU" or b.dtype.kind in "SOU":
        return np.array_equal(a, b)
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-11, equal_nan=True)


for path in sorted(stored.glob("*.h5")):
    with h5py.File(path) as a, h5py.File(made / path.name) as b:
        here, there = members(a), members(b)
        wrong = sorted(set(here) ^ set(there))
        for name in set(here) & set(there):
            x, y = here[name], there[name]
            good = dict(x.attrs).keys() == dict(y.attrs).keys()
            good = good and all(same(x.attrs[k], y.attrs[k]) for k in x.attrs)
            if isinstance(x, h5py.Dataset):
                good = good and isinstance(y, h5py.Dataset) and same(x[()], y[()])
            if not good:
                wrong.append(name)
        print(f"{path.name}: {len(here)} members, {len(wrong)} differ {wrong[:5]}")
        failed |= bool(wrong)
sys.exit(failed)
END
