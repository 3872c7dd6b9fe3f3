#!/bin/bash
# All of `scripts/reliability.sh signals`: the job's time takes its time.   ctest: LABELS slow TIMEOUT 600
NNMPI_RELIABILITY_ALL=1 exec bash "$NNMPI_SOURCE/tests/reliability/signals_test.sh"
