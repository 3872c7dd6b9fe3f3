#!/bin/bash
# The completion of bash and zsh: commands, options of each, keys after --set, topics of help, formats of import.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
"$NNMPI" completion bash >script || exit 1
"$NNMPI" completion fish >out 2>err
[ $? = 2 ] && grep -q "bash and zsh" err || { echo "FAILED: fish: $(cat err)"; exit 1; }
touch digits.yaml notes.txt
. ./script
compopt() { :; } # only while a completion is under way
failed=0
# completes EXPECTED WORD...: the last word is completed; EXPECTED is among the answers
completes() {
  local expected=$1
  shift
  COMP_WORDS=(nnmpi "$@") COMP_CWORD=$#
  _nnmpi
  printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "$expected" ||
    { echo "FAILED: nnmpi $*: no '$expected' in: ${COMPREPLY[*]}"; failed=1; }
}
completes check ch
completes digits.yaml di
completes --gradients check --gr
completes --profile digits.yaml --prof
completes --out import --o
completes --version eval --v
completes training.optimizer= digits.yaml --set training.opt
completes data.train.file= digits.yaml --set data.train.f
completes training.optimizer.learning_rate= digits.yaml --set training.optimizer.l
completes training.learning_rate_schedule.warmup_steps= digits.yaml --set training.learning_rate_schedule.
completes training.optimizer.type= digits.yaml --set training.optimizer.t
completes adam digits.yaml --set training.optimizer = ad
completes adam digits.yaml --set training.optimizer.type = a
completes mean_squared_error digits.yaml --set training.loss =
completes true digits.yaml --set data.shuffle = t
completes 'model.layers[1].units=' digits.yaml --set 'model.layers[1].un'
completes 'model.layers[1].activation=' digits.yaml --set 'model.layers[1].act'
completes lstm digits.yaml --set 'model.layers[0].type' = ls
completes gelu digits.yaml --set 'model.layers[1].activation' = ge
completes relu digits.yaml --set 'model.layers[1].activation.type' = re
[[ " ${COMPREPLY[*]} " != *" repeat "* ]] || { echo "FAILED: the layers are shown as activations"; failed=1; }
completes halving sweep a.yaml --method ha
completes validation eval run --split v
completes always eval run --color al
completes lstm help ls
completes losses help los
completes exit-codes help ex
completes training.batch_size help training.b
completes zsh completion z
completes csv import c

# ---- each word of a list once ----
for list in commands common keys layer_keys topics formats; do
  name=_nnmpi_$list
  tr ' ' '\n' <<<"${!name}" | sort | uniq -d | sed "s/^/$list: /"
done >twice
grep -o '^    .*) echo' script | sort | uniq -d >>twice
sed -n 's/^    \(.*) echo ".*"\) ;;$/\1/p' script | while read -r line; do
  tr -s ' "' '\n' <<<"$line" | sort | uniq -d | sed "s/$/ in ${line%%)*}/"
done >>twice
[ -s twice ] && { echo "FAILED: twice: $(head -20 twice)"; failed=1; }

# ---- zsh: what it would add, by a compadd that prints ----
command -v zsh >/dev/null || exit $failed
"$NNMPI" completion zsh >_nnmpi || exit 1
[ "$(head -1 _nnmpi)" = "#compdef nnmpi" ] || { echo "FAILED: first line: $(head -1 _nnmpi)"; failed=1; }
# zsh_completes EXPECTED WORD...
zsh_completes() {
  local expected=$1
  shift
  zsh -f -c 'compdef() { : }; _files() { print -l -- *.y*ml }
    compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- "$@" }
    source ./_nnmpi; words=(nnmpi "$@"); CURRENT=$#words; _nnmpi' zsh "$@" >answers 2>&1
  grep -qxF -- "$expected" answers || { echo "FAILED: zsh: nnmpi $*: no '$expected' in: $(head -c 300 answers)"; failed=1; }
}
zsh_completes check ch
zsh_completes digits.yaml di
zsh_completes --gradients check --gr
zsh_completes --quiet eval --q
zsh_completes training.optimizer= digits.yaml --set training.opt
zsh_completes training.optimizer.learning_rate= digits.yaml --set training.optimizer.l
zsh_completes training.optimizer=adam digits.yaml --set training.optimizer=ad
zsh_completes 'model.layers[1].units=' digits.yaml --set 'model.layers[1].un'
zsh_completes 'model.layers[0].type=lstm' digits.yaml --set 'model.layers[0].type=ls'
zsh_completes halving sweep a.yaml --method ha
zsh_completes lstm help ls
zsh_completes exit-codes help ex
zsh_completes csv import c
exit $failed
