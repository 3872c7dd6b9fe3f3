/* A model: layers composed into a directed acyclic graph. Floor 3.
 *
 *     f_Wm o ... o f_W1        nodes in topological order, one loop forward, one loop back
 *     concatenation (+)        a z that several layers read receives the sum of their products
 *
 * Memory: W and dW are each one flat vector, the parameters in order of first use, each tensor
 * aligned to 64 bytes; z, dz, kept and temp are planned once and share space where their lives do
 * not overlap. Backward runs from the last node to the first, so the final part of dW is a
 * suffix.*/
#ifndef NNMPI_MODEL_H
#define NNMPI_MODEL_H

#include "nnmpi/config.h"
#include "nnmpi/layer.h"
#include "nnmpi/loss.h"
#include "nnmpi/real.h"
#include "nnmpi/shape.h"

#define nn_model_build NN_REAL_NAME(nn_model_build)
#define nn_model_destroy NN_REAL_NAME(nn_model_destroy)
#define nn_model_attach_loss NN_REAL_NAME(nn_model_attach_loss)
#define nn_model_id_rules NN_REAL_NAME(nn_model_id_rules)
#define nn_model_ids NN_REAL_NAME(nn_model_ids)
#define nn_model_plan NN_REAL_NAME(nn_model_plan)
#define nn_model_sample_bytes NN_REAL_NAME(nn_model_sample_bytes)
#define nn_model_allocate NN_REAL_NAME(nn_model_allocate)
#define nn_model_initialize NN_REAL_NAME(nn_model_initialize)
#define nn_model_forward NN_REAL_NAME(nn_model_forward)
#define nn_model_forward_all NN_REAL_NAME(nn_model_forward_all)
#define nn_model_loss NN_REAL_NAME(nn_model_loss)
#define nn_model_backward NN_REAL_NAME(nn_model_backward)
#define nn_model_backward_all NN_REAL_NAME(nn_model_backward_all)
#define nn_model_penalty NN_REAL_NAME(nn_model_penalty)
#define nn_model_penalize NN_REAL_NAME(nn_model_penalize)
#define nn_model_pass NN_REAL_NAME(nn_model_pass)
#define nn_model_output NN_REAL_NAME(nn_model_output)
#define nn_model_rows NN_REAL_NAME(nn_model_rows)
#define nn_model_predict NN_REAL_NAME(nn_model_predict)

/* The section `model:` */
typedef struct nn_model_options {
    nn_node *layers;
    const char *init_from; /* a checkpoint to take weights from by name, or NULL */
} nn_model_options;
extern const nn_key nn_model_keys[]; /* of the section */

/* What every layer may have beside its own options. */
extern const nn_key nn_node_keys[];
/* Which of them is the regularizer for a weight of this name: "kernel_regularizer"; or NULL. */
const char *nn_regularizer_key(const char *weight);

/* What is written like a layer but is a way to compose layers: residual, repeat, shared. */
#define nn_composite_kinds NN_REAL_NAME(nn_composite_kinds)
extern const nn_kind *const nn_composite_kinds[]; /* ended by NULL */
/* These and all layers: what a node may be, ended by NULL; from `arena`. */
#define nn_node_kinds NN_REAL_NAME(nn_node_kinds)
const nn_kind *const *nn_node_kinds(nn_arena *arena);

/* A parameter or state tensor of the model. */
typedef struct nn_tensor {
    const char *name; /* "probs/kernel" */
    const char *layer, *weight;
    nn_shape shape;
    int64_t size;   /* of the shape */
    int64_t offset; /* in W, dW and slots, or in state */
    nn_typed initializer;
    int index; /* in its layer; with key the stream of its initial values */
    uint32_t key;
    bool trainable;
    double learning_rate_factor, weight_decay_factor;
    double l1, l2; /* its part of the penalty; 0 if it is not trained */
} nn_tensor;

/* One use of a layer: a node of the graph. */
typedef struct nn_vertex {
    nn_layer *layer;
    const char *name; /* unique; of a shared layer's later uses too */
    int shares;       /* the vertex whose weights it uses; -1: its own */
    int n_inputs;
    const int *input; /* vertices; -1 is the model's input */
    const int *param; /* its layer's parameters in model->param; state in model->state */
    const int *state;
    double l1, l2;       /* of the penalty on its output; 0: none */
    bool needs_gradient; /* it or something below it has trainable parameters */
} nn_vertex;

typedef struct nn_model {
    nn_shape input, output;
    int n_vertices;
    nn_vertex *vertex; /* topological order; the last one is the output */
    int n_params, n_state;
    nn_tensor *param, *state;
    int64_t size; /* numbers in W, padding included */
    int64_t state_size;
    int64_t parameters;  /* numbers that are trained, padding not included */
    nn_real *W, *dW, *S; /* S: state, flat */
    int64_t capacity;    /* samples of one pass at most */
    int batches;         /* that are run together at most: 1, or set before nn_model_allocate */
    bool for_training;
    bool coupled;       /* some layer is */
    bool random;        /* some layer draws random numbers in training */
    int64_t plan_bytes; /* of z, dz, kept, temp */
    const nn_loss *loss;
    const void *loss_options;
    bool fused;                 /* the output layer's activation was left to the loss */
    nn_typed output_activation; /* which one */
    struct nn_model_private *private;
} nn_model;

