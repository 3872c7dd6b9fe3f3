#!/usr/bin/env bash
# format.sh: clang-format over the C sources, in place; with --check only says which are not.
set -u
cd "$(dirname "$0")/.." || exit 1
command -v clang-format >/dev/null || { echo "clang-format is not installed (apt-get install clang-format)"; exit 1; }
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
find src include tests -name '*.[ch]' -print0 | xargs -0 clang-format "${mode[@]}"
