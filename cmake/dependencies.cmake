# Every third-party library, in one place: the interface target nnmpi_dependencies.
find_package(PkgConfig REQUIRED)
find_package(MPI REQUIRED COMPONENTS C)
find_package(OpenMP COMPONENTS C) # threads of our own matrix products; the compiler brings it
set(HDF5_PREFER_PARALLEL OFF)
pkg_check_modules(HDF5_SERIAL QUIET IMPORTED_TARGET hdf5-serial) # Debian's name
if(HDF5_SERIAL_FOUND)
  set(NNMPI_HDF5 PkgConfig::HDF5_SERIAL)
else()
  find_package(HDF5 REQUIRED COMPONENTS C)
  set(NNMPI_HDF5 hdf5::hdf5)
endif()
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
pkg_check_modules(FYAML REQUIRED IMPORTED_TARGET libfyaml)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(PNG REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(JPEG REQUIRED IMPORTED_TARGET libjpeg)
find_path(CSV_INCLUDE csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_path(RANDOM123_INCLUDE Random123/philox.h REQUIRED)

add_library(nnmpi_dependencies INTERFACE)
target_include_directories(nnmpi_dependencies SYSTEM INTERFACE ${RANDOM123_INCLUDE}
  ${CSV_INCLUDE})
target_link_libraries(nnmpi_dependencies INTERFACE MPI::MPI_C ${NNMPI_HDF5} PkgConfig::OPENBLAS
  PkgConfig::FYAML PkgConfig::JANSSON PkgConfig::XXHASH PkgConfig::ZLIB PkgConfig::PNG
  PkgConfig::JPEG ${CSV_LIBRARY} m
  rt) # shm_open, with a glibc before 2.34
if(OpenMP_C_FOUND)
  target_link_libraries(nnmpi_dependencies INTERFACE OpenMP::OpenMP_C)
endif()
