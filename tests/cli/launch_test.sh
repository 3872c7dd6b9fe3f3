# On one host Open MPI does not look for network cards (0.2 s of each start); a layer "pml" that the
# user has chosen is kept.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0
fail() { echo "FAILED: $*"; failures=1; }
unset OMPI_MCA_pml
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
exit $failures
