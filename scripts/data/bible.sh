#!/usr/bin/env bash
# bible.sh: data/bible.h5, the King James Bible by character, for texts. From Debian's packages
# bible-kjv and bible-kjv-text (public domain); a verse a line, 4.4 MB. /train/text is the first
# 95 %, /test/text the rest.
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/bible.h5

install_packages bible-kjv bible-kjv-text
need_nnmpi
say "the text: bible -f 'Gen1:1-Rev22:21'"
"$(command -v bible || echo /usr/bin/bible)" -f 'Gen1:1-Rev22:21' >"$work/bible.txt" || exit 1
check_sum cd45f0c9cedab8e4439bd6486c8952c77cc8b0ecc5d1f6ae3513f2039f47229d "$work/bible.txt"
"$nnmpi" import text "$work/bible.txt" --out data/bible.h5 --test 0.05
