#!/bin/bash
# Every command line of nnmpi in README.md and docs/*.md is one that it takes.
command -v python3 >/dev/null || exit 77
exec python3 "$NNMPI_SOURCE/tests/docs/parse.py"
