/* A small run: a configuration, and the data that it may name. */
#ifndef NNMPI_TESTS_FUZZ_RUN_H
#define NNMPI_TESTS_FUZZ_RUN_H

#include "fuzz.h"

/* Writes good.h5 (/train/x, /train/y: 12 samples of 4 numbers, 3 classes) and words.h5 (/text, 60
 * tokens), the data of run_good. */
void run_setup(void);
/* A configuration that is right. */
extern const char run_good[];
/* Everything short of training: parses, binds, reads the data, builds the model. What was parsed is
 * written and parsed again: the same. */
void run_check(const char *text, size_t n, const char *const *sets, int n_sets);

#endif
