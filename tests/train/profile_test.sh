#!/bin/bash
# --profile: the laps sum to the time of the run on every rank, every layer is there and was called as
# often as there were passes, the trace nests and has one track a rank; without it nothing changes.
. "$NNMPI_SOURCE/tests/train/common.sh"

cat >digits.yaml <<Y
name: say "profile"
data:
  train: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /train/images, targets: /train/labels}
  validation: {split: 0.1}
  test: {file: $NNMPI_SOURCE/data/digits.h5, inputs: /test/images, targets: /test/labels}
  scale: 0.0625
model:
  layers:
    - flatten
    - {type: dense, units: 24, activation: tanh, trainable: false, name: fixed}
    - {type: concat, branches: [[{type: dense, units: 12, activation: sigmoid}], []]}
    - {type: dense, units: 10, activation: softmax}
training:
  loss: categorical_crossentropy
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
  batch_size: 50
  micro_batch: 16
  epochs: 2
Y

# profiled N FOLDER [--set ...]: with a table in run.log
profiled() {
    local launch="mpirun -np $1" n=$1 folder=$2
    [ "$1" = 1 ] && launch=""
    shift 2
    timeout 60 $launch "$NNMPI" --profile digits.yaml --set log.directory="$folder" "$@" >run.log 2>&1 ||
        fail "$n ranks, $folder: exit $?: $(cat run.log)"
    [ "$(grep -c '^layer .*forward .*backward' run.log)" = 1 ] || fail "$n ranks: no table of layers: $(cat run.log)"
}

cat >truths.py <<'P'
"""truths.py FOLDER RANKS STEPS PASSES: PASSES of one rank, the mean"""
import json, os, sys
folder, ranks, steps, passes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
p = json.load(open(folder + '/profile.json'))
t = json.load(open(folder + '/trace.json'))['traceEvents']
near = lambda a, b: abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-3)

assert p['machine']['ranks'] == ranks and p['steps'] == steps, (p['machine'], p['steps'])
phases = {x['name']: x for x in p['phases']}
assert list(phases) == ['data', 'forward', 'loss', 'backward', 'reduce', 'step', 'evaluation', 'checkpoint', 'other']
for x in [p['seconds'], p['training_seconds']] + [x['seconds'] for x in p['phases'] + p['layers']]:
    assert 0 <= x['min'] <= x['mean'] * (1 + 1e-12) and x['mean'] <= x['max'] * (1 + 1e-12), x
mean = lambda name: phases[name]['seconds']['mean']
assert near(sum(map(mean, phases)), p['seconds']['mean']), 'phases do not sum to the run'
assert near(sum(x['share'] for x in p['phases']), 1)
of_step = [n for n in phases if phases[n]['of_step']]
assert near(sum(map(mean, of_step)), p['training_seconds']['mean'])
for way in 'forward', 'backward': # what is not in a layer is the end of the loop
    inside = sum(x[way]['seconds']['mean'] for x in p['layers'])
    assert inside <= mean(way) * (1 + 1e-9), (way, inside, mean(way))
saved = os.path.exists(folder + '/latest.h5')
assert all(mean(n) > 0 for n in ('data', 'forward', 'backward', 'evaluation')), phases
assert (mean('checkpoint') > 0) == saved, phases

names = ['flatten', 'fixed', 'dense_1', 'concat', 'dense_2']
assert [x['name'] for x in p['layers']] == names, [x['name'] for x in p['layers']]
trained = names[2:] # below them nobody has weights to train
for x in p['layers']:
    assert near(x['forward']['calls'], passes), x
    assert near(x['backward']['calls'], passes if x['name'] in trained else 0), x
dense, last = p['layers'][2], p['layers'][4]
n = p['samples'] / ranks # one product for dW, one for dz where somebody asks
assert near(dense['forward']['flops'], n * 2 * 24 * 12) and near(dense['backward']['flops'], n * 2 * 24 * 12), dense
assert near(last['forward']['flops'], n * 2 * 36 * 10) and near(last['backward']['flops'], n * 4 * 36 * 10), last
assert near(dense['forward']['bytes'], 4 * (n * (24 + 12) + passes * (24 * 12 + 12))), dense

