/* --set KEY=VALUE: each line is one, up to eight. */
#include <stdlib.h>
#include <string.h>

#include "run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    const char *set[8];
    int n_sets = 0;
    run_setup();
    char *text = malloc(n + 1), *rest = text;
    if (!text) nn_panic("out of memory");
    if (n) memcpy(text, data, n);
    text[n] = '\0';
    for (char *line; n_sets < 8 && (line = strsep(&rest, "\n"));) set[n_sets++] = line;
    run_check(run_good, strlen(run_good), set, n_sets);
    free(text);
    return 0;
}
