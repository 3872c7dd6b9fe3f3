# nnmpi report makes one well-formed page of any run, of several, and of a sweep; nnmpi check --graph draws the
# model. What comes from files is escaped; what is missing is said.
set -u
/usr/bin/python3 -c '' 2>/dev/null || { echo "skipped: there is no python3"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }
expect() { # expect CODE WORDS COMMAND...
  local code=$1 words=$2
  shift 2
  "$@" >out 2>&1
  local got=$?
  [ $got = "$code" ] || fail "exit code $got, not $code, of $*: $(cat out)"
  grep -qF -- "$words" out || fail "\"$words\" is not said by $*: $(cat out)"
}
evil='<script>alert(1)</script>&"'"'"
cp "$NNMPI_SOURCE/data/digits.h5" .
cat >digits.yaml <<'YAML'
data:
  train: {file: digits.h5, inputs: /train/images, targets: /train/labels}
  test: {file: digits.h5, inputs: /test/images, targets: /test/labels}
  scale: 0.0625
model: {layers: [flatten, {type: dense, units: 16, activation: relu}, {type: residual, layers: [{type: dense, units: 16}]}, {type: dense, units: 10, activation: softmax}]}
training: {loss: categorical_crossentropy, metrics: [accuracy], batch_size: 64, epochs: 3}
checkpoint: {directory: run}
log: {report: html}
YAML
mpirun -np 2 "$NNMPI" --profile digits.yaml -q --set name="'${evil//\'/\'\'}'" >/dev/null || fail "training"
[ -s run/report.html ] || fail "log.report: html wrote nothing"
"$NNMPI" digits.yaml -q --set checkpoint.directory="'one <b>'" --set seed=2 --set log.report=none >/dev/null || fail "training"

expect 0 "both.html is written" "$NNMPI" report run "one <b>" --out both.html
# speeds are compared of runs that differ in nothing but their ranks
for edit in 's/"batch_size": 64/"batch_size": 32/' 's/"float32"/"float64"/' 's/"dense_1"/"dense_9"/'; do
  rm -rf other && cp -r "one <b>" other && sed -i "$edit" other/plan.json
  cmp -s other/plan.json "one <b>/plan.json" && fail "$edit changes nothing"
  expect 0 "is written" "$NNMPI" report run other --out other.html
  grep -q 'id="scaling"' other.html && fail "a run with $edit is compared with that on 2 ranks"
done
cp -r run other2 && sed -i "$edit" other2/plan.json
expect 0 "is written" "$NNMPI" report run other other2 "one <b>" --out two_models.html

# a sweep: its report is made at its end; trials are not compared by their ranks
mpirun -np 2 "$NNMPI" sweep digits.yaml -q --set seed=1,2 --set training.epochs=2 \
  --out sweep >/dev/null || fail "sweep"
[ -s sweep/report.html ] || fail "log.report: html of a sweep wrote nothing"
# why a trial failed is long: it may be broken into lines
"$NNMPI" sweep digits.yaml -q --set training.epochs=1 --set training.optimizer.type=sgd \
  --set training.optimizer.learning_rate=0.1,1e30 --out failed >/dev/null || fail "sweep with a trial that fails"
[ "$(grep -c '<td class="why"><span class="badge bad">not_finite</span> the loss or' failed/report.html)" = 1 ] ||
  fail "failed: $(grep 'class="badge' failed/report.html)"
grep -q '\.why{[^}]*white-space:normal' failed/report.html || fail "failed: the reason is one line"
ls sweep/trial_00*/report.html >/dev/null 2>&1 && fail "a trial has a report of its own"
cp -r sweep sweep_ranks && sed -i 's/"ranks": 1/"ranks": 2/' sweep_ranks/trial_001/plan.json
cmp -s sweep/trial_001/plan.json sweep_ranks/trial_001/plan.json && fail "sweep: the ranks are not 1"
expect 0 "is written" "$NNMPI" report sweep_ranks

expect 0 "graph.svg is written" "$NNMPI" check digits.yaml --graph graph.svg --layout own
expect 0 "graph.dot is written" "$NNMPI" check digits.yaml --graph graph.dot --set name="'a\\b${evil//\'/\'\'}'"
expect 73 "cannot be written" "$NNMPI" check digits.yaml --graph none/graph.svg
expect 73 "cannot be written" "$NNMPI" report run --out none/report.html
expect 66 "No such file" "$NNMPI" report nowhere
expect 66 "is no run folder" "$NNMPI" report .
expect 66 "is a file" "$NNMPI" report digits.yaml
expect 2 "wants RUN..." "$NNMPI" report

