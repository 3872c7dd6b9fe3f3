/* What the commands of `import` share: options, and the file to write. */
#ifndef NNMPI_CLI_IMPORT_H
#define NNMPI_CLI_IMPORT_H

#include "cli.h"
#include "nnmpi/import.h"

extern nn_import nn_cli_import;

/* NN_USAGE without --out. */
nn_status nn_cli_need_out(const nn_command *command);

/* clang-format off */
/* Those of every format. */
#define NN_IMPORT_OPTIONS                                                                          \
    {.name = "out", .value = "F.h5", .help = "the HDF5 file to write", .type = NN_OPTION_TEXT,     \
     .target = &nn_cli_import.out},                                                                \
    {.name = "force", .help = "replace the file if it exists", .type = NN_OPTION_FLAG,             \
     .target = &nn_cli_import.force}

/* Those of formats that know no splits. */
#define NN_PART_OPTIONS                                                                            \
    {.name = "validation", .value = "PART",                                                        \
     .help = "hold out this part, such as 0.1, for validation", .type = NN_OPTION_PART,            \
     .target = &nn_cli_import.validation},                                                         \
    {.name = "test", .value = "PART", .help = "hold out this part for the test",                   \
     .type = NN_OPTION_PART, .target = &nn_cli_import.test}

/* Those of formats whose samples may be held out in any order. */
#define NN_SPLIT_OPTIONS                                                                           \
    {.name = "split", .value = "HOW",                                                              \
     .help = "what is held out: random, stratified (as much of each class; default if there are "  \
             "classes) or last", .type = NN_OPTION_WORD,                                           \
     .target = &nn_cli_import.split, .words = nn_cli_split_words},                                 \
    {.name = "seed", .value = "N", .help = "of that choice; default: 1", .type = NN_OPTION_COUNT,  \
     .target = &nn_cli_import.seed}
/* clang-format on */
extern const char *const nn_cli_split_words[];

#endif
