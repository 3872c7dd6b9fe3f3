# Every rank saves, loads and fails together (see checkpoint_ranks_tool.c).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for ranks in 1 3; do
  timeout 60 mpirun -np $ranks "$NNMPI_TOOLS/checkpoint_ranks_tool" "$folder/run$ranks"
  [ -f "$folder/run$ranks/best.h5" ]
done
cmp "$folder/run1/one.h5" "$folder/run3/one.h5" # nothing in it depends on the number of ranks
