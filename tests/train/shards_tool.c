/* shards_tool DATA FOLDER PART RANKS models             trains networks of several kinds, 8 shards
 * shards_tool DATA FOLDER PART RANKS random FIRST COUNT trains COUNT networks drawn at random,
 * those with fewer shards than RANKS left out PART: whole; or first, up to a step that is drawn,
 * and then in another process, on another number of ranks, rest. RANKS: the larger of the two
 * numbers. Rank 0 prints a line "NAME WHAT VALUE" for every number of every step and epoch, and the
 * last checkpoint of NAME is in FOLDER/NAME, for scripts that compare numbers of ranks. DATA has 48
 * features and 4 classes (make_data_tool). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/log.h"
#include "nnmpi/train.h"

static nn_comm *comm;
static char name[64];
static const char *data, *folder;
static enum { WHOLE, FIRST, REST } part;
static int most_ranks;

static void print(const char *what, int64_t at, const nn_tick *tick) {
    for (int i = 0; i < tick->n_values; i++)
        printf("%s %s_%lld_%s %.17g\n", name, what, (long long)at, tick->value[i].name,
               tick->value[i].value);
}
static void tell_step(void *unused, const nn_tick *tick) {
    print("step", tick->step, tick);
}
static void tell_epoch(void *unused, const nn_tick *tick) {
    print("epoch", tick->epoch, tick);
}

/* A network to train, as parts of a configuration. */
typedef struct nn_trained {
    const char *layers, *training, *data, *precision;
    int shards, epochs, max_steps, stop; /* max_steps 0: none; stop: of the first part */
} nn_trained;

/* The steps that this part goes up to, as a key of `training`. */
static const char *limit(const nn_trained *t) {
    static char text[64] = "";
    int steps = part == FIRST ? t->stop : t->max_steps;
    if (steps) snprintf(text, sizeof text, ", max_steps: %d", steps);
    if (!steps) *text = '\0';
    return text;
}

/* A network that fails on any number of ranks may have no checkpoint to go on from. */
static bool has_checkpoint(void) {
    char latest[4096];
    snprintf(latest, sizeof latest, "%s/%s/latest.h5", folder, name);
    return access(latest, F_OK) == 0;
}

static void train(const nn_trained *t) {
    nn_buffer yaml = {0};
    nn_buffer_add(&yaml,
                  "precision: %s\n"
                  "data:\n"
                  "  train: {file: %s, inputs: /train/x, targets: /train/labels}\n"
                  "  validation: {file: %s, inputs: /validation/x, targets: /validation/labels}\n"
                  "%s\n"
                  "model:\n  layers: [%s, {type: dense, units: 4, activation: softmax}]\n"
                  "training: {loss: categorical_crossentropy, shards: %d, epochs: %d, %s%s}\n"
                  "checkpoint: {directory: %s/%s, resume: %s, keep: 1}\n",
                  t->precision ? t->precision : "float32", data, data, t->data ? t->data : "",
                  t->layers, t->shards, t->epochs, t->training, limit(t), folder, name,
                  part == REST && has_checkpoint() ? "required" : "never");
    const nn_observer observer = {.step = tell_step, .epoch = tell_epoch};
    nn_document *document = NULL;
    nn_run_options run;
    nn_status status = nn_document_parse(&document, yaml.text, strlen(yaml.text), name, NULL, 0);
    if (status == NN_OK) status = nn_run_options_bind(document, &run);
    if (status == NN_OK) status = nn_engine_of(&run)->train(document, &run, comm, &observer);
    if (nn_comm_rank(comm) == 0 && part != FIRST) printf("%s status %d\n", name, (int)status);
    nn_assert(status == NN_FAILED || part != FIRST || has_checkpoint());
    if (status == NN_FAILED) nn_error_clear(); /* not finite, on any number of ranks */
    if (status != NN_OK && status != NN_FAILED)
        nn_panic("%s: %s\n%s", name, nn_error_message(), yaml.text);
    nn_document_destroy(document);
    nn_buffer_free(&yaml);
}

