# For the scripts of this folder: a scratch folder, runs of nnmpi, comparisons.
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-train.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# run N CONFIG [--set ...]: on N ranks, quietly, at most 300 s; the output in run.log. One rank needs no
# mpirun.
run() {
    local launch="mpirun -np $1"
    [ "$1" = 1 ] && launch=""
    shift
    timeout 300 $launch "$NNMPI" -q "$@" >run.log 2>&1
}

fail() {
    echo "FAILED: $*"
    failed=1
}

# same_losses A B TOLERANCE WHAT: the steps.csv of two run folders, step for step
same_losses() {
    local lines
    lines=$(wc -l <"$1/steps.csv")
    [ "$lines" -gt 1 ] || fail "$4: no steps in $1"
    [ "$lines" = "$(wc -l <"$2/steps.csv")" ] || fail "$4: other numbers of steps"
    paste -d, "$1/steps.csv" "$2/steps.csv" | awk -F, -v t="$3" -v what="$4" '
        NR > 1 { d = $2 - $4; if (d < 0) d = -d; s = $2 < 0 ? -$2 : $2; if (s < 1) s = 1
                 if (!(d <= t * s) || $1 != $3) bad = bad "\n  step " $1 ": " $2 " and " $4
                 if (d / s > worst) worst = d / s }
        END { printf "%-60s largest difference %.1e\n", what, worst; if (bad) { print bad; exit 1 } }' ||
        fail "$4"
}

# same_bits A B WHAT: weights and optimizer slots of the newest checkpoints of two run folders
same_bits() {
    "$NNMPI_TOOLS/weights_tool" "$1" >"$work/a.bits" && "$NNMPI_TOOLS/weights_tool" "$2" >"$work/b.bits" ||
        fail "$3: no checkpoint"
    if [ -s "$work/a.bits" ] && cmp -s "$work/a.bits" "$work/b.bits"; then
        echo "$3: $(wc -l <"$work/a.bits") arrays equal"
    else
        fail "$3: the bits differ: $(diff "$work/a.bits" "$work/b.bits" | head -n 20)"
    fi
}
