/* nnmpi watch RUN: the curves of a run in the terminal. */
#include "cli.h"

#include "nnmpi/report.h"

static bool once;

static const nn_option options[] = {
    {.name = "once", .help = "one picture, then end", .type = NN_OPTION_FLAG, .target = &once},
    {0}};

static nn_status run(const nn_words *arguments) {
    if (!nn_cli_speaks()) return NN_OK;
    return nn_watch(arguments->value[0], (nn_color)nn_cli_common.color, once);
}

const nn_command nn_command_watch = {
    .name = "watch",
    .arguments = "RUN",
    .help = "the curves of a run in the terminal, while it goes on",
    .details =
        "RUN is the folder of a run (its metrics.jsonl is read). Ends when the run has ended,\n"
        "or with q or Ctrl-C, which leave the run alone. Where stdout is no terminal, one\n"
        "picture is printed.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
