/* nnmpi as a library: training within another MPI program, from arrays in memory. Floor 6.
 *
 *     nn_trainer *t;
 *     nn_status status = nn_trainer_open_file(&t, comm, "digits.yaml", NULL);
 *     nn_samples mine = {n, .inputs = {x, NN_F32, 2, {8, 8}}, .targets = {labels, NN_I32}};
 *     if (status == NN_OK) status = nn_trainer_give(t, "train", &mine);
 *     if (status == NN_OK) status = nn_trainer_train(t);
 *     if (status == NN_OK) status = nn_trainer_predict(t, n, &mine.inputs, probabilities);
 *     if (status != NN_OK) fprintf(stderr, "%s\n", nn_trainer_message());
 *     nn_trainer_close(t);
 *
 * The caller has started MPI and ends it. "Collective": every rank of the communicator must call
 * it, in the same order, and every rank gets the same status. "Logically collective": sends
 * nothing, but needs equal values on all ranks. All else is local. One thread of a process may be
 * in these functions at a time.
 *
 * No function ends the program: what the world does wrong (files, data, configuration) is a status
 * and a message. Two things end the whole job, by MPI_Abort: a failure within MPI, and an internal
 * error, which memory that is refused during a run can be. Nothing is printed but by these two;
 * nn_trainer_warnings hears what the program `nnmpi` would warn of. No signal handler and no
 * watchdog of the program is there. What may be touched outside: the number of OpenBLAS's threads
 * (training.threads says it) and HDF5's automatic printing of errors, which is turned off. */
#ifndef NNMPI_NNMPI_H
#define NNMPI_NNMPI_H

#include <mpi.h>
#include <stdint.h>

#include "nnmpi/codes.h"
#include "nnmpi/dtype.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NN_VIEW_RANK 8

/* Numbers in the caller's memory, row major: [count, dim[0], ..., dim[rank - 1]]. Borrowed. */
typedef struct nn_view {
    const void *data; /* NULL: there are none */
    nn_dtype type;
    int rank; /* of one sample; 0: one number each */
    int64_t dim[NN_VIEW_RANK];
} nn_view;

/* The samples of one rank. Targets are class ids (integers), one-hot rows or numbers to regress on,
 * as in a data file; weights, >= 0, are what each sample's loss is multiplied by. */
typedef struct nn_samples {
    int64_t count; /* 0 is allowed: then nothing else counts */
    nn_view inputs, targets, weights;
} nn_samples;

/* A weight of the model, or a number that it keeps beside them (batch_norm's means). */
typedef struct nn_parameter {
    const char *name; /* "dense/kernel"; lives as long as the trainer */
    int rank;
    int64_t dim[NN_VIEW_RANK], size;
    int trained; /* 0: it is kept, or frozen */
} nn_parameter;

/* A run, from its configuration to its weights. */
typedef struct nn_trainer nn_trainer;

/* Reads a configuration (docs/config.md), which rank 0 reads from a file, or whose text rank 0
 * gives; relative paths in it are from the file's folder, of a text from the current one. `sets`:
 * KEY=VALUE texts as those of --set, ended by NULL, or NULL. The communicator, of one group, is
 * duplicated; any number of trainers may be open, on the same ranks or on others. *trainer is NULL
 * after a failure. Collective. */
NN_PUBLIC nn_status nn_trainer_open_file(nn_trainer **trainer, MPI_Comm communicator,
                                         const char *file, const char *const *sets);
NN_PUBLIC nn_status nn_trainer_open_text(nn_trainer **trainer, MPI_Comm communicator,
                                         const char *text, const char *const *sets);

/* The model of a checkpoint, a file or a run folder (its latest.h5), which rank 0 reads: to predict
 * and to look at its parameters. Such a trainer is prepared, and the functions that give, watch,
 * train and save are NN_USAGE. A model of a moving average (training.average) is the average.
 * NN_NO_INPUT, NN_BAD_DATA. Collective. */
NN_PUBLIC nn_status nn_trainer_open_checkpoint(nn_trainer **trainer, MPI_Comm communicator,
                                               const char *path);

/* Called with each warning, of all trainers, on the rank 0 of each: a text of one line, without
 * newline, borrowed. A checkpoint on the way that cannot be written is one, unless
 * checkpoint.required makes it an error. NULL: nobody is told, as in the beginning. May be called
 * at any time. Local. */
