#!/bin/bash
# ctest: LABELS slurm TIMEOUT 900
# A cancelled job stays cancelled, has a checkpoint and leaves no process: by both launchers, by what `nnmpi slurm`
# prints, and whether Slurm knows the processes of a job by their parents or by their group. Nor do ranks and mpirun live
# on that do not answer in time.
. "$NNMPI_SOURCE/tests/slurm/jobs.sh"

# gone WORDS: no process has them in its command, soon
gone() {
  local i pid
  for ((i = 0; i < 150; i++)); do pgrep -f -- "$1" >/dev/null || return; sleep 0.2; done
  fail "processes of a cancelled job live on: $(pgrep -fa -- "$1")"
  for pid in $(pgrep -f -- "$1"); do kill -KILL "$pid"; done
}

cancelled() { # JOB NAME
  scancel "$1"
  ended "$1" 60
  [ "$(state "$1")" = CANCELLED ] && shows "$1" 'Restarts=0' ||
    { fail "$2: $(scontrol show job "$1"; tail -n 20 "$2.out")"; scancel "$1"; }
}

# The scripts hand on a signal no sooner than after ten seconds: they are told that they began so long ago.
export SECONDS=100
begin=100
cat >stubborn <<'END'
#!/bin/bash
trap '' USR1 TERM
touch "$0.started"
while :; do sleep 0.2; done
END
chmod +x stubborn
for script in srun mpirun; do cp "$NNMPI_SOURCE/scripts/slurm/$script.sh" $script; done

for PROCTRACK in linuxproc pgid; do
  cluster_up "$work/slurm-$PROCTRACK" 0 || exit 1
  for script in srun printed_srun mpirun printed_mpirun; do
    name=$script-$PROCTRACK
    what=(--set "checkpoint.directory=$work/$name" --set training.epochs=1000000 --set 'checkpoint.every=50 steps')
    if [[ $script = printed_* ]]; then
      "$NNMPI" slurm "$digits" --ranks 2 --launcher ${script#*_} "${what[@]}" >$script || fail "nnmpi slurm"
      what=()
    fi
    submit $name --ntasks-per-node=2 -- $script "$digits" "${what[@]}"
    await $name/latest.h5
    cancelled "$job" $name
    gone "directory=$work/$name"
    "$NNMPI_TOOLS/weights_tool" $name >/dev/null || fail "$name: no checkpoint"
    how=$(grep -o '"how": "[^"]*"' $name/summary.json 2>/dev/null || echo "no checkpoint at its end")
    echo "$name: $how: $((SECONDS - begin)) s"
    case $name in
      *mpirun-linuxproc) ;; # mpirun itself is told too: its ranks have one second
      *mpirun-pgid) grep -q 'Forwarding signal 10' $name.out || fail "$name: no USR1: $(tail -n 20 $name.out)" ;;&
      *) [[ $how = *signal* ]] || fail "$name: no checkpoint at its end: $(tail -n 20 $name.out)" ;;
    esac
  done
  for script in mpirun printed_mpirun; do
    rm -f stubborn.started
    NNMPI=$work/stubborn submit stubborn-$script-$PROCTRACK --ntasks-per-node=2 -- $script "$digits"
    await stubborn.started
    cancelled "$job" stubborn-$script-$PROCTRACK
    gone "$work/stubborn"
  done
  echo "stubborn ranks, $PROCTRACK: $((SECONDS - begin)) s"
  cluster_down
done
exit $failed
