#!/bin/bash
# import images: PNG and JPEG, of every kind, are what Pillow reads; sizes, splits, classes; damaged files
# are refused.
. "$NNMPI_SOURCE/tests/import/common.sh"
$python -c 'import PIL' 2>/dev/null || { echo "python3-pil is not installed"; exit 77; }

$python - <<'P'
import os, numpy as np
from PIL import Image
rng = np.random.default_rng(1)
def smooth(h, w, c):
    y, x = np.mgrid[:h, :w]
    return np.stack([127 + 120 * np.sin(x / (3 + k) + y / (5 - k) + k) for k in range(c)], -1).astype("u1")
def save(path, a, **how):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    (a if isinstance(a, Image.Image) else Image.fromarray(a.squeeze())).save(path, **how)
# one size, grey and coloured, every kind of PNG
for k, name in enumerate(("zebra", "ant", "m\u00fccke")):
    for i in range(6): save(f"mixed/{name}/{i}.png", rng.integers(0, 256, (9, 7, 3)).astype("u1"))
colour = Image.fromarray(smooth(9, 7, 3))
save("mixed/ant/palette.png", colour.quantize(17))
save("mixed/ant/alpha.png", colour.convert("RGBA"))
save("mixed/ant/grey.png", colour.convert("L")); save("mixed/ant/grey_alpha.png", colour.convert("LA"))
save("mixed/ant/bits.png", colour.convert("1"))
save("mixed/ant/deep.png", Image.fromarray((smooth(9, 7, 1)[..., 0].astype("u2") * 257)))
save("mixed/ant/photo.jpg", colour, quality=90); save("mixed/ant/progressive.JPEG", colour, progressive=True)
save("mixed/ant/grey.jpg", colour.convert("L"))
open("mixed/ant/notes.txt", "w").write("no image"); open("mixed/.hidden", "w").write("x"); open("mixed/readme", "w").write("x")
# all grey
for name in "01":
    for i in range(20): save(f"grey/{name}/{i}.png", rng.integers(0, 256, (5, 6)).astype("u1"))
for name in "01": save(f"more/{name}/x.png", rng.integers(0, 256, (5, 6)).astype("u1"))
save("other/2/x.png", rng.integers(0, 256, (5, 6)).astype("u1"))
# many sizes
for i, (h, w) in enumerate([(40, 60), (60, 40), (16, 12), (7, 5), (100, 17), (31, 31)]): save(f"sizes/a/{i}.png", smooth(h, w, 3))
for n, size in (("cut", 300), ("cutjpg", 0)):
    save(f"{n}/a/x.{'png' if n == 'cut' else 'jpg'}", smooth(50, 50, 3))
