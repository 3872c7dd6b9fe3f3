/* nnmpi eval CHECKPOINT: loss and metrics of a trained model. */
#include "cli.h"

#include "nnmpi/report.h"
#include "nnmpi/use.h"

#define NN_WORST_MOST 1000

static nn_words sets;
static const char *file, *inputs, *targets, *json;
static int split, worst = 5;
static bool best;

static const char *const splits[] = {"auto", "train", "validation", "test", NULL};

static const nn_option options[] = {
    {.name = "data",
     .value = "FILE",
     .help = "an HDF5 file, or a glob in quotes, instead of the data that the run had",
     .type = NN_OPTION_TEXT,
     .target = &file},
    {.name = "split",
     .value = "SPLIT",
     .help = "train, validation or test; by default the last of these that the run had",
     .type = NN_OPTION_WORD,
     .target = &split,
     .words = splits},
    {.name = "inputs",
     .value = "NAME",
     .help = "the data set of inputs; by default as in training",
     .type = NN_OPTION_TEXT,
     .target = &inputs},
    {.name = "targets",
     .value = "NAME",
     .help = "the data set of targets; by default as in training",
     .type = NN_OPTION_TEXT,
     .target = &targets},
    {.name = "best",
     .help = "of a run folder best.h5, not latest.h5",
     .type = NN_OPTION_FLAG,
     .target = &best},
    {.name = "worst",
     .value = "N",
     .help = "how many of the samples with the largest loss are shown (5)",
     .type = NN_OPTION_COUNT,
     .target = &worst},
    {.name = "json",
     .value = "FILE",
     .help = "the numbers as JSON too; -: on stdout, instead of the table",
     .type = NN_OPTION_TEXT,
     .target = &json},
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so: --set training.metrics=[accuracy, f1]",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {0}};

static nn_status evaluate(const nn_cli_model *model, void *context) {
    nn_evaluation_printer *printer = context;
    const nn_use_source source = {
        .file = file, .inputs = inputs, .targets = targets, .split = split - 1};
    nn_evaluate_request request = {.checkpoint = model->checkpoint,
                                   .worst = worst,
                                   .context = printer,
                                   .tell = nn_evaluation_print};
    NN_TRY(nn_use_data(model->run, &source, &request.split));
    NN_TRY(nn_engine_of(model->run)->evaluate(model->document, model->run, model->comm, &request));
    return nn_comm_agree(model->comm, printer->status);
}

static nn_status run(const nn_words *arguments) {
    if (worst > NN_WORST_MOST) return nn_error(NN_USAGE, "--worst: %d at most", NN_WORST_MOST);
    nn_evaluation_printer printer = {
        .json = json, .color = (nn_color)nn_cli_common.color, .quiet = nn_cli_common.quiet};
    return nn_cli_use_checkpoint(arguments->value[0], best, &sets, evaluate, &printer);
}

const nn_command nn_command_eval = {
    .name = "eval",
    .arguments = "CHECKPOINT",
    .help = "loss and metrics of a trained model, each sample once",
    .details =
        "CHECKPOINT is a file or a run folder. Model, data, normalisation and classes are those\n"
        "of the run. Of a model of classes: the confusion matrix. On any number of ranks.\n"
        "  nnmpi eval runs/digits\n"
        "  nnmpi eval runs/digits --best --data new.h5 --json result.json\n",
    .options = options,
    .least = 1,
    .most = 1,
    .parallel = true,
    .run = run,
};
