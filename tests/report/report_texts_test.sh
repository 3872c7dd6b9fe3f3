# The report of a text model shows texts with how many tokens were right or with the token told, and of many
# classes the mistakes that `nnmpi eval` prints, that of a regression numbers; log.directory may be another folder than checkpoint.directory; a run that was
# resumed has not ended.
set -u
/usr/bin/python3 -c '' 2>/dev/null || { echo "skipped: there is no python3"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }
train() { "$NNMPI" -q "$@" >out 2>&1 || fail "training $*: $(cat out)"; }
report() { "$NNMPI" report "$@" >out 2>&1 || fail "report $*: $(cat out)"; }

for i in $(seq 60); do printf 'a<b> & "c"\n'; done >text.txt
"$NNMPI" -q import text text.txt --out text.h5 --test 0.2 >/dev/null || fail "import"
cat >text.yaml <<Y
data: {train: {file: text.h5}, test: {file: text.h5}, sequence_length: 11}
model: {layers: [{type: embedding, input_dim: 9, output_dim: 6}, {type: lstm, units: 12, return_sequences: true}, {type: dense, units: 9, activation: softmax}]}
training: {loss: categorical_crossentropy, metrics: [accuracy], epochs: 2, batch_size: 8, optimizer: {type: adam, learning_rate: 0.02}}
checkpoint: {directory: checkpoints}
log: {directory: logs}
Y
train text.yaml
report logs
sed 's/return_sequences: true/return_sequences: false/; s/sequence_length: 11/sequence_length: 11, target: next/; s/: checkpoints/: next/; /^log/d' text.yaml >next.yaml
train next.yaml
report next

# more classes than a confusion matrix is drawn of, and more than one is kept of
awk 'BEGIN { srand(1); for (i = 0; i < 3000; i++) { c = int(50 * rand()); printf "%c", c < 48 ? 33 + c : c == 48 ? " " : "\n" } }' >many.txt
"$NNMPI" -q import text many.txt --out many.h5 --test 0.3 >/dev/null || fail "import of 50 letters"
cat >many.yaml <<Y
data: {train: {file: many.h5}, test: {file: many.h5}, sequence_length: 10}
model: {layers: [{type: embedding, input_dim: 50, output_dim: 4}, {type: dense, units: 50, activation: softmax}]}
training: {loss: categorical_crossentropy, epochs: 1, batch_size: 8}
checkpoint: {directory: many}
Y
train many.yaml
report many
"$NNMPI" eval many >mistakes 2>&1 || fail "eval: $(cat mistakes)"
train many.yaml --set 'model.layers[1].units=1100' --set checkpoint.directory="$PWD/thousand"
report thousand
grep -q 'No confusion matrix: none is kept of 1,100 classes' thousand/report.html || fail "1,100 classes: no line says why"

awk 'BEGIN { print "a,b,y"; for (i = 0; i < 80; i++) print i / 80 "," (i * 7) % 11 "," 3 * i - 2.5 }' >numbers.csv
"$NNMPI" -q import csv numbers.csv --targets y --test 0.25 --out numbers.h5 >/dev/null || fail "import csv"
cat >numbers.yaml <<Y
data: {train: {file: numbers.h5}, test: {file: numbers.h5}, normalize: standard}
model: {layers: [{type: dense, units: 1}]}
training: {loss: mean_squared_error, epochs: 2, optimizer: {type: adam, learning_rate: 0.1}}
checkpoint: {directory: numbers}
Y
train numbers.yaml
report numbers

# resumed: while it runs there is no summary of the first part, in the report neither
cp -r numbers again
grep -q 'completed' numbers/report.html || fail "the end of a run is not in its report"
cat >slow.sh <<'S'
"$NNMPI" -q numbers.yaml --set checkpoint.directory="$PWD/again" --set training.epochs=100000000 >slow.out 2>&1 &
echo $! >slow.pid
wait $!
S
bash slow.sh &
for _ in $(seq 600); do
  [ ! -e again/summary.json ] && [ "$(wc -l <again/metrics.jsonl)" -gt 4 ] && break
  sleep 0.2
done
report again
grep -q 'not ended' again/report.html || fail "a resumed run under way: $(grep -o 'badge[^/]*' again/report.html)"
kill -TERM "$(cat slow.pid)"
wait
report again
grep -q 'signal' again/report.html || fail "a run ended by a signal: $(grep -o 'badge[^/]*' again/report.html)"

cat >check.py <<'PYTHON'
import re
import xml.etree.ElementTree as tree

def samples(name):
    root = tree.parse(name).getroot()
    section = [e for e in root.iter() if e.tag.split("}")[-1] == "section" and e.get("id") == "predictions"][0]
    items = [e for e in section.iter() if e.tag.split("}")[-1] == "li"]
    assert len(items) >= 10, (name, len(items))
    quotes = [q.text for e in items for q in e.iter() if q.tag.split("}")[-1] == "q"]
    return [" ".join("".join(e.itertext()).split()) for e in items], quotes

words, quotes = samples("logs/report.html")
assert len(quotes) == len(words) and all(len(q) == 11 for q in quotes), quotes
assert all(sorted(q) == sorted('a<b> & "c"\n') for q in quotes), quotes
assert all(re.search(r"\d+ of 11 right ?row [\d,]+, loss", w) for w in words), words

words, quotes = samples("next/report.html")
assert len(quotes) == len(words) and all(len(q) == 11 for q in quotes), quotes
assert all(re.search(r"%, (right|is .+) ?row [\d,]+, loss", w) for w in words), words

def figure(name, title):
    for e in tree.parse(name).getroot().iter():
        if e.tag.split("}")[-1] == "figure" and title in [h.text for h in e.iter() if h.tag.split("}")[-1] == "h3"]:
            return e

def cells(figure):
    return [["".join(d.itertext()) for d in row] for row in figure.iter() if row.tag.split("}")[-1] == "tr"][1:]

printed = re.findall(r"^ *(\d+)  (.+) taken for (.+)$", open("mistakes").read(), re.M)
assert len(printed) == 10 and printed == sorted(printed, key=lambda m: -int(m[0])), printed
table = figure("many/report.html", "The most frequent mistakes")
assert [(times, a, d) for a, d, times, share in cells(table)] == printed, (cells(table), printed)
assert all(0 < float(share.rstrip(" %")) <= 100 for a, d, times, share in cells(table)), cells(table)
assert "Of 50 classes: a confusion matrix is drawn of at most 40." in "".join(table.itertext())
assert figure("many/report.html", "Confusion matrix") is None
assert figure("logs/report.html", "Confusion matrix") is not None
assert figure("logs/report.html", "The most frequent mistakes") is None

words, quotes = samples("numbers/report.html")
assert figure("numbers/report.html", "Confusion matrix") is None
assert "No confusion matrix" not in open("numbers/report.html").read()
assert not quotes
told = [re.search(r"^(-?[\d.e+]+), is (-?[\d.e+]+) ?row (\d+), loss ([\d.e+-]+)$", w) for w in words]
assert all(told), words
for m in told:
    z, y, loss = float(m[1]), float(m[2]), float(m[4].rstrip("."))
    assert abs((z - y) ** 2 - loss) <= 0.02 * loss + 0.1, m[0]
    assert abs((y + 2.5) / 3 - round((y + 2.5) / 3)) < 0.04, m[0] # it is one of the table
PYTHON
/usr/bin/python3 check.py || fail "see above"
exit $failures
