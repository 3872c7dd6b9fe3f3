#!/bin/bash
# What is wrong with all trials is said once, before anything begins; what is wrong with one is a line of
# the table, and the others are trained. On one rank where it does not matter how many there are: mpirun is slow.
# ctest: TIMEOUT 600
. "$NNMPI_SOURCE/tests/sweep/common.sh"

# says CODE WORDS N ARGUMENT...: nothing is begun
says() {
    local code=$1 words=$2 n=$3 got=0
    shift 3
    sweep "$n" none "$@" || got=$?
    [ $got = "$code" ] || fail "$*: exit code $got, not $code: $(cat run.log)"
    [ "$(grep -c -e "$words" run.log)" = 1 ] || fail "$*: not once '$words': $(cat run.log)"
    [ ! -e none ] || fail "$*: something was begun: $(ls none)"
}
rate=training.optimizer.learning_rate
says 2 'nothing is swept' 1
says 2 'nothing is swept' 1 --set $rate=0.1
says 2 'there is 1 in all' 1 --ranks-per-trial 3 --set $rate=0.1,0.2
says 2 'there is no data.validation' 1 --monitor validation_accuracy --set data.validation=null --set $rate=0.1,0.2
says 2 'is not measured' 1 --monitor validation_recall --set $rate=0.1,0.2
says 2 'training.epochs is 3' 1 --method halving --first 4 --set $rate=0.1,0.2
says 78 'did you mean "learning_rate"' 2 --set training.optimizer.learning_rat=0.1,0.2
says 78 'said of the first' 1 --set training.batch_size=0,-1
says 65 'class id 3 is not between 0 and 1; "[a-z_0-9]*" has 2 outputs, one a class' 1 --set 'model.layers[1].units=2,3'
says 78 'go on by themselves' 1 --set checkpoint.resume=never --set $rate=0.1,0.2
says 66 'data.h6: there is no such file' 2 --set data.train.file=data.h6 --set $rate=0.1,0.2

# A folder whose name no configuration can hold.
for n in 1 2; do
    code=0
    sweep $n $'caf\xe9' --set $rate=0.1,0.2 || code=$?
    [ $code = 78 ] && [ "$(grep -c 'caf\\xe9: a folder of trials' run.log)" = 1 ] || fail "not UTF-8: exit code $code: $(cat run.log)"
done

# One trial each of: a configuration that is wrong, one whose data are not there, one that is not finite; and
# one that ends in mid-epoch is compared all the same.
sweep 2 mixed --set "training.batch_size=32,0" --set data.train.file=data.h5,data.h6 --set training.max_steps=9 || fail "exit code $?: $(cat run.log)"
[ "$(grep -cE '^0,32,data.h5,[0-9.e-]+,1,.*,max_steps,' mixed/sweep.csv)" = 1 ] && [ "$(grep -c ',bad_config,.*batch_size' mixed/sweep.csv)" = 2 ] &&
    [ "$(grep -c ',no_input,.*data.h6' mixed/sweep.csv)" = 1 ] || fail "$(cat mixed/sweep.csv)"
wide=(--set training.loss=mean_squared_error --set data.train.targets=/train/y --set data.validation.targets=/validation/y
    --set model.layers.1.activation=linear --set training.metrics=[] --set model.layers.1.units=4)
sweep 2 infinite "${wide[@]}" --set $rate=1e30,0.001 || fail "exit code $?: $(cat run.log)"
[ "$(grep -c ',not_finite,"*the loss' infinite/sweep.csv)" = 1 ] && [ "$(grep -c ',completed,' infinite/sweep.csv)" = 1 ] ||
    fail "$(cat infinite/sweep.csv)"
code=0
sweep 1 all "${wide[@]}" --set $rate=1e30,1e31 || code=$?
[ $code = 1 ] && grep -q 'no trial came to its end; trial_000: the loss' run.log || fail "exit code $code: $(cat run.log)"

# A folder is of one sweep; of the configuration only what does not matter to it may change. Its name may need quotes.
sweep 1 "it's one" --set $rate=0.1,0.2 || fail "$(cat run.log)"
grep -qF "nnmpi report 'it'\\''s one'" run.log || fail "not quoted for the shell: $(cat run.log)"
sweep 1 "it's one" --set $rate=0.1,0.2 --set training.max_time=1h --set log.norms=false || fail "max_time: $(cat run.log)"
for other in "$rate=0.1,0.3" "training.batch_size=16,32"; do
    code=0
    sweep 1 "it's one" --set "$other" || code=$?
    [ $code = 2 ] && grep -q 'of another sweep' run.log || fail "$other: exit code $code: $(cat run.log)"
done
code=0
sweep 1 "it's one" --set $rate=0.1,0.2 --set training.epochs=4 || code=$?
[ $code = 2 ] || fail "epochs: exit code $code: $(cat run.log)"

# A sweep.json that nnmpi has not written; the report of it is one all the same.
damaged() { # WHAT
    code=0
    sweep 1 "it's one" --set $rate=0.1,0.2 || code=$?
    [ $code = 65 ] || fail "damaged: $1: exit code $code: $(cat run.log)"
}
python3 - <<'P'
import json
sweep = json.load(open("it's one/sweep.json"))
sweep['trials'][1]['rungs'] = []
sweep['trials'][1]['values']['training.optimizer.learning_rate'] = 0.2
json.dump(sweep, open("it's one/sweep.json", 'w'))
P
damaged 'no rungs'
"$NNMPI" report "it's one" >run.log 2>&1 || fail "report: exit code $?: $(cat run.log)"
echo '{' >"it's one/sweep.json"
damaged 'no JSON'

# A crash in the second trial is said once, as in the first.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:handle_segv=0 "$NNMPI" -q sweep run.yaml --out crashed --set training.epochs=1,100000000 >run.log 2>&1 &
crashing=$!
for i in $(seq 1200); do [ "$(cat crashed/trial_001/metrics.csv 2>/dev/null | wc -l)" -gt 2 ] && break; sleep 0.05; done
kill -SEGV $crashing
{ sleep 30; kill -KILL $crashing; } 2>/dev/null & # it would say so for ever
code=0
wait $crashing || code=$?
kill $! || true
[ $code = 139 ] && [ "$(grep -c 'a segmentation fault (SIGSEGV) in step' run.log)" = 1 ] ||
    fail "a crash in the second trial: exit code $code: $(head -c 2000 run.log)"
exit $failed
