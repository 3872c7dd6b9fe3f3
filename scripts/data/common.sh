# What the scripts of this folder share: sourced by them, in the root of the repository or of a copy of what
# is installed (share/nnmpi), beside configs and data.
. scripts/common.sh

# already FILE: says so and ends the script if the data set is there. Says first if it could not be made.
already() {
  if [ -e "$1" ]; then
    say "$1 is there; remove it to make it again"
    exit 0
  fi
  [ -w "${1%/*}" ] && return
  echo "$PWD/${1%/*} cannot be written to. Copy the folder: cp -r $PWD ~/nnmpi; then the same script there."
  exit 1
}

# So that `$nnmpi import` works: builds it if it is not built; without its sources the one in PATH.
nnmpi=build/nnmpi
need_nnmpi() {
  [ -x "$nnmpi" ] && return
  if [ ! -e CMakeLists.txt ]; then
    nnmpi=$(command -v nnmpi) && return
    echo "nnmpi is not in PATH."
    exit 1
  fi
  # shellcheck disable=SC2086,SC2154
  install_packages $packages_to_build
  build release --target nnmpi
}

# check_sum SHA256 FILE: ends the script if it is another file.
check_sum() {
  local sum
  sum=$(sha256sum <"$2") || exit 1
  sum=${sum%% *}
  [ "$sum" = "$1" ] && return
  echo "$2 is not what was expected:"
  echo "  SHA-256 $sum"
  echo "  not     $1"
  exit 1
}

# file_of_package PACKAGE ENDING: the one file of a Debian package whose path ends so.
file_of_package() {
  local file
  file=$(dpkg -L "$1" | grep -F -- "$2" | head -n 1)
  [ -n "$file" ] && echo "$file" && return
  echo "$1 has no file *$2" >&2
  return 1
}

# A folder for what is needed on the way; it goes when the script ends.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
