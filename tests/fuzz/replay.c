/* main of a fuzzer without libFuzzer: gives it the files that are named, one after another. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static void replay(const char *file) {
    struct stat about;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0) nn_panic("cannot read %s", file);
    size_t n = (size_t)about.st_size;
    uint8_t *data = malloc(n + 1); /* of exactly its size where that is watched */
    uint8_t *exact = n ? realloc(data, n) : data;
    if (!exact || read(fd, exact, n) != (ssize_t)n) nn_panic("cannot read %s", file);
    close(fd);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

int main(int argc, char **argv) {
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        if (getenv("NNMPI_FUZZ_SAY")) fprintf(stderr, "%s\n", argv[i]);
        replay(argv[i]);
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
