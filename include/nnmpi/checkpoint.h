/* The state of a run <-> one HDF5 file in the Keras 2 layout. Floor 4.
 *
 *     /                      model_config (Keras JSON, class Functional), keras_version, backend
 *     /model_weights         layer_names, backend, keras_version
 *     /model_weights/L       weight_names; data sets L/kernel:0 ... in Keras shapes
 *     /nnmpi                 format_version, nnmpi_version, config_yaml
 *     /nnmpi/state           progress; optimizer slots by weight name; history
 *     /nnmpi/data            normalisation constants, vocabulary, class names, fingerprints
 *     /nnmpi/checksums       one XXH3 for each data set
 *
 * After the end of the HDF5 file come 32 bytes with a hash of all of it (src/checkpoint/seal.h).
 * Nothing in it depends on the number of ranks. */
#ifndef NNMPI_CHECKPOINT_H
#define NNMPI_CHECKPOINT_H

#include "nnmpi/comm.h"
#include "nnmpi/config.h"
#include "nnmpi/dataset.h"
#include "nnmpi/model.h"
#include "nnmpi/optimizer.h"

#define nn_checkpoint_save NN_REAL_NAME(nn_checkpoint_save)
#define nn_checkpoint_load NN_REAL_NAME(nn_checkpoint_load)
#define nn_checkpoint_compare NN_REAL_NAME(nn_checkpoint_compare)
#define nn_checkpoint_load_weights NN_REAL_NAME(nn_checkpoint_load_weights)

/* Which of the checkpoints of a folder is newer: the generation decides, then the step. */
typedef struct nn_age {
    int64_t generation, step;
} nn_age;
static const nn_age nn_no_age = {INT64_MIN, -1}; /* of what does not tell */

/* The section `checkpoint:` */
typedef struct nn_checkpoint_options {
    const char *directory; /* absolute */
    nn_interval every;
    int64_t keep;       /* newest files kept; 0: all */
    const char *best;   /* "validation_accuracy", or NULL */
    const char *resume; /* auto | never | required | PATH (as written) */
    bool required;
    bool present;
} nn_checkpoint_options;
extern const nn_key nn_checkpoint_keys[];

/* Makes the folder (and those above it) if it is missing and finds out, before the first step, that
 * it can be written: NN_CANNOT_WRITE. Rank 0 does it. Collective. */
nn_status nn_checkpoint_folder(const char *folder, nn_comm *comm);

/* The folder is this run's from now on: rank 0 locks FOLDER/.lock until it is released or its
 * process ends. NN_CANNOT_WRITE, naming process and host, if another run still has it after some
 * seconds. *lock is NULL on other ranks, and where the file system refuses locks. Collective. */
typedef struct nn_checkpoint_lock nn_checkpoint_lock;
nn_status nn_checkpoint_hold(const char *folder, nn_comm *comm, nn_checkpoint_lock **lock);
void nn_checkpoint_release(nn_checkpoint_lock *lock); /* NULL is allowed. */
/* Removes what a run that was killed has left of a file (*.h5.tmp): once, when the folder is ours.
 * Logically collective. */
void nn_checkpoint_sweep(const char *folder, nn_comm *comm);

/* The numbers that say where a run is. All integers and doubles: written by name, one data set of
 * shape () each in /nnmpi/state, from the list below. */
#define NN_STATE_LIST(INT, REAL)                                                                   \
    INT(seed)                                                                                      \
    INT(shards)                                                                                    \
    INT(epoch)      /* epochs done */                                                              \
    INT(epoch_step) /* steps done in the epoch under way */                                        \
    INT(step)       /* steps done in all */                                                        \
    INT(best_epoch) /* 0: none yet */                                                              \
    INT(waited)     /* epochs without improvement (early_stopping) */                              \
    INT(target_reached)                                                                            \
    INT(restored) /* the model's weights and the best ones have changed places */                  \
    INT(skipped)  /* steps left out because they were not finite */                                \
    INT(skipped_in_a_row)                                                                          \
    INT(rollbacks)                                                                                 \
    INT(batch_size) /* of a step; 0: a file of an earlier version, which does not tell */          \
    INT(samples)    /* of an epoch */                                                              \
    INT(shuffle)                                                                                   \
    REAL(best_value)   /* of checkpoint.best */                                                    \
    REAL(monitor_best) /* of early_stopping.monitor */                                             \
    REAL(elapsed)      /* seconds of training, all parts of the run */

typedef struct nn_state {
#define NN_STATE_INT(name) int64_t name;
#define NN_STATE_REAL(name) double name;
    NN_STATE_LIST(NN_STATE_INT, NN_STATE_REAL)
#undef NN_STATE_INT
#undef NN_STATE_REAL
    /* sums of the epoch under way (loss, weight, metric sums) */
    int n_sums;
    double *sums;
    /* one row an epoch done: names of the columns, [rows, columns] */
    int columns;
    const char *const *column_name;
    int64_t rows;
    double *history;
} nn_state;

