#!/usr/bin/python3
"""Writes the first inputs of the fuzzers into corpus/: small, one of each kind. What fuzzing finds is added
to them by `scripts/fuzz.sh --keep`. The last byte of most inputs chooses options (fuzz_choice)."""
import gzip, io, json, os, re, struct, subprocess, tempfile
import h5py, numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..")


def keep(fuzzer, name, data, choice=None):
    folder = os.path.join(here, "corpus", fuzzer)
    os.makedirs(folder, exist_ok=True)
    if isinstance(data, str): data = data.encode()
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data + (bytes([choice]) if choice is not None else b""))


def hdf5(name, fill, *choices):
    path = "/tmp/fuzz_corpus.h5"
    with h5py.File(path, "w", libver=("earliest", "v110")) as f: fill(f)
    data = open(path, "rb").read()
    os.remove(path)
    for c in choices: keep("data", f"{name}_{c}", data, c)


rng = np.random.default_rng(1)

# ---- data ----
def pairs(f, x=rng.random((6, 3)).astype("f4"), y=np.arange(6) % 3):
    f["train/x"], f["train/y"] = x, y
hdf5("pairs", pairs, 0, 1)
def weighted(f): f["x"], f["y"], f["w"] = rng.random((5, 2)), np.arange(5, dtype="i4"), np.ones(5)
hdf5("weighted", weighted, 2, 3)
def packed(f):
    f.create_dataset("x", data=np.arange(60, dtype="i2").reshape(15, 4), chunks=(4, 3), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("y", data=np.arange(15, dtype=">u2") % 4, chunks=(5,), maxshape=(None,))
hdf5("packed", packed, 0, 3)
def text(f):
    f["text"] = np.frombuffer(b"to be or not to be", "u1") - 32
    f["vocabulary"] = np.array([chr(32 + i).encode() for i in range(96)])
hdf5("text", text, 4, 5)
def kinds(f):
    f["train/inputs"] = rng.random((4, 2, 2, 1)).astype("f2")
    f["train/labels"] = np.array([True, False, True, True])
    f["class_names"] = ["no", "yes"]
    f.attrs["keras_version"] = "2.9"
    f["twice"] = f["train/inputs"]
    f["soft"], f["outside"] = h5py.SoftLink("/train/inputs"), h5py.ExternalLink("none.h5", "/x")
    f["record"] = np.zeros(2, [("a", "f4"), ("b", "i8")])
    f.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))
    f["null"] = h5py.Empty("f4")
hdf5("kinds", kinds, 0, 2)
def huge(f):
    f.create_dataset("x", (2**40, 2**20), "f4", chunks=(1, 1024), fillvalue=1)
    f.create_dataset("y", (2**40,), "u1", chunks=(1024,))
hdf5("huge", huge, 0, 4)
def virtual(f):
    layout = h5py.VirtualLayout((2**42, 2), "i4")
    layout[:4] = h5py.VirtualSource("none.h5", "x", (4, 2))
    f.create_virtual_dataset("x", layout)
hdf5("virtual", virtual, 0, 4)
keep("data", "not_hdf5", "nothing", 0)

# ---- safetensors ----
def safetensors(name, tensors, header=None):
    spans, at = {}, 0
    for key, (dtype, array) in tensors.items():
        spans[key] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = header or json.dumps({"__metadata__": {"format": "pt"}, **spans}).encode()
    keep("safetensors", name, struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for _, a in tensors.values()))
layers = {"dense/kernel": (6, 4), "dense/bias": (4,), "probs/kernel": (4, 3), "probs/bias": (3,)}
for dtype, kind in ("F32", "f4"), ("F64", "f8"), ("F16", "f2"), ("BF16", "u2"), ("I8", "i1"):
    safetensors(dtype, {k: (dtype, (4 * rng.random(v)).astype(kind)) for k, v in layers.items()})
safetensors("torch", {"dense.weight": ("F32", rng.random((4, 6)).astype("f4")), "dense.bias": ("F32", np.zeros(4, "f4"))})
safetensors("scalar", {"dense/bias": ("F32", np.zeros((), "f4")), "none": ("F32", np.zeros((0, 3), "f4"))})
safetensors("huge", {}, b'{"dense/kernel":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,18446744073709551615]}}')
safetensors("twice", {}, b'{"dense/bias":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"dense/bias":{"dtype":"F32"}}')
safetensors("deep", {}, b"[" * 2000)

