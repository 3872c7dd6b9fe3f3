/* import images: one PNG or JPEG; for an odd last byte made 4 x 5, for 2 more grey. */
#include <string.h>

#include "fuzz.h"
#include "nnmpi/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file, *folder, *out;
    if (!file)
        file = fuzz_path("images/a/x"), folder = fuzz_path("images"), out = fuzz_path("x.h5");
    uint8_t choice = fuzz_choice(data, &n);
    nn_import import = {.out = out, .force = true, .seed = 1};
    nn_import_images_options options = {
        .height = choice & 1 ? 4 : 0, .width = choice & 1 ? 5 : 0, .channels = choice & 2 ? 1 : 0};
    fuzz_write(file, data, n);
    fuzz_expect(nn_import_images(&import, &options, folder));
    return 0;
}
