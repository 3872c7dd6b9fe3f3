# For the scripts of this folder: a small classification, sweeps of it, tables without times.
. "$NNMPI_SOURCE/tests/train/common.sh"
"$NNMPI_TOOLS/make_data_tool" data.h5 203 7 4
cat >run.yaml <<Y
data:
  train: {file: data.h5, inputs: /train/x, targets: /train/labels}
  validation: {file: data.h5, inputs: /validation/x, targets: /validation/labels}
model: {layers: [{type: dense, units: 16, activation: tanh}, {type: dense, units: 4, activation: softmax}]}
training:
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
  batch_size: 32
  shards: 2
  epochs: 3
checkpoint: {directory: own, every: never}
log: {console: off}
Y

# sweep N FOLDER ARGUMENT...: on N ranks; the exit code is the program's
sweep() {
    local launch="mpirun -np $1" folder=$2
    [ "$1" = 1 ] && launch=""
    shift 2
    timeout 200 $launch "$NNMPI" sweep run.yaml --out "$folder" "$@" >run.log 2>&1
}

# The table without its seconds, the last but two columns before the reason.
table() { python3 - "$1/sweep.csv" <<'P'
import csv, sys
for row in csv.reader(open(sys.argv[1])): print(*(row[:-3] + row[-2:]), sep=',')
P
}

same_table() {
    table "$1" >a.csv
    table "$2" >b.csv
    [ "$(wc -l <a.csv)" -gt 1 ] && cmp -s a.csv b.csv || fail "$3: $(diff a.csv b.csv)"
    echo "$3: $(($(wc -l <a.csv) - 1)) trials equal"
}