# ---- checkpoints: as it is written, and smaller as newer HDF5 would write it ----
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([f"{root}/build/tests/checkpoint_seed_tool", folder], check=True)
    with h5py.File(f"{folder}/seed.h5") as f, h5py.File(f"{folder}/small.h5", "w", libver="latest") as g:
        def copy(name, there):
            here = g.create_dataset(name, data=there) if isinstance(there, h5py.Dataset) else g.require_group(name)
            for key, value in there.attrs.items(): here.attrs[key] = value
        copy("/", f)
        f.visititems(copy)
    whole, small = (open(f"{folder}/{name}.h5", "rb").read() for name in ("seed", "small"))
    keep("checkpoint", "whole", whole, 0)
    for choice in range(4): keep("checkpoint", f"small_{choice}", small, choice)

# ---- arrays ----
def idx(code, dims, data, pad=b""): return struct.pack(">BBBB", 0, 0, code, len(dims)) + b"".join(struct.pack(">I", d) for d in dims) + data + pad
keep("idx", "u1", idx(8, (3, 2, 2), bytes(range(12))), 2)
keep("idx", "labels", idx(8, (4,), b"\0\1\2\1"), 5)
keep("idx", "f8", idx(0x0e, (2, 1), np.array([1, 2.5], ">f8").tobytes()), 0)
keep("idx", "i4", idx(0x0c, (2,), np.array([1, -2], ">i4").tobytes()), 1)
keep("idx", "huge", idx(8, (2**32 - 1,) * 3, b"\0"), 0)
keep("idx", "deep", idx(8, (1,) * 200, b"\0"), 0)
keep("idx", "packed", gzip.compress(idx(9, (2, 2), b"\0\1\2\3"), mtime=0), 0)
def npy(a):
    out = io.BytesIO()
    np.save(out, a)
    return out.getvalue()
keep("npy", "f4", npy(rng.random((3, 2)).astype("f4")), 4)
keep("npy", "i8", npy(np.arange(4)), 5)
keep("npy", "b1", npy(np.array([True, False])), 1)
keep("npy", "fortran", npy(np.asfortranarray(np.ones((2, 3)))), 0)
keep("npy", "big", npy(np.arange(4, dtype=">u2").reshape(2, 2)), 2)
keep("npy", "complex", npy(np.ones(2, "c8")), 0)
keep("npy", "records", npy(np.zeros(2, [("a", "f4"), ("b", "i8")])), 0)
keep("npy", "packed", gzip.compress(npy(np.arange(3)), mtime=0), 0)
head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }"
for name, shape in ("huge", b"9223372036854775807, 3"), ("overflow", b"99999999999999999999999,"), ("wide", b"1, 4294967296, 4294967296"), ("zero", b"0, 7"):
    keep("npy", name, b"\x93NUMPY\1\0" + struct.pack("<H", len(head % shape)) + head % shape + b"\0" * 8, 0)
keep("npy", "v2", b"\x93NUMPY\2\0" + struct.pack("<I", 2**31) + b"{", 0)

# ---- tables, texts ----
table = "name,x,y\nant,1,2.5\nbee,,3\nant,-1e3,inf\n"
keep("csv", "header", table, 0b11000000 | 8)
keep("csv", "classes", table, 0b01010010)
keep("csv", "mean", "y,a,b\n1,2,3\n2,,4\n3,5,6\n4,7,8\n", 0b10000101 & ~4)
keep("csv", "german", "1;2,5;\"a;b\"\n3;4,25;c\n", 0b00100100)
keep("csv", "quotes", "a,\"b \"\"c\"\"\",\"d\ne\"\n1,2,3\n", 0)
keep("csv", "ragged", "1,2\n1,2,3\n", 32)
keep("csv", "zeros", b"a\0b,c\n1\0,2\n", 0)
keep("csv", "numbers", "0x1p3,1e999,nan,-0,1_000, 5 ,1d3\n1,2,3,4,5,6,7\n", 32)
keep("text", "utf8", "a\u00e4\u20ac\U0001f600\n", 0)
keep("text", "bad", b"\xc3(\xe2\x82\xed\xa0\x80\xf4\x90\x80\x80\xc0\x80", 0)
keep("text", "bytes", bytes(range(64)), 3)
keep("text", "mark", b"\xef\xbb\xbfa\r\nb", 2)

# ---- images ----
def image(a, kind, **how):
    out = io.BytesIO()
    (a if isinstance(a, Image.Image) else Image.fromarray(a)).save(out, kind, **how)
    return out.getvalue()
colour = Image.fromarray(rng.integers(0, 256, (3, 4, 3)).astype("u1"))
keep("images", "png", image(colour, "png"), 0)
keep("images", "palette", image(colour.quantize(5), "png"), 2)
keep("images", "alpha", image(colour.convert("RGBA"), "png"), 1)
keep("images", "bits", image(colour.convert("1"), "png"), 0)
keep("images", "jpeg", image(colour, "jpeg"), 0)
keep("images", "progressive", image(colour.convert("L"), "jpeg", progressive=True), 1)
png = bytearray(image(colour, "png"))
png[16:24] = struct.pack(">II", 2**31 - 1, 2**31 - 1)
keep("images", "huge", bytes(png), 0)