/* 203 samples in batches of 37: neither 8 nor most numbers of ranks divide them. */
static const struct {
    const char *name;
    nn_trained trained;
} models[] = {
    {"mlp",
     {.layers = "{type: dense, units: 19, activation: relu, kernel_regularizer: {l1: 0.001, l2: "
                "0.01}}, {type: gaussian_noise, stddev: 0.1}, {type: dropout, rate: 0.3}",
      .training = "metrics: [accuracy, auc, f1], optimizer: adam, batch_size: 37, clip_norm: 0.3, "
                  "clip_value: 0.05, class_weight: balanced, average: {decay: 0.9}",
      .data = "  normalize: {type: standard}"}},
    {"cnn",
     {.layers = "{type: reshape, target_shape: [4, 4, 3]}, {type: conv2d, filters: 5, kernel_size: "
                "3}, batch_norm, relu, {type: dropout, rate: 0.2}, {type: conv2d, filters: 3, "
                "kernel_size: 2}, batch_norm, relu, flatten",
      .training = "metrics: [accuracy], optimizer: {type: sgd, learning_rate: 0.05, momentum: "
                  "0.9}, batch_size: 37"}},
    {"lstm",
     {.layers = "{type: reshape, target_shape: [8, 6]}, {type: lstm, units: 9}",
      .training = "metrics: [accuracy], optimizer: rmsprop, batch_size: 37, micro_batch: 2, "
                  "learning_rate_schedule: {type: plateau, patience: 1, factor: 0.5}"}},
    {"transformer",
     {.layers = "{type: reshape, target_shape: [8, 6]}, {type: dense, units: 8}, {type: "
                "transformer_block, num_heads: 2, ff_dim: 16, dropout: 0.1}, global_avg_pool",
      .training = "metrics: [accuracy], optimizer: adamw, batch_size: 37, early_stopping: "
                  "{patience: 1, restore_best: true}",
      .precision = "float64"}},
    {"lbfgs",
     {.layers = "{type: dense, units: 7, activation: tanh}",
      .training = "optimizer: lbfgs, batch_size: all"}},
    {"shared_weights",
     {.layers = "{type: dense, units: 48, name: a}, batch_norm, {type: shared, layer: a}, "
                "batch_norm",
      .training = "batch_size: 37"}},
    {"empty_shards",
     {.layers = "{type: dense, units: 7}, batch_norm, tanh", .training = "batch_size: 3"}},
};

static void train_models(void) {
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        nn_trained trained = models[i].trained;
        trained.shards = 8, trained.epochs = 2;
        trained.stop = strstr(trained.training, "all") ? 1 : 8; /* lbfgs: a step an epoch */
        snprintf(name, sizeof name, "%s", models[i].name);
        train(&trained);
    }
}

/* ---- at random ---- */

static uint64_t state;

static int draw(int n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int)((state >> 33) % (uint64_t)n);
}
#define DRAW(list) ((list)[draw((int)(sizeof(list) / sizeof *(list)))])

