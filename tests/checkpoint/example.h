/* A run in the middle, made by hand: a model with numbers in it, slots, progress. */
#ifndef NNMPI_TESTS_CHECKPOINT_EXAMPLE_H
#define NNMPI_TESTS_CHECKPOINT_EXAMPLE_H

#include "nnmpi/checkpoint.h"

typedef struct example {
    nn_arena *arena;
    nn_document *document;
    nn_state state;
    nn_constants constants;
    nn_snapshot snapshot;
} example;

/* Every way to compose and every activation; input (6). */
extern const char *const example_layers;
/* Images, sequences, running averages; input (6). */
extern const char *const example_images;
/* Small: dense (6, 4) and probs (4, 3). */
extern const char *const example_small;

/* `layers` is the YAML of the list. Weights and slots are random numbers of `seed`, and the state
 * is that of step `step`. Panics if the model is wrong. */
example *example_create(const char *layers, uint64_t seed, int64_t step);
/* The same model with zeros everywhere, ready to be loaded into. */
example *example_empty(const char *layers);
void example_destroy(example *e);

#endif
