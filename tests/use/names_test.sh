#!/bin/bash
# Names from files that are no UTF-8, or that would control a terminal: inspect, eval and its JSON, and the
# report show them as text.
. "$NNMPI_SOURCE/tests/use/common.sh"
/usr/bin/python3 -c '' 2>/dev/null || { echo "skipped: there is no python3"; exit 77; }
escape=$(printf '\033[31m')
"$tool" named "$digits" /test/images /test/labels named.h5 "/odd$escape" "zero$escape" "$(printf 'one\377')" $'two\n' \
  'três' 'fo"ur' '<five>' 6 7 8 9 || fail "named"
cp named.h5 "$(printf 'named\376.h5')"
cat >named.yaml <<Y
data: {train: {file: "*.h5", inputs: /x, targets: /y}, test: {file: "*.h5", inputs: /x, targets: /y}, scale: 0.0625}
model: {layers: [flatten, {type: dense, units: 10, activation: softmax}]}
training: {loss: categorical_crossentropy, metrics: [accuracy], epochs: 1, optimizer: {type: sgd, learning_rate: 0.2}}
checkpoint: {directory: $work/run}
Y
on 2 -q named.yaml || fail "training: $(cat out err)"
controls() { # FILE: has it control characters, or what is no UTF-8?
  /usr/bin/python3 -c 'import sys
text = open(sys.argv[1], "rb").read().decode("utf-8")
sys.exit(any((c < " " and c not in "\n\t") or "\x7f" <= c < "\xa0" for c in text))' "$1"
}

on 1 inspect named.h5 || fail "inspect: $(cat out err)"
controls out || fail "inspect: $(cat -v out)"
grep -qF '/odd\x1b[31m' out && grep -qF '@odd\x1b[31m = /odd\x1b[31m' out || fail "inspect: $(cat -v out)"
on 1 inspect run || fail "inspect run: $(cat out err)"
controls out || fail "inspect run: $(cat -v out)"
grep -qF 'classes   zero\x1b[31m, one\xff, two\n, três' out || fail "inspect run: $(cat -v out)"
on 1 check named.yaml || fail "check: $(cat out err)"
controls out || fail "check: $(cat -v out)"

for ranks in 1 2; do
  on $ranks eval run --json result.json --worst 400 || fail "eval: $(cat out err)"
  /usr/bin/python3 - <<'PYTHON' || fail "eval --json on $ranks ranks"
import json
result = json.load(open("result.json", encoding="utf-8"))
names = result["class_names"]
assert names[:6] == ["zero\x1b[31m", "one\\xff", "two\n", "três", 'fo"ur', "<five>"], names
files = {worst["file"].rsplit("/", 1)[-1] for worst in result["worst"]}
assert files == {"named.h5", "named\\xfe.h5"}, files
PYTHON
done
controls out || fail "eval: $(cat -v out)"
on 1 report run || fail "report: $(cat out err)"
/usr/bin/python3 -c 'import xml.etree.ElementTree as t; t.parse("run/report.html")' || fail "the report is not well-formed"
exit $failed
