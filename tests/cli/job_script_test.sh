#!/bin/bash
# The script that `nnmpi slurm` prints starts a program that is there: this one, by its name only where PATH has it,
# or the one that NNMPI names. What stands for srun here runs what it is given, once.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() { echo "FAILED: $*"; failed=1; }
tested=$NNMPI
unset NNMPI

mkdir bin named other "it's here"
cat >bin/srun <<'S'
#!/bin/bash
while [ "${1#-}" != "$1" ]; do shift; done
echo "$1" >>started
exec "$@"
S
printf '#!/bin/sh\nexit 9\n' >other/nnmpi # another program of that name
chmod +x bin/srun other/nnmpi
ln -s "$tested" named/nnmpi
cp "$tested" "it's here/nnmpi"
export PATH=$work/bin:$PATH

# script PROGRAM OPTION...: what PROGRAM prints is in job.sh
script() {
  local program=$1
  shift
  "$program" slurm "$NNMPI_SOURCE/configs/digits.yaml" --set training.max_steps=1 --set checkpoint.directory="$work/run" \
    --set checkpoint.resume=never "$@" >job.sh 2>err || fail "nnmpi slurm: $(cat err)"
}

# starts PROGRAM: job.sh ran it, and it trained
starts() {
  rm -rf run started
  bash job.sh >out 2>&1 || fail "the job: $(cat out)"
  [ "$(cat started)" = "$1" ] || fail "$(cat started) was started, not $1"
  [ -e run/latest.h5 ] || fail "$1 has not trained: $(cat out)"
}

script "$tested"
starts "$(realpath "$tested")"
script "./it's here/nnmpi"
starts "$(realpath "it's here/nnmpi")"
PATH=$work/other:$PATH script "$tested" # not that one
starts "$(realpath "$tested")"
(PATH=$work/named:$PATH && script "$tested" && starts nnmpi && exit $failed) || failed=1
script "$tested"
(export NNMPI=$work/named/nnmpi && starts "$work/named/nnmpi" && exit $failed) || failed=1

script "$tested" --launcher mpirun
grep -q '^\$tied setsid mpirun .* "${NNMPI:-$program}" ' job.sh && grep -q "^program=$(realpath "$tested") " job.sh ||
  fail "by mpirun: $(cat job.sh)"
# --time: what sbatch takes, as it is; a duration of ours; nothing else
limit() { script "$tested" --time "$1"; sed -n 's/^#SBATCH --time=//p' job.sh; }
for time in 90 90:30 2:00:00 1-12 1-12:30 1-12:30:15 UNLIMITED; do
  [ "$(limit $time)" = $time ] || fail "--time $time: $(limit $time)"
done
[ "$(limit 1h50m) $(limit 90s) $(limit 2d)" = "01:50:00 00:02:00 2-00:00:00" ] || fail "durations: $(limit 1h50m) $(limit 90s) $(limit 2d)"
for time in banana 1: :30 1-2-3 1:2:3:4 '1 hour' '' '90 # x' 1.5 +90 1e3 -5 0s 1e300h 400d; do
  "$tested" slurm "$NNMPI_SOURCE/configs/digits.yaml" --time="$time" >job.sh 2>err
  code=$?
  [ $code = 2 ] && [ ! -s job.sh ] && grep -qF -- "--time wants a time such as 2:00:00, 1-12:00:00, 90 (minutes) or 1h50m, not \`$time\`" err ||
    fail "--time '$time': exit $code: $(cat err)"
done
exit $failed
