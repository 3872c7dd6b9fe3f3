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
#include "nnmpi/use.h"
#include "profiler.h"
#include "runlog.h"

#define nn_session_threads NN_REAL_NAME(nn_session_threads)
#define nn_session_open NN_REAL_NAME(nn_session_open)
#define nn_session_close NN_REAL_NAME(nn_session_close)
#define nn_session_start NN_REAL_NAME(nn_session_start)
#define nn_session_snapshot NN_REAL_NAME(nn_session_snapshot)
#define nn_session_rehearse NN_REAL_NAME(nn_session_rehearse)
#define nn_session_save NN_REAL_NAME(nn_session_save)
#define nn_session_save_in NN_REAL_NAME(nn_session_save_in)
#define nn_session_count_time NN_REAL_NAME(nn_session_count_time)
#define nn_session_save_last NN_REAL_NAME(nn_session_save_last)
#define nn_session_survey NN_REAL_NAME(nn_session_survey)
#define nn_session_plan NN_REAL_NAME(nn_session_plan)
#define nn_train_step NN_REAL_NAME(nn_train_step)
#define nn_train_search NN_REAL_NAME(nn_train_search)
#define nn_train_advance NN_REAL_NAME(nn_train_advance)
#define nn_train_begin NN_REAL_NAME(nn_train_begin)
#define nn_train_requests NN_REAL_NAME(nn_train_requests)
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
#define nn_best_swap NN_REAL_NAME(nn_best_swap)
#define nn_evaluate NN_REAL_NAME(nn_evaluate)
#define nn_measure NN_REAL_NAME(nn_measure)
#define nn_profile_open NN_REAL_NAME(nn_profile_open)
#define nn_profile_close NN_REAL_NAME(nn_profile_close)
#define nn_monitor_setup NN_REAL_NAME(nn_monitor_setup)
#define nn_monitor_epoch NN_REAL_NAME(nn_monitor_epoch)
#define nn_monitor_verdict NN_REAL_NAME(nn_monitor_verdict)
#define nn_match_output NN_REAL_NAME(nn_match_output)
#define nn_match_data NN_REAL_NAME(nn_match_data)
#define nn_match_width NN_REAL_NAME(nn_match_width)
#define nn_gauges_open NN_REAL_NAME(nn_gauges_open)
#define nn_label_ignored NN_REAL_NAME(nn_label_ignored)
#define nn_check_gradients NN_REAL_NAME(nn_check_gradients)
#define nn_replicas_agree NN_REAL_NAME(nn_replicas_agree)
#define nn_norms_epoch NN_REAL_NAME(nn_norms_epoch)
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
    NN_CONTROL_SAVE,       /* a checkpoint is due by the clock, or asked for by a signal */
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
    NN_PAUSED,
    NN_NOT_FINITE,
    NN_WRITE_FAILED,
    NN_REPLICAS_DIFFER,
    NN_ROLLED_BACK /* not an end: the run goes on from an earlier step */
} nn_ending;

/* A metric in use, and where its sums are in the control word. */
typedef struct nn_gauge {
    const nn_metric *metric;
    const void *options;
    const char *name;
    bool weighted; /* it sees the weights of rows */
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

typedef struct nn_worst nn_worst; /* worst.c: samples with the largest loss */

/* What training.on_nonfinite needs: copies of the last good state. */
typedef struct nn_guard {
    nn_real *S; /* skip: the model's state at the start of the step */
    int n;      /* rollback: vectors of the run, and the copies */
    nn_real **vector, **copy;
    int64_t *size;
    nn_state state; /* its sums are the guard's */
} nn_guard;

typedef struct nn_suspect nn_suspect;

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
    int64_t piece; /* samples of a pass of one part of the batch at most */
    nn_part *part; /* those of a rank that are computed together, */
    nn_batch *batch;
    nn_share *places; /* and their positions in the order */
    double *words;    /* [parts of this rank][n_control], for evaluation */
    int threads;
    int64_t program_bytes; /* of memory, without data and model: the program, its libraries */
    nn_feed feed;

    int n_gauges, n_told; /* n_told: those that were asked for */
    int n_control;
    nn_gauge gauge[NN_MAX_METRICS];
    bool wants_matrix; /* a confusion matrix is measured too, if it is not asked for */
    nn_gauge *matrix;  /* which; NULL: none */
    double *control;   /* of the step under way */

    nn_monitor early, target, best, schedule;
    nn_state state; /* state.sums: the control word summed over the epoch under way */

    const char *folder;          /* NULL: nothing is written */
    nn_checkpoint_lock *lock[2]; /* of the folders of checkpoints and of logs */
    const char *resumed_from;
    const char *config_yaml;
    nn_checkpoint_about about; /* of a model that is used; words and texts on rank 0 only */
    nn_runlog *log;            /* rank 0 */
    nn_age newest;             /* of the checkpoints in the folder, once one was written */
    const char *checkpoint;    /* the last one written */
    int64_t checkpoint_step;   /* of which step; -1: none */
    double began;              /* seconds since 1970 */
    double started, epoch_started, checkpoint_time, last_rate;
    bool save_asked;                      /* by a signal to this rank */
    double deadline, asked, longest_step; /* of max_time: auto; nn_clock, seconds */
    int64_t epoch_samples;
    bool stepped; /* since the run began or was resumed */
    int n_final;  /* numbers of the end of the run, 0 before it */
    const nn_value *final;

    nn_profiler *profiler; /* NULL: nobody asked for a profile */
    nn_pass_observer watch;
    const nn_pass_observer *observed; /* of the passes in training; NULL: nobody watches */

    nn_guard guard;
    nn_suspect *suspect;    /* while what is not finite is looked for */
    const char *not_finite; /* what was found */
    const char *differs;    /* the same of replicas */
    uint64_t *hashes;       /* of the weights of each rank */
} nn_session;

