#!/usr/bin/env bash
# results.sh: trains the configurations of real data with 2 ranks, three seeds each, and writes the
# table docs/results.md: the worst of the seeds is what counts. Exit code 1 if it misses a goal.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

usage() {
  cat <<'END'
usage: scripts/results.sh [--seeds "1 2 3"] [--missing] [--runs FOLDER] [--out FILE] [NAME]...
  NAME    one of: mnist bible_lstm bible_transformer weather diabetes digits_inception (default: all)
  --seeds the seeds of each (default "1 2 3")
  --missing  train only what is not there, or is from before its configuration changed
  --runs  where the runs go (default runs/results)
  --out   the table (default docs/results.md)
Missing data are made by scripts/data/NAME.sh. Takes about an hour and a half on 2 cores.
Exit code 1: a goal was missed. NNMPI=PROGRAM in the environment: train by that one and build nothing.
END
}

# name, data script, result, "least" or "most", goal, what it is
table="
mnist|mnist|test_accuracy|least|0.992|MNIST, a small convolutional network, 10 epochs
bible_lstm|bible|test_bits_per_character|most|1.75|King James Bible by character, LSTM
bible_transformer|bible|test_bits_per_character|most|1.85|King James Bible by character, causal transformer
weather|weather|test_mean_absolute_error|most|2.2506|Seattle, tomorrow's highest temperature from 14 days, GRU (as today: 2.369; 5 % less: 2.2506)
diabetes||train_loss|most|2859.6992|diabetes, a linear layer by L-BFGS (the least-squares optimum: 2859.69635)
digits_inception||test_accuracy|least|0.985|digits, inception-like branches and residual blocks
"
missing="" seeds="1 2 3" runs=$PWD/runs/results out=docs/results.md names=""
while [ $# -gt 0 ]; do
  case $1 in
    --seeds | --runs | --out)
      [ $# -gt 1 ] || { echo "results.sh: $1 wants a value" >&2; exit 2; }
      case $1 in --seeds) seeds=$2 ;; --runs) runs=$(realpath -m "$2") ;; *) out=$2 ;; esac
      shift ;;
    --missing) missing=yes ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "results.sh: what is '$1'?" >&2; usage >&2; exit 2 ;;
    *) grep -q "^$1|" <<<"$table" || { echo "results.sh: there is no '$1'" >&2; usage >&2; exit 2; }
       names="$names $1" ;;
  esac
  shift
done
[ -n "$names" ] || names=$(cut -d'|' -f1 <<<"$table")

# number KEY: of the summary of the run
number() {
  sed -n "s/^ *\"$1\": \(-\{0,1\}[0-9.e+-]*\),\{0,1\}\$/\1/p" "$run/summary.json" | head -n 1
}

# train: $name with $seed into $run
train() {
  rm -rf "$run"
  mpirun -np 2 "$nnmpi" -q "configs/$name.yaml" --set "seed=$seed" --set "checkpoint.directory=$run" \
    --set checkpoint.resume=never </dev/null >&2
}

# one NAME: trains it with every seed; a line of the table
one() {
  local name data result side goal what seed values="" times="" worst="" met
  IFS='|' read -r name data result side goal what < <(grep "^$1|" <<<"$table")
  if [ -n "$data" ]; then "scripts/data/$data.sh" >&2 || return 1; fi
  for seed in $seeds; do
    run=$runs/$name.$seed
    if [ -n "$missing" ] && [ "$run/summary.json" -nt "configs/$name.yaml" ]; then
      say "$name, seed $seed: there" >&2
    else
      say "$name, seed $seed" >&2
      train || return 1
    fi
    values="$values $(number "$result")"
    times="$times $(number seconds)"
  done
  worst=$(tr ' ' '\n' <<<"$values" | grep . | sort -g | if [ "$side" = least ]; then head -n 1; else tail -n 1; fi)
  met=$(awk -v w="$worst" -v g="$goal" -v s="$side" 'BEGIN {
    print g == "" ? "" : (s == "least" ? w >= g : w <= g) ? ", met" : ", missed" }')
  echo "| $what | [$name](../configs/$name.yaml) | $result |${goal:+ at $side $goal}$met | **$worst** |" \
    "$values |$(awk '{ for (i = 1; i <= NF; i++) printf $i < 10 ? " %.1f" : " %.0f", $i }' <<<"$times") |"
}

nnmpi=${NNMPI:-build/nnmpi}
if [ -z "${NNMPI:-}" ]; then
  # shellcheck disable=SC2154
  install_packages $packages_to_build || exit 1
  build release --target nnmpi || exit 1
fi
mpi_environment 2
rows=""
for name in $names; do
  row=$(one "$name") || exit 1
  rows="$rows$row
"
done
{
  echo "# Trained on real data"
  echo
  echo "Made by \`scripts/results.sh\` on $(date +%F): 2 ranks, seeds $seeds, the worst in bold."
  echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores; $("$nnmpi" --version | grep BLAS)."
  echo
  echo "| | configuration | result | goal | worst | by seed | seconds |"
  echo "|---|---|---|---|---|---|---|"
  printf '%s' "$rows"
} >"$out"
say "the table is in $out"
! grep -q ", missed |" "$out"
