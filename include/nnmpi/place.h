/* Where a rank is in its work, for those who must say so when something goes wrong: a panic, a
 * crash, a watchdog, other ranks of the node. Floor 0.
 *
 * The rank's main thread writes it as it goes, a few stores each time; anyone may read. */
#ifndef NNMPI_PLACE_H
#define NNMPI_PLACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, what is said) */
#define NN_ACTIVITY_LIST(X)                                                                        \
    X(NN_AT_START, "getting ready")                                                                \
    X(NN_AT_LOAD, "reading data")                                                                  \
    X(NN_AT_DATA, "gathering samples")                                                             \
    X(NN_AT_FORWARD, "forward")                                                                    \
    X(NN_AT_LOSS, "loss and metrics")                                                              \
    X(NN_AT_BACKWARD, "backward")                                                                  \
    X(NN_AT_REDUCE, "the sum of gradients over ranks")                                             \
    X(NN_AT_STEP, "the optimizer's step")                                                          \
    X(NN_AT_EVALUATION, "evaluation")                                                              \
    X(NN_AT_WRITE, "writing outputs")                                                              \
    X(NN_AT_CHECKPOINT, "checkpoint")                                                              \
    X(NN_AT_OTHER, "logs and console")                                                             \
    X(NN_AT_END, "the end of the run")

typedef enum nn_activity {
#define NN_ACTIVITY_ENUM(name, words) name,
    NN_ACTIVITY_LIST(NN_ACTIVITY_ENUM)
#undef NN_ACTIVITY_ENUM
} nn_activity;

typedef struct nn_place {
    _Atomic uint64_t beats;   /* changes whenever the rank goes on */
    _Atomic int64_t step;     /* under way; the first is 1; 0: none yet; -1: there are none */
    _Atomic int32_t activity; /* nn_activity */
    _Atomic int32_t layer;    /* a vertex; -1: none */
    _Atomic int32_t waiting;  /* for other ranks, in a collective operation */
    _Atomic int32_t process;  /* its id */
    _Atomic int32_t finished; /* it may go: nobody waits for it any more */
} nn_place;

/* This rank's, never NULL. */
extern nn_place *nn_here;

/* What it is called from now on: "[rank 3 host]". The names are borrowed until the next call. */
void nn_place_name(int rank, const char *host, const char *const *layer, int n_layers);
/* Goes on in other memory, such as what the ranks of a node share; NULL: in its own. */
void nn_place_move(nn_place *to);
int nn_place_rank(void);        /* -1: not named yet */
const char *nn_place_who(void); /* "[rank 3 host] "; "" before it has a name */

/* "in step 12, backward of "dense_1", waiting for other ranks" into text[size], cut where it does
 * not fit; returns its length. May be called by a signal handler. */
size_t nn_place_text(const nn_place *place, char *text, size_t size);

static inline void nn_place_beat(void) {
    uint64_t beats = atomic_load_explicit(&nn_here->beats, memory_order_relaxed);
    atomic_store_explicit(&nn_here->beats, beats + 1, memory_order_relaxed);
}

static inline void nn_at_layer(nn_activity activity, int layer) {
    atomic_store_explicit(&nn_here->activity, activity, memory_order_relaxed);
    atomic_store_explicit(&nn_here->layer, layer, memory_order_relaxed);
    nn_place_beat();
}

static inline void nn_at(nn_activity activity) {
    nn_at_layer(activity, -1);
}

static inline void nn_at_step(int64_t step) {
    atomic_store_explicit(&nn_here->step, step, memory_order_relaxed);
    nn_place_beat();
}

/* Around whatever may wait for other ranks. */
static inline void nn_place_wait(bool waiting) {
    atomic_store_explicit(&nn_here->waiting, waiting, memory_order_relaxed);
    nn_place_beat();
}

#endif
