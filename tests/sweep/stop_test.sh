#!/bin/bash
# A signal to one rank, or the time limit, stops all trials with a checkpoint and exit code 75; the same
# command goes on, repeats nothing, and comes to the table of a sweep that was not stopped.  ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/sweep/common.sh"

# pid_of RANK: of the job $job, found through the tree of its processes
pid_of() {
    local pid
    for pid in $(ps -e -o pid=,ppid=,comm= | awk -v top="$job" '{ parent[$1] = $2; name[$1] = $3 }
        END { for (p in parent) { for (q = p; q > 1 && q != top;) q = parent[q]
              if (q == top && name[p] == "nnmpi") print p } }'); do
        tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null |
            grep -qxE "(OMPI_COMM_WORLD_RANK|PMI_RANK|PMIX_RANK)=$1" && echo "$pid"
    done
}

# stop RANK RANKS AWAITED ARGUMENT...: starts a sweep in part; when the file AWAITED is there the rank gets the
# signal; leaves the exit code in $code
stop() {
    local rank=$1 n=$2 awaited=$3 pid
    shift 3
    rm -rf part
    timeout 200 mpirun -np "$n" "$NNMPI" sweep run.yaml --out part "$@" >run.log 2>&1 &
    job=$!
    while kill -0 $job 2>/dev/null && ! begun $awaited; do sleep 0.05; done
    pid=$(pid_of "$rank" || true)
    [ -z "$pid" ] || kill -TERM $pid 2>/dev/null || true # without ranks mpirun is about to end
    code=0
    wait $job || code=$?
}
begun() {
    local file
    for file in "$@"; do [ -s "$file" ] || return 1; done
}

# Two short trials and two of so many epochs, of which both are under way when a rank gets the signal.
for rank in 0 1; do
    epochs=60 code=0
    while [ $code = 0 ] && [ $epochs -lt 200000 ]; do # until it is not faster than we
        values=(--set training.epochs=2,$epochs --set training.optimizer.learning_rate=0.001,0.002)
        stop $rank 2 "part/trial_002/metrics.csv part/trial_003/metrics.csv" "${values[@]}"
        [ $code != 0 ] || epochs=$((epochs * 4))
    done
    [ $code = 75 ] || fail "stopped: exit code $code: $(cat run.log)"
    [ -e part/trial_002/latest.h5 ] && [ -e part/trial_003/latest.h5 ] || fail "no checkpoint: $(ls part/*)"
    grep -q "^stopped: $(grep -c '"finished": true' part/sweep.json) of 4 trials" run.log || fail "not said: $(cat run.log)"
    before=$(stat -c %Y.%i part/trial_000/summary.json part/trial_001/summary.json)
    sweep 2 part "${values[@]}" || fail "goes on: $(cat run.log)"
    grep -q '[23] are done already' run.log || fail "repeated: $(cat run.log)"
    [ "$before" = "$(stat -c %Y.%i part/trial_000/summary.json part/trial_001/summary.json)" ] || fail "done again"
    [ -d "whole$epochs" ] || sweep 2 "whole$epochs" "${values[@]}" || fail "whole: $(cat run.log)"
    same_table part "whole$epochs" "stopped at rank $rank"
    same_bits part/trial_003 "whole$epochs/trial_003" "trial 3 of $epochs epochs, stopped at rank $rank"
done

# Rank 2 has nothing to do.
stop 2 3 part/trial_000/metrics.csv --ranks-per-trial 2 --set training.epochs=10000000 --set training.optimizer.learning_rate=0.001,0.002
[ $code = 75 ] && [ -e part/trial_000/latest.h5 ] || fail "a signal to a rank without work: exit code $code: $(cat run.log)"

# The time limit, which counts from the beginning: a slow machine needs more of it.
limited() { # SECONDS
    code=0
    sweep 2 slow --set training.epochs=1000000 --set "training.max_time=$1s" --set seed=1,2,3 || code=$?
    [ $code = 75 ] || fail "max_time: exit code $code: $(cat run.log)"
}
limit=1
limited $limit
checkpoints=(slow/trial_000/latest.h5 slow/trial_001/latest.h5)
while ! begun "${checkpoints[@]}" && [ $limit -lt 60 ]; do
    limit=$((limit * 2))
    limited $limit
done
begun "${checkpoints[@]}" || fail "no checkpoint: $(ls slow/*)"
[ ! -d slow/trial_002 ] || fail "a trial was begun after the end"
first=$(wc -l <slow/trial_000/metrics.csv)
while limited $limit && [ "$(wc -l <slow/trial_000/metrics.csv)" = "$first" ] && [ $limit -lt 60 ]; do
    limit=$((limit * 2))
done
[ "$(wc -l <slow/trial_000/metrics.csv)" -gt "$first" ] || fail "did not go on: $(cat run.log)"
exit $failed