/* Everything that a checkpoint holds, gathered from its owners; pointers are borrowed. */
typedef struct nn_snapshot {
    nn_model *model;
    const char *model_name;
    const nn_optimizer *optimizer;
    const void *optimizer_options;
    int n_slots;
    nn_real *slot[NN_MAX_SLOTS]; /* flat, like W */
    nn_real *trained_W;       /* what training goes on with, if the model's are averages; or NULL */
    nn_real *best_W, *best_S; /* of the best epoch (restore_best), or NULL; see state.restored */
    nn_state *state;
    const nn_constants *constants;
    nn_texts vocabulary, class_names; /* of the data */
    const char *config_yaml;
    uint64_t fingerprint[NN_SPLITS]; /* of the data; 0: not given */
    const char *loss, *learning_rate_text;
    nn_age *newest; /* of the folder's, as this run knows it from writing it; or NULL: looked for */
} nn_snapshot;

/* Writes directory/NAME.h5 by way of NAME.h5.tmp: flushed, fsync'd, read back and verified,
 * renamed, folder fsync'd; then `latest.h5` points to it, and with `best` also `best.h5`; then
 * files beyond `keep` are removed (never the two that the links name). Rank 0 writes; the others
 * wait for its word. A failure leaves every older file as it was. Collective. */
nn_status nn_checkpoint_save(const nn_snapshot *snapshot, const nn_checkpoint_options *options,
                             const char *name, bool best, nn_comm *comm);

/* Finds what `resume` asks for: *path (owned by the arena) or NULL when there is none and none is
 * required (NN_NO_INPUT if one is). auto: the newest complete one (checksums hold; a damaged one is
 * said and passed over). A relative path is looked for from the current folder, then from `folder`.
 * Collective. */
nn_status nn_checkpoint_find(const nn_checkpoint_options *options, const char *folder,
                             nn_arena *arena, nn_comm *comm, const char **path);
/* Fills model W and S, slots, trained_W, best_W and best_S, fingerprints, and state (sums and
 * history allocated from `arena`). What is NULL (optimizer, state, best_W) is left out; trained_W,
 * best_W and best_S are those of W and S where the file has none. NN_BAD_DATA when it is damaged;
 * NN_BAD_CONFIG when it is of another model (the first difference is named), optimizer or
 * precision. Collective. */
nn_status nn_checkpoint_load(nn_snapshot *snapshot, const char *path, nn_arena *arena,
                             nn_comm *comm);
/* What nn_checkpoint_load would refuse, without reading the numbers: the snapshot's arrays may be
 * NULL. Not collective: rank 0. */
nn_status nn_checkpoint_compare(nn_snapshot *snapshot, const char *path);
/* init_from: weights by name from our checkpoint, a Keras .h5 or safetensors; *found of the model's
 * weights were there. NN_BAD_CONFIG: a weight has another shape; NN_BAD_DATA: none was found, or
 * the file is bad. Collective. */
nn_status nn_checkpoint_load_weights(nn_model *model, const char *path, nn_comm *comm, int *found);

/* What a checkpoint says of itself, without its model. */
typedef struct nn_checkpoint_about {
    int64_t format;
    const char *version, *precision, *optimizer; /* optimizer: "" if none was kept */
    const char *config_yaml;
    nn_shape input;                 /* of one sample, as the model takes it */
    const char *name;               /* of the model */
    nn_texts layers, layer_classes; /* in Keras's words, the input left out */
    nn_constants constants;
    nn_texts vocabulary, class_names; /* n = 0: it has none */
    uint64_t fingerprint[NN_SPLITS];  /* of the data; 0: not given */
    nn_state state;
} nn_checkpoint_about;
/* Everything by the arena. With `verify` NN_BAD_DATA if a checksum does not hold. Not collective:
 * call it on one rank or on all. */
nn_status nn_checkpoint_read_about(const char *path, bool verify, nn_arena *arena,
                                   nn_checkpoint_about *about);
/* The file that a user means: a checkpoint, or in a run folder latest.h5, with `best` best.h5.
 * NN_NO_INPUT. *path by the arena. Not collective. */
nn_status nn_checkpoint_locate(const char *given, bool best, nn_arena *arena, const char **path);
/* What a link such as latest.h5 names in its folder; `path` itself if it is none. While a run goes
 * on the link changes, and a file that is open while it is opened again must be the same one; but
 * its own name may go, and the link always leads to a file. By the arena. Not collective. */
const char *nn_checkpoint_follow(const char *path, nn_arena *arena);
/* That file, and the configuration of its run, by malloc, which the checksums were held against.
 * NN_NO_INPUT, NN_BAD_DATA. Not collective. */
nn_status nn_checkpoint_read_config(const char *given, bool best, nn_arena *arena,
                                    const char **path, char **text);
/* NN_OK if every checksum holds; NN_BAD_DATA naming the data set that does not. */
nn_status nn_checkpoint_verify(const char *path);

#endif
