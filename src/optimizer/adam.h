/* What adam, adamw, nadam and lamb share. */
#ifndef NNMPI_OPTIMIZER_ADAM_H
#define NNMPI_OPTIMIZER_ADAM_H

#include "nnmpi/optimizer.h"

#include <tgmath.h>

#define nn_adam_slots NN_REAL_NAME(nn_adam_slots)
#define nn_adam_step NN_REAL_NAME(nn_adam_step)

/* Rows of a table of keys, for a structure with these members. */
#define NN_MOMENT_KEYS(structure)                                                                  \
    {"beta_1",                                                                                     \
     NN_KEY_REAL,                                                                                  \
     offsetof(structure, beta_1),                                                                  \
     .preset = "0.9",                                                                              \
     .min = 0,                                                                                     \
     .max = 0.9999999,                                                                             \
     .help = "how much of the mean gradient m is kept each step"},                                 \
        {"beta_2",                                                                                 \
         NN_KEY_REAL,                                                                              \
         offsetof(structure, beta_2),                                                              \
         .preset = "0.999",                                                                        \
         .min = 0,                                                                                 \
         .max = 0.9999999,                                                                         \
         .help = "how much of the mean square v is kept each step"},                               \
    {                                                                                              \
        "epsilon", NN_KEY_REAL, offsetof(structure, epsilon),                                      \
            .preset = "1e-7", .min = 0, .max = HUGE_VAL, .exclusive_min = true,                    \
            .help = "keeps the division away from 0"                                               \
    }
#define NN_AMSGRAD_KEY                                                                             \
    {                                                                                              \
        "amsgrad", NN_KEY_BOOL, offsetof(nn_adam_options, amsgrad),                                \
            .preset = "false", .help = "divide by the largest v so far: rates that never grow"     \
    }

typedef struct nn_adam_options {
    double learning_rate, beta_1, beta_2, epsilon, weight_decay;
    bool amsgrad;
} nn_adam_options;

/* m, v, and with amsgrad the largest v. */
int nn_adam_slots(const void *options);
/* One step with g + decay W for g and keep W for W. */
void nn_adam_step(const nn_adam_options *o, const nn_step *s, double decay, double keep);

#endif
