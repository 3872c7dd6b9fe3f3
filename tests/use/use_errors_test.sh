#!/bin/bash
# What eval and predict say when something is wrong, some of it on 3 ranks too; nothing is left behind.
# ctest: TIMEOUT 900
. "$NNMPI_SOURCE/tests/use/common.sh"

sed "s|\.\./data|$NNMPI_SOURCE/data|; s|epochs: 30|epochs: 1|; s|\.\./runs/digits|$work/digits|" \
  "$NNMPI_SOURCE/configs/digits.yaml" >digits.yaml
on 1 -q digits.yaml || fail "$(cat out err)"

# ---- the checkpoint ----
says 66 'there is no such file or run folder' eval nothing
says 66 'there is no latest.h5 in this folder; is it a run folder?' eval .
# a run before its first checkpoint, a sweep, a configuration, a table
mkdir begun && touch begun/config.yaml
cp -r digits best_only && ln -sfn "$(readlink digits/latest.h5)" best_only/best.h5 && rm best_only/latest.h5
says 0 'accuracy' eval best_only --best
says 66 'best_only: the run has ended, and has no checkpoint here' eval best_only
cp -r digits dangling && rm dangling/*_0*.h5
says 66 'dangling/latest.h5 is a link to step_[0-9]*.h5, which is not there' eval dangling
cp -r digits no_best && rm no_best/best.h5
says 66 'no_best: there is no best.h5 in this folder: the run had no checkpoint.best' eval no_best --best
says 66 'begun: the run has no checkpoint yet' eval begun
says 66 'begun: the run has no checkpoint yet' export begun --onnx begun.onnx
"$NNMPI" -q sweep "$NNMPI_SOURCE/configs/digits.yaml" --set training.epochs=1 --set training.optimizer.learning_rate=1e-9,0.05 --out tried >/dev/null || failed=1
says 66 'tried: this is the folder of a sweep; name one of its trials, such as tried/trial_000' predict tried --data "$digits" --out no.h5
says 65 'digits.yaml: this is a configuration; the run folder that training made of it' eval "$NNMPI_SOURCE/configs/digits.yaml"
printf 'a,b\n1,2\n' >table.csv
says 65 'table.csv: this is not an HDF5 file; a table comes into HDF5 by `nnmpi import csv`' predict digits --data table.csv --out no.h5
says 2 '\-\-best chooses in a run folder' eval digits/latest.h5 --best
says 65 'not a checkpoint of nnmpi' eval "$digits"
cp digits/latest.h5 damaged.h5
"$tool" flip damaged.h5 20000
says 65 'damaged' eval damaged.h5
ranks_said="1 3"
says 65 'damaged' predict damaged.h5 --data "$digits" --out no.h5

says 66 'a configuration file is expected, this is a folder; did you mean digits/config.yaml?' digits
says 66 'tried: this is the folder of a sweep; name one of its trials' watch tried --once
cp -r digits closed && chmod 0 closed
[ "$(id -u)" = 0 ] || says 66 'closed/latest.h5: Permission denied' eval closed # root may enter any folder
chmod 700 closed

# ---- the data ----
# by other names: of a run whose validation is a part of its training data, too
says 0 'accuracy' eval digits --split validation --inputs /train/images --targets /train/labels
says 66 'there is no such file' eval digits --data nothing.h5
ranks_said=1
"$tool" spoil "$digits" /test/images -1 bare.h5
says 66 'there is no data set called targets, y, Y, labels, label or target in' eval digits --data bare.h5
says 66 '^  (--targets NAME names another)' eval digits --data bare.h5
says 66 '^  (--targets NAME names another)' eval digits --targets /q
says 66 '^  (--inputs NAME names another)' predict digits --data bare.h5 --inputs q --out no.h5
sed "s|$digits|$work/gone.h5|" digits.yaml >gone.yaml && cp "$digits" gone.h5
on 1 -q gone.yaml --set checkpoint.directory=gone || fail "$(cat out err)"
rm gone.h5
says 66 '^  (the data of the run; --data FILE names others)' eval gone
"$tool" spoil "$digits" /test/images 357 nan.h5
ranks_said="1 3"
says 65 'nan.h5: data set /x: row 357 at (0, 3) is nan' predict digits --data nan.h5 --out no.h5
ranks_said=1
"$NNMPI_TOOLS/make_data_tool" shape.h5 20 6 3
says 65 'samples of shape (6); the model was trained on samples of shape (8, 8)' predict digits --data shape.h5 --out no.h5
says 66 'there is no data set /test/image; there are /test/images' predict digits --data "$digits" --inputs /test/image --out no.h5
/usr/bin/python3 -c 'import h5py; h5py.File("only_train.h5", "w")["/train/images"] = [[0.0] * 64]'
says 66 'inputs, x, X, data, images, features or text in /test or /; there is /train/images' predict digits --data only_train.h5 --out no.h5
says 66 '^  (--inputs NAME names another)' predict digits --data only_train.h5 --out no.h5
says 2 'did you mean `test`' eval digits --split tast
says 2 'the model was trained without data.test' eval digits --split test --set data.test=null

# ---- the file ----
on 1 -q digits.yaml --set checkpoint.directory=three --set training.max_steps=3 || fail "$(cat out err)"
touch there.h5
mkdir folder
for force in '' --force; do
  # shellcheck disable=SC2086
  says 73 'folder: a file is to be written, this is a folder' predict digits --data "$digits" --out folder $force
done
says 73 'folder: a file is to be written, this is a folder' report digits --out folder
rmdir folder || fail "something was written into the folder"
says 0 'digits after 3 steps' eval three
says 73 'there.h5: it exists already; --force replaces it' predict digits --data "$digits" --out there.h5
ranks_said="1 3"
says 73 'no/such/folder/x.h5' predict digits --data "$digits" --out no/such/folder/x.h5
ranks_said=1
says 2 'wants --data FILE and --out FILE' predict digits --out x.h5
says 73 'no/such.json cannot be written' eval digits --json no/such.json
says 0 'is written' predict digits --data "$digits" --out there.h5 --force
[ -z "$(ls ./*.tmp no.h5 2>/dev/null)" ] || fail "left behind: $(ls ./*.tmp no.h5)"
exit $failed
