# For the tests of this folder: jobs on a Slurm of the test's own, which ends with the test. Sourced.
. "$NNMPI_SOURCE/tests/slurm/cluster.sh"
cluster_there || { echo "Slurm is not installed: scripts/test.sh --label slurm installs it"; exit 77; }
. "$NNMPI_SOURCE/tests/train/common.sh"
set +e
chmod 755 "$work"
trap 'cluster_down; rm -rf "$work"' EXIT
export NNMPI # scripts/slurm start it
unset OMPI_MCA_rmaps_base_oversubscribe
digits=$NNMPI_SOURCE/configs/digits.yaml

# submit NAME OPTION... -- SCRIPT ARGUMENT...: $job is its number; its output goes to NAME.out
submit() {
  local name=$1 options=()
  shift
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  job=$(sbatch --parsable --job-name="$name" --mem=0 --output="$name.out" "${options[@]}" "$@") || fail "$name: sbatch"
}

state() { scontrol show job "$1" 2>/dev/null | sed -n "s/^ *JobState=\([A-Z_]*\).*/\1/p" | head -n 1; }
shows() { scontrol show job "$1" | grep -q -- "$2"; }

# start_now JOB: one that was put back need not wait its two minutes, but for the end of its last start: else Slurm
# takes that for the end of the new one, or does not start its step
start_now() {
  sleep 3
  [ "$(state "$1")" = PENDING ] && scontrol update JobId="$1" StartTime=now 2>/dev/null
}

# ended JOB SECONDS: waits until it has; a job that was put back may start at once
ended() {
  local until=$((SECONDS + $2))
  while [ $SECONDS -lt $until ]; do
    case $(state "$1") in
      COMPLETED | FAILED | CANCELLED | TIMEOUT | NODE_FAIL) # between two starts it may seem to have failed
        sleep 3
        case $(state "$1") in COMPLETED | FAILED | CANCELLED | TIMEOUT | NODE_FAIL) return 0 ;; esac ;;
      PENDING) start_now "$1" ;;
    esac
    sleep 0.5
  done
  fail "job $1 does not end: $(state "$1")"
}

# The run in the folder NAME is done, and so is its job: one that was put back may seem to be before it starts again.
completed() { # JOB NAME
  local until=$((SECONDS + 300))
  while [ $SECONDS -lt $until ]; do
    ended "$1" 300
    grep -q '"how": "completed"' "$2/summary.json" 2>/dev/null && break
    sleep 1
  done
  [ "$(state "$1")" = COMPLETED ] && grep -q '"how": "completed"' "$2/summary.json" ||
    fail "$2: $(state "$1"): $(tail -n 20 "$2.out"; cat "$2/summary.json")"
}

await() { # FILE
  local i
  for ((i = 0; i < 600; i++)); do [ -e "$1" ] && return; sleep 0.2; done
  fail "$1 is not there: $(cat ./*.out)"
}
