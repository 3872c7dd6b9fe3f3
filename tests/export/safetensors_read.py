"""safetensors_read.py FILE CHECKPOINT: the file as the format's own page describes it, read without any code of
ours: its tensors are those of the checkpoint, bit for bit, one after the other without a gap."""
import json
import pathlib
import struct
import sys

import h5py
import numpy as np

TYPES = {"F32": "<f4", "F64": "<f8"}


def tensors_of(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, numbers, end, found = json.loads(data[8 : 8 + length]), data[8 + length :], 0, {}
    assert length % 8 == 0, "the numbers do not begin at a multiple of 8"
    assert all(isinstance(v, str) for v in header.pop("__metadata__").values()), "metadata"
    for name, about in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, after = about["data_offsets"]
        assert begin == end, f"{name} begins at {begin}, not at {end}"
        found[name] = np.frombuffer(numbers[begin:after], TYPES[about["dtype"]]).reshape(about["shape"])
        end = after
    assert end == len(numbers), f"{len(numbers)} bytes of numbers, {end} in the header"
    return found


def text(name):
    return name.decode() if isinstance(name, bytes) else name


def inside(layer, name):
    """mha/query/kernel:0 is query_kernel of mha"""
    return name.removeprefix(f"{layer}/").removesuffix(":0").replace("/", "_")


def weights_of(path):
    with h5py.File(path) as file:
        layers = file["model_weights"]
        names = [(layer, text(name)) for layer in layers for name in layers[layer].attrs["weight_names"]]
        return {f"{layer}/{inside(layer, name)}": layers[layer][name][()] for layer, name in names}


found, expected = tensors_of(sys.argv[1]), weights_of(sys.argv[2])
wrong = sorted(found.keys() ^ expected.keys())
for name in found.keys() & expected.keys():
    a, b = found[name], expected[name]
    if a.shape != b.shape or a.dtype != b.dtype or a.tobytes() != b.tobytes():
        wrong.append(name)
print(f"{len(found)} tensors, {len(wrong)} wrong {wrong[:5]}")
sys.exit(bool(wrong) or not found)
