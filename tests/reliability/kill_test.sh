#!/bin/bash
# Whatever is killed, whenever: a few times of what `scripts/reliability.sh kill` does 500 times.
# ctest: TIMEOUT 600
EPOCHS=4 exec bash "$NNMPI_SOURCE/scripts/reliability/kill.sh" 3 "${1:-1}"
