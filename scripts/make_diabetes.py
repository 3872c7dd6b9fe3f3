#!/usr/bin/python3
"""Makes data/diabetes.h5 from the copy of the diabetes data that scikit-learn ships.

    apt-get install python3-h5py python3-sklearn
    scripts/make_diabetes.py [OUTPUT]        the same bytes every time
"""
import pathlib
import sys

import h5py
import numpy as np
from sklearn.datasets import load_diabetes

ATTRIBUTES = {
    "title": "Diabetes: ten measurements of 442 patients, and the disease a year later",
    "source": "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least angle regression, Annals of "
              "Statistics 32, 2004; as scikit-learn ships it",
    "licence": "BSD 3-Clause (scikit-learn)",
    "made_by": "scripts/make_diabetes.py",
}


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    output = sys.argv[1] if len(sys.argv) > 1 else root / "data" / "diabetes.h5"
    data = load_diabetes(scaled=False)
    assert data.data.shape == (442, 10)
    with h5py.File(output, "w") as file:
        for name, text in ATTRIBUTES.items():
            file.attrs[name] = np.bytes_(text)
        file.attrs["features"] = np.array(data.feature_names, dtype="S3")
        for name, array in (("inputs", data.data), ("targets", data.target.reshape(-1, 1))):
            file.create_dataset(f"train/{name}", data=array.astype(np.float64), chunks=array.shape,
                                compression="gzip", compression_opts=9, track_times=False)
    print(f"{output}: {pathlib.Path(output).stat().st_size} bytes")


if __name__ == "__main__":
    main()
