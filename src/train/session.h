/* Everything a run has in its hands. */
#ifndef NNMPI_TRAIN_SESSION_H
#define NNMPI_TRAIN_SESSION_H

#include "nnmpi/metric.h"
#include "nnmpi/optimizer.h"
#include "nnmpi/reduce.h"
#include "nnmpi/sampler.h"
#include "nnmpi/schedule.h"
#include "nnmpi/tensor.h"
#include "nnmpi/train.h"
#include "profiler.h"
#include "runlog.h"

#define nn_session_open NN_REAL_NAME(nn_session_open)
#define nn_session_close NN_REAL_NAME(nn_session_close)
#define nn_session_start NN_REAL_NAME(nn_session_start)
#define nn_session_save NN_REAL_NAME(nn_session_save)
#define nn_session_plan NN_REAL_NAME(nn_session_plan)
#define nn_train_step NN_REAL_NAME(nn_train_step)
#define nn_train_search NN_REAL_NAME(nn_train_search)
#define nn_train_count NN_REAL_NAME(nn_train_count)
#define nn_train_gradient NN_REAL_NAME(nn_train_gradient)
#define nn_train_loop NN_REAL_NAME(nn_train_loop)
#define nn_learning_rate NN_REAL_NAME(nn_learning_rate)
#define nn_weigh_setup NN_REAL_NAME(nn_weigh_setup)
#define nn_weigh_balance NN_REAL_NAME(nn_weigh_balance)
#define nn_weigh NN_REAL_NAME(nn_weigh)
#define nn_average_begin NN_REAL_NAME(nn_average_begin)
#define nn_average_step NN_REAL_NAME(nn_average_step)
#define nn_average_swap NN_REAL_NAME(nn_average_swap)
#define nn_evaluate NN_REAL_NAME(nn_evaluate)
#define nn_measure NN_REAL_NAME(nn_measure)
#define nn_profile_open NN_REAL_NAME(nn_profile_open)
#define nn_profile_close NN_REAL_NAME(nn_profile_close)
#define nn_monitor_setup NN_REAL_NAME(nn_monitor_setup)
#define nn_monitor_epoch NN_REAL_NAME(nn_monitor_epoch)
#define nn_monitor_verdict NN_REAL_NAME(nn_monitor_verdict)
#define nn_feed_open NN_REAL_NAME(nn_feed_open)
#define nn_feed_gather NN_REAL_NAME(nn_feed_gather)

#define NN_MAX_METRICS 16

/* The control word: what is summed over ranks beside the gradient, as doubles. */
enum {
    NN_CONTROL_LOSS,       /* sum of losses */
    NN_CONTROL_ROWS,       /* that are not ignored: n of the mean */
    NN_CONTROL_SAMPLES,    /* samples seen */
    NN_CONTROL_NOT_FINITE, /* ranks whose loss is not finite */
    NN_CONTROL_SIGNAL,     /* ranks that were sent a signal */
    NN_CONTROL_TIME,       /* ranks whose time is up */
    NN_CONTROL_SAVE,       /* rank 0: a checkpoint is due by the clock */
    NN_CONTROL_METRICS     /* then the sums of each metric */
};

/* How a run ended; NN_GOING while it has not. */
typedef enum nn_ending {
    NN_GOING,
    NN_COMPLETED,
    NN_EARLY,
    NN_TARGET,
    NN_CONVERGED,
    NN_MAX_STEPS,
    NN_MAX_TIME,
    NN_SIGNAL,
    NN_NOT_FINITE,
    NN_WRITE_FAILED
} nn_ending;

/* A metric in use, and where its sums are in the control word. */
typedef struct nn_gauge {
    const nn_metric *metric;
    const void *options;
    const char *name;
    int sums, at;
} nn_gauge;

/* Buffers for one pass. */
typedef struct nn_feed {
    nn_real *x, *y;
    nn_real *weight, *sample_weight; /* of rows, and of samples as the data set has them */
    int32_t *label;
    int64_t *sample;
} nn_feed;

/* A watched number: a column of the history. */
typedef struct nn_monitor {
    int column; /* -1: not watched */
    bool lower_is_better;
} nn_monitor;

/* For an optimizer that searches: what is known of the weights before their step begins. */
typedef struct nn_ahead {
    nn_real *scratch;        /* the optimizer's */
    nn_real *S;              /* the model's state at the start of the step */
    double *start, *control; /* at the weights of its start; of dW, at the weights of now */
    bool known;              /* dW and control are those of W */
} nn_ahead;