# ---- configurations ----
for name in "digits", "composition", "bible_lstm", "bible_transformer", "mnist", "weather", "diabetes":
    lines = open(f"{root}/configs/{name}.yaml").read().splitlines()
    text = "\n".join(re.sub(r"\s+#.*", "", l) for l in lines if l.strip() and not l.strip().startswith("#"))
    keep("config", name, re.sub(r"\.\./data/(bible|shakespeare)\w*\.h5", "words.h5", re.sub(r"\.\./data/(?!bible)\w+\.h5", "good.h5", text)) + "\n")
small = """name: small
data: {train: {file: good.h5, inputs: /train/x, targets: /train/y}}
model: {layers: %s}
training: {loss: categorical_crossentropy, metrics: [accuracy, {type: top_k, k: 2}], batch_size: 4, epochs: 1, max_time: 1h}
checkpoint: {directory: run, every: 2 steps, keep: 3, best: train_loss}
"""
layers = {
    "dense": "[{type: dense, units: 5}, {type: dense, units: 3, activation: softmax}]",
    "images": "[{type: reshape, target_shape: [2, 2, 1]}, {type: conv2d, filters: 2, kernel_size: [2, 1], padding: same, strides: 1}, batch_norm, {type: max_pool2d, pool_size: 2}, flatten, {type: dropout, rate: 0.5}, {type: dense, units: 3}]",
    "sequence": "[{type: reshape, target_shape: [2, 2]}, {type: lstm, units: 2, return_sequences: true}, {type: gru, units: 3}]",
    "attention": "[{type: reshape, target_shape: [2, 2]}, {type: transformer_block, num_heads: 1}, flatten, {type: dense, units: 3}]",
    "graph": "[{type: dense, units: 3, name: a}, {type: concat, branches: [[], [tanh]]}, {type: repeat, times: 2, layers: [{type: dense, units: 4}]}, {type: shared, layer: a}, {type: add, inputs: [a, a]}, {type: residual, layers: [relu]}]",
    "huge": "[{type: dense, units: 2000000000}, {type: dense, units: 2000000000}, {type: dense, units: 3}]",
    "large_kernel": "[{type: reshape, target_shape: [1, 1, 4]}, {type: zero_pad2d, padding: 1000000000}, {type: conv2d, filters: 1000000000, kernel_size: 1000000000}]",
}
for name, value in layers.items(): keep("config", name, small % value)
keep("config", "text", "name: t\ndata: {train: {file: words.h5}, sequence_length: 4, validation: {split: 0.2}}\nmodel: {layers: [{type: embedding, input_dim: 7, output_dim: 2}, {type: lstm, units: 2, return_sequences: true}, {type: dense, units: 7, activation: softmax}]}\ntraining: {loss: categorical_crossentropy, optimizer: {type: adam}, learning_rate_schedule: {type: cosine, warmup_epochs: 1}}\n")
keep("config", "anchors", "templates: {a: &a {units: 3}, b: &b [*a, *a]}\nname: &n x\nmodel: {layers: [{<<: *a, type: dense}, {<<: [*a, {name: *n}], type: dense}]}\n")
keep("config", "tags", "!!map {? name : !!str x, ? [a] : b}\n---\nb: 'c'\n")
keep("config", "deep", "[" * 300)
keep("config", "text_block", "name: |\n  a\n b: >-\n   c\n\"d\\x41\\u00e4\": '''\n")

# ---- --set ----
for i, lines in enumerate((
    "training.epochs=5", "model.layers[1].units=128\nmodel.layers.0={type: dense, units: 7}", "training.batch_size=all",
    "model.layers=[]", "data.train.file=none.h5", "training.optimizer={type: adam, learning_rate: 1e-3}\ntraining.optimizer.beta_1=0.5",
    "model.layers[99999999999999999999]=1\nmodel.layers[-1].units=1", "a..b=1\n=\n.=\n[0]=x\nname", "training.metrics[0]=accuracy\ntraining.metrics[1]=top_k",
    "seed=99999999999999999999\nprecision=float64", "training.max_time=1h50m\ntraining.clip_norm=.inf", "name=\"a\\nb\"\nname=&a b\nname=*a\nname={<<: *a}",
    "data.sequence_length=2147483648\ndata.stride=9223372036854775807", "training.epochs=9223372036854775807\ntraining.batch_size=9223372036854775807",
    "checkpoint.every=1e300 epochs\ncheckpoint.keep=-1\nlog.metrics=[csv]")):
    keep("set", str(i), lines)
