/* What dropout and spatial_dropout share: a random mask m, in training.
 *
 *     z(j) = m . z(j-1),  dz(j-1) = dz(j) . m
 *
 * m has `period` numbers and is repeated until the sample ends. */
#ifndef NNMPI_LAYER_DROP_H
#define NNMPI_LAYER_DROP_H

#include "nnmpi/layer.h"

#define nn_drop_setup NN_REAL_NAME(nn_drop_setup)
#define nn_drop_forward NN_REAL_NAME(nn_drop_forward)
#define nn_drop_backward NN_REAL_NAME(nn_drop_backward)

typedef struct nn_drop_options {
    double rate;
} nn_drop_options;

/* The table of keys; help_: of the rate. */
#define NN_DROP_KEYS(help_)                                                                        \
    {                                                                                              \
        {.name = "rate",                                                                           \
         .type = NN_KEY_REAL,                                                                      \
         .offset = offsetof(nn_drop_options, rate),                                                \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .required = true,                                                                         \
         .help = help_},                                                                           \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/* period divides the size of a sample. False after complaints. */
bool nn_drop_setup(nn_layer *l, int64_t period);
void nn_drop_forward(const nn_layer *l, const nn_pass *p);
void nn_drop_backward(const nn_layer *l, const nn_pass *p);

#endif
