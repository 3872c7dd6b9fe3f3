/* init_from: a file of safetensors, its weights by name into a small model. */
#include "checkpoint/example.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file;
    int found = 0;
    if (!file) file = fuzz_path("weights.safetensors");
    fuzz_write(file, data, n);
    example *e = example_empty(example_small);
    fuzz_expect(nn_checkpoint_load_weights(e->snapshot.model, file, fuzz_comm(), &found));
    example_destroy(e);
    return 0;
}
