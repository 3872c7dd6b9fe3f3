/* A fuzzer is one file NAME_fuzz.c with LLVMFuzzerTestOneInput, libFuzzer's function; its inputs
 * that are kept are in corpus/NAME. scripts/fuzz.sh builds and runs it with clang; in every other
 * build replay.c gives it the kept ones. */
#ifndef NNMPI_TESTS_FUZZ_H
#define NNMPI_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "nnmpi/comm.h"
#include "nnmpi/status.h"

/* Called by libFuzzer and by replay.c: makes a folder in memory that goes at the end. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
/* Must not crash, leak, hang, or fail without a message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

nn_comm *fuzz_comm(void); /* of one rank */
/* The path of a file in that folder; folders on the way are made. By malloc, kept until the end. */
const char *fuzz_path(const char *name);
void fuzz_write(const char *path, const uint8_t *data, size_t n);

/* A failure has a message and success has none; then the message goes. Panics otherwise. */
void fuzz_expect(nn_status status);
/* The last byte, taken off, to choose options by; 0 of nothing. */
uint8_t fuzz_choice(const uint8_t *data, size_t *n);

#endif
