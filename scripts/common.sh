# What quickstart.sh and test.sh share; sourced by them in the root of the repository.

packages_to_build="cmake ninja-build gcc libc6-dev pkg-config openmpi-bin libopenmpi-dev
  libopenblas-dev libhdf5-dev libfyaml-dev librandom123-dev libjansson-dev libxxhash-dev
  zlib1g-dev libcsv-dev libpng-dev libjpeg-dev"
packages_to_test="libcmocka-dev procps python3 python3-h5py python3-pil python3-onnx python3-yaml python3-jsonschema
  libonnx-testdata scdoc man-db zsh graphviz"
packages_to_fuzz="clang libclang-rt-dev"
packages_to_package="scdoc lintian dpkg-dev"
packages_to_slurm="slurm-wlm munge"
packages_to_oracle="python3-torch python3-sklearn"
# Node.js, npm and a browser that came from elsewhere stay.
packages_to_npm() {
  command -v node >/dev/null || printf 'nodejs '
  command -v npm >/dev/null || printf 'npm '
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    printf 'chromium '
}

say() { printf '== %s\n' "$*"; }

# The packages among "$@" that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      printf '%s ' "$package"
  done
}

# install_packages PACKAGE...: by apt, only what is missing; without apt says what is needed and
# stops.
install_packages() {
  local missing sudo="" apt="apt-get -q -y -o DPkg::Lock::Timeout=300"
  [ $# -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "There is no apt here. nnmpi needs these packages (Debian's names):"
    printf '  %s\n' "$@"
    echo "Install them your way, then: cmake --preset release && cmake --build --preset release"
    exit 1
  fi
  missing=$(missing_packages "$@")
  if [ -z "$missing" ]; then
    say "packages: all $# are installed"
    return
  fi
  say "packages: installing $missing"
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Not root, and there is no sudo. Run as root: apt-get install $missing"
      exit 1
    fi
    sudo=sudo
  fi
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # the lists are lists of words
  if ! $sudo $apt update ||
    ! $sudo env DEBIAN_FRONTEND=noninteractive $apt install --no-install-recommends $missing; then
    echo "apt-get could not install: $missing"
    exit 1
  fi
}

# build PRESET [OPTION]...: configures, compiles what has changed; OPTIONs are cmake --build's.
build() {
  say "building with the preset $1 (CMakePresets.json)"
  local log folder=build fresh=""
  [ "$1" = release ] || folder=build-$1
  if [ -f "$folder/CMakeCache.txt" ] && ! grep -qx 'CMAKE_GENERATOR:INTERNAL=Ninja' "$folder/CMakeCache.txt"; then
    say "$folder was made by cmake without a preset: it is configured anew, for Ninja"
    fresh=--fresh
  fi
  log=$(cmake --preset "$1" $fresh 2>&1) || { echo "$log"; exit 1; }
  cmake --build --preset "$@" || exit 1
}

# Open MPI's words for: root may run it, in a container too, and with more ranks than cores.
mpi_environment() {
  export OMPI_MCA_btl_vader_single_copy_mechanism=none
  if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  if [ "$(nproc)" -lt "$1" ]; then
    export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
    export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe # Open MPI 5
  fi
}
