#!/usr/bin/python3
"""Makes data/digits.h5 from the copy of the UCI 8x8 digits that scikit-learn ships.

    apt-get install python3-h5py python3-sklearn
    scripts/make_digits.py [OUTPUT]        the same bytes every time

Of each class a fifth of the images is for testing: the classes' shares are rounded so that their
sum is 360 exactly (largest remainders). Which images, and the order of both parts, are drawn by a
generator with a fixed seed that is written out here, so that no library's version matters.
"""
import pathlib
import sys

import h5py
import numpy as np
from sklearn.datasets import load_digits

SEED = 1998
TEST_IMAGES = 360
CLASSES = 10
ATTRIBUTES = {
    "title": "Optical Recognition of Handwritten Digits, 8x8",
    "source": "UCI Machine Learning Repository, E. Alpaydin and C. Kaynak, 1998, "
              "https://doi.org/10.24432/C50P49; the 1797 images that scikit-learn ships",
    "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "made_by": "scripts/make_digits.py",
}


def random_numbers(seed):
    """SplitMix64 (Steele, Lea, Flood 2014)."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def shuffled(items, numbers):
    """Fisher and Yates."""
    items = list(items)
    for i in range(len(items) - 1, 0, -1):
        j = next(numbers) % (i + 1)
        items[i], items[j] = items[j], items[i]
    return items


def test_shares(counts):
    """How many images of each class are for testing; sums to TEST_IMAGES."""
    exact = [TEST_IMAGES * int(n) / int(sum(counts)) for n in counts]
    shares = [int(e) for e in exact]
    by_remainder = sorted(range(len(counts)), key=lambda c: (shares[c] - exact[c], c))
    for c in by_remainder[:TEST_IMAGES - sum(shares)]:
        shares[c] += 1
    return shares


def split(labels):
    numbers = random_numbers(SEED)
    train, test = [], []
    for c, share in enumerate(test_shares(np.bincount(labels, minlength=CLASSES))):
        members = shuffled(np.flatnonzero(labels == c).tolist(), numbers)
        test += members[:share]
        train += members[share:]
    return shuffled(train, numbers), shuffled(test, numbers)


def add(group, name, array):
    # The filter shrinks the file to a half; track_times=False: equal content is equal bytes.
    group.create_dataset(name, data=array, chunks=array.shape, compression="gzip",
                         compression_opts=9, shuffle=False, track_times=False)


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    output = sys.argv[1] if len(sys.argv) > 1 else root / "data" / "digits.h5"
    digits = load_digits()
    images = digits.images.astype(np.uint8)
    assert (images == digits.images).all() and images.shape == (1797, 8, 8) and images.max() == 16
    labels = digits.target.astype(np.uint8)
    with h5py.File(output, "w") as file:
        for name, text in ATTRIBUTES.items():
            file.attrs[name] = np.bytes_(text)
        file.attrs["class_names"] = np.array([str(c) for c in range(CLASSES)], dtype="S1")
        for name, members in zip(("train", "test"), split(labels)):
            group = file.create_group(name)
            add(group, "images", images[members])
            add(group, "labels", labels[members])
    print(f"{output}: {pathlib.Path(output).stat().st_size} bytes")


if __name__ == "__main__":
    main()
