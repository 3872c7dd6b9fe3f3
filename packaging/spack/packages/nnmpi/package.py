# Untested: no Spack was at hand when this was written. From the root of the sources:
#   spack repo add packaging/spack && spack dev-build nnmpi@0.1.0
from spack.package import *


class Nnmpi(CMakePackage):
    """Trains neural networks on many processes with MPI: a YAML file says what to train, data come from
    HDF5 and results go to HDF5, and the answer is the same on any number of ranks."""

    homepage = "file:."  # built from the sources beside this recipe
    version("0.1.0")

    variant("docs", default=True, description="manual pages")

    depends_on("c", type="build")
    depends_on("cmake@3.20:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("scdoc", type="build", when="+docs")
    depends_on("mpi@3:")
    depends_on("hdf5@1.10: ~mpi")
    depends_on("openblas threads=pthreads")
    depends_on("libfyaml")
    depends_on("jansson")
    depends_on("xxhash")
    depends_on("zlib-api")
    depends_on("libpng")
    depends_on("jpeg")
    depends_on("random123", type="build")
    depends_on("libcsv")

    def cmake_args(self):
        return [self.define("NNMPI_TESTS", False)]

    def setup_run_environment(self, env):
        env.prepend_path("MANPATH", self.prefix.share.man)
