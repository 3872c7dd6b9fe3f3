# For the tests of training.shards.

# part N FOLDER PART RANKS ARGUMENTS...: shards_tool on N ranks; its numbers are added to FOLDER.txt
part() {
    local n=$1 folder=$2
    shift 2
    mkdir -p "$folder"
    timeout 3000 mpirun -np "$n" "$NNMPI_TOOLS/shards_tool" data.h5 "$folder" "$@" >>"$folder.txt" 2>run.log ||
        fail "$folder, $n ranks: $(tail -40 run.log)"
}

# weights FOLDER: those of all its networks, into FOLDER.txt
weights() {
    for checkpoint in "$1"/*/; do
        "$NNMPI_TOOLS/weights_tool" "$checkpoint" | sed "s|^|$(basename "$checkpoint") |" >>"$1.txt"
    done
}

# shards N ARGUMENTS...: numbers in npN.txt, checkpoints in npN
shards() {
    local n=$1
    shift
    rm -f "np$n.txt"
    part "$n" "np$n" whole "$n" "$@"
    weights "np$n"
}

# resumed A B ARGUMENTS...: the same, stopped on A ranks and gone on with on B, in npA-B
resumed() {
    local a=$1 b=$2 most
    shift 2
    most=$((a > b ? a : b))
    rm -rf "np$a-$b" "np$a-$b.txt"
    part "$a" "np$a-$b" first $most "$@"
    part "$b" "np$a-$b" rest $most "$@"
    weights "np$a-$b"
}

# equal N...: what N ranks did is what 1 rank did, for all networks that N ranks trained; A-B: resumed
equal() {
    local n
    for n; do
        local kinds
        kinds=$(cut -d' ' -f1 "np$n.txt" | sort -u)
        grep -F -w "$kinds" np1.txt | sort -u >expected.txt
        sort -u "np$n.txt" >found.txt
        [ -s expected.txt ] && cmp -s expected.txt found.txt ||
            fail "$n ranks: $(diff expected.txt found.txt | head -8)"
        echo "$n ranks: $(echo "$kinds" | wc -l) networks, $(wc -l <"np$n.txt") numbers and arrays equal"
    done
}
