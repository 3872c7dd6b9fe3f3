#!/bin/bash
# Job scripts, where commands of a few lines play the batch systems: what the ranks are told of the job's end,
# what is made of exit code 75 and of TERM, and what `nnmpi slurm` warns of. On a real Slurm: tests/slurm.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }

# ---- the players ----
mkdir bin
player() { # NAME: its body from stdin; what it was called with goes to NAME.args
  { printf '#!/bin/bash\nprintf "%%s\\n" "$*" >>"%s/%s.args"\n' "$folder" "$1"; cat; } >"bin/$1"
  chmod +x "bin/$1"
}
player squeue <<'P'
case "$*" in *%r*) echo "${STATE-RUNNING None}"; exit ;; esac
[ -z "${ASKED_FOR-}" ] || { echo yes >asked; sleep "$ASKED_FOR"; }
[ -z "${ENDS-}" ] || printf "%s\n" "$ENDS"
P
player qstat <<<'printf "Job Id: 7\n    Resource_List.ncpus = 4\n    Resource_List.walltime = %s\n" "$WALLTIME"'
player bjobs <<<'echo "$LEFT"'
player qsub </dev/null
player scontrol <<<'exit 1' # a true one ends the script
player srun <<<'echo "${NNMPI_END_TIME-}" >end; exit "$CODE"'
player mpirun <<'P'
echo "${NNMPI_END_TIME-}" >end
[ -z "${WAITS-}" ] && exit "$CODE"
trap 'exit 75' USR1
trap 'exit 143' TERM
echo $$ >waits
while :; do sleep 0.05; done
P
export PATH="$folder/bin:$PATH" CODE=0 NNMPI
unset SLURM_JOB_END_TIME SLURM_RESTART_COUNT NNMPI_END_TIME NNMPI_RESTARTS

# ---- Slurm ----
cat >run.yaml <<'Y'
data: {train: {file: data.h5, inputs: /train/x, targets: /train/y}}
model: {layers: [{type: dense, units: 4}]}
training: {loss: mean_squared_error, epochs: 1}
checkpoint: {directory: run}
Y
"$NNMPI_TOOLS/make_data_tool" data.h5 40 6 4
for launcher in srun mpirun; do
  "$NNMPI" slurm run.yaml --launcher $launcher >printed_$launcher.sh 2>err || fail "nnmpi slurm: $(cat err)"
  [ -s err ] && fail "nnmpi slurm warns: $(cat err)"
done
export SLURM_JOB_ID=12 SLURM_ARRAY_JOB_ID=11 SLURM_ARRAY_TASK_ID=1 SLURM_JOB_NAME=array SLURM_SUBMIT_DIR=$folder
ends() { # WHAT SCRIPT END
  rm -f end
  bash "$2" run.yaml >out 2>&1 || fail "$2: exit $?: $(cat out)"
  [ "$(cat end)" = "$3" ] || fail "$2, $1: the job ends at \"$(cat end)\", not \"$3\": $(cat out)"
}
for script in "$NNMPI_SOURCE"/scripts/slurm/{srun,mpirun,array}.sh printed_srun.sh printed_mpirun.sh; do
  ENDS=2031-02-03T04:05:06 ends "squeue says so" "$script" "$(date -d 2031-02-03T04:05:06 +%s)"
  SLURM_JOB_END_TIME=1999999999 ends "Slurm says so" "$script" 1999999999
  NNMPI_END_TIME=1 ENDS=2031-02-03T04:05:06 ends "another job's" "$script" "$(date -d 2031-02-03T04:05:06 +%s)"
  for nothing in "" NONE N/A; do
    ENDS=$nothing ends "squeue says \"$nothing\"" "$script" ""
  done
  rm -f scontrol.args
  for code in 0 1 75; do
    CODE=$code bash "$script" run.yaml >out 2>&1
    [ $? = $code ] || fail "$script: $code is not handed on"
  done
  [ "$(wc -l <scontrol.args)" = 1 ] || fail "$script: put back $(wc -l <scontrol.args) times, not once: $(cat scontrol.args)"
  SLURM_RESTART_COUNT=10 CODE=75 bash "$script" run.yaml >out 2>&1
  [ "$(wc -l <scontrol.args)" = 1 ] || fail "$script: put back for the eleventh time"
  for state in "COMPLETING None" "PENDING BeginTime" "CANCELLED None" ""; do # cancelled, put back by others, not known
    STATE=$state CODE=75 bash "$script" run.yaml >out 2>&1
    [ $? = 75 ] && [ "$(wc -l <scontrol.args)" = 1 ] || fail "$script: put back though it is \"$state\""
  done
  STATE="COMPLETING TimeLimit" CODE=75 bash "$script" run.yaml >out 2>&1
  [ "$(wc -l <scontrol.args)" = 2 ] || fail "$script: not put back at its time limit: $(cat out)"
done
grep -q -- '-j 11_1 ' squeue.args || fail "array.sh asks for another job's end: $(sort -u squeue.args)"

