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
     .help = "the data set of inputs; default: as in the run's test split, or the usual names",
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

static void tell(const char *path, int64_t samples, const char *set) {
    nn_buffer text = {0};
    nn_text_plain(&text, set); /* a name from a file */
    nn_info("%s is written: %s sample%s of %s", path, nn_text_count(samples),
            samples == 1 ? "" : "s", text.text);
    nn_buffer_free(&text);
}

static nn_status predict(const nn_cli_model *model, void *context) {
    const nn_use_source source = {.file = file, .inputs = inputs, .split = -1, .inputs_only = true};
    nn_predict_request request = {
        .checkpoint = model->checkpoint, .out = out, .force = force, .tell = tell};
    NN_TRY(nn_use_data(model->run, &source, &request.split));
    return nn_engine_of(model->run)->predict(model->document, model->run, model->comm, &request);
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
        "All samples of one data set are taken: the one that the run had in its test split\n"
        "(without one validation, then train), or --inputs NAME. The last line tells which.\n"
        "--out FILE gets, in the order of the samples, /probabilities (or /outputs, of a model\n"
        "that gives none) and /classes, the ids that they decide for, names in an attribute.\n"
        "The same file on any number of ranks:\n"
        "  mpirun -np 4 nnmpi predict runs/digits --data new.h5 --out predictions.h5\n",
    .options = options,
    .least = 1,
    .most = 1,
    .parallel = true,
    .run = run,
};
