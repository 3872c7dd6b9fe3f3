/* The root table: every key that a configuration may have. */
#include "nnmpi/train.h"

#include <string.h>

#include "nnmpi/loss.h"
#include "nnmpi/metric.h"
#include "nnmpi/optimizer.h"
#include "nnmpi/reduce.h"
#include "nnmpi/schedule.h"

static const char *const none[] = {"none", NULL};
static const char *const all[] = {"all", NULL};
static const char *const automatic[] = {"auto", NULL};
static const char *const none_or_auto[] = {"none", "auto", NULL};
static const char *const answers[] = {"stop", "skip", "rollback", NULL};
static const char *const precisions[] = {"float32", "float64", NULL};
static const char *const consoles[] = {"auto", "bar", "lines", "off", NULL};

static const char *const reports[] = {"none", "html", NULL};

static const nn_key early_stopping_keys[] = {
    {"monitor", NN_KEY_TEXT, offsetof(nn_early_stopping, monitor), .preset = "validation_loss",
     .help = "the number to watch: train_loss, validation_loss, validation_accuracy, ..."},
    {"patience", NN_KEY_INT, offsetof(nn_early_stopping, patience), .preset = "10", .min = 1,
     .max = 1e9, .help = "epochs without improvement before the run ends"},
    {"min_delta", NN_KEY_REAL, offsetof(nn_early_stopping, min_delta), .preset = "0", .min = 0,
     .max = 1e30, .help = "the least change that counts as an improvement"},
    {"restore_best", NN_KEY_BOOL, offsetof(nn_early_stopping, restore_best), .preset = "false",
     .help = "end with the weights of the best epoch"},
    {0}};

static const nn_key target_keys[] = {
    {"monitor", NN_KEY_TEXT, offsetof(nn_target, monitor), .preset = "validation_accuracy",
     .help = "the number to watch, as in early_stopping"},
    {"at_least", NN_KEY_REAL, offsetof(nn_target, at_least),
     .help = "the run ends, done, when the number is this or more"},
    {"at_most", NN_KEY_REAL, offsetof(nn_target, at_most),
     .help = "the run ends, done, when the number is this or less"},
    {"required", NN_KEY_BOOL, offsetof(nn_target, required), .preset = "false",
     .help = "exit code 1 if the run ends without it"},
    {0}};

static const nn_key average_keys[] = {
    {"decay", NN_KEY_REAL, offsetof(nn_average, decay), .preset = "0.999", .min = 0,
     .max = 0.9999999, .help = "d: after each step A <- d A + (1 - d) W"},
    {"warmup", NN_KEY_BOOL, offsetof(nn_average, warmup), .preset = "true",
     .help = "d is (1 + t) / (10 + t) at most in step t, so that the first weights are forgotten"},
    {0}};

