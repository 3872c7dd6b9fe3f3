#!/bin/bash
# The trials of a grid are the trainings by hand, on any number of ranks, however they are grouped;
# finished, it does nothing when it is started again.
. "$NNMPI_SOURCE/tests/sweep/common.sh"
values=(--set training.optimizer.learning_rate=0.01,0.1,0.3 --set 'model.layers[0]={type: dense, units: 8, activation: relu},{type: dense, units: 16}')

sweep 2 two "${values[@]}" || fail "2 ranks: $(cat run.log)"
[ "$(ls -d two/trial_*/latest.h5 | wc -l)" = 6 ] || fail "6 trials: $(ls two)"
grep -q '^best: trial_00' run.log || fail "no best trial: $(cat run.log)"
sweep 1 one "${values[@]}" || fail "1 rank: $(cat run.log)"
same_table two one "2 groups, 1 group"
sweep 3 pairs "${values[@]}" --ranks-per-trial 2 || fail "2 ranks a trial: $(cat run.log)"
grep -q '6 trials on 1 group of 2 ranks' run.log || fail "not in pairs: $(cat run.log)"
same_table two pairs "2 ranks a trial"

results() { sed -n '/"results"/,/}/p' "$1/summary.json"; }
for trial in 0:0.01:'{type: dense, units: 8, activation: relu}' 3:0.1:'{type: dense, units: 16}'; do
    IFS=: read -r number rate layer <<<"$trial"
    run 1 run.yaml --set training.optimizer.learning_rate=$rate --set "model.layers[0]=$layer" \
        --set checkpoint.directory=hand$number || fail "by hand: $(cat run.log)"
    same_bits two/trial_00$number hand$number "trial $number by hand"
    [ -n "$(results hand$number)" ] && [ "$(results two/trial_00$number)" = "$(results hand$number)" ] ||
        fail "results of trial $number: $(results two/trial_00$number) $(results hand$number)"
    value=$(sed -n 's/.*"validation_loss": \([^,]*\),*/\1/p' hand$number/summary.json)
    grep "^$number," two/sweep.csv | grep -qF ",$value,3," || fail "trial $number is not $value in $(cat two/sweep.csv)"
done

# In order: the table on the console begins with the least loss.
best=$(tail -n +2 two/sweep.csv | python3 -c 'import csv, sys
print(min(csv.reader(sys.stdin), key=lambda row: float(row[3]))[0])')
sweep 2 two "${values[@]}" || fail "started again: $(cat run.log)"
grep -q "^best: trial_00$best " run.log || fail "trial $best is best: $(cat run.log)"
grep -q '6 are done already' run.log || fail "trials were repeated: $(cat run.log)"

# The other direction.
sweep 2 accuracy "${values[@]}" --monitor validation_accuracy || fail "accuracy: $(cat run.log)"
best=$(tail -n +2 accuracy/sweep.csv | python3 -c 'import csv, sys
print(max(csv.reader(sys.stdin), key=lambda row: (float(row[3]), -int(row[0])))[0])')
grep -q "^best: trial_00$best " run.log || fail "trial $best has the best accuracy: $(cat run.log)"

# One report of all.
timeout 100 "$NNMPI" report two >run.log 2>&1 || fail "report: $(cat run.log)"
for word in 'trial_005' 'id="sweep"' 'training.optimizer.learning_rate' 'id="predictions"'; do
    grep -q "$word" two/report.html || fail "no $word in the report"
done
exit $failed
