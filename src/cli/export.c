/* nnmpi export CHECKPOINT: a trained model for other programs. */
#include "cli.h"
#include "nnmpi/export.h"
#include "nnmpi/log.h"
#include "nnmpi/train.h"

static nn_export_options export;
static bool best;

static const nn_option options[] = {
    {.name = "onnx",
     .value = "FILE.onnx",
     .help = "the model as an ONNX graph, weights and normalisation included",
     .type = NN_OPTION_TEXT,
     .target = &export.path[NN_EXPORT_ONNX]},
    {.name = "safetensors",
     .value = "FILE.safetensors",
     .help = "the weights alone, by name",
     .type = NN_OPTION_TEXT,
     .target = &export.path[NN_EXPORT_SAFETENSORS]},
    {.name = "tfjs",
     .value = "FOLDER",
     .help = "model.json and weights for TensorFlow.js",
     .type = NN_OPTION_TEXT,
     .target = &export.path[NN_EXPORT_TFJS]},
    {.name = "best", .help = "of a run folder best.h5, not latest.h5", .target = &best},
    {.name = "force", .help = "replace files that exist", .target = &export.force},
    {0}};

static nn_status run_export(const nn_cli_model *model, void *context) {
    export.checkpoint = model->checkpoint;
    export.document = model->document;
    export.model = &model->run->model;
    export.name = model->run->name;
    export.scale = model->run->data.scale;
    NN_TRY(model->run->precision ? nn_export_f64(&export, model->comm)
                                 : nn_export_f32(&export, model->comm));
    for (int i = 0; i < NN_EXPORTS; i++)
        if (export.path[i]) nn_info("%s is written", export.path[i]);
    return NN_OK;
}

static nn_status check_paths(void) {
    for (int i = 0; i < NN_EXPORTS; i++)
        if (export.path[i]) return NN_OK;
    return nn_error(NN_USAGE, "`nnmpi export` wants to know in what format: --onnx FILE.onnx, "
                              "--safetensors FILE.safetensors or --tfjs FOLDER");
}

static nn_status run(const nn_words *arguments) {
    NN_TRY(check_paths());
    return nn_cli_use_checkpoint(arguments->value[0], best, &(nn_words){0}, run_export, NULL);
}

const nn_command nn_command_export = {
    .name = "export",
    .arguments = "CHECKPOINT",
    .help = "a trained model for other programs: ONNX, safetensors, TensorFlow.js",
    .details =
        "CHECKPOINT is a file or a run folder:\n"
        "  nnmpi export runs/digits --best --onnx digits.onnx\n\n"
        "The ONNX graph takes numbers as they are in the data and gives what a user wants to see:\n"
        "scale, normalisation and the activation of the output are inside. docs/export.md says\n"
        "what each layer becomes. Several formats may be asked for at once.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
