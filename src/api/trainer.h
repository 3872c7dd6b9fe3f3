/* The inside of nn_trainer. */
#ifndef NNMPI_API_TRAINER_H
#define NNMPI_API_TRAINER_H

#include <stdbool.h>

#include "nnmpi/embed.h"
#include "nnmpi/nnmpi.h"

/* A split that was given: inputs, targets, weights. */
typedef struct nn_given {
    nn_memory memory[3];
} nn_given;

struct nn_trainer {
    nn_comm *comm;
    nn_document *document;
    nn_run_options options;
    nn_given given[NN_SPLITS];
    nn_observer observer;
    nn_trainer_epoch *epoch;
    void *context;
    const nn_embedding *embedding;
    nn_embedded *run;       /* NULL: not prepared */
    bool trained, restored; /* restored: the model of a checkpoint, to be used */
};

/* A view of `count` samples as the data sets take it. NN_USAGE: what it says cannot be. */
nn_status nn_memory_of(const nn_view *view, int64_t count, const char *what, nn_memory *memory);
/* Each collective function begins with it: no message yet, warnings by this trainer's rank 0.
 * NN_USAGE if the trainer is one to be used and `what` is training's. */
nn_status nn_trainer_begin(const nn_trainer *trainer, const char *what);
/* The door to what ranks do before the run: all of them with `call` (0: prepare, 1 and more: give
 * that split), or all leave. Collective. */
nn_status nn_trainer_door(nn_trainer *trainer, int call, nn_status status);

#endif
