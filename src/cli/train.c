/* nnmpi CONFIG.yaml: train. */
#include "cli.h"

#include "nnmpi/report.h"
#include "nnmpi/train.h"

static nn_words sets;
static bool profile;

static const nn_option options[] = {
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so: --set training.epochs=5",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {.name = "profile",
     .help = "time by layer and phase: a table, profile.json, trace.json",
     .target = &profile},
    {0}};

static nn_status train(nn_comm *comm, const char *file, const nn_observer *observer) {
    nn_document *document;
    nn_run_options run;
    nn_status status = nn_cli_read_config(comm, file, &sets, &document, &run);
    run.profile = profile;
    bool bound = status == NN_OK;
    if (bound) status = nn_engine_of(&run)->train(document, &run, comm, observer);
    const char *folder = NULL;
    if (bound && run.log.report)
        folder = run.log.directory ? run.log.directory : run.checkpoint.directory;
    if (folder && status != NN_OK) nn_cli_report(status); /* before another failure may be said */
    if (folder && (status == NN_OK || status == NN_STOPPED || status == NN_FAILED))
        nn_cli_report_run(comm, folder, status == NN_OK);
    nn_document_destroy(document);
    return status;
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    nn_signals_catch(); /* before MPI starts, which takes a while of many ranks */
    nn_console *console = nn_console_create((nn_color)nn_cli_common.color);
    nn_status status = nn_cli_start(&comm);
    if (status == NN_OK) status = train(comm, arguments->value[0], nn_console_observer(console));
    nn_console_destroy(console);
    return nn_cli_finish(comm, status);
}

const nn_command nn_command_train = {
    .name = "train",
    .arguments = "CONFIG.yaml",
    .help = "train the model that a configuration describes",
    .details =
        "The word `train` may be left out. On N ranks:\n"
        "  mpirun -np N nnmpi CONFIG.yaml\n"
        "The answer does not depend on N. A run that was stopped goes on where it was when\n"
        "the same command is given again (checkpoint.resume).\n"
        "--profile measures where the time goes, and says so at the end. The run folder then\n"
        "has profile.json and trace.json (for https://ui.perfetto.dev): docs/performance.md.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .parallel = true,
    .run = run,
};