mkdir half && cp run/plan.json half && { cat run/metrics.jsonl; printf '{"epoch":4,"st'; } >half/metrics.jsonl
expect 0 "is written" "$NNMPI" report half --out half.html # it is being written
grep -q 'not ended' half.html || fail "half: it does not say that the run has not ended"
printf '{"epoch":\n' >>half/metrics.jsonl
expect 65 "half/metrics.jsonl:4:" "$NNMPI" report half
printf '{"name": "x", "input": [2], "layers": [{"name": "a", "type": "t", "output": [2], "inputs": ["b"]}]}' >half/plan.json
expect 65 "plan.json is not the plan" "$NNMPI" report half
mv digits.h5 away.h5
expect 0 "is written" mpirun -np 2 "$NNMPI" report run --out no_data.html
grep -q 'There are none here.*digits.h5' no_data.html || fail "no_data: it does not say why"

cat >check.py <<'PYTHON'
import math, re, sys
import xml.etree.ElementTree as tree

def check(name, sections, pictures):
    text = open(name, encoding="utf-8").read()
    assert "<script" not in text and "http://" not in text.replace("http://www.w3.org/2000/svg", ""), name
    root = tree.fromstring(text)
    ids = [e.get("id") for e in root.iter() if e.tag.split("}")[-1] == "section"]
    assert ids == sections, (name, ids)
    svgs = [e for e in root.iter() if e.tag.split("}")[-1] == "svg"]
    named = [e for e in svgs if e.get("role") == "img"]
    assert len(named) >= pictures, (name, len(named))
    for svg in named:
        assert svg[0].tag.split("}")[-1] == "title" and svg[0].text, name
        _, _, width, height = map(float, svg.get("viewBox").split())
        for e in svg.iter():
            for key in "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "d":
                value = e.get(key, "")
                assert "nan" not in value and "inf" not in value, (name, e.attrib)
                if key in ("cx", "x1", "x2"):
                    assert not value or -1 <= float(value) <= width + 1, (name, e.attrib)
                if key in ("cy", "y1", "y2"):
                    assert not value or -1 <= float(value) <= height + 1, (name, e.attrib)
    return text

one = ["result", "curves", "norms", "predictions", "model", "time", "config"]
text = check("run/report.html", one, 7)
assert text.count("data:image/bmp") >= 20 and "Confusion matrix" in text
assert "&lt;script&gt;" in text
text = check("both.html", one[:6] + ["scaling", "config"], 10)
assert "one &lt;b&gt;, training" in text
text = check("two_models.html", one[:6] + ["scaling", "config"], 10)
assert text.count('aria-label="scaling"') == 2
trials = ["sweep"] + one
text = check("sweep/report.html", trials, 7)
assert "trial_000" in text and "trial_001" in text and ">seed<" in text and "Confusion matrix" in text
check("sweep_ranks/report.html", trials, 7)
check("half.html", [s for s in one if s != "norms"], 3)
check("no_data.html", one, 6)
graph = check("graph.svg", [], 1)
assert graph.count('class="edge"') == 6 and graph.count('class="node') == 6, graph.count('class="edge"')

dot = open("graph.dot", encoding="utf-8").read()
lines = dot.splitlines()
assert lines[0].startswith('digraph "') and lines[0].endswith('" {') and lines[-1] == "}", dot
assert r"a\\b&lt;script&gt;" in lines[0] and lines[0].count('"') == 2 and "<" not in dot, lines[0]
label = dict(re.findall(r'^  (n\d+) \[label="([^"\\]+)\\n', dot, re.M))
assert sorted(label.values()) == ["add", "dense", "dense_1", "dense_2", "flatten", "input"], label
edges = {(label[a], label[b]) for a, b in re.findall(r"^  (n\d+) -> (n\d+);$", dot, re.M)}
assert edges == {("input", "flatten"), ("flatten", "dense"), ("dense", "dense_1"), ("dense_1", "add"), ("dense", "add"),
                 ("add", "dense_2")}, edges
PYTHON
/usr/bin/python3 check.py || fail "see above"
if command -v dot >/dev/null; then
  dot -Tsvg graph.dot >laid_out.svg 2>err && [ ! -s err ] || fail "dot: $(cat err)"
  [ "$(grep -c 'class="node"' laid_out.svg)" = 6 ] && [ "$(grep -c 'class="edge"' laid_out.svg)" = 6 ] ||
    fail "dot draws something else: $(cat laid_out.svg)"
fi
exit $failures
