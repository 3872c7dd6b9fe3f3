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

static nn_status predict(nn_comm *comm, const char *given, nn_arena *arena,
                         nn_document **document) {
    nn_run_options run;
    const nn_use_source source = {.file = file, .inputs = inputs, .split = -1, .inputs_only = true};
    nn_predict_request request = {.out = out, .force = force};
    NN_TRY(nn_cli_read_checkpoint(comm, given, best, &sets, arena, &request.checkpoint, document,
                                  &run));
    NN_TRY(nn_use_data(&run, &source, &request.split));
    NN_TRY(nn_engine_of(&run)->predict(*document, &run, comm, &request));
    nn_info("%s is written", out);
    return NN_OK;
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    if (!file || !out)
        return nn_error(NN_USAGE, "`nnmpi predict` wants --data FILE and --out FILE");
    nn_status status = nn_cli_start(&comm);
    nn_arena *arena = nn_arena_create();
    nn_document *document = NULL;
    if (status == NN_OK) status = predict(comm, arguments->value[0], arena, &document);
    nn_document_destroy(document);
    nn_arena_destroy(arena);
    return nn_cli_finish(comm, status);
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
