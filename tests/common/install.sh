# install_to PREFIX: what `cmake --install BUILD --prefix PREFIX` puts down, without the list of files that it
# writes into the build folder: that is root's after `sudo cmake --install`, and two tests would write it at once.
install_to() {
    local script=$1.cmake build
    build=$(cd "$NNMPI_TOOLS/.." && pwd)
    sed "s|\"[^\"]*/\${CMAKE_INSTALL_MANIFEST}\"|\"$1.manifest\"|" "$build/cmake_install.cmake" >"$script" || return 1
    grep -q "\"$1.manifest\"" "$script" || { echo "cmake_install.cmake names no manifest"; return 1; }
    env -u DESTDIR cmake -DCMAKE_INSTALL_PREFIX="$1" -P "$script"
}
