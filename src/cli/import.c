/* nnmpi import FORMAT FILE... --out F.h5: data of other formats into HDF5. */
#include "import.h"

#include <limits.h>

nn_import nn_cli_import = {.seed = 1};
const char *const nn_cli_split_words[] = {"auto", "random", "stratified", "last", NULL};

nn_status nn_cli_need_out(const nn_command *command) {
    if (nn_cli_import.out) return NN_OK;
    return nn_error(NN_USAGE, "`nnmpi %s` wants --out F.h5, the file to write", command->name);
}

/* ---- the family: a format is one of its commands, so none is left to run ---- */

static nn_status run_import(const nn_words *arguments) {
    return nn_error(NN_USAGE, "`nnmpi import` wants a format; see `nnmpi help import`");
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
static const nn_option text_options[] = {NN_IMPORT_OPTIONS,
                                         NN_PART_OPTIONS,
                                         {.name = "bytes",
                                          .help = "tokens are the bytes, 0 to 255; no vocabulary",
                                          .type = NN_OPTION_FLAG,
                                          .target = &text.bytes},
                                         {.name = "vocabulary",
                                          .value = "G.h5",
                                          .help = "the tokens of another file that was imported",
                                          .type = NN_OPTION_TEXT,
                                          .target = &text.vocabulary},
                                         {.name = "validation-file",
                                          .value = "FILE",
                                          .help = "all of it is for validation",
                                          .type = NN_OPTION_TEXT,
                                          .target = &text.validation_file},
                                         {.name = "test-file",
                                          .value = "FILE",
                                          .help = "all of it is for the test",
                                          .type = NN_OPTION_TEXT,
                                          .target = &text.test_file},
                                         {0}};

static nn_status run_text(const nn_words *arguments) {
    NN_TRY(nn_cli_need_out(nn_command_named("import text")));
    if (text.bytes && text.vocabulary)
        return nn_error(NN_USAGE, "bytes have no vocabulary: give --bytes or --vocabulary");
    if (!nn_cli_speaks()) return NN_OK;
    return nn_import_text(&nn_cli_import, &text, arguments->value, arguments->n);
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
