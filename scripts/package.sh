#!/usr/bin/env bash
# package.sh: makes build-package/nnmpi_*.deb, and has lintian look at it.
#   --try    then installs it by apt, runs the quickstart from it as a user who was made for that, and purges
#            it again; as root only
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh
try=no
case ${1-} in
  '') ;;
  --try) try=yes ;;
  *) sed -n '2,5s/^# \{0,1\}//p' "$0"; [ "$1" = --help ] && exit 0; exit 2 ;;
esac
[ $try = no ] || [ "$(id -u)" = 0 ] || { echo "package.sh --try installs and makes a user: run it as root"; exit 2; }
[ $try = no ] || [ -n "$(missing_packages nnmpi)" ] || { echo "package.sh --try would purge the nnmpi that is installed"; exit 2; }

# shellcheck disable=SC2086
install_packages $packages_to_build $packages_to_package
rm -f build-package/nnmpi_*.deb
build package
say "packing"
(cd build-package && cpack -G DEB) || exit 1
deb=$(ls "$PWD"/build-package/nnmpi_*.deb)
say "lintian: errors are fatal"
lintian --fail-on error "$deb" || exit 1
[ $try = yes ] || { say "sudo apt install $deb"; exit 0; }

user=nnmpi-try
say "installing it, and running it as the new user $user"
new=$(apt-get -s install "$deb" | sed -n 's/^Inst \([^ ]*\) (.*/\1/p' | grep -vx nnmpi) # others may install meanwhile
apt-get -q -y -o DPkg::Lock::Timeout=300 install "$deb" || exit 1
useradd --create-home "$user" && cp scripts/package_try.sh "/home/$user/try.sh" &&
  (cd "/home/$user" && su "$user" -c 'bash try.sh')
code=$?
for second in $(seq 30); do # its last processes may be on their way out
  userdel --remove "$user" && break
  sleep 1
done
say "purging it"
# shellcheck disable=SC2086
apt-get -q -y -o DPkg::Lock::Timeout=300 purge nnmpi $new || exit 1
[ ! -e /usr/bin/nnmpi ] && [ ! -e /usr/share/nnmpi ] || { echo "something is left in /usr/share/nnmpi"; exit 1; }
[ $code = 0 ] && say "it works"
exit $code
