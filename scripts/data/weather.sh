#!/usr/bin/env bash
# weather.sh: data/weather.h5, the weather of each day in Seattle, 2012 to 2015 (NOAA, public domain),
# from Debian's python3-vega-datasets: 1,461 rows in order of time. /train is the first 80 %, /test the
# rest: inputs precipitation, temp_max, temp_min, wind and the season, targets temp_max of the same day.
# What is predicted is the next day's, data.horizon: 1 (configs/weather.yaml).
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/weather.h5

install_packages python3-vega-datasets
need_nnmpi
csv=$(file_of_package python3-vega-datasets /seattle-weather.csv) || exit 1
check_sum 62f0609f787158128aa2bd102967173a4953122dd4f872bf1d502cae1037df0b "$csv"
# The date becomes the season: sine and cosine of the day of the year.
awk -F, -v OFS=, 'BEGIN { split("0 31 59 90 120 151 181 212 243 273 304 334", before, " ") }
  NR == 1 { print $0, "season_sin", "season_cos" }
  NR > 1 { split($1, date, "/"); angle = 8 * atan2(1, 1) * (before[date[2] + 0] + date[3]) / 365.25
    print $0, sprintf("%.6f", sin(angle)), sprintf("%.6f", cos(angle)) }' "$csv" >"$work/weather.csv" || exit 1
"$nnmpi" import csv "$work/weather.csv" --targets temp_max --test 0.2 --split last \
  --inputs precipitation,temp_max,temp_min,wind,season_sin,season_cos --out data/weather.h5
