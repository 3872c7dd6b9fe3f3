# For the tests of training.shards.

# shards N ARGUMENTS...: shards_tool on N ranks; numbers in npN.txt, checkpoints in npN
shards() {
    local n=$1
    shift
    mkdir -p "np$n"
    timeout 3000 mpirun -np "$n" "$NNMPI_TOOLS/shards_tool" data.h5 "np$n" "$@" >"np$n.txt" 2>run.log ||
        fail "$n ranks: $(tail -40 run.log)"
    for checkpoint in "np$n"/*/; do
        "$NNMPI_TOOLS/weights_tool" "$checkpoint" | sed "s|^|$(basename "$checkpoint") |" >>"np$n.txt"
    done
}

# equal N...: what N ranks did is what 1 rank did, for all networks that N ranks trained
equal() {
    local n
    for n; do
        local kinds
        kinds=$(cut -d' ' -f1 "np$n.txt" | sort -u)
        grep -F -w "$kinds" np1.txt >expected.txt
        [ -s expected.txt ] && cmp -s expected.txt "np$n.txt" ||
            fail "$n ranks: $(diff expected.txt "np$n.txt" | head -8)"
        echo "$n ranks: $(echo "$kinds" | wc -l) networks, $(wc -l <"np$n.txt") numbers and arrays equal"
    done
}