static const nn_key training_keys[] = {
    {"loss", NN_KEY_KIND, offsetof(nn_training_options, loss), .required = true,
     .kinds = nn_loss_kinds, .help = "L, what is made small"},
    {"metrics", NN_KEY_KINDS, offsetof(nn_training_options, metrics), .kinds = nn_metric_kinds,
     .help = "what is measured beside the loss; every row counts once"},
    {"weighted_metrics", NN_KEY_KINDS, offsetof(nn_training_options, weighted_metrics),
     .kinds = nn_metric_kinds,
     .help = "the same with the weights of samples and classes: weighted_accuracy, ..."},
    {"optimizer", NN_KEY_KIND, offsetof(nn_training_options, optimizer), .preset = "sgd",
     .kinds = nn_optimizer_kinds, .help = "how W follows its gradient"},
    {"learning_rate_schedule", NN_KEY_KIND, offsetof(nn_training_options, schedule),
     .kinds = nn_schedule_kinds, .help = "how the learning rate changes; by default it does not"},
    {"batch_size", NN_KEY_COUNT, offsetof(nn_training_options, batch_size), .preset = "32",
     .min = 1, .max = 1e12, .words = all,
     .help = "samples of one step, over all ranks; all: gradient descent on the whole data set"},
    {"micro_batch", NN_KEY_COUNT, offsetof(nn_training_options, micro_batch), .preset = "auto",
     .min = 1, .max = 1e9, .words = automatic,
     .help = "samples of one pass on a rank at most; a larger share is done in several passes"},
    {"shards", NN_KEY_INT, offsetof(nn_training_options, shards), .min = 1, .max = 65536,
     .help = "the batch is cut into this many shards, whose gradients are added in a fixed order: "
             "the same bits on any number of ranks up to it. By default as the ranks like it"},
    {"epochs", NN_KEY_INT, offsetof(nn_training_options, epochs), .preset = "1", .min = 0,
     .max = 1e9, .help = "passes over the training data, an upper bound"},
    {"max_steps", NN_KEY_COUNT, offsetof(nn_training_options, max_steps), .preset = "none",
     .min = 0, .max = 1e15, .words = none, .help = "steps, an upper bound"},
    {"early_stopping", NN_KEY_MAP, offsetof(nn_training_options, early_stopping),
     .keys = early_stopping_keys, .present = offsetof(nn_early_stopping, present),
     .help = "end when a number no longer improves"},
    {"target", NN_KEY_MAP, offsetof(nn_training_options, target), .keys = target_keys,
     .present = offsetof(nn_target, present), .help = "end when a number is good enough"},
    {"max_time", NN_KEY_DURATION, offsetof(nn_training_options, max_time), .preset = "none",
     .words = none_or_auto,
     .help = "of this run (1h50m): then a checkpoint and exit code 75; auto: until shortly before "
             "the end of the job: NNMPI_END_TIME or SLURM_JOB_END_TIME (docs/cluster.md)"},
    {"stall_timeout", NN_KEY_DURATION, offsetof(nn_training_options, stall_timeout),
     .preset = "auto", .words = automatic,
     .help = "the job ends (exit code 70) when no rank of a node has gone on for so long; auto: "
             "10m, or ten times the longest time so far; 0: never"},
    {"replica_check", NN_KEY_INT, offsetof(nn_training_options, replica_check), .preset = "0",
     .max = 1e9,
     .help =
         "the weights of all ranks are compared every so many steps, and before each "
         "checkpoint; ranks that differ end the run (exit code 70). 0: before checkpoints only"},
    {"on_nonfinite", NN_KEY_CHOICE, offsetof(nn_training_options, on_nonfinite), .preset = "stop",
     .words = answers,
     .help = "when a loss or gradient is not finite: stop (exit code 1); skip: leave the step out; "
             "rollback: go back to the last checkpoint with a lower learning rate"},
    {"nonfinite_limit", NN_KEY_INT, offsetof(nn_training_options, nonfinite_limit), .preset = "10",
     .min = 1, .max = 1e9,
     .help = "steps in a row that may be skipped, or rollbacks of a run; then it stops"},
    {"rollback_factor", NN_KEY_REAL, offsetof(nn_training_options, rollback_factor),
     .preset = "0.5", .min = 0.001, .max = 1,
     .help = "the learning rate is multiplied by this at each rollback, for the rest of the run"},
    {"clip_value", NN_KEY_REAL, offsetof(nn_training_options, clip_value), .preset = "0", .min = 0,
     .max = 1e30,
     .help = "each number of the mean gradient is cut to +- this, before clip_norm; 0: no"},
    {"clip_norm", NN_KEY_REAL, offsetof(nn_training_options, clip_norm), .preset = "0", .min = 0,
     .max = 1e30, .help = "the mean gradient of all weights is scaled to this norm at most; 0: no"},
    {"average", NN_KEY_MAP, offsetof(nn_training_options, average), .keys = average_keys,
     .present = offsetof(nn_average, present),
     .help = "an exponential moving average A of the weights: what is validated, tested and kept"},
    {"class_weight", NN_KEY_NODE, offsetof(nn_training_options, class_weight),
     .help = "what the loss of a class is multiplied by in training: a map {3: 2.5} (the others: "
             "1), a list of all, or balanced (rows / (classes x rows of the class))"},
    {"reduction", NN_KEY_KIND, offsetof(nn_training_options, reduction), .preset = "auto",
     .kinds = nn_reduce_kinds, .help = "how gradients are summed over ranks"},
    {"threads", NN_KEY_COUNT, offsetof(nn_training_options, threads), .preset = "auto", .min = 1,
     .max = 4096, .words = automatic,
     .help = "BLAS threads of a rank; auto: its cores, divided among the ranks that share them"},
    {0}};

