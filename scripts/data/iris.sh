#!/usr/bin/env bash
# iris.sh: data/iris.h5, 150 irises of three species by four lengths (R. A. Fisher, 1936), a fifth of
# each species for the test. From Debian's python3-sklearn.
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/iris.h5

install_packages python3-sklearn
need_nnmpi
csv=$(file_of_package python3-sklearn /data/iris.csv) || exit 1
check_sum f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449 "$csv"
# Its first line is no header but counts and the names of the species.
awk -F, -v OFS=, 'NR == 1 { split($0, name); print "sepal_length,sepal_width,petal_length,petal_width,species" }
  NR > 1 { $5 = name[$5 + 3]; print }' "$csv" >"$work/iris.csv" || exit 1
"$nnmpi" import csv "$work/iris.csv" --targets species --test 0.2 --out data/iris.h5
