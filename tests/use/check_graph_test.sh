#!/bin/bash
# check --graph FILE.svg is drawn by the `dot` of PATH, and by nnmpi where there is none, it fails, or --layout says
# so; FILE.pdf and FILE.png need it. That one that hangs is killed is in base/program.
. "$NNMPI_SOURCE/tests/use/common.sh"
cat >model.yaml <<Y
data: {train: {file: $digits, inputs: /train/images, targets: /train/labels}}
model: {layers: [flatten, {type: residual, layers: [{type: dense, units: 64}]}, {type: dense, units: 10, activation: softmax}]}
training: {loss: categorical_crossentropy}
Y
# nnmpi with the PATH $path, in which Open MPI would look for ssh
export real=$NNMPI path=$work/empty
mkdir empty bin
printf '#!/bin/bash\nPATH=$path OMPI_MCA_plm_rsh_agent=/bin/true\nexport OMPI_MCA_plm_rsh_agent\nexec "$real" "$@"\n' >nnmpi && chmod +x nnmpi
NNMPI=$work/nnmpi
draw() { # draw CODE WORDS FILE OPTION...
  local code=$1 words=$2 file=$3
  shift 3
  says "$code" "$words" check model.yaml --graph "$file" "$@"
}
silent() { grep -q 'warning' err && fail "a warning: $(cat err)"; }

# ---- without it ----
draw 0 '^own.svg is written, laid out by nnmpi$' own.svg --layout own
[ "$(grep -c 'class="edge"' own.svg)" = 5 ] || fail "own.svg: $(cat own.svg)"
draw 0 '^without.svg is written, laid out by nnmpi$' without.svg
silent
cmp own.svg without.svg || fail "without.svg is not own.svg"
draw 0 '^text.dot is written$' text.dot
for file in without.pdf "graphviz.svg --layout graphviz"; do
  draw 73 "^nnmpi: ${file%% *} is for Graphviz to draw, .* apt-get install graphviz" $file
  [ -e "${file%% *}" ] && fail "${file%% *} is written"
done
for file in other.jpg other .svg other.SVG; do draw 2 'must end in .svg, .pdf, .png or .dot' $file; done
draw 2 'draws only FILE.svg' own.pdf --layout own
draw 2 'is not laid out yet' text.dot --layout graphviz
says 2 'layout is for --graph' check model.yaml --layout own
says 2 'layout cannot be `mine`' check model.yaml --graph own.svg --layout mine

# ---- one that works ----
path=$work/bin
dot() { printf '#!/bin/bash\nPATH=/usr/bin:/bin\n%s\n' "$1" >bin/dot && chmod +x bin/dot; }
picture='<?xml version="1.0"?><svg>drawn</svg>'
dot "echo \"\$*\" >words; cat >read; echo 'no font' >&2; echo '$picture'"
ranks_said="1 3"
draw 0 '^with.svg is written, laid out by Graphviz$' with.svg
silent
grep -q 'no font' err && fail "without -v complaints are shown: $(cat err)"
[ "$(cat with.svg)" = "$picture" ] || fail "with.svg: $(cat with.svg)"
[ "$(cat words)" = -Tsvg ] && cmp read text.dot || fail "dot was given: $(cat words read)"
ranks_said=1
draw 0 'bin/dot -Tsvg: no font' with.svg -v
draw 0 '^with.svg is written, laid out by nnmpi$' with.svg --layout own
cmp own.svg with.svg || fail "--layout own is not own.svg"
dot 'echo "$*" >words; printf "%%PDF-1.7\0\n\377"; head -c 3000000 /dev/zero' # and does not read
draw 0 '^with.pdf is written, laid out by Graphviz$' with.pdf
[ "$(cat words) $(wc -c <with.pdf)" = "-Tpdf 3000011" ] || fail "with.pdf: $(cat words) $(wc -c <with.pdf)"
draw 73 'bin/dot -Tpng gave something else' with.png

# ---- one that is not in an absolute folder, or does not work ----
path=bin:.:
draw 0 '^without.svg is written, laid out by nnmpi$' without.svg
silent
path=$work/bin
not_drawn() { # not_drawn HOW: the own layout with a warning, or no picture
  draw 0 '^bad.svg is written, laid out by nnmpi$' bad.svg
  cmp own.svg bad.svg && grep -q "^nnmpi: warning: $work/bin/dot.* $1.*; bad.svg gets nnmpi's own layout" err ||
    fail "no warning \"$1\": $(cat err)"
  draw 73 "^nnmpi: $work/bin/dot.* $1" with.pdf
  [ "$(wc -c <with.pdf)" = 3000011 ] || fail "the old picture is not what it was"
}
dot 'echo "Error: no memory" >&2; echo "<?xml half"; exit 1'
not_drawn 'ended with exit code 1: Error: no memory'
draw 73 'ended with exit code 1: Error: no memory' graphviz.svg --layout graphviz
[ -e graphviz.svg ] && fail "graphviz.svg is written"
dot 'kill -SEGV $$'
not_drawn 'was ended by signal 11'
dot 'echo "this is another dot"'
not_drawn 'gave something else'
printf '#!/no/such/shell\n' >bin/dot
not_drawn 'cannot be run: No such file'
ls ./*.tmp 2>/dev/null && fail "files are left"

# ---- the real one ----
path=$PATH
if [ -z "$(type -P dot)" ]; then
  echo "not tried: a picture of Graphviz, which is not installed"
  exit $failed
fi
draw 0 '^real.svg is written, laid out by Graphviz$' real.svg
silent
[ "$(grep -c 'class="node"' real.svg) $(grep -c 'class="edge"' real.svg)" = "5 5" ] || fail "real.svg: $(cat real.svg)"
draw 0 '^real.pdf is written, laid out by Graphviz$' real.pdf
draw 0 '^real.png is written, laid out by Graphviz$' real.png
file_begins() { [ "$(head -c 4 "$1" | tail -c 3)" = "$2" ] || fail "$1 is something else"; }
file_begins real.pdf PDF
file_begins real.png PNG
exit $failed
