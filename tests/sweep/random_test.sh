#!/bin/bash
# What is drawn is a function of seed, trial and key: the same on any number of ranks and for any
# number of trials; within its range; whole where the ends are whole.
. "$NNMPI_SOURCE/tests/sweep/common.sh"
values=(--method random --set training.epochs=1 --set training.optimizer.learning_rate=1e-4..1e-1
    --set 'model.layers[0].units=2..9' --set training.optimizer.momentum=0..0.9:linear --set training.batch_size=16,32)

sweep 1 one "${values[@]}" --trials 8 || fail "$(cat run.log)"
sweep 2 two "${values[@]}" --trials 8 || fail "$(cat run.log)"
same_table one two "1 and 2 ranks"
sweep 3 three "${values[@]}" --trials 3 || fail "$(cat run.log)"
cut -d, -f1-5 three/sweep.csv >a.csv
head -4 one/sweep.csv | cut -d, -f1-5 | cmp -s - a.csv || fail "3 of 8: $(cat a.csv one/sweep.csv)"
sweep 1 other "${values[@]}" --trials 8 --set seed=2 || fail "$(cat run.log)"
[ "$(cut -d, -f2-5 one/sweep.csv | sort | uniq | wc -l)" = 9 ] || fail "draws are equal: $(cat one/sweep.csv)"
cut -d, -f2-5 one/sweep.csv other/sweep.csv | sort | uniq -d | grep -v training && fail "seed 2 draws the same"

tail -n +2 -q one/sweep.csv other/sweep.csv | awk -F, '
    !($2 >= 1e-4 && $2 <= 1e-1) { bad = bad "\n" $0 }
    !($3 ~ /^[2-9]$/) { bad = bad "\n" $0 }
    !($4 >= 0 && $4 <= 0.9) { bad = bad "\n" $0 }
    $5 != 16 && $5 != 32 { bad = bad "\n" $0 }
    { small += $2 < 3.2e-3; few[$3] = 1; n++ }
    END { if (n != 16 || small < 3 || small > 13 || length(few) < 4) bad = bad "\nnot spread: " small
          if (bad) { print "out of range:" bad; exit 1 } }' || fail "draws"
exit $failed
