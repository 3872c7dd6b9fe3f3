# reliability.sh soak [MINUTES [SEED]]: trainings on 2 ranks are killed, stopped by signals, out of disk and
# resumed, an hour long; where nnmpi has training.shards the number of ranks changes too. At the end of
# each training weights and losses must be those of one that was left alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
minutes=${1:-60} seed=${2:-1}
RANDOM=$seed
make_training "${EPOCHS:-25}"
most=2
if ./nnmpi help training.shards >/dev/null 2>&1; then # the same bits on 1 to 4 ranks
  sed -i 's/^  batch_size: 8/  batch_size: 8\n  shards: 4/' run.yaml
  most=4
fi
timeout 600 mpirun -np 2 ./nnmpi -q run.yaml >run.log 2>&1 || { cat run.log; exit 1; }

disk=part # a small disk, where that can be had
if [ "$(id -u)" = 0 ] && mkdir -p disk && mount -t tmpfs -o size=20m none disk 2>/dev/null; then
  trap 'cd /; umount "$work/disk"; rm -rf "$work"' EXIT
  disk=disk/part
fi

declare -A done_=([kill]=0 [stop]=0 [full]=0)
trainings=0 parts=0 stuck=0 ranks_used="" end=$((SECONDS + minutes * 60)) begun=$SECONDS
clear_up() {
  rm -f disk/filler
  rm -rf "$disk"
}

# Has the process got so far that it answers USR1? Before, the signal ends it, as it ends any program.
answers_usr1() { ((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null || echo 0) & 0x200)); }

# Waits for the end of an mpirun, ten minutes at most. Open MPI's own may stand still after a kill soon after the start
# (4.1.4 with PMIx 4.2.2: a lock in PMIx_server_finalize): without a rank for a minute it is killed, and counted.
outlive() {
  local i alone=0
  for ((i = 0; i < 1200; i++)); do
    case $(ps -o stat= -p "$1") in "" | Z*) return ;; esac
    if ps -o stat= --ppid "$1" | grep -qv '^Z'; then alone=0; else alone=$((alone + 1)); fi
    [ $alone -lt 120 ] || { kill -KILL "$1"; stuck=$((stuck + 1)); return; }
    sleep 0.5
  done
  fail "part $parts hangs: $(cat run.log)"
  kill -KILL "$1"
}

# One part of a training: something happens to it, or nothing and it ends: then 0 is returned.
part() {
  local n=2 how code=0 mpirun ranks one done_here=nothing
  [ $most -gt 2 ] && n=$((1 + RANDOM % most))
  ranks_used="$ranks_used $n"
  parts=$((parts + 1))
  mpirun -np $n ./nnmpi -q run.yaml --set checkpoint.directory="$disk" >run.log 2>&1 &
  mpirun=$!
  sleep "$((RANDOM % 3)).$(printf %03d $((RANDOM % 1000)))"
  mapfile -t ranks < <(ranks_of $mpirun)
  how=$((RANDOM % 6))
  if [ -d /proc/$mpirun ] && [ ${#ranks[@]} -gt 0 ]; then
    case $how in
      0) kill -KILL $mpirun && done_here=kill ;;
      1 | 2) kill -KILL "${ranks[RANDOM % ${#ranks[@]}]}" && done_here=kill ;;
      3 | 4) one=${ranks[RANDOM % ${#ranks[@]}]}
         answers_usr1 "$one" && kill -USR1 "$one" && done_here=stop ;;
      5) if [ "$disk" = disk/part ]; then
           dd if=/dev/zero of=disk/filler bs=64k >/dev/null 2>&1
           done_here=full
           sleep 1
           rm -f disk/filler
         fi ;;
    esac 2>/dev/null
  fi
  outlive $mpirun
  { wait $mpirun || code=$?; } 2>/dev/null
  [ $done_here = nothing ] || done_[$done_here]=$((done_[$done_here] + 1))
  await_end "${ranks[@]}"
  "$NNMPI_TOOLS/checkpoint_folder_tool" "$disk" >/dev/null 2>newest.log || fail "part $parts: $(cat newest.log)"
  [ $code != 0 ] || return 0
  case $done_here/$code in # what a part may end with, by what was done to it
    kill/137 | stop/75 | full/73 | full/74) return 1 ;;
  esac
  fail "part $parts, $done_here on $n ranks, ended with $code: $(cat run.log)"
  return 1
}

while [ $SECONDS -lt $end ] && [ $failed = 0 ]; do
  clear_up
  until part || [ $failed = 1 ]; do :; done
  [ $failed = 0 ] || break
  same_result whole "$disk" "training $((trainings + 1)) in parts on$ranks_used ranks"
  trainings=$((trainings + 1))
  echo "  $((SECONDS - begun)) s: training $trainings ended in parts on$ranks_used ranks"
  ranks_used=""
done
echo "soak: $((SECONDS - begun)) s, $trainings trainings in $parts parts with the weights and losses of the undisturbed one:" \
  "${done_[kill]} kills, ${done_[stop]} stops, ${done_[full]} full disks; orphans $orphans; mpirun without ranks stood still $stuck times; seed $seed"
exit $failed
