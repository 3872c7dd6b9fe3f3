# cpack -G DEB: one package with program, library, manual pages, configurations, data and docs. Use the preset
# `package`, whose prefix is /usr: scripts/package.sh does it all.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nnmpi)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "nnmpi maintainers <maintainers@users.noreply.r-seed-361f03f3.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "train neural networks on many processes with MPI")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A YAML file says what to train, in the words of Keras; data come from HDF5 and
results go to HDF5. The same file trains on one core or on N ranks of a
cluster, and the answer is the same.

The package has the program, its manual pages, the library libnnmpi with its
header, configurations to start from and two small data sets.")
set(CPACK_PACKAGE_INSTALL_DIRECTORY nnmpi)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/triggers
  ${CMAKE_BINARY_DIR}/package/shlibs)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "openmpi-bin")  # mpirun
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "graphviz, libopenmpi-dev, pkg-config") # nnmpi check --graph | programs with libnnmpi

# Debian wants to know who wrote it and what has changed, in the package's folder of docs.
string(TIMESTAMP NNMPI_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/debian/changelog.in package/changelog.Debian @ONLY)
configure_file(packaging/debian/shlibs.in package/shlibs @ONLY)
execute_process(COMMAND gzip -9nf ${CMAKE_BINARY_DIR}/package/changelog.Debian)
install(FILES ${CMAKE_BINARY_DIR}/package/changelog.Debian.gz packaging/debian/copyright
  DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
include(CPack)
