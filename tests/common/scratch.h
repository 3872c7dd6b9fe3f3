/* A folder for the files of a test, and what is expected of an error. */
#ifndef NNMPI_TESTS_SCRATCH_H
#define NNMPI_TESTS_SCRATCH_H

#include "nnmpi/status.h"

/* The path of a file in a new folder of this process; the folder goes when the process ends. In a
 * rotating set of static buffers, valid for the next 15 calls. */
const char *scratch(const char *name);
void scratch_write(const char *path, const void *bytes, size_t n);
/* The whole file by malloc; *n its size. */
char *scratch_read(const char *path, size_t *n);

/* Fails the test unless the status is `expected` and each of the words (ended by NULL) is in the
 * message; then clears the message. */
void expect_error(nn_status status, nn_status expected, const char *const *words);
#define EXPECT_ERROR(status, expected, ...)                                                        \
    expect_error(status, expected, (const char *const[]){__VA_ARGS__, NULL})
/* Fails the test with the message kept unless the status is NN_OK. */
void expect_ok(nn_status status);

#endif
