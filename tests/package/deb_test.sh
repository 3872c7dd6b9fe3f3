#!/bin/bash
# The Debian package: lintian has no error to report, what it depends on is found by its libraries, no file has
# an rpath, and what is unpacked trains the quickstart. As root in a container, or with NNMPI_TEST_INSTALL=1, apt
# installs it too, a new user runs the quickstart, and it is purged (scripts/package.sh --try).
# ctest: LABELS slow TIMEOUT 3600
set -u
for tool in cpack lintian dpkg-deb scdoc; do command -v $tool >/dev/null || exit 77; done
work=$(mktemp -d "${TMPDIR:-/tmp}/nnmpi-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() { echo "FAILED: $*"; failed=1; }

# Not where nnmpi is installed: that one would be purged.
may_install() {
  [ "$(id -u)" = 0 ] && ! dpkg-query -W nnmpi >/dev/null 2>&1 &&
    { [ "${NNMPI_TEST_INSTALL-}" = 1 ] || [ -e /.dockerenv ] || [ -e /run/.containerenv ] || systemd-detect-virt -cq 2>/dev/null; }
}
try=
if may_install; then try=--try; else echo "not installed by apt: neither root in a container nor NNMPI_TEST_INSTALL=1"; fi
"$NNMPI_SOURCE/scripts/package.sh" $try >log 2>&1 || { tail -20 log; exit 1; }
[ -z "$try" ] || { grep -q '^== it works$' log && echo "apt installs it, a new user trains, apt purges it"; } || fail "--try: $(tail -20 log)"
deb=$(ls "$NNMPI_SOURCE"/build-package/nnmpi_*.deb)
dpkg-deb -f "$deb" Depends | grep -q 'libhdf5.*libopenmpi' || fail "depends: $(dpkg-deb -f "$deb" Depends)"
dpkg-deb -x "$deb" root
for file in root/usr/bin/nnmpi "$(ls root/usr/lib/*/libnnmpi.so.0.*)"; do
  readelf -d "$file" | grep -qi 'rpath\|runpath' && fail "$file has an rpath"
done
for file in usr/share/doc/nnmpi/{copyright,changelog.Debian.gz} usr/share/man/man{1/nnmpi.1,5/nnmpi.yaml.5}.gz; do
  [ -s "root/$file" ] || fail "$file is not in it"
done
ROOT=$work/root bash "$NNMPI_SOURCE/scripts/package_try.sh" >out 2>&1 || fail "trying it: $(tail -20 out)"
exit $failed
