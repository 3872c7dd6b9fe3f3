/* The inside of nn_model: passes that are ready to run. */
#ifndef NNMPI_MODEL_PRIVATE_H
#define NNMPI_MODEL_PRIVATE_H

#include "nnmpi/model.h"
#include "nnmpi/tensor.h"

#define nn_activity_of NN_REAL_NAME(nn_activity_of)
#define nn_activity_in NN_REAL_NAME(nn_activity_in)
#define nn_activity_begin NN_REAL_NAME(nn_activity_begin)
#define nn_activity_forward NN_REAL_NAME(nn_activity_forward)
#define nn_activity_backward NN_REAL_NAME(nn_activity_backward)
#define nn_activity_loss NN_REAL_NAME(nn_activity_loss)
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
    nn_pass *pass;       /* one a vertex, pointers of the sample 0 filled in */
    nn_pass *now;        /* one a vertex, of the batch that is run */
    double *sums;        /* of coupled layers, [2 batches + 1][widest]: given, their copy, total */
    bool *used_later;    /* one a vertex: a later one adds to the same weights */
    nn_life *z, *dz, *kept;
    int64_t temp_size, temp_offset;
    const nn_real *output;
    double *activity; /* [capacity] penalty on what layers gave, by sample; NULL: there is none */
};

/* activity.c: activity_regularizer. Does some vertex have one? */
bool nn_activity_of(const nn_vertex *vertex); /* it has a penalty */
bool nn_activity_in(const nn_model *model);
/* Before a pass; after forward of v; before backward of v: dz += grad A; part of the loss. */
void nn_activity_begin(nn_model *model, const nn_batch *batch);
void nn_activity_forward(nn_model *model, int v, const nn_pass *pass, const nn_batch *batch);
void nn_activity_backward(const nn_model *model, int v, const nn_pass *pass);
double nn_activity_loss(const nn_model *model, const nn_batch *batch);

#endif
