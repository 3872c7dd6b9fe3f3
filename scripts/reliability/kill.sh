# reliability.sh kill [COUNT [SEED]]: training on 2 ranks with a checkpoint every step is killed (-9) at
# random instants: one rank, all ranks or mpirun. After each kill every checkpoint in the folder must
# be whole and no more than one step may be lost; at the end of each training the weights and the
# losses of all steps must be those of one that was left alone. EPOCHS: of a training, 12 steps each.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
count=${1:-500} seed=${2:-1}
RANDOM=$seed
make_training "${EPOCHS:-25}"
timeout 300 mpirun -np 2 ./nnmpi -q run.yaml >run.log 2>&1 || { cat run.log; exit 1; }

newest() { # in the folder part; all of them are verified
  "$NNMPI_TOOLS/checkpoint_folder_tool" part 2>newest.log || fail "kill $kills: $(cat newest.log)"
}
reached() { # the last step whose checkpoint was begun
  local step
  step=$(tail -n 1 part/steps.csv 2>/dev/null | cut -d, -f1)
  [[ $step =~ ^[0-9]+$ ]] && echo "$step" || echo 0
}
step_of_names() { # the newest by its name, into $named: without a process, since it is asked often
  local files=(part/step_*.h5)
  named=${files[-1]#part/step_} named=${named%.h5}
  [[ $named =~ ^[0-9]+$ ]] && named=$((10#$named)) || named=0
}

declare -A killed=([rank0]=0 [rank1]=0 [all]=0 [mpirun]=0)
victims=(rank0 rank1 all mpirun)
kills=0 trainings=0 lost=0 temporary=0 early=0 begun=$(now)

# Kills one of the victims, then waits for the end of all.
strike() {
  local victim=${victims[RANDOM % 4]} mpirun=$1 ranks
  mapfile -t ranks < <(ranks_of "$mpirun")
  [ ${#ranks[@]} = 2 ] || { victim=mpirun; early=$((early + 1)); } # they are not there yet
  [ -d "/proc/$mpirun" ] || return 1
  last_victim=$victim
  case $victim in
    rank0) kill -KILL "${ranks[0]}" ;;
    rank1) kill -KILL "${ranks[1]}" ;;
    all) kill -KILL "${ranks[@]}" ;;
    mpirun) kill -KILL "$mpirun" ;;
  esac 2>/dev/null || return 1
  killed[$victim]=$((killed[$victim] + 1))
  kills=$((kills + 1))
  await_end "$mpirun" "${ranks[@]}"
  [ $orphans = 0 ] || fail "kill $kills was of $last_victim; ranks ${ranks[*]}, mpirun $mpirun"
}

# After a kill: nothing is damaged, at most one step is lost.
judge() {
  local step last
  ls part/*.tmp >/dev/null 2>&1 && temporary=$((temporary + 1))
  step=$(newest) last=$(reached)
  [ -n "$step" ] || return
  [ "$step" -ge "$before" ] || fail "kill $kills: the newest checkpoint was of step $before, is of $step"
  [ "$step" -ge $((last - 1)) ] || fail "kill $kills: step $last was reached, the newest checkpoint is of $step"
  [ "$step" -lt "$last" ] && lost=$((lost + 1))
}

trap 'count=0' TERM INT # says what it has found so far
rm -rf part
while [ $kills -lt "$count" ] && [ $failed = 0 ]; do
  step_of_names
  before=$named
  rm -f pid code
  (mpirun -np 2 ./nnmpi -q run.yaml --set checkpoint.directory=part & echo $! >pid; wait $!; echo $? >code) >run.log 2>&1 &
  launcher=$!
  until [ -s pid ]; do sleep 0.01; done
  mpirun=$(<pid)
  if ((RANDOM % 8)); then # in most cases when it is under way
    for ((i = 0; i < 3000 && named <= before; i++)); do
      [ -d "/proc/$launcher" ] || break
      sleep 0.02
      step_of_names
    done
    sleep "0.$(printf %03d $((RANDOM % 300)))"
  else
    sleep "$((RANDOM % 2)).$(printf %03d $((RANDOM % 1000)))"
  fi
  if strike "$mpirun"; then
    wait $launcher
    judge
    continue
  fi
  wait $launcher
  code=$(<code)
  [ "$code" = 0 ] || { fail "a training that was not killed ended with $code: $(cat run.log)"; continue; }
  trainings=$((trainings + 1))
  same_result whole part "after $kills kills"
  [ $((trainings % 5)) = 0 ] && echo "  $kills kills, $trainings trainings ended"
  rm -rf part
done
# The last one to its end.
if [ $failed = 0 ]; then
  timeout 600 mpirun -np 2 ./nnmpi -q run.yaml --set checkpoint.directory=part >run.log 2>&1 ||
    fail "the last training: $(cat run.log)"
  trainings=$((trainings + 1))
  same_result whole part "after $kills kills"
fi
awk -v a="$begun" -v b="$(now)" -v text="$kills kills (rank 0: ${killed[rank0]}, rank 1: ${killed[rank1]}, \
both: ${killed[all]}, mpirun: ${killed[mpirun]}; $early while starting, $temporary while writing a checkpoint): \
$trainings trainings ended with the weights and losses of the undisturbed one, \
steps to do again $lost times one, never more; orphans $orphans; seed $seed" 'BEGIN { printf "kill: %s; %.0f s\n", text, b - a }'
exit $failed
