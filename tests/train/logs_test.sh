# What a run writes beside its metrics: norms.jsonl, plan.json, TensorBoard's event files. A resumed run
# goes on in them.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: there is no python3-h5py"; exit 77; }
failures=0
fail() { echo "FAILED: $*"; failures=1; }

digits() { # digits FOLDER EPOCHS [OPTION]...
  local run=$1 epochs=$2
  shift 2
  mpirun -np 2 "$NNMPI" "$NNMPI_SOURCE/configs/digits.yaml" -q --set checkpoint.directory="$folder/$run" \
    --set training.epochs="$epochs" --set log.tensorboard=true "$@" >/dev/null || fail "$run: exit code $?"
}
digits whole 5
digits parts 2
digits parts 5
digits bare 1 --set log.norms=false --set log.tensorboard=false

/usr/bin/python3 "$NNMPI_SOURCE/tests/train/events.py" whole/events* >whole.events || fail "whole: $(tail -n 1 whole.events)"
/usr/bin/python3 "$NNMPI_SOURCE/tests/train/events.py" $(ls -tr parts/events*) >parts.events || fail "parts: no event files"
[ "$(ls parts/events* | wc -l)" = 2 ] || fail "parts: a file for each part was expected"
ls bare | grep -E 'events|norms' && fail "bare: files that nobody asked for"

cat >check.py <<'PYTHON'
import json, math, sys
import h5py

def lines(name):
    with open(name) as file:
        return [json.loads(line) for line in file]

def near(a, b):
    return math.isclose(a, b, rel_tol=2e-6, abs_tol=1e-9)

for run in "whole", "parts":
    events, rows, norms = lines(run + ".events"), lines(run + "/metrics.jsonl"), lines(run + "/norms.jsonl")
    assert events[0]["version"] == "brain.Event:2"
    assert [n["epoch"] for n in norms] == [1, 2, 3, 4, 5], norms
    scalars = [e for e in events if "loss/train" in e.get("values", {})]
    assert len(scalars) == 5
    for event, row in zip(scalars, rows):
        assert event["step"] == row["step"]
        v = event["values"]
        assert near(v["loss/train"], row["train_loss"])
        assert near(v["accuracy/validation"], row["validation_accuracy"])
        assert near(v["learning_rate"], row["learning_rate"])
    sizes = [e for e in events if "weight_norm/dense" in e.get("values", {})]
    assert len(sizes) == 5
    for event, row in zip(sizes, norms):
        assert near(event["values"]["weight_norm/dense"], row["weights"]["dense"])
        assert near(event["values"]["gradient_norm/probs"], row["gradients"]["probs"])
    with h5py.File(run + "/latest.h5") as file:  # the norms are those of the weights kept
        for layer, norm in norms[-1]["weights"].items():
            group = file["model_weights"][layer]
            tensors = []
            group.visititems(lambda _, d: tensors.append(d) if isinstance(d, h5py.Dataset) else None)
            squares = sum(float((d[()].astype("f8") ** 2).sum()) for d in tensors)
            assert math.isclose(norm, math.sqrt(squares), rel_tol=1e-4), (layer, norm, squares)
assert [(e["session"], e["step"]) for e in lines("parts.events") if "session" in e][0] == (1, 1)
assert [e["session"] for e in lines("parts.events") if "session" in e] == [1, 1]
assert lines("whole/norms.jsonl") == lines("parts/norms.jsonl")  # the same bits

plan = json.load(open("parts/plan.json"))
assert plan["ranks"] == 2 and plan["resumed_epoch"] == 2 and plan["parameters"] == 16522
assert [l["name"] for l in plan["layers"]][-1] == "probs" and plan["layers"][0]["inputs"] == ["input"]
concat = next(l for l in plan["layers"] if l["type"] == "concat")
assert len(concat["inputs"]) == 2 and plan["data"]["test"]["samples"] == 360
PYTHON
/usr/bin/python3 check.py || fail "see above"
exit $failures
