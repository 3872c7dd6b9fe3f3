#!/usr/bin/env bash
# diabetes.sh: data/diabetes.h5, ten measurements of 442 patients and how far their diabetes had gone on
# a year later (B. Efron et al., 2004). From Debian's python3-sklearn. The file is in the repository;
# this makes the same bytes.
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/diabetes.h5

install_packages python3-sklearn
need_nnmpi
inputs=$(file_of_package python3-sklearn /data/diabetes_data_raw.csv.gz) || exit 1
targets=$(file_of_package python3-sklearn /data/diabetes_target.csv.gz) || exit 1
check_sum fc08fc59c1cbfe65550d9ebb36321d505de9e8f004bf92c1566d2908962f08ff "$inputs"
check_sum bf1ddd1f9d377278450a5f02c24b5e77b1501f2ad673fe9fdf4c4090d27eb5cc "$targets"
{
  echo "age sex bmi bp s1 s2 s3 s4 s5 s6 progression"
  paste -d ' ' <(gzip -dc "$inputs") <(gzip -dc "$targets")
} >"$work/diabetes.csv"
"$nnmpi" import csv "$work/diabetes.csv" --separator ' ' --targets progression --out data/diabetes.h5
