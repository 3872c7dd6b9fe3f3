#!/usr/bin/python3
"""The least-squares solution that configs/diabetes.yaml must reach, by numpy.

    /usr/bin/python3 make_diabetes_oracle.py [diabetes.h5]

expected/mean_squared_error/least_squares: kernel and bias of the layer for standardised inputs, and
the loss there (the mean squared error). From data/diabetes.h5, by numpy.linalg.lstsq (SVD). Read by
tests/train/least_squares_test.sh.
"""
import os
import sys

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "diabetes.h5")
with h5py.File(os.path.join(here, "..", "..", "data", "diabetes.h5")) as file:
    x, y = file["inputs"][:], file["labels"][:].reshape(-1, 1).astype(float)
x = (x - x.mean(0)) / x.std(0)
rows = np.column_stack([x, np.ones(len(x))])
W = np.linalg.lstsq(rows, y, rcond=None)[0]
assert np.abs(rows.T @ (rows @ W - y)).max() < 1e-9 * np.abs(rows.T @ y).max()
with h5py.File(path, "w", libver="v110") as file:
    put = lambda name, value: file.create_dataset(name, data=value, track_times=False)
    put("kernel", W[:-1]), put("bias", W[-1]), put("loss", ((rows @ W - y) ** 2).mean())
print(f"{path}: {os.path.getsize(path)} bytes; condition {np.linalg.cond(rows):.1f}, R2 "
      f"{1 - ((rows @ W - y) ** 2).mean() / y.var():.6f}")
