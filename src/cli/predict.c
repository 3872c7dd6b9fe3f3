/* nnmpi predict CHECKPOINT --data FILE --out FILE: what a trained model says of samples. */
#include "cli.h"

#include "nnmpi/log.h"
#include "nnmpi/use.h"

static nn_words sets;
static const char *file, *inputs, *out;
static bool best, force;

static const nn_option options[] = {
    {.name = "data",
     .value = "FILE",
     .help = "an HDF5 file of inputs, or a glob in quotes",
     .type = NN_OPTION_TEXT,
     .target = &file},
    {.name = "out",
     .value = "FILE",
     .help = "the HDF5 file to write",
     .type = NN_OPTION_TEXT,
     .target = &out},
    {.name = "inputs",
     .value = "NAME",
     .help = "the data set of inputs; by default as in training, or the usual names",
     .type = NN_OPTION_TEXT,
     .target = &inputs},
    {.name = "best",
     .help = "of a run folder best.h5, not latest.h5",
     .type = NN_OPTION_FLAG,
     .target = &best},
    {.name = "force",
     .help = "replace the file if it exists",
     .type = NN_OPTION_FLAG,
     .target = &force},
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so: --set data.stride=1",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {0}};

static nn_status predict(const nn_cli_model *model, void *context) {
    const nn_use_source source = {.file = file, .inputs = inputs, .split = -1, .inputs_only = true};
    nn_predict_request request = {.checkpoint = model->checkpoint, .out = out, .force = force};
    NN_TRY(nn_use_data(model->run, &source, &request.split));
    NN_TRY(nn_engine_of(model->run)->predict(model->document, model->run, model->comm, &request));
    nn_info("%s is written", out);
    return NN_OK;
}

static nn_status run(const nn_words *arguments) {
    if (!file || !out)
        return nn_error(NN_USAGE, "`nnmpi predict` wants --data FILE and --out FILE");
    return nn_cli_use_checkpoint(arguments->value[0], best, &sets, predict, NULL);
}

const nn_command nn_command_predict = {
    .name = "predict",
    .arguments = "CHECKPOINT",
    .help = "what a trained model says of each sample, into an HDF5 file",
    .details =
        "CHECKPOINT is a file or a run folder. --data FILE has inputs; targets are not needed.\n"
        "--out FILE gets, in the order of the samples, /probabilities (or /outputs, of a model\n"
        "that gives none) and /classes, the ids that they decide for, names in an attribute.\n"
        "The same file on any number of ranks:\n"
        "  mpirun -np 4 nnmpi predict runs/digits --data new.h5 --out predictions.h5\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