/* Builds the graph for samples of the shape `input`; complaints go to the document (check
 * nn_config_verdict); the model is NULL after complaints. Logically collective. */
nn_status nn_model_build(nn_model **model, nn_document *document, const nn_model_options *options,
                         const nn_shape *input);
void nn_model_destroy(nn_model *model); /* NULL is allowed */

/* Chooses the loss; takes the activation off the output layer if the loss absorbs it. */
void nn_model_attach_loss(nn_model *model, const nn_typed *loss);

/* The layer that allows the data the fewest ids (layer->ids), of those that read them as they are;
 * NULL: the data may be any numbers. */
const nn_layer *nn_model_ids(const nn_model *model);
/* What each number of a sample must be, [size of input], since an embedding reads it as it is, or
 * by way of layers that only move numbers (slice, reshape, ...). NULL: all may be anything. */
const nn_id_rule *nn_model_id_rules(const nn_model *model, nn_arena *arena);

/* Plans memory for passes of at most `capacity` samples; plan_bytes is known after it. */
void nn_model_plan(nn_model *model, int64_t capacity, bool for_training);
/* Bytes that a sample more takes in a pass, at least 1; plans. Scratch that does not grow with the
 * samples is not in it, so that it is the same on all processors. */
int64_t nn_model_sample_bytes(nn_model *model, bool for_training);
/* Gets the memory planned, W, dW and S included. Before it dW may be set to memory of the caller's:
 * `size` numbers, zero. NN_NO_MEMORY. */
nn_status nn_model_allocate(nn_model *model);
/* Fills W and S: a pure function of the seed, layer names and shapes. Logically collective. */
void nn_model_initialize(nn_model *model, uint64_t seed);

/* Told that the forward or the backward functions of a vertex are done, for n samples. */
typedef struct nn_pass_observer {
    void (*forward)(void *context, int vertex, int64_t n);
    void (*backward)(void *context, int vertex, int64_t n);
    void *context;
} nn_pass_observer;

/* Sums over the global batch, for coupled layers: `parts` holds numbers of each batch that is run
 * together here, [batches][n]; total[n] <- their sums, over all ranks too. It may spoil parts. The
 * same calls in the same order on every rank. */
typedef struct nn_coupling {
    void (*sum)(void *context, double *parts, int batches, int n, double *total);
    void *context;
} nn_coupling;

#define NN_BATCH_STEP 16 /* samples: so that each batch begins on a cache line */

/* n samples and where their gradient goes. Several of them, run together, are parts of one batch
 * for the layers that couple samples; each lies at a place of its own in the model's buffers. */
typedef struct nn_batch {
    int64_t n;             /* 0 is allowed */
    int64_t at;            /* its place: samples [at, at + n) of the capacity, a multiple of
                              NN_BATCH_STEP */
    nn_real *dW;           /* NULL: the model's */
    const nn_real *x;      /* [n, input] */
    const nn_real *y;      /* [n, output] targets, or NULL */
    const int32_t *label;  /* [n, positions] class ids, or NULL */
    const nn_real *weight; /* one a row, or NULL */
    const int64_t *sample; /* [n] */
    int64_t first_row,
        rows; /* of outputs and targets, those that loss and metrics see; 0 rows: all */
    uint64_t seed, step;
    bool training;
    bool add; /* dW adds to what earlier passes of this step left; else it writes */
    const nn_coupling *coupling;      /* NULL: these batches are the whole one */
    const nn_pass_observer *observer; /* NULL: nobody watches */
} nn_batch;

/* z(j) = f_Wj(z(j-1)) for every vertex in order. */
void nn_model_forward(nn_model *model, const nn_batch *batch);
void nn_model_forward_all(nn_model *model, const nn_batch *batch, int batches);
/* sum_i L(z_i, y_i); in a plan for training also dz(m) = grad L. After forward. */
nn_loss_sum nn_model_loss(nn_model *model, const nn_batch *batch);
/* dW (+)= sum_i grad_W L, for every vertex in reverse order. After loss. */
void nn_model_backward(nn_model *model, const nn_batch *batch);
void nn_model_backward_all(nn_model *model, const nn_batch *batch, int batches);
/* P = sum over tensors of l1 sum |w| + l2 sum w^2: a part of the loss beside the mean over samples.
 */
double nn_model_penalty(const nn_model *model);
/* dW += n grad P, where dW is a sum over n samples of all ranks. Returns P. */
double nn_model_penalize(nn_model *model, double n);
/* The arrays of a vertex, as an observer finds them when it is told. */
const nn_pass *nn_model_pass(const nn_model *model, int vertex);
/* z(m) as computed by forward; pre-activations if `fused`. */
const nn_real *nn_model_output(const nn_model *model);
/* Outputs and targets as rows, for loss and metrics. After forward, before loss. */
nn_rows nn_model_rows(const nn_model *model, const nn_batch *batch);
/* The outputs as a user wants them, output activation applied, into out[n, output]. After
 * forward.*/
void nn_model_predict(const nn_model *model, int64_t n, nn_real *out);

#endif
