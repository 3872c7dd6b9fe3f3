#!/bin/bash
# Importers stream: a file twenty times as large needs no more memory, whatever its format.
. "$NNMPI_SOURCE/tests/import/common.sh"

numbers() { yes "$1" | head -c "$2"; }
array() { # BYTES: IDX of 1 KiB samples
    printf '\0\0\x08\2\0\0%b%b\0\0\4\0' "$(printf '\\x%02x' $(($1 / 1024 / 256)))" "$(printf '\\x%02x' $(($1 / 1024 % 256)))"
    head -c "$1" /dev/zero
}
small=$((1 << 20)) large=$((20 << 20))
for size in small large; do
    numbers 'some words in a line' ${!size} >$size.txt
    numbers '1.5,2.25,-3,ant' ${!size} | sed '$d' >$size.csv
    array ${!size} >$size.idx
    array ${!size} | gzip -1 >$size.idx.gz
done
$python - "$NNMPI" <<'P' || fail "memory grows with the file"
import os, sys
def peak(*words):
    process = os.spawnv(os.P_NOWAIT, sys.argv[1], [sys.argv[1], "import", *words, "-q", "--out", "t.h5", "--force"])
    _, status, usage = os.wait4(process, 0)
    assert status == 0, words
    return usage.ru_maxrss
bad = 0
for words in ("text X.txt", "text X.txt --bytes", "csv X.csv --no-header --targets 4 --test 0.2", "idx X.idx", "idx X.idx.gz"):
    small, large = (peak(*words.replace("X", x).split()) for x in ("small", "large"))
    print("%-50s %d and %d KiB" % (words, small, large))
    bad |= large > small + 8 * 1024
exit(bad)
P
exit $failed
