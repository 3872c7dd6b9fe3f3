/* The command line: commands, their options, who speaks. Private to src/cli and main.c. */
#ifndef NNMPI_CLI_H
#define NNMPI_CLI_H

#include <stdbool.h>

#include "nnmpi/comm.h"
#include "nnmpi/status.h"
#include "nnmpi/text.h"

/* The whole program; returns its exit code. */
int nn_cli_main(int argc, char **argv);

/* ---- options ---- */

typedef struct nn_words {
    int n;
    const char **value;
} nn_words;

typedef enum nn_option_type {
    NN_OPTION_FLAG,        /* bool */
    NN_OPTION_COUNT,       /* int: a positive whole number */
    NN_OPTION_REAL,        /* double: a number >= 0 */
    NN_OPTION_WORD,        /* int: the position in `words` */
    NN_OPTION_TEXT,        /* const char * */
    NN_OPTION_PAIR,        /* const char *[2]: two values */
    NN_OPTION_PART,        /* double: between 0 and 1, neither of them */
    NN_OPTION_PROBABILITY, /* double: above 0, up to 1 */
    NN_OPTION_LIST         /* nn_words: may be given again */
} nn_option_type;

typedef struct nn_option {
    char letter;       /* '\0': none; only flags have one */
    const char *name;  /* NULL ends a table */
    const char *value; /* what it wants, as help shows it; NULL for a flag */
    const char *help;
    nn_option_type type;
    void *target;
    const char *const *words; /* NN_OPTION_WORD: ended by NULL */
} nn_option;

/* ---- commands ---- */

/* Each is one file in src/cli (those of one family may share it) and one line in commands.def. */
typedef struct nn_command {
    const char *name, *arguments; /* "check", "CONFIG.yaml"; a name may have two words */
    const char *help;             /* one line */
    const char *details;          /* more, for `nnmpi help NAME`; ends with a newline */
    const nn_option *options;     /* beyond those that every command has; NULL: none */
    int least, most;              /* how many arguments */
    bool parallel;                /* ranks share its work */
    nn_status (*run)(const nn_words *arguments);
} nn_command;

extern const nn_command *const nn_commands[];         /* ended by NULL */
const nn_command *nn_command_named(const char *name); /* NULL: none */
/* "import text" is a command of "import". */
bool nn_command_is_of(const nn_command *command, const nn_command *family);

/* What every command understands, and what was said. */
extern const nn_option nn_common_options[];
typedef struct nn_common {
    bool help, version, quiet, verbose;
    int color; /* nn_color */
} nn_common;
extern nn_common nn_cli_common;

/* The command that the command line means (its name, or a configuration file to train), NULL if it
 * names none; position: where the words of its name stand, 0 if they do not. */
nn_status nn_cli_choose(int argc, char **argv, const nn_command **command, int position[2]);
/* Reads all options into their targets and collects the arguments, the words of the command's name
 * left out. */
nn_status nn_cli_parse(const nn_command *command, int argc, char **argv, const int position[2],
                       nn_words *arguments);

void nn_cli_help(nn_buffer *out); /* of the program */
/* The manual page, in scdoc's markup: of the program (NULL), a command or `config`. NN_USAGE. */
nn_status nn_cli_man(const char *topic, nn_buffer *out);
void nn_cli_help_command(const nn_command *command, nn_buffer *out);

/* "did you mean `train`?", or `otherwise`; for the end of a message. */
const char *nn_cli_suggest(const char *word, const char *const *words, int n,
                           const char *otherwise);

/* ---- who speaks ---- */

/* Whether this process is the one that prints: rank 0, by the launcher's word before MPI is
 * started, by MPI's after nn_cli_start. */
bool nn_cli_speaks(void);
/* Prints the message of a failure on stderr, once. */
void nn_cli_report(nn_status status);

/* nn_comm_start, and from then on rank 0 speaks. Collective. */
nn_status nn_cli_start(nn_comm **comm);
/* Reports the status if it is a failure, ends MPI, returns the status. Collective. */
nn_status nn_cli_finish(nn_comm *comm, nn_status status);

/* report.html in the run folder, with predictions if they are wanted; a failure is a warning.
 * Collective. */
void nn_cli_report_run(nn_comm *comm, const char *folder, bool predictions);

/* ---- configuration ---- */

struct nn_run_options;
struct nn_document;
struct nn_arena;
/* The text of a file that rank 0 reads, on every rank, by malloc. Collective. */
nn_status nn_cli_share_file(nn_comm *comm, const char *file, char **text, size_t *length);
/* Reads the file on rank 0, parses its text on every rank, binds it. The document may be there
 * (destroy it) though the status is a failure. Collective. */
nn_status nn_cli_read_config(nn_comm *comm, const char *file, const nn_words *sets,
                             struct nn_document **document, struct nn_run_options *options);
/* The same from a checkpoint, or a run folder: then latest.h5, with `best` best.h5. *path, on rank
 * 0 the file, may live in `arena`. Collective. */
nn_status nn_cli_read_checkpoint(nn_comm *comm, const char *given, bool best, const nn_words *sets,
                                 struct nn_arena *arena, const char **path,
                                 struct nn_document **document, struct nn_run_options *options);

/* A trained model, as a command uses it. Borrowed. */
typedef struct nn_cli_model {
    nn_comm *comm;
    const char *checkpoint; /* the file, on rank 0 */
    struct nn_document *document;
    struct nn_run_options *run;
} nn_cli_model;
/* A command that uses a checkpoint, from MPI's beginning to its end: reads it as above and calls
 * `use`. Returns what the command returns. Collective. */
nn_status nn_cli_use_checkpoint(const char *given, bool best, const nn_words *sets,
                                nn_status (*use)(const nn_cli_model *model, void *context),
                                void *context);

#endif
