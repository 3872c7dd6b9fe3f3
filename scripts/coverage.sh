#!/usr/bin/env bash
# coverage.sh: runs the tests in a build with counters and says, file by file, which part of the
# lines of src/ ran. A source compiled twice (float, double) counts a line when either ran it.
# The annotated lines are in build-coverage/lines.txt ("0 FILE:LINE" never ran).
set -u
cd "$(dirname "$0")/.." || exit 1
command -v gcov >/dev/null || { echo "gcov is not installed (it comes with gcc)"; exit 1; }
find build-coverage -name '*.gcda' -delete 2>/dev/null
./scripts/test.sh --preset coverage "$@"
code=$?

cd build-coverage || exit 1
# gcov -t prints "COUNT: LINE: text", after a head that names the source; ##### is a line not run.
find . -name '*.gcda' -path '*src*' -print0 | xargs -0 -n 1 gcov -t 2>/dev/null |
  awk -F: -v root="$(cd .. && pwd)/" '
    $2 + 0 == 0 && $3 == "Source" { file = $4; sub(root, "", file); next }
    file !~ /^src\// || $1 ~ /-/ { next }
    { line = file ":" ($2 + 0); ran[line] += ($1 !~ /[#=]/) }
    END { for (line in ran) print (ran[line] > 0), line }' | sort -k2 >lines.txt
echo
awk '{ file = $2; sub(/:.*/, "", file); all[file]++; ran[file] += $1; n++; r += $1 }
  END { for (file in all) printf "%5.1f %%  %5d lines  %s\n", 100 * ran[file] / all[file], all[file], file
        printf "%5.1f %%  %5d lines  all\n", n ? 100 * r / n : 0, n }' lines.txt | sort -n
exit $code
