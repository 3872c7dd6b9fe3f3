/* nnmpi inspect FILE: what a data file or a checkpoint holds. */
#include "cli.h"

#include "nnmpi/inspect.h"

static bool no_statistics, config, all, best;

static const nn_option options[] = {
    {.name = "no-statistics",
     .help = "read no numbers: for large files",
     .type = NN_OPTION_FLAG,
     .target = &no_statistics},
    {.name = "config",
     .help = "of a checkpoint: print the configuration it was made by, nothing else",
     .type = NN_OPTION_FLAG,
     .target = &config},
    {.name = "all",
     .help = "of two checkpoints: compare all data sets, not the weights alone",
     .type = NN_OPTION_FLAG,
     .target = &all},
    {.name = "best",
     .help = "of a run folder best.h5, not latest.h5",
     .type = NN_OPTION_FLAG,
     .target = &best},
    {0}};

static nn_status run(const nn_words *arguments) {
    const nn_inspect_options inspect = {
        .statistics = !no_statistics, .config = config, .all = all, .best = best};
    if (arguments->n == 2 && config)
        return nn_error(NN_USAGE, "--config is of one checkpoint, not of two files");
    if (arguments->n == 1 && all) return nn_error(NN_USAGE, "--all wants two files to compare");
    if (!nn_cli_speaks()) return NN_OK;
    if (arguments->n == 1) return nn_inspect_file(arguments->value[0], &inspect);
    return nn_inspect_differences(arguments->value[0], arguments->value[1], &inspect);
}

const nn_command nn_command_inspect = {
    .name = "inspect",
    .arguments = "FILE [FILE]",
    .help = "what a data file or a checkpoint holds; how two differ",
    .details =
        "Of a data file: data sets with shapes, types, chunks, filters, sizes; smallest, largest,\n"
        "mean, deviation, NaN, classes; and a section `data:` to paste into a configuration.\n"
        "Of a checkpoint (a run folder will do): whether its checksums hold, how it was made,\n"
        "layers, weights, the state of the run, its history.\n"
        "Of two: the largest difference of each weight. Exit code 0: equal in all bits; 1: not.\n",
    .options = options,
    .least = 1,
    .most = 2,
    .run = run,
};
