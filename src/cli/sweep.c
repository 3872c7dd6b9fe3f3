/* nnmpi sweep CONFIG.yaml: many trainings in one job. */
#include "cli.h"

#include <stdlib.h>

#include "nnmpi/log.h"
#include "nnmpi/report.h"
#include "nnmpi/sweep.h"
#include "nnmpi/train.h"

static nn_words sets;
static nn_sweep_request request = {.eta = 3};

static const nn_option options[] = {
    {.name = "set",
     .value = "KEY=A,B,...",
     .help = "a trial for each value; KEY=LOW..HIGH: drawn between; one value: for all trials",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {.name = "method",
     .value = "METHOD",
     .help = "grid (default: every combination), random, or halving",
     .type = NN_OPTION_WORD,
     .target = &request.method,
     .words = nn_sweep_methods},
    {.name = "trials",
     .value = "N",
     .help = "random, halving: so many are drawn",
     .type = NN_OPTION_COUNT,
     .target = &request.trials},
    {.name = "monitor",
     .value = "NUMBER",
     .help = "what is compared; default: validation_loss, without validation data train_loss",
     .type = NN_OPTION_TEXT,
     .target = &request.monitor},
    {.name = "ranks-per-trial",
     .value = "N",
     .help = "default: as many as there are, divided among the trials",
     .type = NN_OPTION_COUNT,
     .target = &request.ranks},
    {.name = "eta",
     .value = "N",
     .help = "halving: the best 1/N go on, N times as long; default: 3",
     .type = NN_OPTION_COUNT,
     .target = &request.eta},
    {.name = "first",
     .value = "EPOCHS",
     .help = "halving: what every trial gets; default: so that the last one is trained to its end",
     .type = NN_OPTION_COUNT,
     .target = &request.first},
    {.name = "out",
     .value = "FOLDER",
     .help = "of the trials; default: checkpoint.directory and _sweep",
     .type = NN_OPTION_TEXT,
     .target = &request.folder},
    {0}};

static nn_status sweep(nn_comm *comm, const char *file, const nn_sweep_observer *observer) {
    char *text = NULL, *folder = NULL;
    size_t length = 0;
    bool report = false;
    NN_TRY(nn_cli_share_file(comm, file, &text, &length));
    request.file = file;
    request.text = text;
    request.length = length;
    request.set = sets.value;
    request.n_set = sets.n;
    nn_status status = nn_sweep_run(comm, &request, observer, &folder, &report);
    if (folder && report && (status == NN_OK || status == NN_STOPPED))
        nn_cli_report_run(comm, folder, status == NN_OK);
    free(folder);
    free(text);
    return status;
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    nn_signals_catch();
    nn_sweep_console *console = nn_sweep_console_create((nn_color)nn_cli_common.color);
    nn_status status = nn_cli_start(&comm);
    if (status == NN_OK)
        status = sweep(comm, arguments->value[0], nn_sweep_console_observer(console));
    nn_sweep_console_destroy(console);
    return nn_cli_finish(comm, status);
}

const nn_command nn_command_sweep = {
    .name = "sweep",
    .arguments = "CONFIG.yaml",
    .help = "train it with many values of its keys, in one job, and compare",
    .details =
        "  mpirun -np 8 nnmpi sweep CONFIG.yaml --set training.optimizer.learning_rate=0.01,0.1\n"
        "  mpirun -np 8 nnmpi sweep CONFIG.yaml --method random --trials 20 \\\n"
        "      --set training.optimizer.learning_rate=1e-4..1e-1 --set "
        "model.layers[1].units=16..256\n"
        "A comma in brackets, braces or quotes is part of a value. LOW..HIGH is drawn by its\n"
        "logarithm, LOW..HIGH:linear evenly; whole numbers stay whole. The ranks are split into\n"
        "groups, each of which trains one trial at a time, in FOLDER/trial_000 ...; "
        "FOLDER/sweep.csv\n"
        "compares them. A trial that fails does not stop the others. Stopped, the same command "
        "goes\n"
        "on. `nnmpi report FOLDER` draws all of them. More in docs/sweep.md.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .parallel = true,
    .run = run,
};