slices = [e for e in t if e['ph'] == 'X']
tracks = sorted({(e['pid'], e['tid']) for e in slices})
assert len(tracks) == ranks, tracks
assert {e['args']['name'] for e in t if e['name'] == 'process_name'} == {'say "profile"'}
assert len([e for e in t if e['name'] == 'thread_name']) == ranks
for track in tracks:
    mine = [e for e in slices if (e['pid'], e['tid']) == track]
    assert [e['name'] for e in mine if e['cat'] == 'step'] == ['step %d' % (i + 1) for i in range(p['trace_steps'])]
    level, stack, at = {'step': 0, 'phase': 1, 'layer': 2}, [], 0
    for e in mine: # each slice lies in the one that is open above it, and after the one before it
        begin, end = round(1000 * e['ts']), round(1000 * e['ts']) + round(1000 * e['dur'])
        while stack and (level[stack[-1][0]] >= level[e['cat']] or stack[-1][1] <= begin): stack.pop()
        assert not stack or end <= stack[-1][1], (e, stack)
        assert begin >= at and end >= begin, e
        at, stack = begin, stack + [(e['cat'], end)]
    if p['trace_steps'] == steps:
        per_layer = [sum(e['name'] == n and e['cat'] == 'layer' for e in mine) for n in names]
        assert len(set(per_layer[:2])) == 1 and per_layer[2:] == [2 * per_layer[0]] * 3, per_layer
        outside = {'evaluation', 'checkpoint'} if saved else {'evaluation'}
        assert outside <= {e['name'] for e in mine}
print(folder, 'holds:', len(slices), 'slices')
P
# truths FOLDER RANKS STEPS PASSES
truths() {
    python3 truths.py "$@" || fail "$*"
}

# 1293 samples: 25 batches of 50 and one of 43, passes of 16 at most
profiled 1 one --set checkpoint.directory=one
truths one 1 52 $((2 * (25 * 4 + 3)))
profiled 3 three --set checkpoint.directory=three # shares of 17, 17 and 16: 2, 2 and 1 passes
truths three 3 52 $(python3 -c 'print(2 * (25 * 5 / 3 + 1))')
profiled 3 few --set training.batch_size=2 --set training.max_steps=6 # one rank has no samples
truths few 3 6 4

# A long run has a trace of its first steps, of a size that a browser opens.
profiled 1 long --set training.batch_size=1
truths long 1 2586 2586
[ "$(wc -c <long/trace.json)" -lt 4000000 ] || fail "trace.json has $(wc -c <long/trace.json) bytes"
[ "$(grep -c '"name":"step ' long/trace.json)" -lt 2586 ] || fail "the trace of a long run is not bounded"

# An optimizer that searches, in double precision; nothing to do; no folder; not a word.
profiled 2 search --set training.optimizer=lbfgs --set training.batch_size=all --set training.epochs=3 --set precision=float64
python3 -c 'import json; p = json.load(open("search/profile.json")); assert p["steps"] == 3 and p["samples"] >= 4 * 1293, p' ||
    fail "lbfgs: $(cat search/profile.json)"
timeout 60 "$NNMPI" --profile digits.yaml --set training.epochs=0 >run.log 2>&1 || fail "no epochs: $(cat run.log)"
grep -q 'log.directory' run.log || fail "no folder, and no word about it: $(cat run.log)"
grep -q '^checkpoint ' run.log || fail "no epochs: no table of phases: $(cat run.log)"
timeout 60 "$NNMPI" --profile digits.yaml --set training.epochs=1 --set log.directory=quiet -q >run.log 2>&1
[ "$(wc -l <run.log)" = 1 ] && [ -s quiet/profile.json ] || fail "-q: $(cat run.log)"

# Without it nothing is written, and training is the same to the bit.
run 1 digits.yaml --set checkpoint.directory=plain || fail "plain: $(cat run.log)"
[ ! -e plain/profile.json ] && [ ! -e plain/trace.json ] || fail "a profile that nobody asked for"
same_bits one plain "with and without --profile"
"$NNMPI" help train | grep -q -- --profile || fail "help train does not know --profile"
exit $failed
