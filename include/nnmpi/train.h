/* A run: everything from a configuration to a trained model. Floor 5. */
#ifndef NNMPI_TRAIN_H
#define NNMPI_TRAIN_H

#include "nnmpi/checkpoint.h"
#include "nnmpi/comm.h"
#include "nnmpi/config.h"
#include "nnmpi/dataset.h"
#include "nnmpi/survey.h"
#include "nnmpi/model.h"
#include "nnmpi/profile.h"

#define NN_UNSET (-1e300)
#define NN_TIME_OF_JOB (-2.0) /* max_time: auto */

typedef struct nn_early_stopping {
    const char *monitor;
    int64_t patience;
    double min_delta;
    bool restore_best;
    bool present;
} nn_early_stopping;

typedef struct nn_target {
    const char *monitor;
    double at_least, at_most; /* NN_UNSET: not given */
    bool required;
    bool present;
} nn_target;

typedef struct nn_average {
    double decay;
    bool warmup;
    bool present;
} nn_average;

typedef enum nn_on_nonfinite { NN_ON_STOP, NN_ON_SKIP, NN_ON_ROLLBACK } nn_on_nonfinite;

typedef struct nn_training_options {
    nn_typed loss;
    nn_typed_list metrics, weighted_metrics;
    nn_typed optimizer;
    nn_typed schedule;
    int64_t batch_size;  /* -1: all */
    int64_t micro_batch; /* samples of one pass at most; -1: auto */
    int64_t shards;      /* parts of a batch whose gradients are added in a fixed order; 0: no */
    int64_t epochs, max_steps; /* -1: no bound */
    nn_early_stopping early_stopping;
    nn_target target;
    double max_time;       /* seconds; -1: no bound; NN_TIME_OF_JOB */
    double stall_timeout;  /* seconds; 0: never, -1: auto */
    int64_t replica_check; /* steps; 0: at checkpoints only */
    int on_nonfinite;      /* nn_on_nonfinite */
    int64_t nonfinite_limit;
    double rollback_factor;
    double clip_value, clip_norm; /* 0: no bound */
    nn_average average;
    nn_node *class_weight; /* NULL: all 1 */
    nn_typed reduction;
    int64_t threads; /* of the BLAS, a rank; -1: auto */
} nn_training_options;

typedef struct nn_log_options {
    const char *directory; /* absolute; NULL: checkpoint.directory */
    int console;           /* auto | bar | lines | off */
    nn_texts metrics;      /* csv, jsonl */
    bool steps;            /* steps.csv: the loss of every step */
    bool norms;            /* norms.jsonl: of weights and gradient by layer, each epoch */
    bool tensorboard;      /* event files */
    int report;            /* none | html */
} nn_log_options;

/* The whole file. */
typedef struct nn_run_options {
    const char *name;
    int64_t seed;
    int precision; /* 0: float32, 1: float64 */
    nn_data_options data;
    nn_model_options model;
    nn_training_options training;
    nn_checkpoint_options checkpoint;
    nn_log_options log;
    bool profile; /* not a key: nnmpi --profile */
    /* not a key: within another program, which has the weights: nothing is lost without a section
     * `checkpoint` */
    bool embedded;
    bool rehearse;       /* not a key: the check of a plan looks at what it would begin with, too */
    bool in_sweep;       /* not a key: a trial, which is no command of its own */
    int64_t pause_epoch; /* not a key: after so many epochs the run is left to be resumed; 0: no */
} nn_run_options;
extern const nn_key nn_run_keys[]; /* the root table: every key there is */

/* ---- what a run tells those who watch (the program's console, a report) ---- */

typedef struct nn_layer_row {
    const char *name, *type, *inputs;
    nn_shape shape;
    int64_t parameters; /* 0 for a second use of shared weights */
    double flops;       /* of forward, for one sample */
    bool shared;
    int n_inputs;
    const int *input; /* rows of the table; -1: the data */
} nn_layer_row;

typedef struct nn_run_plan {
    const char *version; /* of nnmpi */
    double started;      /* seconds since 1970; 0: it has not */
    const char *name, *precision, *loss, *optimizer, *reduction, *config_file;
    int ranks, nodes, threads;
    int ranks_here; /* fewer or more than `ranks` when a plan for others is asked for */
    const char *blas, *mpi, *hdf5, *host;
    int n_layers;
    const nn_layer_row *layer;
    nn_shape input;
    int64_t parameters;
    int64_t samples[NN_SPLITS]; /* 0: not given */
    const char *data_text[NN_SPLITS];
    const nn_survey *survey[NN_SPLITS]; /* NULL: not asked for */
    nn_texts class_names;               /* of the survey; n = 0: none */
    int64_t batch_size, shards, share_low, share_high, micro_batch;
    int64_t steps_per_epoch, epochs, max_steps;
    /* bytes of a rank: program and libraries, weights, passes; of a node: data */
    int64_t memory_program, memory_model, memory_pass, memory_data;
    int64_t memory_others; /* gradients of other ranks, in memory that the node's ranks share */
    const char *folder, *resumed_from; /* NULL: not */
    int64_t resumed_epoch, resumed_step;
    int console; /* log.console */
} nn_run_plan;