/* match.c: width and positions of the model's output; does the data fit the model (s->labels is
 * found, class ids are looked at); does a loss or metric suit the width; the metrics ready to
 * measure, with room in the control word. Collective, but for nn_match_output. */
void nn_match_output(nn_session *s);
nn_status nn_match_data(nn_session *s);
void nn_match_width(nn_session *s, const nn_typed *chosen,
                    const char *(*unfit)(const void *options, int64_t width));
nn_status nn_gauges_open(nn_session *s);
/* The class id whose rows the loss leaves out; NN_NO_LABEL: none. */
int64_t nn_label_ignored(const nn_model *model);

/* What a session is opened with; all the rest is zero. */
static inline nn_session nn_session_of(nn_document *document, const nn_run_options *options,
                                       nn_comm *comm, const nn_observer *observer) {
    return (nn_session){
        .document = document, .options = options, .comm = comm, .observer = observer};
}
/* setup.c: opens data, model, optimizer and memory; `ranks` of the plan (0: those there are).
 * Collective. */
nn_status nn_session_open(nn_session *s, int ranks);
/* snapshot.c: the run folder, initial weights or a checkpoint's, log files. Collective. */
nn_status nn_session_start(nn_session *s);
/* How many threads the BLAS has, with shards never by the machine. Collective. */
void nn_session_threads(nn_session *s);
void nn_session_close(nn_session *s); /* Collective. */
/* What a checkpoint of this moment holds. With a moving average: between two swaps, so that the
 * model's weights are the average. */
nn_snapshot nn_session_snapshot(nn_session *s, nn_state *state);
/* begin.c: whether the run could begin, or go on from a checkpoint: a session that is open for a
 * plan. Warns of what has changed since. Collective. */
nn_status nn_session_rehearse(nn_session *s);
/* Brings state.elapsed up to this moment. */
void nn_session_count_time(nn_session *s);
/* Writes a checkpoint of this moment. A failure is a warning unless checkpoint.required says
 * otherwise; that of the run's last one is always a failure: its result would be lost. Collective.
 */
nn_status nn_session_save(nn_session *s, bool best);
nn_status nn_session_save_last(nn_session *s);
/* Writes a checkpoint of this moment into another folder. Collective. */
nn_status nn_session_save_in(nn_session *s, const char *folder);
/* Fills in what is told to the observer; arrays live in the session's arena. */
nn_run_plan nn_session_plan(nn_session *s, int ranks);
/* survey.c: adds to the plan what the data are like: reads them once. */
void nn_session_survey(const nn_session *s, nn_run_plan *plan);

/* feed.c: buffers for `capacity` samples; gathers samples into them, from place `at` on, and
 * describes the batch. */
void nn_feed_open(nn_session *s, int64_t capacity);
nn_batch nn_feed_gather(nn_session *s, const nn_dataset *set, const nn_sampler *order,
                        nn_share positions, int64_t at);

/* alpha of step `step` (the first is 0). */
double nn_learning_rate(const nn_session *s, int64_t step);
/* The parts of a batch: shards, or one a rank. */
static inline int nn_parts(const nn_session *s, int ranks) {
    int64_t shards = s->options->training.shards;
    return shards ? (int)shards : ranks;
}
/* step.c: dW and s->control of the samples at these positions of the order (NULL: as they are), of
 * which every rank does its parts, the penalty on weights included. Collective. */
void nn_train_gradient(nn_session *s, const nn_sampler *order, nn_share batch);
/* One step of training; the control word of the step is left in s->control. Collective. */
nn_ending nn_train_step(nn_session *s, const nn_sampler *order);
/* Ends a step: its control word is added to the epoch's, and asked whether the run should stop. */
nn_ending nn_train_count(nn_session *s);
/* The same for a step whose numbers are not counted. */
nn_ending nn_train_advance(nn_session *s);
/* requests.c: the time that training has, and warnings where it has no end or ends with nothing
 * kept; what this rank asks for, into its control word. */
void nn_train_begin(nn_session *s);
void nn_train_requests(nn_session *s, double *control);
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
/* The best weights and state (restore_best) and those that validation sees change places. */
void nn_best_swap(nn_session *s);
/* evaluate.c: sums over a split, each sample once, into control (n_control doubles); `worst`, if
 * not NULL, sees each sample. Collective. */
void nn_evaluate(nn_session *s, const nn_dataset *set, double *control, nn_worst *worst);
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

/* gradients.c: of a session that is open. Collective. */
nn_status nn_check_gradients(nn_session *s, nn_gradient_report *report);
/* replica.c: whether weights, state, slots and averages are the same bits on all ranks; if not,
 * s->differs says whose are not. Collective. */
bool nn_replicas_agree(nn_session *s);

/* norms.c: norms.jsonl gets the weights of now and the gradient of the last step. Rank 0 writes. */
void nn_norms_epoch(nn_session *s);

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
/* memory_once.c: what the process has in memory now and will have beside data and model; 0 where
 * /proc does not say. */
int64_t nn_program_bytes(void);

#endif