static const nn_key log_keys[] = {
    {"directory", NN_KEY_PATH, offsetof(nn_log_options, directory),
     .help = "the run folder; by default checkpoint.directory"},
    {"console", NN_KEY_CHOICE, offsetof(nn_log_options, console), .preset = "auto",
     .words = consoles, .help = "what a run shows; auto: a bar on a terminal, lines elsewhere"},
    {"metrics", NN_KEY_TEXTS, offsetof(nn_log_options, metrics), .preset = "[csv, jsonl]",
     .help = "files written each epoch: csv, jsonl"},
    {"steps", NN_KEY_BOOL, offsetof(nn_log_options, steps), .preset = "false",
     .help = "also steps.csv: the loss of every step"},
    {"norms", NN_KEY_BOOL, offsetof(nn_log_options, norms), .preset = "true",
     .help =
         "also norms.jsonl: the Euclidean norms of each layer's weights and gradient, each epoch"},
    {"tensorboard", NN_KEY_BOOL, offsetof(nn_log_options, tensorboard), .preset = "false",
     .help = "also the numbers of each epoch as event files for TensorBoard"},
    {"report", NN_KEY_CHOICE, offsetof(nn_log_options, report), .preset = "none", .words = reports,
     .help = "html: report.html in the run folder at the end, as `nnmpi report` makes it"},
    {0}};

const nn_key nn_run_keys[] = {
    {"name", NN_KEY_TEXT, offsetof(nn_run_options, name), .preset = "run",
     .help = "what the run is called"},
    {"seed", NN_KEY_INT, offsetof(nn_run_options, seed), .preset = "1", .min = 0, .max = 9e15,
     .help = "of every random number: weights, order, masks, splits"},
    {"precision", NN_KEY_CHOICE, offsetof(nn_run_options, precision), .preset = "float32",
     .words = precisions, .help = "of weights and arithmetic"},
    {"data", NN_KEY_MAP, offsetof(nn_run_options, data), .keys = nn_data_keys, .required = true,
     .help = "where the samples are"},
    {"model", NN_KEY_MAP, offsetof(nn_run_options, model), .keys = nn_model_keys, .required = true,
     .help = "the layers"},
    {"training", NN_KEY_MAP, offsetof(nn_run_options, training), .keys = training_keys,
     .required = true, .help = "loss, optimizer, batch, when to stop"},
    {"checkpoint", NN_KEY_MAP, offsetof(nn_run_options, checkpoint), .keys = nn_checkpoint_keys,
     .present = offsetof(nn_checkpoint_options, present), .help = "the state of the run on disk"},
    {"log", NN_KEY_MAP, offsetof(nn_run_options, log), .keys = log_keys,
     .help = "what is shown and written"},
    {0}};

/* A bound that is not given is bound as 0, which a user may mean. */
static void find_bounds(nn_document *document, nn_target *target) {
    nn_node *training = nn_node_child(nn_document_root(document), "training");
    nn_node *node = training ? nn_node_child(training, "target") : NULL;
    if (!node || !nn_node_child(node, "at_least")) target->at_least = NN_UNSET;
    if (!node || !nn_node_child(node, "at_most")) target->at_most = NN_UNSET;
}

nn_status nn_run_options_bind(nn_document *document, nn_run_options *options) {
    *options = (nn_run_options){0};
    nn_config_bind(document, nn_document_root(document), nn_run_keys, NULL, options);
    find_bounds(document, &options->training.target);
    for (int i = 0; i < options->log.metrics.n; i++) {
        const char *word = options->log.metrics.value[i];
        if (strcmp(word, "csv") != 0 && strcmp(word, "jsonl") != 0) {
            nn_node *log = nn_node_child(nn_document_root(document), "log");
            nn_config_complain(document, nn_node_child(log, "metrics"), NULL,
                               "log.metrics: csv and jsonl are known, \"%s\" is not", word);
        }
    }
    return nn_config_verdict(document);
}

const nn_engine *nn_engine_of(const nn_run_options *options) {
    return options->precision == 1 ? &nn_engine_f64 : &nn_engine_f32;
}
