/* A configuration: YAML. */
#include <stdlib.h>
#include <string.h>

#include "run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    run_setup();
    char *text = malloc(n + 1);
    if (!text) nn_panic("out of memory");
    if (n) memcpy(text, data, n);
    text[n] = '\0';
    run_check(text, n, NULL, 0);
    free(text);
    return 0;
}
