/* A run within another program: its session stays open until the program closes it. Floor 5. */
#ifndef NNMPI_EMBED_H
#define NNMPI_EMBED_H

#include "nnmpi/train.h"

/* A parameter or state tensor of the model. */
typedef struct nn_embedded_tensor {
    const char *name; /* "dense/kernel" */
    nn_shape shape;
    int64_t size;
    bool trained;
} nn_embedded_tensor;

typedef struct nn_embedded nn_embedded;

/* The two builds of it. What is not collective is the same on every rank. */
typedef struct nn_embedding {
    /* Loads the data, builds the model, gives it its initial weights or those of the checkpoint
     * that the configuration resumes. Must be closed whatever the status. Collective. */
    nn_status (*open)(nn_embedded **run, nn_document *document, const nn_run_options *options,
                      nn_comm *comm, const nn_observer *observer);
    /* The model of a checkpoint, to be used: no data, nothing to train with. Must be closed
     * whatever the status. Collective. */
    nn_status (*restore)(nn_embedded **run, nn_document *document, const nn_run_options *options,
                         nn_comm *comm, const char *checkpoint);
    nn_status (*train)(nn_embedded *run); /* Collective. Not of one that was restored; nor save. */
    /* Outputs of these rows into out[rows, output]. NN_BAD_DATA. Not collective. */
    nn_status (*predict)(nn_embedded *run, const nn_memory *rows, double *out);
    void (*output)(const nn_embedded *run, nn_shape *shape);
    int64_t (*epochs)(const nn_embedded *run); /* done, those before a resumption included */
    /* Of an epoch, the first is 1; of the end: 0. NAN: there is no such number. */
    double (*value)(const nn_embedded *run, int64_t epoch, const char *name);
    int (*tensors)(const nn_embedded *run);
    nn_embedded_tensor (*tensor)(const nn_embedded *run, int i);
    void (*copy)(nn_embedded *run, int i, double *out);
    nn_status (*save)(nn_embedded *run, const char *folder); /* Collective. */
    void (*close)(nn_embedded *run);                         /* Collective. NULL is allowed. */
} nn_embedding;
extern const nn_embedding nn_embedding_f32, nn_embedding_f64;

#endif
