#!/bin/bash
# How a run ends: each way with its word in summary.json, its exit code, and, where it says "run me
# again", a checkpoint that goes on from there.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 200 6 3
cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
  test: {file: data.h5, inputs: /test/x, targets: /test/labels}
model: {layers: [{type: dense, units: 16, activation: tanh}, {type: dense, units: 3, activation: softmax}]}
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.1}
  batch_size: 20
  epochs: 3
checkpoint: {directory: out}
log: {console: off}
Y
word() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}/\1/p" out/summary.json; }

# ends HOW CODE N [--set ...]: on N ranks in a fresh folder
ends() {
    local how=$1 code=$2 n=$3 got=0
    shift 3
    rm -rf out
    run "$n" run.yaml "$@" || got=$?
    [ $got = "$code" ] || fail "$how on $n ranks: exit $got, not $code: $(cat run.log)"
    [ "$(word how)" = "$how" ] || fail "$how on $n ranks: summary.json says $(word how)"
    echo "$how: exit $got on $n ranks"
}

for n in 1 3; do
    ends completed 0 $n
    grep -q test_accuracy out/summary.json || fail "no test results"
    ends max_steps 0 $n --set training.max_steps=13
    grep -q '"validation_loss": [0-9]' out/summary.json || fail "max_steps in mid-epoch: no validation_loss"
    [ "$(word steps)" = 13 ] || fail "max_steps: $(word steps) steps"
    ends target 0 $n --set "training.target={monitor: validation_loss, at_most: 10}"
    [ "$(word epochs)" = 1 ] || fail "target: $(word epochs) epochs"
    ends target_missed 1 $n --set "training.target={monitor: validation_accuracy, at_least: 1.1, required: true}"
    ends early_stopping 0 $n --set training.epochs=50 --set "training.early_stopping={patience: 2, min_delta: 10}"
    [ "$(word epochs)" = 3 ] || fail "early_stopping with patience 2: $(word epochs) epochs"
    ends not_finite 1 $n --set training.optimizer.learning_rate=1e30 --set training.loss=mean_squared_error \
        --set data.train.targets=/train/y --set data.validation.targets=/validation/y --set data.test.targets=/test/y \
        --set model.layers.1.activation=linear --set training.metrics=[]
    ends max_time 75 $n --set training.epochs=1000000 --set training.max_time=1s
    first=$(word steps)
    run $n run.yaml --set training.epochs=1000000 --set training.max_time=0.5s || true
    [ "$(word steps)" -gt "$first" ] || fail "the run did not go on after max_time: $first, $(word steps)"
done

# Signals are answered from the first moments on, while MPI starts and data are read.
catches_usr1() { ((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null || echo 0) & 0x200)); }
for signal in USR1 TERM INT; do
    rm -rf out
    timeout 300 setsid "$NNMPI" -q run.yaml --set training.epochs=1000000 >run.log 2>&1 &
    launched=$!
    code=0 rank=
    until [ "$rank" ] && catches_usr1 "$rank"; do
        rank=$(pgrep -P $launched || true)
        kill -0 $launched || { fail "$signal at once: it has ended: $(cat run.log)"; break; }
    done
    kill -$signal "$rank"
    wait $launched || code=$?
    [ $code = 75 ] && [ -e out/latest.h5 ] || fail "$signal at once: exit $code: $(cat run.log)"
done

# What ended stays ended: started again, a complete run says so and does nothing.
ends completed 0 2
before=$(stat -c %Y.%i out/latest.h5 out/step_*.h5)
run 2 run.yaml || fail "a complete run started again: $(cat run.log)"
[ "$before" = "$(stat -c %Y.%i out/latest.h5 out/step_*.h5)" ] || fail "a complete run wrote checkpoints"

# Without a section `checkpoint` nothing is kept: said at the start, where max_time may end the run, and at the end.
said() { # TIMES WORDS: in run.log
    [ "$(grep -c -- "$2" run.log)" = "$1" ] || fail "\"$2\", not said $1 times: $(cat run.log)"
}
nothing='nothing was kept: there is no section `checkpoint`'
for n in 1 2; do
    ends max_time 75 $n --set checkpoint=null --set log.directory=out --set training.epochs=1000000 --set training.max_time=0.2s
    said 1 'warning: training.max_time may end this run, and then nothing is kept'
    said 1 "^nnmpi: max_time was up; $nothing"
    said 0 'run me again'
    grep -qF "$nothing" out/summary.json || fail "summary.json: $(cat out/summary.json)"
done
ends max_time 75 1 --set training.epochs=1000000 --set training.max_time=0.2s
said 0 'nothing'
said 1 'run me again'
ends completed 0 1 --set checkpoint=null --set log.directory=out
[ ! -s run.log ] || said 0 'nothing'
rm -rf out
"$NNMPI" -q run.yaml --set checkpoint=null --set log.directory=out --set training.epochs=100000000 >run.log 2>&1 &
for i in $(seq 600); do [ "$(cat out/metrics.csv 2>/dev/null | wc -l)" -gt 1 ] && break; sleep 0.1; done
kill -TERM $!
code=0
wait $! || code=$?
[ $code = 75 ] || fail "TERM without a checkpoint: exit $code: $(cat run.log)"
said 1 "^nnmpi: a signal asked to stop; $nothing"

# max_time: auto in a job whose end nothing tells: said, once
unset SLURM_JOB_ID PBS_JOBID LSB_JOBID NNMPI_END_TIME SLURM_JOB_END_TIME PBS_WALLTIME
auto() { # WARNINGS RANKS VARIABLE...
    local times=$1 n=$2
    shift 2
    export "$@"
    ends completed 0 "$n" --set training.max_time=auto
    said "$times" "warning: training.max_time is auto, but nothing tells when this job (${1%%=*}) ends"
    said "$times" 'NNMPI_END_TIME'
    for variable; do unset "${variable%%=*}"; done
}
auto 1 1 SLURM_JOB_ID=7
auto 1 2 PBS_JOBID=7
auto 1 1 LSB_JOBID=7 NNMPI_END_TIME=
auto 0 1 SLURM_JOB_ID=
auto 0 1 SLURM_JOB_ID=7 NNMPI_END_TIME=$(($(date +%s) + 3600))
auto 0 1 SLURM_JOB_ID=7 SLURM_JOB_END_TIME=$(($(date +%s) + 3600))
auto 0 1 PBS_JOBID=7 PBS_WALLTIME=3600

# A signal to one rank stops all of them after a checkpoint.
for signal in TERM USR1 INT; do
    rm -rf out
    timeout 300 mpirun -np 2 "$NNMPI" -q "$work/run.yaml" --set training.epochs=100000000 >run.log 2>&1 &
    mpirun=$!
    for i in $(seq 600); do [ -e out/latest.h5 ] && break; sleep 0.1; done
    rank=$(pgrep -n -f "^$NNMPI -q $work/run.yaml" || true) # of this test
    kill -$signal "$rank" || fail "no rank to signal"
    code=0
    wait $mpirun || code=$?
    [ $code = 75 ] || fail "$signal: exit $code: $(cat run.log)"
    [ "$(word how)" = signal ] || fail "$signal: $(word how)"
    echo "SIG$signal to one of two ranks: exit $code"
done
exit $failed