typedef void nn_trainer_warning(void *context, const char *text);
NN_PUBLIC void nn_trainer_warnings(nn_trainer_warning *warning, void *context);

/* The samples of split "train", "validation" or "test", instead of what the configuration says of
 * that split. Each rank gives a part of them, which may be none: the parts of all ranks, in their
 * order, are the split, and how it is cut does not change the result. Two ways to use that: rank 0
 * gives all and the others none, or each rank what it has. (Every node then holds one copy of the
 * whole.) What `mine` points to is borrowed until nn_trainer_prepare returns, or nn_trainer_train.
 * NN_USAGE: on all ranks, if one gives what cannot be, or another split, or none where others give
 * one. Collective. */
NN_PUBLIC nn_status nn_trainer_give(nn_trainer *trainer, const char *split, const nn_samples *mine);

/* Called on rank 0 after each epoch, with its number and the names of what was measured and the
 * values. Before nn_trainer_prepare. */
typedef void nn_trainer_epoch(void *context, int64_t epoch, int n, const char *const *names,
                              const double *values);
NN_PUBLIC nn_status nn_trainer_watch(nn_trainer *trainer, nn_trainer_epoch *epoch, void *context);

/* Loads the data, builds the model and gives it its initial weights, or those of the checkpoint
 * that the configuration resumes. nn_trainer_train does it if it was not done. After NN_BAD_CONFIG
 * (model and data do not fit, say) the trainer is good for nothing but to be closed; after other
 * failures it may be tried again, with other data. Collective. */
NN_PUBLIC nn_status nn_trainer_prepare(nn_trainer *trainer);
/* Trains until the configuration says that it is enough, and writes what it says is to be written
 * (checkpoint, log). NN_FAILED: not finite, or a required target was missed; NN_STOPPED: max_time
 * was up. NN_USAGE: it has been trained. Collective. */
NN_PUBLIC nn_status nn_trainer_train(nn_trainer *trainer);

/* Epochs done; and a number of one of them (the first is 1) by its name in metrics.csv, such as
 * "train_loss" or "validation_accuracy". Epoch 0: the numbers of the end, "test_loss" among them.
 * NaN where there is none. */
NN_PUBLIC int64_t nn_trainer_epochs(const nn_trainer *trainer);
NN_PUBLIC double nn_trainer_value(const nn_trainer *trainer, int64_t epoch, const char *name);

/* What the model says of `count` samples, into out[count, output]: probabilities of classes, or
 * numbers. Inputs are scaled and normalised as those of the training. For windows of a text or a
 * series a sample is one window. After nn_trainer_prepare; a rank may call it alone. NN_BAD_DATA,
 * NN_USAGE. */
NN_PUBLIC nn_status nn_trainer_predict(nn_trainer *trainer, int64_t count, const nn_view *inputs,
                                       double *out);
/* The numbers of one output; 0 before nn_trainer_prepare. */
NN_PUBLIC int64_t nn_trainer_outputs(const nn_trainer *trainer);

/* How many parameters there are (0 before nn_trainer_prepare); what number i is; its values of now
 * into out[size], in Keras's shapes. The same on every rank. NN_USAGE: there is no such one. */
NN_PUBLIC int nn_trainer_parameters(const nn_trainer *trainer);
NN_PUBLIC nn_status nn_trainer_parameter(const nn_trainer *trainer, int i, nn_parameter *about);
NN_PUBLIC nn_status nn_trainer_copy(nn_trainer *trainer, int i, double *out);

/* Writes a checkpoint of now into a folder, which is made if it is not there, as step_N.h5 by the
 * steps done (one of that name is replaced, others stay); latest.h5 there points to it. `nnmpi
 * eval`, predict and export take it. Collective. */
NN_PUBLIC nn_status nn_trainer_save(nn_trainer *trainer, const char *folder);

/* NULL is allowed. Before MPI_Finalize. Collective. */
NN_PUBLIC void nn_trainer_close(nn_trainer *trainer);

/* What the last function that failed on this rank has to say, "" if none has; until the next call.
 * nn_status_text says what a status means. */
NN_PUBLIC const char *nn_trainer_message(void);
NN_PUBLIC const char *nn_trainer_version(void); /* "0.1.0" */

#ifdef __cplusplus
}
#endif

#endif
