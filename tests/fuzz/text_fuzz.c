/* import text: UTF-8, or bytes for an odd last byte. */
#include <string.h>

#include "fuzz.h"
#include "nnmpi/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file, *out;
    if (!file) file = fuzz_path("x.txt"), out = fuzz_path("x.h5");
    uint8_t choice = fuzz_choice(data, &n);
    nn_import import = {.out = out, .force = true, .seed = 1, .test = choice & 2 ? 0.3 : 0};
    nn_import_text_options options = {.bytes = choice & 1};
    fuzz_write(file, data, n);
    fuzz_expect(nn_import_text(&import, &options, &file, 1));
    return 0;
}
