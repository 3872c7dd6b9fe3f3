# On one host Open MPI does not look for network cards (0.2 s of each start), and without a launcher it
# starts no daemon and looks for no way to others; what the user has chosen is kept.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }
unset OMPI_MCA_pml OMPI_MCA_btl OMPI_MCA_ess_singleton_isolated OMPI_MCA_orte_create_session_dirs
export OMPI_MCA_pml_base_verbose=10
# open_layers COMMAND...: sets `layers` to those that Open MPI opened
open_layers() {
  "$@" -q "$NNMPI_SOURCE/configs/digits.yaml" --set training.epochs=1 --set checkpoint.every=never \
    --set log.directory="$folder/run" >said 2>&1 || fail "$*: $(tail -5 said)"
  layers=$(sed -n 's/.*found loaded component \([a-z0-9]*\)$/\1/p' said | sort -u | tr '\n' ' ')
}

OMPI_MCA_pml=^none open_layers "$NNMPI"
case $layers in
*cm*) ;;
*) echo "not tested: this Open MPI has no layer \"cm\" ($layers)" && exit $failures ;;
esac
for command in "$NNMPI" "mpirun -np 2 $NNMPI"; do
  # shellcheck disable=SC2086
  open_layers $command
  case $layers in
  *cm*) fail "$command looks for network cards: $layers" ;;
  *ob1*) ;;
  *) fail "$command: no layer is left: $layers" ;;
  esac
done
open_layers mpirun --mca pml ob1 -np 2 "$NNMPI"
case $layers in
*cm* | *ucx*) fail "mpirun --mca pml ob1 is not kept: $layers" ;;
*ob1*) ;;
*) fail "mpirun --mca pml ob1: $layers" ;;
esac

OMPI_MCA_btl_base_verbose=10 OMPI_MCA_pml_base_verbose=0 open_layers "$NNMPI"
[ "$layers" = "self " ] || fail "alone, it looks for ways to others: $layers"
OMPI_MCA_btl=self,vader OMPI_MCA_btl_base_verbose=10 OMPI_MCA_pml_base_verbose=0 open_layers "$NNMPI"
[ "$layers" = "self vader " ] || fail "ways that were chosen are not kept: $layers"

# children: what a training alone has started while it is under way
children() {
  "$NNMPI" -q "$NNMPI_SOURCE/configs/digits.yaml" --set training.epochs=100000 --set checkpoint.every=never \
    --set log.directory="$folder/alone" >said 2>&1 &
  local i
  for ((i = 0; i < 600; i++)); do [ -s alone/metrics.csv ] && break; sleep 0.05; done
  started=$(pgrep -l -P $! | tr '\n' ' ')
  kill -KILL $!
  wait $! 2>/dev/null
  rm -r alone
}
OMPI_MCA_pml_base_verbose=0
OMPI_MCA_ess_singleton_isolated=0 children
case $started in
*orted*)
  children
  [ -z "$started" ] || fail "alone, it has started $started" ;;
*) echo "not tested: this Open MPI starts no daemon ($started)" ;;
esac

# Many at once that are alone: no folder of Open MPI is between them. Here it cannot be made.
mkdir between
for name in "$(uname -n)" "$(uname -n | cut -d. -f1)"; do : >"between/ompi.$name.$(id -u)"; done
TMPDIR=$PWD/between "$NNMPI" check "$NNMPI_SOURCE/configs/digits.yaml" >run.log 2>&1 ||
  fail "alone, it needs a folder that others share: $(tail -n 5 run.log)"
exit $failures
