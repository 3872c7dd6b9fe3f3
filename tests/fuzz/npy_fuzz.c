/* import npy: inputs; for an odd last byte the same file as targets too. */
#include <string.h>

#include "fuzz.h"
#include "nnmpi/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file, *out;
    if (!file) file = fuzz_path("x.npy"), out = fuzz_path("x.h5");
    uint8_t choice = fuzz_choice(data, &n);
    nn_import import = {.out = out, .force = true, .seed = 1};
    nn_import_arrays_options options = {.channel = choice & 2};
    options.file[NN_TRAIN][0] = file;
    if (choice & 1) options.file[NN_TRAIN][1] = file;
    if (choice & 4) options.file[NN_TEST][0] = file;
    if (choice & 4 && choice & 1) options.file[NN_TEST][1] = file;
    fuzz_write(file, data, n);
    fuzz_expect(nn_import_npy(&import, &options));
    return 0;
}
