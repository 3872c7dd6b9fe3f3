# The sources keep to src/FLOORS, and scripts/check-floors sees it when they do not.
set -u
check=$NNMPI_SOURCE/scripts/check-floors
"$check" || exit 1

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failures=0

# catches NAME FILE LINE WORDS: the line, added to the file in a copy, is refused with the words.
catches() {
  rm -rf "$copy"/* && cp -r "$NNMPI_SOURCE/src" "$NNMPI_SOURCE/include" "$copy"
  mkdir -p "$copy/$(dirname "$2")"
  echo "$3" >>"$copy/$2"
  if output=$("$check" "$copy") || ! grep -q "$2:.*$4" <<<"$output"; then
    echo "not caught: $1: $output"
    failures=1
  fi
}
catches a_climb src/tensor/tensor.c '#include "nnmpi/model.h"' 'a floor above'
catches a_neighbour src/comm/comm.c '#include "nnmpi/store.h"' 'a neighbour'
catches a_climb_in_a_header include/nnmpi/config.h '#include "nnmpi/train.h"' 'a floor above'
catches a_private_header src/base/log.c '#include "../comm/group.h"' 'private header of comm'
catches a_closed_door src/base/log.c '#include <mpi.h>' 'the door to mpi.h'
catches a_closed_door_of_a_folder src/comm/comm.c '#include <Random123/philox.h>' 'the door to Random123'
catches a_header_of_nobody src/base/log.c '#include "nnmpi/nobody.h"' 'no folder'
catches a_folder_on_no_floor src/attic/attic.c '#include <stdio.h>' 'on no floor'
exit $failures
