#!/bin/bash
# cmake --install: the program, configurations, data, schema, completion and docs; what is installed trains, and in
# a copy of it the scripts that the configurations name make their data.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAILED: $*"; failed=1; }
. "$NNMPI_SOURCE/tests/common/install.sh"
install_to "$work/usr" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cd "$work/usr" || exit 1
for file in bin/nnmpi share/nnmpi/nnmpi.schema.json share/bash-completion/completions/nnmpi share/doc/nnmpi/README.md \
    share/doc/nnmpi/docs/blocks.md share/nnmpi/slurm/srun.sh share/zsh/site-functions/_nnmpi include/nnmpi/nnmpi.h; do
    [ -s "$file" ] || fail "$file is not installed"
done
[ "$(bin/nnmpi completion bash)" = "$(cat share/bash-completion/completions/nnmpi)" ] || fail "another completion"
[ "$(bin/nnmpi schema)" = "$(cat share/nnmpi/nnmpi.schema.json)" ] || fail "another schema"
if command -v scdoc >/dev/null; then
    for page in man1/nnmpi.1.gz man1/nnmpi-import.1.gz man5/nnmpi.yaml.5.gz; do
        [ -s share/man/$page ] || fail "$page is not installed"
    done
fi
for config in digits diabetes gradient_descent composition; do
    bin/nnmpi -q check share/nnmpi/configs/$config.yaml 2>"$work/err" || fail "$config: $(cat "$work/err")"
done
bin/nnmpi -q share/nnmpi/configs/digits.yaml --set training.epochs=1 --set checkpoint.directory="$work/run" >"$work/out" 2>&1 ||
    fail "training: $(cat "$work/out")"

# ---- the data that are not installed: scripts/data, in a copy ----
for script in $(grep -rhoE 'scripts/data/[a-z]+\.sh' share/nnmpi/configs | sort -u); do
    [ -x "share/nnmpi/$script" ] || fail "a configuration names $script, which is not installed"
done
cp -r share/nnmpi "$work/copy" && cd "$work/copy" || exit 1
cat >scripts/data/try.sh <<'S' # like the others, but for what it fetches
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/try.h5
need_nnmpi
printf 'x,y\n1,2\n3,4\n' >"$work/try.csv"
"$nnmpi" import csv "$work/try.csv" --targets y --out data/try.h5
S
try() { PATH=$1:$PATH bash scripts/data/try.sh >"$work/out" 2>&1; }
try "$work/usr/bin" && [ -s data/try.h5 ] || fail "scripts/data in a copy: $(cat "$work/out")"
try "$work/usr/bin" && grep -q 'data/try.h5 is there' "$work/out" || fail "scripts/data, again: $(cat "$work/out")"
mv data elsewhere # as if it were somebody else's
try "$work/usr/bin" && fail "scripts/data without data"
grep -q 'cannot be written to. Copy the folder' "$work/out" || fail "scripts/data without data: $(cat "$work/out")"

# ---- the quickstart builds all that is installed ----
grep -q '^build release --target installed$' "$NNMPI_SOURCE/scripts/quickstart.sh" || fail "quickstart.sh builds another target"
for target in said $(sed -n 's/^ *install(TARGETS \([a-z_]*\) .*/\1/p' "$NNMPI_SOURCE/cmake/install.cmake"); do
    grep -q "^add_dependencies(installed .*\<$target\>" "$NNMPI_SOURCE/cmake/install.cmake" || fail "$target is not built by it"
done
exit $failed
