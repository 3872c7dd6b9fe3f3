/* Where the time of a run went: `nnmpi --profile CONFIG.yaml`. Floor 5, of train.
 *
 * Each rank takes laps: at the end of each piece of work the time since the lap before it is booked
 * on that piece, so that on every rank the phases sum to the time of the run. */
#ifndef NNMPI_PROFILE_H
#define NNMPI_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, word, whether it is a part of every step) */
#define NN_PHASE_LIST(X)                                                                           \
    X(NN_PHASE_DATA, "data", true)              /* samples gathered into a batch */                \
    X(NN_PHASE_FORWARD, "forward", true)        /* z(j) = f_Wj(z(j-1)) */                          \
    X(NN_PHASE_LOSS, "loss", true)              /* L, grad L, metrics */                           \
    X(NN_PHASE_BACKWARD, "backward", true)      /* dz . D_z f, dz . D_W f */                       \
    X(NN_PHASE_REDUCE, "reduce", true)          /* the sum over ranks, waiting included */         \
    X(NN_PHASE_STEP, "step", true)              /* clipping, the optimizer, the average */         \
    X(NN_PHASE_EVALUATION, "evaluation", false) /* of validation and test */                       \
    X(NN_PHASE_CHECKPOINT, "checkpoint", false)                                                    \
    X(NN_PHASE_OTHER, "other", false) /* logs, the console, between steps */

typedef enum nn_phase {
#define NN_PHASE_ENUM(name, word, of_step) name,
    NN_PHASE_LIST(NN_PHASE_ENUM)
#undef NN_PHASE_ENUM
        NN_PHASES
} nn_phase;
extern const char *const nn_phase_word[NN_PHASES];
extern const bool nn_phase_of_step[NN_PHASES];

typedef struct nn_spread { /* over ranks */
    double min, mean, max;
} nn_spread;

/* One direction of a layer. Operations and bytes are what its formula needs, not what was counted:
 * each array it reads or writes moves once. */
typedef struct nn_profile_way {
    double calls;        /* of a rank, the mean */
    nn_spread seconds;   /* of the run */
    double flops, bytes; /* of the run, the mean of a rank */
} nn_profile_way;

typedef struct nn_profile_layer {
    const char *name, *type;
    nn_profile_way forward, backward;
    nn_spread seconds; /* both ways */
} nn_profile_layer;

typedef struct nn_profile {
    int ranks;
    int64_t steps, samples, evaluated; /* samples trained on and evaluated, on all ranks */
    double first_step;                 /* when it began: seconds since 1970, on rank 0 */
    nn_spread seconds;                 /* of the run, set-up not included */
    nn_spread phase[NN_PHASES];
    const double *of_rank; /* [ranks, NN_PHASES]: seconds of each */
    nn_spread training;    /* the phases of steps together */
    int n_layers;
    const nn_profile_layer *layer;
    nn_spread peak_memory; /* bytes: the largest resident set so far */
    int64_t trace_steps;   /* those in trace.json */
    const char *folder;    /* of profile.json and trace.json; NULL: none */
} nn_profile;

#endif