static void draw_layers(nn_buffer *layers, bool *coupled) {
    static const char *const any[] = {
        "{type: dropout, rate: 0.4}",
        "{type: gaussian_noise, stddev: 0.2}",
        "layer_norm",
        "tanh",
        "relu",
        "prelu",
        "{type: residual, layers: [{type: dense, units: %d}, batch_norm]}",
        "batch_norm",
        "rms_norm",
        "{type: concat, branches: [[{type: dense, units: 3}], [batch_norm], []]}"};
    static const char *const first[] = {
        "{type: dense, units: %d}",
        "{type: reshape, target_shape: [4, 4, 3]}, {type: conv2d, filters: %d, kernel_size: 2}, "
        "flatten",
        "{type: reshape, target_shape: [12, 4]}, {type: gru, units: %d}",
        "{type: reshape, target_shape: [6, 8]}, {type: bidirectional, layer: {type: lstm, units: "
        "%d}}",
        "{type: reshape, target_shape: [12, 4]}, {type: conv1d, filters: %d, kernel_size: 3}, "
        "flatten"};
    int units = 2 + draw(20), last = units;
    const char *begin = DRAW(first);
    nn_buffer_add(layers, begin, units);
    if (strstr(begin, "flatten")) nn_buffer_add(layers, ", {type: dense, units: %d}", units);
    if (strstr(begin, "bidirectional")) last = 2 * units;
    for (int i = draw(4); i > 0; i--) {
        const char *layer = DRAW(any);
        *coupled |= strstr(layer, "batch_norm") != NULL;
        nn_buffer_add(layers, ", ");
        nn_buffer_add(layers, layer, last);
        if (strstr(layer, "concat")) break;
    }
}

static void draw_training(nn_buffer *training, bool coupled) {
    static const char *const optimizers[] = {
        "sgd",  "{type: sgd, momentum: 0.9, nesterov: true}", "adam",  "adamw",   "nadam", "lamb",
        "lars", "{type: adagrad, learning_rate: 0.05}",       "rprop", "adadelta"};
    static const char *const metrics[] = {"", "metrics: [accuracy], ",
                                          "metrics: [f1, auc, {type: top_k, k: 2}], ",
                                          "metrics: [accuracy, perplexity, confusion_matrix], "};
    static const char *const more[] = {"",
                                       ", clip_norm: 0.1",
                                       ", class_weight: balanced",
                                       ", average: {decay: 0.8}",
                                       ", learning_rate_schedule: {type: plateau, patience: 1}",
                                       ", early_stopping: {patience: 1, restore_best: true}"};
    nn_buffer_add(training, "%soptimizer: %s", DRAW(metrics), DRAW(optimizers));
    nn_buffer_add(training, "%s", DRAW(more));
    if (draw(6) == 0)
        nn_buffer_add(training, ", batch_size: all");
    else
        nn_buffer_add(training, ", batch_size: %d", 1 + draw(draw(3) ? 60 : 9));
    if (!coupled && draw(2)) nn_buffer_add(training, ", micro_batch: %d", 1 + draw(9));
}

static void train_random(uint64_t seed) {
    state = seed * 0x9e3779b97f4a7c15u + 1;
    nn_buffer layers = {0}, training = {0};
    bool coupled = false;
    draw_layers(&layers, &coupled);
    draw_training(&training, coupled);
    nn_trained t = {.layers = layers.text,
                    .training = training.text,
                    .max_steps = 1 + draw(12),
                    .data = draw(2) ? "  normalize: {type: standard}" : "",
                    .precision = draw(3) ? "float32" : "float64",
                    .shards = 1 + draw(draw(4) ? 12 : 40),
                    .epochs = 1 + draw(3)};
    t.stop = 1 + draw(t.max_steps);
    snprintf(name, sizeof name, "random_%llu", (unsigned long long)seed);
    if (t.shards >= most_ranks) train(&t);
    nn_buffer_free(&layers);
    nn_buffer_free(&training);
}

int main(int argc, char **argv) {
    nn_assert(argc > 5 && nn_comm_start(&comm, &argc, &argv) == NN_OK);
    nn_log_setup(NN_QUIET, nn_comm_rank(comm) == 0);
    data = argv[1];
    folder = argv[2];
    part = strcmp(argv[3], "first") == 0 ? FIRST : strcmp(argv[3], "rest") == 0 ? REST : WHOLE;
    most_ranks = atoi(argv[4]);
    if (strcmp(argv[5], "models") == 0) train_models();
    for (int i = 0; argc > 7 && i < atoi(argv[7]); i++) train_random((uint64_t)(atoi(argv[6]) + i));
    nn_comm_finish(comm);
    return 0;
}
