#!/usr/bin/env bash
# pictures.sh: makes the pictures of docs/images anew, from runs of today: the quickstart's on 2 ranks and the
# tutorial's. Needs chromium, and the fonts DejaVu (fonts-dejavu-core).
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "There is no chromium (apt-get install chromium)."; exit 1; }
build release --target nnmpi
mpi_environment 2
root=$PWD nnmpi=$PWD/build/nnmpi images=$PWD/docs/images
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# picture PAGE WIDTH HEIGHT NAME: the upper part of a page, as docs/images/NAME.png
picture() {
  local box=()
  [ "$(id -u)" = 0 ] && box=(--no-sandbox) # Chromium wants it of root
  "$browser" --headless "${box[@]}" --user-data-dir="$work/browser" --hide-scrollbars --force-device-scale-factor=1 \
    --window-size="$2,$3" --screenshot="$work/$4.png" "file://$1" >"$work/log" 2>&1 && [ -s "$work/$4.png" ] ||
    { echo "No picture of $1:"; cat "$work/log"; exit 1; }
  mv "$work/$4.png" "$images/$4.png"
  say "docs/images/$4.png"
}

# terminal COMMAND FILE: what it printed, with the control sequences of colours, as a page
terminal() {
  cat <<'END'
<!DOCTYPE html><meta charset="utf-8"><style>
body{margin:0;padding:16px 18px;background:#0d1117;color:#e6e9ed}
pre{margin:0;font:16px/20px "DejaVu Sans Mono",monospace}
i{display:inline-block;width:1ch;font-style:normal}b{color:#fff}
.d{color:#8b949e}.g{color:#3fb98a}.y{color:#e0b45c}
</style><pre>
END
  printf '<span class="d">$</span> %s\n' "$1"
  LC_ALL=C sed 's/&/\&amp;/g; s/</\&lt;/g; s/\xe2[\xa0-\xa3][\x80-\xbf]/<i>&<\/i>/g
    s/\x1b\[0m/<\/b><\/span>/g; s/\x1b\[1m/<b>/g; s/\x1b\[2m/<span class="d">/g
    s/\x1b\[32m/<\/span><span class="g">/g; s/\x1b\[33m/<\/span><span class="y">/g' "$2"
  printf '</pre>\n'
}

say "training of configs/digits.yaml on 2 ranks"
mpirun -np 2 "$nnmpi" configs/digits.yaml -q --set checkpoint.directory="$work/digits" </dev/null || exit 1
"$nnmpi" report -q "$work/digits" || exit 1
picture "$work/digits/report.html" 960 1200 report
"$nnmpi" watch "$work/digits" --once --color always >"$work/curves" || exit 1
terminal "nnmpi watch runs/digits" "$work/curves" >"$work/terminal.html"
picture "$work/terminal.html" 808 $((32 + 20 * (1 + $(wc -l <"$work/curves")))) terminal

say "training of configs/tutorial/spirals.yaml"
(cd "$work" && eval "$(sed -n '/^    awk .*x,y,arm/,/> spirals.csv$/p' "$root/docs/tutorial.md")") || exit 1
"$nnmpi" -q import csv "$work/spirals.csv" --targets arm --classes --out "$work/spirals.h5" >/dev/null || exit 1
data=(--set "data.train.file=$work/spirals.h5")
"$nnmpi" configs/tutorial/spirals.yaml -q "${data[@]}" --set checkpoint.directory="$work/spirals" || exit 1
"$nnmpi" report -q "$work/spirals" || exit 1
picture "$work/spirals/report.html" 960 1100 spirals

"$nnmpi" check -q configs/tutorial/branches.yaml "${data[@]}" --graph "$images/branches.svg" --layout own || exit 1
"$nnmpi" check -q configs/tutorial/cnn.yaml --graph "$images/cnn.svg" --layout own || exit 1
say "docs/images/branches.svg, docs/images/cnn.svg"