for f in ("cut/a/x.png", "cutjpg/a/x.jpg"): b = open(f, "rb").read(); open(f, "wb").write(b[:len(b) // 2])
b = bytearray(open("mixed/ant/0.png", "rb").read()); b[60] ^= 255; os.makedirs("crc/a"); open("crc/a/x.png", "wb").write(b)
save("cmyk/a/x.jpg", colour.convert("CMYK"))
os.makedirs("hollow/a"); os.makedirs("flat"); save("flat/x.png", smooth(3, 3, 1))
P

says 0 'images  *27 x uint8 (9, 7, 3)' images mixed --out t.h5
grep -q '3 classes' out && grep -q '1 file that is no PNG or JPEG was left out: mixed/ant/notes.txt$' out || fail "$(cat out)"
mv t.h5 mixed.h5
cp -r more notes && touch notes/0/{a,b} notes/1/x.txt
says 0 '3 files that are no PNG or JPEG were left out: notes/0/a, notes/0/b, notes/1/x.txt$' images notes --out t.h5
rm t.h5 && touch notes/1/png
says 0 '4 files that are no PNG or JPEG were left out: notes/0/a, notes/0/b, notes/1/png, ...$' images notes --out t.h5
rm t.h5
says 0 '(9, 7, 1)' images mixed --channels grey --out t.h5
mv t.h5 mixed_grey.h5
says 0 '/train/images  *20 x uint8 (5, 6, 1)' images grey --test 0.25 --validation 0.25 --out t.h5
mv t.h5 grey.h5
says 0 '/test/images  *2 x uint8' images grey --test-folder more --out t.h5
mv t.h5 more.h5
says 0 '(5, 6, 3)' images grey --channels rgb --out t.h5
mv t.h5 rgb.h5
for size in 20x30 9x9 50x8; do
    says 0 'x uint8' images sizes --size $size --out t.h5
    mv t.h5 size$size.h5
done

says 65 'sizes/a/1.png is 60 x 40 pixels (height x width), but sizes/a/0.png is 40 x 60; --size' images sizes --out t.h5
says 65 'cut/a/x.png: the PNG cannot be read' images cut --out t.h5
says 65 'cutjpg/a/x.jpg: the JPEG cannot be read: Premature end' images cutjpg --out t.h5
for name in text.png text.JPG text.jpeg empty.png; do # beside a good one
    rm -rf named && cp -r more named && printf '%s' "${name/#empty.*/}" >named/0/$name
    says 65 "named/0/$name: it is neither PNG nor JPEG, though its name says so" images named --out t.h5
done
says 65 'crc/a/x.png: the PNG cannot be read: ' images crc --out t.h5
says 65 'cmyk/a/x.jpg: the JPEG cannot be read: ' images cmyk --out t.h5
says 65 'hollow/a: there is no PNG or JPEG' images hollow --out t.h5
says 65 'flat: there are no folders in it' images flat --out t.h5
says 66 'nowhere: it cannot be read as a folder' images nowhere --out t.h5
says 65 'other/2: there is no such class' images grey --test-folder other --out t.h5
says 2 '--size wants' images grey --size 10 --out t.h5
says 2 '--size wants' images grey --size 10x0 --out t.h5
says 2 '--channels cannot be' images grey --channels red --out t.h5

$python - <<'P' || fail "what was imported"
import glob, os, h5py, numpy as np
from PIL import Image, ImageOps
def files(folder, names): return [f for n in names for f in sorted(glob.glob(f"{folder}/{n}/*"), key=os.fsencode) if not f.endswith("txt")]
def pixels(file, mode):
    image = Image.open(file)
    if image.mode.startswith("I"): image = Image.fromarray((np.asarray(image).astype(int) // 257).astype("u1"))
    return image.convert(mode)
names = ["ant", "m\u00fccke", "zebra"]
with h5py.File("mixed.h5") as f:
    assert [w.decode() for w in f["class_names"][:]] == names
    all = files("mixed", names)
    assert [names[i] for i in f["labels"][:]] == [x.split("/")[1] for x in all]
    for x, file in zip(f["images"][:], all): assert (x == np.asarray(pixels(file, "RGB"))).all(), file
with h5py.File("mixed_grey.h5") as f:
    for x, file in zip(f["images"][:, :, :, 0], all):
        assert (x == np.asarray(pixels(file, "L"))).all(), file
grey = np.array([np.asarray(Image.open(x)) for x in files("grey", "01")])[..., None]
with h5py.File("grey.h5") as f:
    key = lambda x: [y.tobytes() for y in x]
    groups = [f[g] for g in ("train", "validation", "test")]
    assert [np.bincount(g["labels"][:]).tolist() for g in groups] == [[10, 10], [5, 5], [5, 5]]
    place = {b: i for i, b in enumerate(key(grey))}
    order = [[place[b] for b in key(g["images"][:])] for g in groups]
    assert sorted(sum(order, [])) == list(range(40))
    for g, o in zip(groups, order): assert o == sorted(o) and (g["labels"][:] == [i // 20 for i in o]).all()
with h5py.File("more.h5") as f:
    assert (f["train/images"][:] == grey).all() and (f["test/images"][:, :, :, 0] == [np.asarray(Image.open(x)) for x in files("more", "01")]).all()
with h5py.File("rgb.h5") as f: assert (f["images"][:] == grey.repeat(3, -1)).all()
for h, w in ((20, 30), (9, 9), (50, 8)):
    with h5py.File(f"size{h}x{w}.h5") as f:
        for x, file in zip(f["images"][:], files("sizes", "a")):
            want = np.asarray(ImageOps.fit(Image.open(file), (w, h), Image.BILINEAR)).astype(int)
            assert abs(x - want).max() <= 1, (file, h, w, abs(x - want).max())
P
exit $failed
