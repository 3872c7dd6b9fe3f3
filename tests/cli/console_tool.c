/* Feeds the console a run that is made up: console_tool CONSOLE EPOCHS STEPS MILLISECONDS [COLOR]
 * CONSOLE: a word of log.console, or `quiet`. COLOR: 0 auto, 1 always, 2 never. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/log.h"
#include "nnmpi/report.h"

static const nn_layer_row layers[] = {
    {"flatten", "flatten", NULL, {1, {64}}, 0, 0, false, 1, (int[]){-1}},
    {"dense", "dense", NULL, {1, {64}}, 4160, 8192, false, 1, (int[]){0}},
    {"concat", "concat", "dense, flatten", {1, {128}}, 0, 0, false, 2, (int[]){1, 0}},
    {"again", "shared", NULL, {1, {64}}, 0, 8192, true, 1, (int[]){2}},
    {"probs", "dense", NULL, {1, {10}}, 1290, 2560, false, 1, (int[]){3}},
};

static nn_run_plan plan_of(int epochs, int steps) {
    return (nn_run_plan){
        .name = "made up",
        .precision = "float32",
        .loss = "categorical_crossentropy",
        .optimizer = "sgd",
        .reduction = "allreduce",
        .config_file = "digits.yaml",
        .ranks = 2,
        .nodes = 1,
        .threads = 1,
        .blas = "OpenBLAS 0.3.21 Haswell",
        .mpi = "Open MPI v4.1.4",
        .hdf5 = "HDF5 1.10.8",
        .host = "here",
        .n_layers = sizeof layers / sizeof *layers,
        .layer = layers,
        .input = {3, {8, 8, 1}},
        .parameters = 5450,
        .samples = {1437, 0, 360},
        .data_text = {"digits.h5 /train/images, /train/labels", NULL, "digits.h5 /test/images"},
        .batch_size = 64,
        .share_low = 32,
        .share_high = 32,
        .micro_batch = 32,
        .steps_per_epoch = steps,
        .epochs = epochs,
        .max_steps = -1,
        .memory_model = 43600,
        .memory_pass = 100000,
        .memory_data = 92000,
        .folder = "/tmp/runs/made-up",
    };
}

static int console_word(const char *word) {
    static const char *const words[] = {"auto", "bar", "lines", "off"};
    for (int i = 0; i < 4; i++)
        if (strcmp(word, words[i]) == 0) return i;
    return 0;
}

static void run(const nn_observer *o, int console, int epochs, int steps, int milliseconds) {
    nn_run_plan plan = plan_of(epochs, steps);
    plan.console = console;
    o->begin(o->context, &plan);
    nn_value value[] = {{"train_loss", 0}, {"train_accuracy", 0}, {"validation_loss", 0}};
    for (int64_t epoch = 1; epoch <= epochs; epoch++)
        for (int64_t i = 1; i <= steps; i++) {
            int64_t step = (epoch - 1) * steps + i;
            usleep((useconds_t)milliseconds * 1000);
            value[0].value = value[2].value = 2.3 * exp(-0.01 * (double)step);
            value[1].value = 1 - exp(-0.02 * (double)step);
            nn_tick tick = {epoch, epochs, i, steps, step, 2, value, 8963.4, 0.01 * (double)step,
                            0};
            o->step(o->context, &tick);
            if (i < steps) continue;
            tick.n_values = 3;
            o->epoch(o->context, &tick);
        }
    nn_value last[] = {{"train_loss", 0.1}, {"test_loss", 0.0812}, {"test_accuracy", 0.975}};
    nn_outcome outcome = {.status = NN_OK,
                          .how = "completed",
                          .why = "all epochs are done",
                          .epochs = epochs,
                          .steps = (int64_t)epochs * steps,
                          .best_epoch = epochs,
                          .seconds = 3.2,
                          .samples_per_second = 8963.4,
                          .n_values = 3,
                          .value = last,
                          .folder = "/tmp/runs/made-up"};
    o->end(o->context, &outcome);
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");
    if (rank && strcmp(rank, "0") != 0) return 0;
    nn_log_setup(strcmp(argv[1], "quiet") == 0 ? NN_QUIET : NN_NORMAL, true);
    nn_console *console = nn_console_create(argc > 5 ? (nn_color)atoi(argv[5]) : NN_COLOR_AUTO);
    run(nn_console_observer(console), console_word(argv[1]), atoi(argv[2]), atoi(argv[3]),
        atoi(argv[4]));
    nn_console_destroy(console);
    return 0;
}
