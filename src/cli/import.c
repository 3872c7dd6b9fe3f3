/* nnmpi import FORMAT FILE... --out F.h5: data of other formats into HDF5. */
#include "cli.h"

#include <limits.h>
#include <string.h>

#include "nnmpi/import.h"

static nn_import import;

/* Those of every format. */
#define IMPORT_OPTIONS                                                                             \
    {.name = "out",                                                                                \
     .value = "F.h5",                                                                              \
     .help = "the HDF5 file to write",                                                             \
     .type = NN_OPTION_TEXT,                                                                       \
     .target = &import.out},                                                                       \
    {                                                                                              \
        .name = "force", .help = "replace the file if it exists", .type = NN_OPTION_FLAG,          \
        .target = &import.force                                                                    \
    }

/* Those of formats that know no splits. */
#define PART_OPTIONS                                                                               \
    {.name = "validation",                                                                         \
     .value = "PART",                                                                              \
     .help = "hold out this part, such as 0.1, for validation",                                    \
     .type = NN_OPTION_PART,                                                                       \
     .target = &import.validation},                                                                \
    {                                                                                              \
        .name = "test", .value = "PART", .help = "hold out this part for the test",                \
        .type = NN_OPTION_PART, .target = &import.test                                             \
    }

static nn_status need_out(const char *command) {
    if (import.out) return NN_OK;
    return nn_error(NN_USAGE, "`nnmpi %s` wants --out F.h5, the file to write", command);
}

/* ---- which format ---- */

static nn_status run_import(const nn_words *arguments) {
    const char *names[16];
    int n = 0;
    for (int i = 0; nn_commands[i] && n < 16; i++)
        if (nn_command_is_of(nn_commands[i], nn_command_named("import")))
            names[n++] = strchr(nn_commands[i]->name, ' ') + 1;
    return nn_error(NN_USAGE, "there is no format `%s`; %s", arguments->value[0],
                    nn_cli_suggest(arguments->value[0], names, n, "see `nnmpi help import`"));
}

const nn_command nn_command_import = {
    .name = "import",
    .arguments = "FORMAT FILE...",
    .help = "data of other formats into HDF5",
    .details = "Memory does not grow with the files. What is written appears under its name when\n"
               "it is whole. With --validation or --test the data sets are in /train,\n"
               "/validation and /test, otherwise at the root of the file, where they serve any\n"
               "split of a configuration. `nnmpi help import FORMAT` says more:\n",
    .least = 1,
    .most = INT_MAX,
    .run = run_import,
};

/* ---- text ---- */

static nn_import_text_options text;
static const nn_option text_options[] = {IMPORT_OPTIONS,
                                         PART_OPTIONS,
                                         {.name = "bytes",
                                          .help = "tokens are the bytes, 0 to 255; no vocabulary",
                                          .type = NN_OPTION_FLAG,
                                          .target = &text.bytes},
                                         {.name = "vocabulary",
                                          .value = "G.h5",
                                          .help = "the tokens of another file that was imported",
                                          .type = NN_OPTION_TEXT,
                                          .target = &text.vocabulary},
                                         {0}};

static nn_status run_text(const nn_words *arguments) {
    NN_TRY(need_out("import text"));
    if (text.bytes && text.vocabulary)
        return nn_error(NN_USAGE, "bytes have no vocabulary: give --bytes or --vocabulary");
    if (!nn_cli_speaks()) return NN_OK;
    return nn_import_text(&import, &text, arguments->value, arguments->n);
}

const nn_command nn_command_import_text = {
    .name = "import text",
    .arguments = "FILE...",
    .help = "text in UTF-8: a token for each character",
    .details =
        "Writes /text, a row of tokens (uint8, uint16 or int32), and /vocabulary, the character\n"
        "that each token is, in order of code points. Several files are joined in order. The\n"
        "parts held out are the end of the text. See data.sequence_length for how to train on\n"
        "it.\n\n"
        "  nnmpi import text book.txt --out book.h5 --validation 0.05 --test 0.05\n",
    .options = text_options,
    .least = 1,
    .most = INT_MAX,
    .run = run_text,
};

/* ---- idx and npy ---- */

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
    IMPORT_OPTIONS,
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
    NN_TRY(need_out("import idx"));
    NN_TRY(take_files(files));
    arrays.channel = !keep_shape;
    return nn_cli_speaks() ? nn_import_idx(&import, &arrays) : NN_OK;
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

static const nn_option npy_options[] = {IMPORT_OPTIONS, ARRAY_OPTIONS, {0}};

static nn_status run_npy(const nn_words *files) {
    NN_TRY(need_out("import npy"));
    NN_TRY(take_files(files));
    return nn_cli_speaks() ? nn_import_npy(&import, &arrays) : NN_OK;
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
