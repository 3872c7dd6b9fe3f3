/* The inside of nn_model: passes that are ready to run. */
#ifndef NNMPI_MODEL_PRIVATE_H
#define NNMPI_MODEL_PRIVATE_H

#include "nnmpi/model.h"
#include "nnmpi/tensor.h"

#define nn_plan_pack NN_REAL_NAME(nn_plan_pack)

/* A buffer of the plan: its size and when it is in use, in ticks (see plan.c). */
typedef struct nn_life {
    int64_t size;     /* numbers; 0: not needed */
    int birth, death; /* inclusive */
    int64_t offset;   /* found by nn_plan_pack */
    int alias;        /* lives in another buffer's place; -1: its own */
} nn_life;

/* The buffer in whose place v's really lies. */
static inline int nn_life_root(const nn_life *life, int v) {
    while (life[v].alias >= 0) v = life[v].alias;
    return v;
}

/* Gives each life an offset so that lives that meet in time do not meet in space; returns the total
 * size. First fit, the largest first. */
int64_t nn_plan_pack(nn_life *life, int n, nn_arena *arena);

struct nn_model_private {
    nn_arena *arena;     /* the graph: as long as the model */
    nn_arena *memory;    /* W, dW, S and the plan's buffers; sealed once allocated */
    nn_arena *plan;      /* what nn_model_plan made; replaced by the next plan */
    int64_t buffer_size; /* numbers in all planned buffers */
    nn_pass *pass;       /* one a vertex, pointers filled in */
    bool *used_later;    /* one a vertex: a later one adds to the same weights */
    nn_life *z, *dz, *kept;
    int64_t temp_size, temp_offset;
    const nn_real *output;
};

#endif
