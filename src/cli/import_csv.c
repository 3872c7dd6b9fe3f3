/* nnmpi import csv: columns of tables. */
#include "import.h"

#include <limits.h>
#include <string.h>

static nn_import_csv_options csv;
static const char *separator = ",", *decimal = ".";
static int type;

static const char *const missing_words[] = {"error", "drop", "mean", "zero", NULL};
static const char *const type_words[] = {"float64", "float32", NULL};

static const nn_option options[] = {
    NN_IMPORT_OPTIONS,
    {.name = "targets",
     .value = "COLUMNS",
     .help = "columns to predict: names, or numbers from 1 and ranges of them: 5 or age,7-9",
     .type = NN_OPTION_TEXT,
     .target = &csv.targets},
    {.name = "inputs",
     .value = "COLUMNS",
     .help = "columns to predict from; default: all others",
     .type = NN_OPTION_TEXT,
     .target = &csv.inputs},
    {.name = "one-hot",
     .value = "COLUMNS",
     .help = "inputs that are categories: a column of 0 and 1 for each value",
     .type = NN_OPTION_TEXT,
     .target = &csv.one_hot},
    {.name = "classes",
     .help = "the target is a class, though its values are numbers",
     .type = NN_OPTION_FLAG,
     .target = &csv.classes},
    {.name = "missing",
     .value = "WHAT",
     .help = "of missing values: error (default), drop the row, mean of the column, zero",
     .type = NN_OPTION_WORD,
     .target = &csv.missing,
     .words = missing_words},
    NN_PART_OPTIONS,
    NN_SPLIT_OPTIONS,
    {.name = "validation-file",
     .value = "FILE",
     .help = "all of its rows are for validation",
     .type = NN_OPTION_TEXT,
     .target = &csv.validation_file},
    {.name = "test-file",
     .value = "FILE",
     .help = "all of its rows are for the test",
     .type = NN_OPTION_TEXT,
     .target = &csv.test_file},
    {.name = "no-header",
     .help = "the first row is no names; columns are called 1, 2 ...",
     .type = NN_OPTION_FLAG,
     .target = &csv.no_header},
    {.name = "separator",
     .value = "CHARACTER",
     .help = "between fields; default: a comma; `tab` is a tab",
     .type = NN_OPTION_TEXT,
     .target = &separator},
    {.name = "decimal",
     .value = "CHARACTER",
     .help = "in numbers; default: a point",
     .type = NN_OPTION_TEXT,
     .target = &decimal},
    {.name = "type",
     .value = "TYPE",
     .help = "of the numbers written: float64 (default) or float32",
     .type = NN_OPTION_WORD,
     .target = &type,
     .words = type_words},
    {0}};

static nn_status take_character(const char *text, const char *option, char *character) {
    *character = strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0 ? '\t' : text[0];
    bool one = *character && (*character == '\t' || !text[1]);
    if (one && !strchr("\"\n\r", *character)) return NN_OK;
    return nn_error(NN_USAGE, "--%s wants one character, not `%s`", option, text);
}

static nn_status run(const nn_words *files) {
    NN_TRY(nn_cli_need_out(nn_command_named("import csv")));
    NN_TRY(take_character(separator, "separator", &csv.separator));
    NN_TRY(take_character(decimal, "decimal", &csv.decimal));
    if (csv.separator == csv.decimal)
        return nn_error(NN_USAGE, "--separator and --decimal are the same character, `%s`",
                        decimal);
    csv.dtype = type == 0 ? NN_F64 : NN_F32;
    return nn_cli_speaks() ? nn_import_csv(&nn_cli_import, &csv, files->value, files->n) : NN_OK;
}

const nn_command nn_command_import_csv = {
    .name = "import csv",
    .arguments = "FILE...",
    .help = "tables: columns as inputs and targets",
    .details =
        "Writes /inputs (N, columns) and, with --targets, one of\n"
        "  /labels   the target is a class (text, or --classes), or whole numbers\n"
        "  /targets  other numbers: (N), or (N, columns) for several columns\n"
        "and /input_names, and /class_names: the values of a class in order, from id 0. Fields\n"
        "may be quoted. Missing is an empty field, ?, NA, N/A, NaN or null. Several files are\n"
        "joined. For a series, --split last holds out its end.\n\n"
        "  nnmpi import csv iris.csv --targets species --test 0.2 --out iris.h5\n",
    .options = options,
    .least = 1,
    .most = INT_MAX,
    .run = run,
};
