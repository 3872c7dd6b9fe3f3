#!/bin/bash
# import idx and npy: the arrays that Python wrote, in their types and shapes, also packed by gzip; what
# does not fit together is refused.
. "$NNMPI_SOURCE/tests/import/common.sh"

$python - <<'P'
import gzip, struct, numpy as np
rng = np.random.default_rng(1)
codes = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
def idx(name, x):
    head = bytes([0, 0, codes[x.dtype.str[1:]], x.ndim]) + struct.pack(">%dI" % x.ndim, *x.shape)
    open(name, "wb").write(head + x.astype(x.dtype.newbyteorder(">")).tobytes())
for k, shape in {"u1": (50, 4, 3), "i1": (7,), "i2": (1, 2, 3, 4), "i4": (3000, 40), "f4": (6, 2), "f8": (20, 5, 5)}.items():
    x = (rng.normal(size=shape) * 100).astype(k)
    np.save(k, x); idx(k + ".idx", x)
y = rng.integers(0, 9, 50).astype("u1"); np.save("labels", y); idx("labels.idx", y)
x = np.load("u1.npy")
idx("test.idx", x[:5]); idx("test_labels.idx", y[:5])
open("u1.idx.gz", "wb").write(gzip.compress(open("u1.idx", "rb").read()))
open("cut.gz", "wb").write(open("u1.idx.gz", "rb").read()[:-20])
for name, a in {"big": x.astype(">f8"), "bool": x > 3, "fortran1": np.asfortranarray(np.arange(9.0)), "u8": x.astype("u8")}.items(): np.save(name, a)
np.save("fortran", np.asfortranarray(x)); np.save("half", x.astype("f2")); np.save("complex", x + 1j)
np.save("records", np.zeros(3, [("a", "f4")])); np.save("scalar", np.float32(3)); np.save("empty", x[:0]); np.save("texts", np.array(["ab"]))
np.savez("archive.npz", x=x)
np.lib.format.write_array(open("v2.npy", "wb"), x, version=(2, 0)); np.lib.format.write_array(open("v3.npy", "wb"), x, version=(3, 0))
P

checks=0
same() { # NAME EXPRESSION...: the data sets of t.h5 are to be those of Python; looked at at the end
    checks=$((checks + 1))
    mv t.h5 $checks.h5
    printf '%s\n' $checks.h5 "$@" "" >>checks
}

# ---- idx ----
for k in i1 i2 i4 f4; do
    says 0 ' x ' idx $k.idx --out t.h5
    same /images "load('$k.npy')"
done
says 0 'float64 (5, 5, 1)' idx f8.idx --out t.h5
same /images "load('f8.npy')[..., None]"
says 0 'float64 (5, 5)$' idx f8.idx --out t.h5 --keep-shape
same /images "load('f8.npy')"
says 0 '50 x uint8 (4, 3, 1)' idx u1.idx.gz labels.idx --out t.h5
same /images "load('u1.npy')[..., None]" /labels "load('labels.npy')"
says 0 '5 x uint8 (4, 3, 1)' idx u1.idx labels.idx --test-files test.idx test_labels.idx --validation-files test.idx test_labels.idx --out t.h5
same /train/images "load('u1.npy')[..., None]" /train/labels "load('labels.npy')" \
    /test/images "load('u1.npy')[:5, ..., None]" /test/labels "load('labels.npy')[:5]" \
    /validation/images "load('u1.npy')[:5, ..., None]" /validation/labels "load('labels.npy')[:5]"

# ---- npy ----
for k in u1 i2 i4 f4 f8 u8 big fortran1 v2 v3; do
    says 0 ' x ' npy $k.npy --out t.h5
    same /inputs "load('$k.npy')"
done
says 0 'uint8' npy bool.npy --out t.h5
same /inputs "load('bool.npy').astype('u1')"
says 0 '/labels' npy u1.npy labels.npy --out t.h5
same /inputs "load('u1.npy')" /labels "load('labels.npy')"
says 0 '/targets' npy f8.npy f8.npy --out t.h5
same /inputs "load('f8.npy')" /targets "load('f8.npy')"

# ---- refused ----
says 65 'u1.idx has 50 samples, but test_labels.idx has 5 targets' idx u1.idx test_labels.idx --out t.h5
says 65 'f8.idx: samples of type float64 and shape (5, 5), but those of u1.idx are uint8 of shape (4, 3)' \
    idx u1.idx labels.idx --test-files f8.idx labels.idx --out t.h5
says 65 'cut.gz: what gzip packed is damaged or truncated after' idx cut.gz --out t.h5
says 65 'u1.npy: this is no IDX file: it does not begin' idx u1.npy --out t.h5
says 66 'nowhere.idx: No such file' idx u1.idx nowhere.idx --out t.h5
says 2 'need a file of targets' idx u1.idx --test-files test.idx test_labels.idx --out t.h5
says 2 'wants a value' idx u1.idx --out t.h5 --test-files test.idx
says 65 'fortran.npy: the array is in Fortran' npy fortran.npy --out t.h5
says 65 "half.npy: .*'<f2'" npy half.npy --out t.h5
says 65 "complex.npy: .*'<c16'" npy complex.npy --out t.h5
says 65 "texts.npy: .*'<U2'" npy texts.npy --out t.h5
says 65 'records.npy: it holds records' npy records.npy --out t.h5
says 65 'scalar.npy: it holds a single number' npy scalar.npy --out t.h5
says 65 'empty.npy: it is empty' npy empty.npy --out t.h5
says 65 'archive.npz: this is a zip' npy archive.npz --out t.h5
says 65 'u1.idx: this is no array of NumPy' npy u1.idx --out t.h5

$python - <<'P' || fail "what was imported"
import h5py, numpy as np
from numpy import load
checks = [c.split("\n") for c in open("checks").read().strip("\n").split("\n\n")]
assert len(checks) > 20
for file, *wanted in checks:
    with h5py.File(file) as f:
        names = []
        f.visititems(lambda n, o: names.append("/" + n) if isinstance(o, h5py.Dataset) else None)
        assert sorted(names) == sorted(wanted[::2]), names
        for name, expression in zip(wanted[::2], wanted[1::2]):
            a, b = f[name], eval(expression)
            assert a.dtype == b.dtype.newbyteorder("=") and a.shape == b.shape, (name, expression)
            assert (a[()] == b).all() and a.chunks[1:] == a.shape[1:], (name, expression)
P
exit $failed
