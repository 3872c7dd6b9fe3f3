# Untested: no Spack was at hand when this was written. Spack has no recipe of this library; the checksum
# has to be filled in: spack checksum libcsv
from spack.package import *


class Libcsv(AutotoolsPackage):
    """A small library that reads and writes CSV."""

    homepage = "https://sourceforge.net/projects/libcsv/"
    url = "https://downloads.sourceforge.net/project/libcsv/libcsv/libcsv-3.0.3/libcsv-3.0.3.tar.gz"

    version("3.0.3")

    depends_on("c", type="build")
