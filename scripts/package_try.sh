# What a user does first with an installed nnmpi; run by package.sh --try as such a user, and by a test on the
# unpacked package. ROOT (default: none) is where it is unpacked.
set -eu
root=${ROOT-}
export PATH=$root/usr/bin:$PATH OMPI_MCA_rmaps_base_oversubscribe=1
command -v nnmpi | grep -q "^$root/usr/bin/nnmpi$"
nnmpi --version
mpirun -np 2 nnmpi "$root/usr/share/nnmpi/configs/digits.yaml" --set checkpoint.directory="$PWD/run"
nnmpi eval run | grep -E 'accuracy +0\.9[5-9]'
page=/usr/share/man/man1/nnmpi.1.gz # images of containers may leave pages out
[ -n "$root" ] || [ ! -e $page ] || man nnmpi | grep -q 'nnmpi-check(1)'
nnmpi report run
[ -s run/report.html ]