typedef struct nn_session {
    nn_document *document;
    const nn_run_options *options;
    nn_comm *comm;
    const nn_observer *observer;
    nn_arena *arena;

    nn_data *data;
    const nn_dataset *set[NN_SPLITS];
    nn_model *model;
    bool labels;              /* targets are class ids; else numbers */
    int64_t positions, width; /* of the output: rows of a sample, numbers of a row */
    double *class_weight;     /* or NULL */
    bool balanced;            /* it is to be computed from the training data */
    nn_reduce *reduce;
    const nn_optimizer *optimizer;
    int n_slots;
    nn_real *slot[NN_MAX_SLOTS];
    nn_real *best_W, *best_S; /* restore_best; or NULL */
    nn_ahead ahead;
    nn_real *average; /* of W, or NULL; of W and this the one that is not in use */

    int64_t batch_size, steps_per_epoch, total_steps;
    int threads;
    int64_t program_bytes; /* in memory before anything was opened: the program, its libraries */
    nn_feed feed;

    int n_gauges, n_control;
    nn_gauge gauge[NN_MAX_METRICS];
    double *control; /* of the step under way */

    nn_monitor early, target, best, schedule;
    nn_state state; /* state.sums: the control word summed over the epoch under way */

    const char *folder; /* NULL: nothing is written */
    const char *resumed_from;
    const char *config_yaml;
    nn_runlog *log;          /* rank 0 */
    const char *checkpoint;  /* the last one written */
    int64_t checkpoint_step; /* of which step; -1: none */
    double started, epoch_started, checkpoint_time, last_rate;
    int64_t samples_done, epoch_samples;

    nn_profiler *profiler; /* NULL: nobody asked for a profile */
    nn_pass_observer watch;
} nn_session;

/* setup.c: opens data, model, optimizer and memory; `ranks` of the plan (0: those there are).
 * Collective. */
nn_status nn_session_open(nn_session *s, int ranks);
/* snapshot.c: the run folder, initial weights or a checkpoint's, log files. Collective. */
nn_status nn_session_start(nn_session *s);
void nn_session_close(nn_session *s); /* Collective. */
/* Writes a checkpoint of this moment. Collective. */
nn_status nn_session_save(nn_session *s, bool best);
/* Fills in what is told to the observer; arrays live in the session's arena. */
nn_run_plan nn_session_plan(nn_session *s, int ranks);

/* feed.c: buffers for `capacity` samples; gathers samples into them and describes the batch. */
void nn_feed_open(nn_session *s, int64_t capacity);
nn_batch nn_feed_gather(nn_session *s, const nn_dataset *set, const nn_sampler *order,
                        nn_share positions);

/* alpha of step `step` (the first is 0). */
double nn_learning_rate(const nn_session *s, int64_t step);
/* step.c: dW and s->control of the samples at these positions of the order (NULL: as they are),
 * summed over ranks, the penalty on weights included. Collective. */
void nn_train_gradient(nn_session *s, const nn_sampler *order, nn_share share);
/* One step of training; the control word of the step is left in s->control. Collective. */
nn_ending nn_train_step(nn_session *s, const nn_sampler *order);
/* Ends a step: its control word is added to the epoch's, and asked whether the run should stop. */
nn_ending nn_train_count(nn_session *s);
/* search.c: the same as nn_train_step for an optimizer that searches. Collective. */
nn_ending nn_train_search(nn_session *s);
/* weigh.c: reads training.class_weight, with complaints; computes it if it is `balanced`
 * (collective); gives a batch of `set` the weights of its rows, those of classes in training only.
 */
void nn_weigh_setup(nn_session *s);
void nn_weigh_balance(nn_session *s);
void nn_weigh(const nn_session *s, const nn_dataset *set, nn_batch *batch);
/* average.c, the moving average A of the weights; none of them does anything if it is not wanted.
 * A <- W; A <- d A + (1 - d) W after step t (1 is the first); W and A change places: training has
 * W, all else A. */
void nn_average_begin(nn_session *s);
void nn_average_step(nn_session *s, int64_t t);
void nn_average_swap(nn_session *s);
/* evaluate.c: sums over a split, each sample once, into control (n_control doubles). Collective. */
void nn_evaluate(nn_session *s, const nn_dataset *set, double *control);
/* Adds the metrics of a batch that went forward to control. */
void nn_measure(const nn_session *s, const nn_batch *batch, double *control);
/* profile.c: gets ready to measure if that is wanted. Logically collective. */
void nn_profile_open(nn_session *s);
/* The time since the last lap was spent on this phase. */
static inline void nn_profile_lap(const nn_session *s, nn_phase phase) {
    if (s->profiler) nn_profiler_lap(s->profiler, phase, -1);
}
/* The profile so far of all ranks, NULL if none is wanted; its files are in the run folder.
 * Collective. */
const nn_profile *nn_profile_close(nn_session *s);
/* loop.c: epochs until something ends the run. Collective. */
nn_status nn_train_loop(nn_session *s);

/* monitor.c: the columns of the history, and what watches them. */
nn_status nn_monitor_setup(nn_session *s);
/* After an epoch's row is in the history: is it the best, should the run end? */
bool nn_monitor_epoch(nn_session *s);
nn_ending nn_monitor_verdict(const nn_session *s);

/* The mean loss of a control word. */
static inline double nn_control_loss(const double *control) {
    return control[NN_CONTROL_LOSS] / control[NN_CONTROL_ROWS];
}

double nn_clock(void); /* seconds, monotonic */
/* memory_once.c: what the process has in memory now; 0 where /proc does not say. */
int64_t nn_resident_bytes(void);

#endif
