#!/bin/bash
# Checkpoints that cannot be written or are damaged: an old one is never destroyed, the training goes on
# and ends with the weights of an undisturbed one.   ctest: TIMEOUT 600
. "$NNMPI_SOURCE/scripts/reliability/common.sh"
make_training 1 # 12 steps
expect 0 ./nnmpi -q run.yaml >run.log 2>&1
tried=0
outcome() {
  tried=$((tried + 1))
  echo "$*"
}
fresh() {
  rm -rf part
  args=(--set checkpoint.directory=part --set checkpoint.keep=0)
}
count() { ls part/step_*.h5 2>/dev/null | wc -l; }

once="fsync:4 write:450" always="write:450-" damages=flip # the quick form
[ -z "$all" ] || { once="fsync:4 rename:4 write:4 write:450" always="fsync:4- rename:4- write:450-" damages="flip cut empty"; }
for fault in $once; do
  fresh
  expect 0 faulty $fault "${args[@]}"
  says "training goes on"
  [ "$(count)" = 11 ] || fail "$fault: $(count) checkpoints"
  ls part/*.tmp >/dev/null 2>&1 && fail "$fault: a temporary file is left"
  whole part >newest
  same_result whole part "$fault"
  outcome "$fault: said, 11 of 12 checkpoints, the same result"

  fresh
  got=0
  faulty $fault "${args[@]}" --set checkpoint.required=true || got=$?
  [ $got = 73 ] || [ $got = 74 ] || fail "$fault, required: exit $got: $(cat run.log)"
  [ "$(count)" -gt 0 ] || [ $fault = write:4 ] || fail "$fault, required: no checkpoint"
  whole part >newest
  outcome "$fault, required: exit $got, the checkpoints before it are whole"
done
for fault in $always; do
  fresh
  got=0
  faulty $fault "${args[@]}" || got=$?
  [ $got = 73 ] || [ $got = 74 ] || fail "$fault: the last checkpoint was not written: exit $got: $(cat run.log)"
  [ "$(grep -c 'training goes on' run.log)" -ge 8 ] || fail "$fault: $(cat run.log)"
  whole part >newest
  [ "$(cat newest)" -gt 0 ] || fail "$fault: the old checkpoints are gone"
  expect 0 faulty none "${args[@]}"
  same_result whole part "$fault, then resumed"
  outcome "$fault: trains to its end, exit $got; run again without the fault: the same result"
done

for damage in $damages; do
  fresh
  expect 0 faulty none "${args[@]}" --set training.max_steps=7
  newest=part/step_0000000007.h5 size=$(stat -c %s part/step_0000000007.h5)
  case $damage in
    flip) printf '\x55' | dd of=$newest bs=1 seek=$((size / 3)) conv=notrunc 2>/dev/null ;;
    cut) truncate -s $((size * 2 / 3)) $newest ;;
    empty) truncate -s 0 $newest ;;
  esac
  expect 0 faulty none "${args[@]}"
  says "$newest" "passed over"
  same_result whole part "$damage"
  outcome "newest checkpoint, $damage: said, the one before it is used, the same result"
done

# What is written is not what was given to the disk, which says nothing: it is read again before it has its name.
fresh
expect 0 faulty spoil:2 "${args[@]}"
says "step_0000000001.h5.tmp" "is not what was written" "training goes on"
[ "$(count)" = 11 ] || fail "spoil: $(count) checkpoints"
whole part >newest
same_result whole part "spoil"
outcome "a byte that was written wrongly: said, 11 of 12 checkpoints, the same result"

# When the machine fails: no name before its content is on the disk, no old file is gone before the new name is there.
fresh
NNMPI_FAULT_TRACE=trace expect 0 faulty none "${args[@]}" --set checkpoint.keep=1 --set checkpoint.best=
awk '/^write/ { written = 1; synced = 0 } /^fsync$/ { synced = 1 } /^rename/ { if (!written || !synced) exit 1; renamed++; named = 1 }
  /^fsync folder/ { named = 0 } /^unlink/ { if (named) exit 1; gone++ } END { exit renamed != 12 || gone != 11 || named }' trace ||
  fail "the order of writes and names: $(head -n 40 trace | uniq -c)"
outcome "12 checkpoints: on the disk before they have their names, the names before older ones go"

# A file system without locks: nobody can hold one, and nothing else is different.
fresh
expect 0 faulty flock:1- "${args[@]}"
[ "$(count)" = 12 ] || fail "no locks: $(count) checkpoints: $(cat run.log)"
grep -qi "warning\|lock" run.log && fail "no locks: $(cat run.log)"
same_result whole part "no locks"
outcome "locks are refused (ENOLCK): 12 of 12 checkpoints, the same result"

# Who is killed as soon as it has been resumed leaves the lines of the log that were there.
fresh
expect 0 faulty none "${args[@]}" --set training.max_steps=5
cp part/steps.csv lines
faulty abort:1 "${args[@]}"
cmp -s lines part/steps.csv || fail "killed when resumed: $(wc -l <part/steps.csv) lines of $(wc -l <lines) are left"
expect 0 faulty none "${args[@]}"
same_result whole part "killed when resumed"
outcome "killed when it has just been resumed: no line of the log is lost, the same result"

# Without its seal, which would tell, the damage is for HDF5 to find; on 2 ranks rank 0 reads
fresh
expect 0 faulty none "${args[@]}" --set training.max_steps=7
newest=part/step_0000000007.h5 size=$(stat -c %s part/step_0000000007.h5)
truncate -s $((size - 32)) $newest
printf '\x55' | dd of=$newest bs=1 seek=$((size / 3)) conv=notrunc 2>/dev/null
head -c 2000 /dev/zero | dd of=part/step_0000000006.h5 bs=1 conv=notrunc 2>/dev/null
truncate -s -32 part/step_0000000006.h5
expect 0 timeout 300 mpirun -np 2 ./nnmpi -q run.yaml "${args[@]}" >run.log 2>&1
says "$newest" part/step_0000000006.h5 "passed over"
[ "$(grep -c 'passed over' run.log)" = 2 ] || fail "said more than once: $(cat run.log)"
[ "$(whole part)" = 12 ] || fail "two damaged checkpoints without a seal: $(cat run.log)"
outcome "the newest two, without their seals, 2 ranks: said once, the one before them is used"

# What is written follows umask, and no link is followed out of the run folder.
fresh
mask=$(umask)
umask 027
expect 0 faulty none "${args[@]}"
umask "$mask"
for file in part/step_0000000001.h5 part/metrics.csv part/summary.json part/config.yaml; do
  [ "$(stat -c %a $file)" = 640 ] || fail "umask 027: $file has mode $(stat -c %a $file)"
done
[ "$(stat -c %a part)" = 750 ] || fail "umask 027: the folder has mode $(stat -c %a part)"
fresh
mkdir part
echo mine >victim
for name in step_0000000001.h5.tmp step_0000000003.h5 metrics.csv metrics.jsonl steps.csv config.yaml summary.json \
  latest.h5.tmp latest.h5; do
  ln -s ../victim part/$name
done
expect 0 faulty none "${args[@]}"
[ "$(cat victim)" = mine ] || fail "a link was followed out of the run folder"
same_result whole part "links in the run folder"
outcome "umask 027; 9 links out of the run folder: none followed"

if [ "$(id -u)" = 0 ] && mkdir -p full && mount -t tmpfs -o size=400k none full 2>/dev/null; then
  trap 'cd /; umount "$work/full" 2>/dev/null; umount "$work/full" 2>/dev/null; rm -rf "$work"' EXIT
  args=(--set checkpoint.directory=full/part --set checkpoint.keep=0)
  got=0
  faulty none "${args[@]}" || got=$?
  [ $got = 73 ] || [ $got = 74 ] || fail "full disk: exit $got: $(cat run.log)"
  says "No space left on device"
  whole full/part >newest
  [ "$(cat newest)" -gt 0 ] || fail "full disk: no checkpoint"
  outcome "full disk: $(cat newest) checkpoints fit, exit $got, each of them whole"
  mount -o remount,size=20m full
  expect 0 faulty none "${args[@]}"
  same_result whole full/part "full disk, then room"
  outcome "full disk, room is made: the same result"
  mount -o remount,ro full
  expect 73 faulty none "${args[@]}" --set training.epochs=2
  whole full/part >newest
  outcome "read-only folder: exit 73 before the first step"
else
  echo "full disk and read-only folder: not tried, that needs root and mount"
fi
echo "faults: $tried tried"
exit $failed
