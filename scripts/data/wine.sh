#!/usr/bin/env bash
# wine.sh: data/wine.h5, 178 wines of three growers by thirteen measurements (M. Forina et al., 1988;
# UCI, CC BY 4.0), a fifth of each grower's for the test. From Debian's python3-sklearn.
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/wine.h5

install_packages python3-sklearn
need_nnmpi
csv=$(file_of_package python3-sklearn /data/wine_data.csv) || exit 1
check_sum 10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede "$csv"
names=alcohol,malic_acid,ash,alcalinity_of_ash,magnesium,total_phenols,flavanoids
names=$names,nonflavanoid_phenols,proanthocyanins,color_intensity,hue,od280_od315,proline
{ echo "$names,grower"; tail -n +2 "$csv"; } >"$work/wine.csv" # its first line is no header
"$nnmpi" import csv "$work/wine.csv" --targets grower --classes --test 0.2 --out data/wine.h5
