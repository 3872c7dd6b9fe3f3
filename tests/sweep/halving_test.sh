#!/bin/bash
# Halving: those that go on are those that whole runs rank first at the same epoch, and where they end
# is where the whole runs end, with the same weights, on any number of ranks.
. "$NNMPI_SOURCE/tests/sweep/common.sh"
values=(--trials 9 --set training.epochs=9 --set training.optimizer.learning_rate=1e-3..1 --set 'training.learning_rate_schedule={type: cosine}'
    --set 'training.early_stopping={patience: 100, restore_best: true}')
sweep 2 whole --method random "${values[@]}" || fail "$(cat run.log)"
sweep 2 halved --method halving "${values[@]}" || fail "$(cat run.log)"
grep -q 'rung 3 of 3: 1 trial' run.log || fail "no third rung: $(cat run.log)"
sweep 3 three --method halving "${values[@]}" || fail "$(cat run.log)"
same_table halved three "2 and 3 ranks"

python3 - <<'P' || fail "the wrong trials went on"
import csv, json
# A run that ends with its best weights says their loss.
best = lambda t: min(loss(t, epoch) for epoch in range(1, 10))
loss = lambda t, epoch: json.loads(open(f'whole/trial_{t:03d}/metrics.jsonl').readlines()[epoch - 1])['validation_loss']
rows = list(csv.DictReader(open('halved/sweep.csv')))
second = sorted(range(9), key=lambda t: loss(t, 1))[:3]
last = min(second, key=lambda t: loss(t, 3))
epochs = [9 if t == last else 3 if t in second else 1 for t in range(9)]
assert [int(row['epochs']) for row in rows] == epochs, (rows, epochs)
for row, epoch in zip(rows, epochs):
    wanted = best(int(row['trial'])) if epoch == 9 else loss(int(row['trial']), epoch)
    assert abs(float(row['validation_loss']) - wanted) < 1e-7, row
    assert row['how'] == ('completed' if epoch == 9 else 'paused'), row
open('last', 'w').write(f'trial_{last:03d}')
P
same_bits halved/$(cat last) whole/$(cat last) "$(cat last), whole and in three parts"
cmp halved/$(cat last)/config.yaml <(sed "s|$work/whole|$work/halved|" whole/$(cat last)/config.yaml) || fail "config.yaml"

# --first, --eta: 2 epochs, then 4, ...; lists without --trials are a grid.
sweep 2 lists --method halving --first 2 --eta 2 --set training.optimizer.learning_rate=0.01,0.02,0.1,0.2 --set training.epochs=8 ||
    fail "$(cat run.log)"
[ "$(cut -d, -f4 lists/sweep.csv | sort | tr '\n' ' ')" = '2 2 4 8 epochs ' ] || fail "$(cat lists/sweep.csv)"

# A trial that ends early without its required target takes nobody's place.
code=0
sweep 2 missed --method halving --eta 2 --set training.epochs=1,8 --set training.optimizer.learning_rate=0.1,0.001 \
    --set 'training.target={monitor: validation_loss, at_most: 0, required: true}' || code=$?
[ $code = 1 ] && [ "$(cut -d, -f5 missed/sweep.csv | sort | tr '\n' ' ')" = '1 1 4 8 epochs ' ] || fail "exit code $code: $(cat missed/sweep.csv)"
exit $failed
