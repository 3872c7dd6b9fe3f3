/* A checkpoint: found, verified, asked what it holds, loaded into a model. In a fuzzer's build
 * checksums always hold (nn_hash_equal), or nothing behind them would be reached. */
#include <stdlib.h>
#include <string.h>

#include "checkpoint/example.h"
#include "fuzz.h"
#include "nnmpi/text.h"

static void read_parts(const char *file) {
    nn_arena *arena = nn_arena_create();
    nn_checkpoint_about about;
    fuzz_expect(nn_checkpoint_verify(file));
    fuzz_expect(nn_checkpoint_read_about(file, true, arena, &about));
    fuzz_expect(nn_checkpoint_read_about(file, false, arena, &about));
    nn_arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file, *folder;
    static nn_checkpoint_options options;
    int found = 0;
    if (!file) {
        file = fuzz_path("run/c.h5");
        folder = fuzz_path("run");
        fuzz_comm();
        options = (nn_checkpoint_options){.directory = folder, .resume = "auto"};
    }
    uint8_t choice = fuzz_choice(data, &n);
    fuzz_write(file, data, n);
    example *e = example_empty(example_small);
    const char *path;
    if (choice % 4 == 1)
        read_parts(file);
    else if (choice % 4 == 2)
        fuzz_expect(nn_checkpoint_load_weights(e->snapshot.model, file, fuzz_comm(), &found));
    else if (choice % 4 == 3)
        fuzz_expect(nn_checkpoint_find(&options, folder, e->arena, fuzz_comm(), &path));
    else
        fuzz_expect(nn_checkpoint_load(&e->snapshot, file, e->arena, fuzz_comm()));
    example_destroy(e);
    return 0;
}
