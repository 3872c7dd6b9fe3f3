/* nnmpi import idx, nnmpi import npy: arrays in files of their own. */
#include "import.h"

static nn_import_arrays_options arrays;
static bool keep_shape;

/* Those of arrays in files of their own. */
#define ARRAY_OPTIONS                                                                              \
    {.name = "validation-files",                                                                   \
     .value = "INPUTS TARGETS",                                                                    \
     .help = "two files for /validation",                                                          \
     .type = NN_OPTION_PAIR,                                                                       \
     .target = arrays.file[NN_VALIDATION]},                                                        \
    {                                                                                              \
        .name = "test-files", .value = "INPUTS TARGETS", .help = "two files for /test",            \
        .type = NN_OPTION_PAIR, .target = arrays.file[NN_TEST]                                     \
    }

static const nn_option idx_options[] = {
    NN_IMPORT_OPTIONS,
    ARRAY_OPTIONS,
    {.name = "keep-shape",
     .help = "grey images stay (height, width), without an axis for the channel",
     .type = NN_OPTION_FLAG,
     .target = &keep_shape},
    {0}};

/* The files of the command line are those of the training samples. */
static nn_status take_files(const nn_words *files) {
    for (int i = 0; i < files->n; i++) arrays.file[NN_TRAIN][i] = files->value[i];
    bool more = arrays.file[NN_VALIDATION][0] || arrays.file[NN_TEST][0];
    if (more && files->n < 2)
        return nn_error(NN_USAGE,
                        "with --validation-files or --test-files the training samples need "
                        "a file of targets too");
    return NN_OK;
}

static nn_status run_idx(const nn_words *files) {
    NN_TRY(nn_cli_need_out(nn_command_named("import idx")));
    NN_TRY(take_files(files));
    arrays.channel = !keep_shape;
    return nn_cli_speaks() ? nn_import_idx(&nn_cli_import, &arrays) : NN_OK;
}

const nn_command nn_command_import_idx = {
    .name = "import idx",
    .arguments = "IMAGES [LABELS]",
    .help = "IDX, the format of MNIST",
    .details =
        "Writes /images, in the type of the file (uint8 for MNIST), and /labels; with files for\n"
        "another split /train/images, /test/images ... Grey images get an axis for their one\n"
        "channel: (height, width, 1), as convolutions read them. Files packed by gzip are\n"
        "unpacked on the way.\n\n"
        "  nnmpi import idx train-images-idx3-ubyte train-labels-idx1-ubyte --out mnist.h5 \\\n"
        "        --test-files t10k-images-idx3-ubyte t10k-labels-idx1-ubyte\n",
    .options = idx_options,
    .least = 1,
    .most = 2,
    .run = run_idx,
};

static const nn_option npy_options[] = {NN_IMPORT_OPTIONS, ARRAY_OPTIONS, {0}};

static nn_status run_npy(const nn_words *files) {
    NN_TRY(nn_cli_need_out(nn_command_named("import npy")));
    NN_TRY(take_files(files));
    return nn_cli_speaks() ? nn_import_npy(&nn_cli_import, &arrays) : NN_OK;
}

const nn_command nn_command_import_npy = {
    .name = "import npy",
    .arguments = "INPUTS [TARGETS]",
    .help = "arrays of NumPy, .npy",
    .details =
        "Writes /inputs and, if there are targets, /labels (integers, one a sample) or /targets,\n"
        "in the types and shapes of the arrays; with files for another split /train/inputs,\n"
        "/test/inputs ... Of an .npz archive (`unzip` it) each array is such a file.\n\n"
        "  nnmpi import npy x.npy y.npy --out data.h5 --test-files x_test.npy y_test.npy\n",
    .options = npy_options,
    .least = 1,
    .most = 2,
    .run = run_npy,
};
