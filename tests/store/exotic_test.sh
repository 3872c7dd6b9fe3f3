# What h5py writes and nn_store does not: other byte orders, odd types, filters, links, damage.
set -u
python=/usr/bin/python3
$python -c 'import h5py' 2>/dev/null || { echo "no python3-h5py"; exit 77; }
dump=$NNMPI_TOOLS/store_dump_tool
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failures=0
expect() { # expect PATTERN: a line of the last dump
    grep -qE -- "$1" out || { echo "missing: $1"; failures=$((failures + 1)); }
}

$python - <<'END' || exit 1
import h5py, numpy as np
values = np.array([1, 2, 100])
with h5py.File("types.h5", "w") as f:
    for kind in (">i2", ">i8", ">f4", ">f8", "<f2", ">f2", "|u1", "|b1"):
        f["t_" + kind[1:] + ("_be" if kind[0] == ">" else "")] = values.astype(kind)
    odd = h5py.h5t.STD_I32LE.copy(); odd.set_size(3); odd.set_precision(24)
    space = h5py.h5s.create_simple((3,))
    d = h5py.h5d.create(f.id, b"int24", odd, space); d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, -2, 8388607], "i4"))
    big = h5py.h5t.STD_I64LE.copy(); big.set_size(16); big.set_precision(128)
    h5py.h5d.create(f.id, b"int128", big, space)
    brain = h5py.h5t.IEEE_F32LE.copy(); brain.set_fields(15, 7, 8, 0, 7); brain.set_precision(16); brain.set_size(2)
    d = h5py.h5d.create(f.id, b"bfloat16", brain, space); d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, -2.5, 3e38], "f4"))
    f["longdouble"] = np.array([1, 2, 3], np.longdouble)
    f["complex"] = np.array([1j])
    f["record"] = np.zeros(2, [("a", "i4"), ("b", "f4")])
    f["text"] = np.array([b"a", b"b"])
    f["vtext"] = "words"
    f.create_dataset("ragged", (2,), dtype=h5py.vlen_dtype("i4"))
    f["null"] = h5py.Empty("f4")
    f.create_dataset("ref", (1,), dtype=h5py.ref_dtype)
    f.create_dataset("opaque", data=np.void(b"abc"))
    f.create_dataset("filters", data=np.arange(60.0).reshape(20, 3), chunks=(7, 3), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("lzf", data=np.arange(10), compression="lzf")
    f.create_dataset("huge", (1 << 40, 3), "f4", chunks=(1024, 3)); f["huge"][-1] = [1, 2, 3]
    f.create_dataset("overflow", (1 << 40, 1 << 40), "f4", chunks=(16, 16))
    g = f.create_group("loop"); g["again"] = f["/"]; g["self"] = g
    f["soft"] = h5py.SoftLink("/t_u1"); f["dangling"] = h5py.SoftLink("/nowhere")
    f.attrs["fixed"] = np.bytes_("abc"); f.attrs["varying"] = "gr\u00fcn"
    f.attrs["fixed_list"] = np.array([b"dense", b"x"]); f.attrs.create("varying_list", ["a", "", "long word"], dtype=h5py.string_dtype())
    t = h5py.h5t.C_S1.copy(); t.set_size(8); t.set_strpad(h5py.h5t.STR_SPACEPAD)
    a = h5py.h5a.create(f.id, b"padded", t, h5py.h5s.create(h5py.h5s.SCALAR)); a.write(np.array(b"hello   ", "S8"))
with h5py.File("new.h5", "w", libver="latest") as f:
    f["x"] = np.arange(4.0); f.attrs["huge"] = np.array([b"y" * 100000])
with h5py.File("user.h5", "w", userblock_size=512) as f:
    f["x"] = np.arange(4.0)
with h5py.File("deep.h5", "w") as f:
    g = f
    for i in range(3000): g = g.create_group("g")
    g["x"] = np.arange(4.0)
END

$dump types.h5 > out; code=$?
[ $code = 0 ] || { echo "exit $code"; cat out; failures=1; }
expect '^/t_i2_be int16 \(3\) chunk 0: 1 2 100$'
expect '^/t_i8_be int64 \(3\) chunk 0: 1 2 100$'
expect '^/t_f4_be float32 \(3\) chunk 0: 1 2 100$'
expect '^/t_f8_be float64 \(3\) chunk 0: 1 2 100$'
expect '^/t_f2 float32 \(3\) chunk 0: 1 2 100$'
expect '^/t_f2_be float32 \(3\) chunk 0: 1 2 100$'
expect '^/t_u1 uint8 \(3\) chunk 0: 1 2 100$'
expect '^/t_b1 int8 \(3\) chunk 0: 1 1 1$'
expect '^/int24 int32 \(3\) chunk 0: 1 -2 8388607$'
expect '^/bfloat16 float32 \(3\) chunk 0: 1 -2.5 '
expect '^/longdouble float64 \(3\) chunk 0: 1 2 3$'
expect '^/int128 status 65 .*types.h5.*/int128.*more than 64 bits'
expect '^/complex status 65 .*/complex.*compounds'
expect '^/record status 65 .*compounds'
expect '^/text status 65 .*text'
expect '^/vtext status 65 .*text'
expect '^/ragged status 65 .*ragged'
expect '^/null status 65 .*null'
expect '^/ref status 65 .*references'
expect '^/opaque status 65 .*opaque'
expect '^/filters float64 \(20,3\) chunk 7: 0 1 2 3 4 5 6 7$'
expect '^/lzf status 65 .*lzf.*filter'
expect '^/huge float32 \(1099511627776,3\) chunk 1024: 1 2 3$'
expect '^/overflow status 65 .*2\^63'
expect '^@fixed \[abc\]$'
expect '^@varying \[grün\]$'
expect '^@fixed_list \[dense\] \[x\]$'
expect '^@varying_list \[a\] \[\] \[long word\]$'
expect '^@padded \[hello\]$'
$dump types.h5 /soft > out; expect '^/soft uint8 .*1 2 100$'
$dump types.h5 /dangling > out; expect 'status 66 .*no data set /dangling'
$dump types.h5 /loop/again/loop/self/again/t_u1 > out; expect 'uint8 .*1 2 100$'
$dump new.h5 > out; expect '^/x float64 .*: 0 1 2 3$'; [ "$(grep -o y out | wc -l)" = 100000 ] || { echo "huge text"; failures=$((failures + 1)); }
$dump user.h5 > out; expect '^/x float64 .*: 0 1 2 3$'
timeout 60 $dump deep.h5 > out; expect 'status 65 .*deep.h5.*64 deep'

# Another program writes the file: said, not waited for.
env -u HDF5_USE_FILE_LOCKING $python - <<'END' &
import h5py, time
f = h5py.File("busy.h5", "w"); f["x"] = [1.0]; f.flush(); open("busy", "w"); time.sleep(300)
END
writer=$!
for _ in $(seq 600); do [ -e busy ] && break; sleep 0.1; done
env -u HDF5_USE_FILE_LOCKING $dump busy.h5 > out; expect '^status 66 .*busy.h5.*open for writing'
HDF5_USE_FILE_LOCKING=FALSE $dump busy.h5 > out; expect '^/x float64'
kill $writer

# A chunk of no rows, and one of no axes, by which HDF5 1.10 divides.
$python - <<'END'
import h5py, numpy as np, struct
with h5py.File("good.h5", "w") as f: f.create_dataset("c", data=np.arange(100.0), chunks=(10,)); f["d"] = [5.0]
good = open("good.h5", "rb").read()
for name, was, now in (("rows", struct.pack("<II", 10, 8), struct.pack("<II", 0, 8)), ("axes", b"\3\2\2", b"\3\2\0")):
    assert good.count(was) == 1, name
    open(name + ".h5", "wb").write(good.replace(was, now))
END
for name in rows axes; do
    ASAN_OPTIONS=detect_leaks=0 $dump $name.h5 > out; code=$? # what HDF5 held is left to it
    [ $code = 0 ] || { echo "$name.h5: exit $code"; failures=$((failures + 1)); }
    expect "^/c status 65 .*$name.h5.*damaged"; expect '^/d float64 .*: 5$'
done

# Random damage to a chunked and compressed file: a status, never a signal. Not under
# AddressSanitizer: HDF5 1.10 itself reads memory it has freed in some of these files.
grep -q __asan_init "$dump" || $python - "$dump" "$NNMPI_SOURCE/data/digits.h5" <<'END' || failures=$((failures + 1))
import random, subprocess, sys
random.seed(3)
good = open(sys.argv[2], "rb").read()
for i in range(30):
    bad = bytearray(good)
    for _ in range(random.choice([1, 4, 40])):
        bad[random.randrange(random.choice([800, 4000, len(bad)]))] = random.randrange(256)
    open("bad.h5", "wb").write(bad)
    code = subprocess.run([sys.argv[1], "bad.h5"], stdout=subprocess.DEVNULL, timeout=60).returncode
    if code not in (0, 65, 66, 74):
        print(f"damage {i}: exit {code}"); sys.exit(1)
END
[ $failures = 0 ] || { echo "$failures failed"; exit 1; }
