/* nnmpi check CONFIG.yaml: everything short of training. */
#include "cli.h"

#include "nnmpi/log.h"
#include "nnmpi/report.h"
#include "nnmpi/train.h"

static nn_words sets;
static int ranks;

static const nn_option options[] = {
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so: --set training.epochs=5",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {.name = "ranks",
     .value = "N",
     .help = "plan for N ranks, not for those it is started on",
     .type = NN_OPTION_COUNT,
     .target = &ranks},
    {0}};

static void print_plan(void *console, const nn_run_plan *plan) {
    if (!nn_cli_common.quiet) nn_console_print_plan(console, plan);
}

static nn_status check(nn_comm *comm, const char *file, const nn_observer *observer) {
    nn_document *document;
    nn_run_options run;
    nn_status status = nn_cli_read_config(comm, file, &sets, &document, &run);
    if (status == NN_OK) status = nn_engine_of(&run)->check(document, &run, comm, observer, ranks);
    if (status == NN_OK) nn_info("%s: nothing is wrong with it", file);
    nn_document_destroy(document);
    return status;
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    nn_console *console = nn_console_create((nn_color)nn_cli_common.color);
    nn_status status = nn_cli_start(&comm);
    nn_observer observer = {.context = console, .begin = print_plan};
    if (status == NN_OK) status = check(comm, arguments->value[0], &observer);
    nn_console_destroy(console);
    return nn_cli_finish(comm, status);
}

const nn_command nn_command_check = {
    .name = "check",
    .arguments = "CONFIG.yaml",
    .help = "everything short of training: data, shapes, parameters, memory",
    .details = "Reads the configuration and the data, builds the model and prints the plan of the\n"
               "run. Ends with the exit code that training would have failed with.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
