/* import csv: the last byte chooses options. */
#include <string.h>

#include "fuzz.h"
#include "nnmpi/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file, *out, *const targets[] = {NULL, "1", "y", "2-3"};
    if (!file) file = fuzz_path("x.csv"), out = fuzz_path("x.h5");
    uint8_t choice = fuzz_choice(data, &n);
    nn_import import = {.out = out, .force = true, .seed = 1, .test = choice & 1 ? 0.3 : 0};
    nn_import_csv_options options = {.targets = targets[choice >> 1 & 3],
                                     .one_hot = choice & 8 ? "1" : NULL,
                                     .classes = choice & 16,
                                     .no_header = choice & 32,
                                     .missing = choice >> 6,
                                     .separator = choice & 4 ? ';' : ',',
                                     .decimal = choice & 4 ? ',' : '.',
                                     .dtype = choice & 2 ? NN_F32 : NN_F64};
    fuzz_write(file, data, n);
    fuzz_expect(nn_import_csv(&import, &options, &file, 1));
    return 0;
}
