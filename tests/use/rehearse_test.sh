#!/bin/bash
# check ends as training would have: it looks at the checkpoint that training would go on from, at checkpoint.resume
# and at model.init_from, without changing anything; what is not as it was is warned of, by training too.
# ctest: TIMEOUT 900
. "$NNMPI_SOURCE/tests/use/common.sh"
sed "s|\.\./data|$NNMPI_SOURCE/data|; s|\.\./runs/digits|$work/run|; s|epochs: 30|epochs: 2|" "$NNMPI_SOURCE/configs/digits.yaml" >ok.yaml
on 1 -q ok.yaml || fail "$(cat out err)"
rm run/summary.json # of a run that has not ended
ls -l --time-style=full-iso run >before
ranks_said="1 3"
says 0 'training would go on from .*/run/step_0000000042.h5: epoch 2, step 42' check ok.yaml
says 0 'nothing is wrong with it' check ok.yaml --ranks 8 --set data.scale=6.25e-2 # the same number
[ "$(grep -c warning err)" = 0 ] || fail "a warning: $(cat err)"

# both CODE WORDS OPTION...: check and training end with CODE and say WORDS
both() {
  local code=$1 words=$2
  shift 2
  says "$code" "$words" check ok.yaml "$@"
  says "$code" "$words" ok.yaml "$@"
}
both 78 'another model: it has probs/kernel (96, 10)' --set 'model.layers[4]={type: dense, units: 11, activation: softmax, name: probs}'
both 78 'the checkpoint has optimizer sgd, the configuration adam' --set training.optimizer=adam
both 78 'was trained with seed 1, not 7' --set seed=7
grep -q '^  give the same, another checkpoint.directory or checkpoint.resume: never' err || fail "no advice: $(cat err)"
both 66 'there is no file true; auto, required, never or a checkpoint is expected' --set checkpoint.resume=true
grep -q '^  (--set checkpoint.resume=true)' err || fail "no place: $(cat err)"
both 66 'there is no complete checkpoint in this folder' --set checkpoint.directory=other --set checkpoint.resume=required
both 66 'nosuch.h5: there is no such file' --set checkpoint.directory=other --set model.init_from=nosuch.h5
grep -q '^  (--set model.init_from=nosuch.h5)' err || fail "no place: $(cat err)"
ls -l --time-style=full-iso run | diff before - || fail "check or a training that was refused has changed the run folder"
rm -rf other
ranks_said=1
says 0 'epoch 2, step 42; nothing would be left to do' check ok.yaml
on 1 -q ok.yaml --set checkpoint.directory=mid --set training.max_steps=30 || fail "$(cat out err)"
both 78 'was written in mid-epoch with other training.metrics' --set checkpoint.directory=mid --set 'training.metrics=[accuracy, mean_absolute_error]'
both 78 'was written in mid-epoch with training.batch_size 64, not 32' --set checkpoint.directory=mid --set training.batch_size=32
says 0 'epoch 1, step 30$' check ok.yaml --set checkpoint.directory=mid
says 0 'nothing is wrong' check ok.yaml --set checkpoint.directory=mid --set training.class_weight=null
ranks_said="1 3"
HOME=$work on 1 -q check ok.yaml --set 'checkpoint.resume=~/run' || fail "~/: $(cat out err)"
says 0 '8 of 8 weights from .*/run' check ok.yaml --set checkpoint.directory=other --set model.init_from=run
ranks_said=1
says 0 '8 of 8 weights from .*/run' ok.yaml --set checkpoint.directory=other --set model.init_from=run --set training.max_steps=1
[ -e other/latest.h5 ] || fail "init_from a run folder"

# what makes other numbers of the same data, or is another goal: it may be meant
for what in 'data.scale is 1; .*/step_0000000042.h5 was trained with 0.0625:data.scale=1' \
  'data.normalize is not what .*/step_0000000042.h5 was trained with:data.normalize=standard' \
  'training.loss is not what .*/step_0000000042.h5 was trained with:training.loss=focal'; do
  says 0 "warning: ${what%%:*}" check ok.yaml --set "${what#*:}"
  grep -q 'it can be trained; 1 warning: see above' out err || fail "$(cat err)"
  cp -r run part
  says 0 "warning: ${what%%:*}" ok.yaml --set checkpoint.directory=part --set training.epochs=3 --set "${what#*:}"
  rm -rf part
done

# all are damaged: it is said that training begins anew
ranks_said="1 3"
for file in run/step*.h5; do truncate -s 1000 "$file"; done
says 0 'no checkpoint in this folder is complete: training begins anew' check ok.yaml
ranks_said=1
says 0 'no checkpoint in this folder is complete: training begins anew' ok.yaml --set training.max_steps=1
exit $failed