/* Bytes of a rank, without data. */
static inline int64_t nn_plan_memory(const nn_run_plan *p) {
    return p->memory_program + p->memory_model + p->memory_pass + p->memory_others;
}

typedef struct nn_value { /* a named number: loss, accuracy, validation_loss ... */
    const char *name;
    double value;
} nn_value;

typedef struct nn_tick { /* after a step */
    int64_t epoch, epochs, epoch_step, steps_per_epoch, step;
    int n_values;
    const nn_value *value; /* running means of the epoch */
    double samples_per_second, elapsed, epoch_elapsed;
} nn_tick;

typedef struct nn_outcome {
    nn_status status;
    const char *how; /* "completed" | "early_stopping" | "target" | "converged" | "max_steps" |
                        "max_time" | "signal" | "paused" | "not_finite" | "target_missed" |
                        "write_failed" | "replicas_differ" */
    const char *why; /* one sentence */
    bool failed;     /* it is the message of the error that follows, too */
    int64_t epochs, steps, best_epoch;
    double seconds, samples_per_second; /* of all parts of the run */
    int n_values;
    const nn_value *value;           /* final numbers, test_* included */
    const char *folder, *checkpoint; /* NULL: none written */
    const nn_profile *profile;       /* NULL: not asked for */
} nn_outcome;

/* Calls on rank 0 only; any of them may be NULL. Borrowed during the call. */
typedef struct nn_observer {
    void *context;
    void (*begin)(void *context, const nn_run_plan *plan);
    void (*step)(void *context, const nn_tick *tick);
    void (*epoch)(void *context, const nn_tick *tick); /* values with validation_* */
    void (*end)(void *context, const nn_outcome *outcome);
} nn_observer;

struct nn_evaluate_request;
struct nn_predict_request;
struct nn_generate_request;

/* What `check --gradients` found of one tensor. */
typedef struct nn_gradient_row {
    const char *tensor;
    int64_t size;
    int tried, kinks;  /* numbers; those of them at a kink of the loss, which say nothing */
    double difference; /* the largest one, relative to the largest gradient of those tried */
} nn_gradient_row;
typedef struct nn_gradient_table {
    int64_t samples;
    int rows;
    const nn_gradient_row *row;
} nn_gradient_table;
typedef void nn_gradient_report(const nn_gradient_table *table); /* on rank 0; borrowed */
#define NN_GRADIENT_TOLERANCE 1e-5

/* The two builds of everything that depends on nn_real. */
typedef struct nn_engine {
    const char *precision;
    /* Trains. Collective. */
    nn_status (*train)(nn_document *document, const nn_run_options *options, nn_comm *comm,
                       const nn_observer *observer);
    /* Everything short of training; tells observer->begin. `ranks`: for the plan; 0: comm's. */
    nn_status (*check)(nn_document *document, const nn_run_options *options, nn_comm *comm,
                       const nn_observer *observer, int ranks);
    /* The gradient against differences of the loss; NN_INTERNAL beyond the tolerance, which is
     * float64's. Collective. */
    nn_status (*gradients)(nn_document *document, const nn_run_options *options, nn_comm *comm,
                           nn_gradient_report *report);
    /* Loss, metrics, confusion matrix and worst samples of a split, each sample once; see use.h.
     * Collective. */
    nn_status (*evaluate)(nn_document *document, const nn_run_options *options, nn_comm *comm,
                          const struct nn_evaluate_request *request);
    /* What the model says of each sample, in order, into one file. Collective. */
    nn_status (*predict)(nn_document *document, const nn_run_options *options, nn_comm *comm,
                         const struct nn_predict_request *request);
    /* Goes on with a text, token after token; rank 0 does it. Collective. */
    nn_status (*generate)(nn_document *document, const nn_run_options *options, nn_comm *comm,
                          const struct nn_generate_request *request);
    const struct nn_embedding *embedding; /* see embed.h */
} nn_engine;
extern const nn_engine nn_engine_f32, nn_engine_f64;
const nn_engine *nn_engine_of(const nn_run_options *options);

/* Binds the root table and gives the verdict: the options live as long as the document. */
nn_status nn_run_options_bind(nn_document *document, nn_run_options *options);

/* Signals: after nn_signals_catch, TERM, USR1 and INT ask the run to stop at the end of a step, a
 * second INT ends this process at once; USR2 asks for a checkpoint. */
void nn_signals_catch(void);
int nn_signals_pending(void);    /* 0, or the signal's number */
bool nn_signals_take_save(void); /* was a checkpoint asked for since the last call? */
/* A crash says on stderr which rank it was and where in its work, then goes on as before. */
void nn_crashes_catch(void);
/* BLAS threads of a rank: cores in its affinity mask, divided by the number of ranks on its host
 * whose masks meet it; 1 at least. Collective. */
int nn_threads_for_rank(nn_comm *comm);
/* The moment (nn_clock) at which the job's time is up; INFINITY: the environment does not say. */
double nn_job_end(void);

#endif