# USR1 and TERM, to the script or to its whole group: mpirun has USR1, for which its ranks have as long as they need.
# It has it late enough to listen, also if the signal came first. (SECONDS: as if the script had begun so long ago.)
there() { # FILE
  local i
  for ((i = 0; i < 1200; i++)); do [ -s "$1" ] && return; sleep 0.05; done
  fail "no $1: $(cat out)"
}
lives() { grep -q '^State:[[:space:]]*[^ZX]' "/proc/$(cat waits)/status" 2>/dev/null; }
for script in "$NNMPI_SOURCE/scripts/slurm/mpirun.sh" printed_mpirun.sh; do
  for way in "USR1 " "TERM " "TERM -"; do
    signal=${way% *} group=${way#* }
    rm -f waits scontrol.args
    SECONDS=100 WAITS=yes setsid bash "$script" run.yaml >out 2>&1 &
    there waits
    kill -$signal -- "$group$!"
    wait $!
    code=$?
    [ $code = 75 ] || fail "$way to $script: exit $code: $(cat out)"
    [ -e scontrol.args ] || fail "$way to $script: it is not put back"
  done
  rm -f waits asked scontrol.args
  SECONDS=3 ASKED_FOR=1 WAITS=yes bash "$script" run.yaml >out 2>&1 &
  there asked
  kill -USR1 $!
  wait $!
  code=$?
  [ $code = 75 ] && [ -e scontrol.args ] || fail "USR1 to $script before mpirun has started: exit $code: $(cat out)"
  setpriv --pdeathsig TERM true 2>/dev/null || continue
  # killed: mpirun is told, and gone, or only waits to be counted
  rm -f waits
  WAITS=yes bash "$script" run.yaml >out 2>&1 &
  there waits
  kill -KILL $!
  for ((i = 0; i < 200; i++)); do lives || break; sleep 0.05; done
  ! lives || { fail "$script: mpirun outlives it"; kill -KILL "$(cat waits)"; }
done

# ---- PBS runs a copy of the script ----
cp "$NNMPI_SOURCE/scripts/pbs.sh" spooled
export PBS_O_WORKDIR=$folder PBS_JOBID=7 CONFIG=run.yaml WALLTIME=04:08:09
pbs() { # CODE [VARIABLE=VALUE]...
  local code=$1 got=0
  shift
  rm -f qsub.args mpirun.args
  env CODE="$code" "$@" bash spooled >out 2>&1 || got=$?
  [ $got = "$code" ] || fail "pbs.sh: exit $got, not $code: $(cat out)"
}
begin=$(date +%s)
pbs 0 SCRIPT=/where/pbs.sh
took=$(($(cat end) - begin - 4 * 3600 - 8 * 60 - 9))
[ $took -ge 0 ] && [ $took -le 60 ] || fail "pbs.sh: the job ends $took s late"
grep -q 'run.yaml --set training.max_time=auto$' mpirun.args || fail "pbs.sh: mpirun $(cat mpirun.args)"
[ ! -e qsub.args ] || fail "pbs.sh: qsub after 0"
pbs 75 SCRIPT=/where/pbs.sh START=10
[ "$(cat qsub.args)" = "-v CONFIG=run.yaml,SCRIPT=/where/pbs.sh,START=11,NNMPI=$NNMPI -l walltime=04:08:09 /where/pbs.sh" ] ||
  fail "pbs.sh: qsub $(cat qsub.args)"
pbs 75 SCRIPT=/where/pbs.sh START=11
[ ! -e qsub.args ] || fail "pbs.sh: qsub for the eleventh time"
pbs 75
[ ! -e qsub.args ] && grep -q 'SCRIPT' out || fail "pbs.sh without SCRIPT: $(cat out)"
pbs 0 WALLTIME=
[ -z "$(cat end)" ] || fail "pbs.sh without walltime: ends at $(cat end)"

# ---- LSF ----
begin=$(date +%s)
LSB_JOBID=3 LEFT="1:08 L" bash "$NNMPI_SOURCE/scripts/lsf.sh" >out 2>&1 || fail "lsf.sh: $(cat out)"
took=$(($(cat end) - begin - 3600 - 8 * 60))
[ $took -ge 0 ] && [ $took -le 60 ] || fail "lsf.sh: the job ends $took s late"
LSB_JOBID=3 LEFT=- CODE=75 bash "$NNMPI_SOURCE/scripts/lsf.sh" >out 2>&1
[ $? = 75 ] && [ -z "$(cat end)" ] || fail "lsf.sh without a limit: ends at $(cat end): $(cat out)"

# ---- where a job that is put back would begin ----
warns() { # WORDS [OPTION]...; "": not at all
  local words=$1
  shift
  "$NNMPI" slurm run.yaml "$@" >printed 2>err || fail "nnmpi slurm $*: $(cat err)"
  if [ -n "$words" ]; then grep -q -- "$words" err; else [ ! -s err ]; fi || fail "nnmpi slurm $*: no \"$words\": $(cat err)"
}
mkdir run
warns "" --set checkpoint.resume=required
warns 'there is no section `checkpoint`' --set checkpoint=null
warns 'resume is "never".*begins anew' --set checkpoint.resume=never
warns 'resume is "other/step_0000000007.h5".*begins there' --set checkpoint.resume=other/step_0000000007.h5
warns 'resume is "other/latest.h5".*begins there' --set checkpoint.resume=other/latest.h5
warns 'resume is "run/step_0000000007.h5".*begins there' --set checkpoint.resume=run/step_0000000007.h5
for newest in run "$folder/run" latest.h5 run/latest.h5; do
  warns "" --set checkpoint.resume=$newest
done
exit $failures
