# What is gathered, constants, splits and fingerprints are the same bits on 1, 3 and 5 ranks; a file
# that only one rank cannot open, or one that none can, ends by itself and says so.
set -u
tool=$NNMPI_TOOLS/dataset_tool
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }
run() { timeout 100 mpirun -np "$1" --mca osc "$2" "$tool" "${@:3}"; }

cp "$NNMPI_SOURCE/data/digits.h5" "$dir/digits.h5"
files=("$dir/digits.h5")
# Floats of very different size, several files, more features than a period, odd counts.
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
    /usr/bin/python3 - "$dir" <<'END'
import sys, h5py, numpy as np
rng = np.random.default_rng(1)
for k, n in enumerate((301, 7, 1000)):
    with h5py.File(f"{sys.argv[1]}/part{k}.h5", "w") as f:
        for g, m in (("train", n), ("test", 5)):
            x = rng.normal(size=(m, 300)) * 10.0 ** rng.integers(-6, 6, 300) + 1e5
            f.create_dataset(g + "/x", data=x, chunks=(2, 300), compression="gzip", compression_opts=1)
            f[g + "/y"] = rng.normal(size=(m, 2)).astype("f4")
END
    files+=("$dir/part*.h5")
fi

run 1 '^none' -1 "${files[@]}" > "$dir/1" || fail "1 rank"
[ "$(grep -c '^train' "$dir/1")" = $((4 * ${#files[@]})) ] || fail "not all was read"
for n in 3 5; do
    run $n '^none' -1 "${files[@]}" > "$dir/$n" || fail "$n ranks"
    cmp "$dir/1" "$dir/$n" || fail "$n ranks differ"
done
# Without shared windows each rank has a copy of its own.
run 3 '^sm' -1 "${files[@]}" > "$dir/copies" || fail "3 ranks, no shared memory"
cmp "$dir/1" "$dir/copies" || fail "3 ranks without shared memory differ"

run 3 '^none' -1 /nowhere/a.h5 2> "$dir/err"; code=$?
[ $code = 66 ] || fail "a file that no rank has: exit $code"
grep -q '^/nowhere/a.h5: there is no such file' "$dir/err" || { fail "its message"; cat "$dir/err"; }
(cd "$dir" && run 3 '^none' 2 digits.h5 2> err); code=$?
[ $code = 66 ] || fail "a file that rank 2 cannot open: exit $code"
grep -q '^\[rank 2 .*digits.h5' "$dir/err" || { fail "its message"; cat "$dir/err"; }
[ $failures = 0 ]
