#!/bin/bash
# Every command in README.md and docs/*.md runs, but for those that tests/docs/run.py lists with the reason.
# ctest: LABELS slow TIMEOUT 3600
command -v python3 >/dev/null || exit 77
exec python3 "$NNMPI_SOURCE/tests/docs/run.py"
