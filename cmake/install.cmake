# cmake --install: where everything goes, in GNU's folders. What it takes from the build folder is made by
# the target `installed`, and by `all`.
add_custom_target(installed)
add_dependencies(installed nnmpi nnmpi_shared nnmpi_library said)
include(CMakePackageConfigHelpers)
set(NNMPI_SHARE ${CMAKE_INSTALL_DATADIR}/nnmpi)
set(NNMPI_PC ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(NNMPI_ZSH site-functions) # Debian's packages have a folder of their own
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS /etc/debian_version)
  set(NNMPI_ZSH vendor-completions)
endif()
set(NNMPI_CMAKE ${CMAKE_INSTALL_LIBDIR}/cmake/nnmpi)

# The program and what belongs to it.
install(TARGETS nnmpi RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${CMAKE_BINARY_DIR}/nnmpi.bash RENAME nnmpi
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${CMAKE_BINARY_DIR}/nnmpi.zsh RENAME _nnmpi
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${NNMPI_ZSH})
install(FILES ${NNMPI_MAN1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${NNMPI_MAN5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${CMAKE_BINARY_DIR}/nnmpi.schema.json DESTINATION ${NNMPI_SHARE})
install(DIRECTORY configs DESTINATION ${NNMPI_SHARE} PATTERN bench EXCLUDE)
install(FILES data/digits.h5 data/diabetes.h5 data/README.md DESTINATION ${NNMPI_SHARE}/data)
install(DIRECTORY scripts/slurm DESTINATION ${NNMPI_SHARE} USE_SOURCE_PERMISSIONS)
install(DIRECTORY scripts/data DESTINATION ${NNMPI_SHARE}/scripts USE_SOURCE_PERMISSIONS)
install(FILES scripts/common.sh DESTINATION ${NNMPI_SHARE}/scripts) # which those of scripts/data read
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The library: for pkg-config (nnmpi, nnmpi-static) and for find_package(nnmpi).
install(FILES include/nnmpi/nnmpi.h include/nnmpi/codes.h include/nnmpi/dtype.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/nnmpi)
set_target_properties(nnmpi_shared PROPERTIES EXPORT_NAME nnmpi)
install(TARGETS nnmpi_shared EXPORT nnmpi LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS nnmpi_library ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT nnmpi NAMESPACE nnmpi:: FILE nnmpiTargets.cmake DESTINATION ${NNMPI_CMAKE})
configure_package_config_file(cmake/nnmpiConfig.cmake.in ${CMAKE_BINARY_DIR}/nnmpiConfig.cmake
  INSTALL_DESTINATION ${NNMPI_CMAKE})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/nnmpiConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/nnmpiConfig.cmake ${CMAKE_BINARY_DIR}/nnmpiConfigVersion.cmake
  DESTINATION ${NNMPI_CMAKE})
# The .pc files say where they are, so that a tree may be moved.
file(RELATIVE_PATH NNMPI_PREFIX_FROM_PC /prefix/${NNMPI_PC} /prefix)
string(REGEX REPLACE "/$" "" NNMPI_PREFIX_FROM_PC ${NNMPI_PREFIX_FROM_PC})
if(HDF5_SERIAL_FOUND)
  set(NNMPI_HDF5_PC hdf5-serial)
else()
  set(NNMPI_HDF5_PC hdf5)
endif()
foreach(pc nnmpi nnmpi-static)
  configure_file(cmake/${pc}.pc.in ${pc}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${pc}.pc DESTINATION ${NNMPI_PC})
endforeach()
