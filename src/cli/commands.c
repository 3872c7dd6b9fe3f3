/* The commands, and which of them a command line means. */
#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NN_COMMAND(name) extern const nn_command nn_command_##name;
#include "commands.def"
#undef NN_COMMAND

const nn_command *const nn_commands[] = {
#define NN_COMMAND(name) &nn_command_##name,
#include "commands.def"
#undef NN_COMMAND
    NULL};

const nn_command *nn_command_named(const char *name) {
    for (int i = 0; nn_commands[i]; i++)
        if (strcmp(nn_commands[i]->name, name) == 0) return nn_commands[i];
    return NULL;
}

bool nn_command_is_of(const nn_command *command, const nn_command *family) {
    size_t length = strlen(family->name);
    return strncmp(command->name, family->name, length) == 0 && command->name[length] == ' ';
}

static bool table_takes_value(const nn_option *options, const char *name) {
    for (const nn_option *o = options; o && o->name; o++)
        if (strcmp(o->name, name) == 0) return o->value != NULL;
    return false;
}

/* Whether the next word is the value of this option, whatever the command. */
static bool takes_value(const char *word) {
    if (strncmp(word, "--", 2) != 0 || strchr(word, '=')) return false;
    if (table_takes_value(nn_common_options, word + 2)) return true;
    for (int i = 0; nn_commands[i]; i++)
        if (table_takes_value(nn_commands[i]->options, word + 2)) return true;
    return false;
}

/* The position, after that of `last`, of the first word that is neither an option nor an option's
 * value; 0: none. */
static int next_argument(int argc, char **argv, int last) {
    for (int i = last + 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) return i + 1 < argc ? i + 1 : 0;
        if (argv[i][0] != '-' || argv[i][1] == '\0') return i;
        if (takes_value(argv[i])) i++;
    }
    return 0;
}

static nn_status no_such_command(const char *word) {
    const char *names[32];
    int n = 0;
    while (nn_commands[n] && n < 32) names[n] = nn_commands[n]->name, n++;
    return nn_error(NN_USAGE, "there is no command and no configuration file `%s`; %s", word,
                    nn_cli_suggest(word, names, n, "see `nnmpi --help`"));
}

/* The command of the family with this second word, or NULL. */
static const nn_command *member(const nn_command *family, const char *word) {
    for (int i = 0; nn_commands[i]; i++)
        if (nn_command_is_of(nn_commands[i], family) &&
            strcmp(nn_commands[i]->name + strlen(family->name) + 1, word) == 0)
            return nn_commands[i];
    return NULL;
}

/* Members of a family are all that it does; a command that is none goes on. */
static nn_status no_such_member(const nn_command *family, const char *word) {
    const char *names[32];
    char otherwise[64];
    int n = 0;
    for (int i = 0; nn_commands[i] && n < 32; i++)
        if (nn_command_is_of(nn_commands[i], family))
            names[n++] = nn_commands[i]->name + strlen(family->name) + 1;
    if (n == 0) return NN_OK;
    snprintf(otherwise, sizeof otherwise, "see `nnmpi help %s`", family->name);
    return nn_error(NN_USAGE, "there is no `nnmpi %s %s`; %s", family->name, word,
                    nn_cli_suggest(word, names, n, otherwise));
}

/* -np 4, -n 4, --np=4, -np4 */
static bool asks_for_ranks(const char *word, const char *next) {
    const char *names[] = {"--np", "-np", "-n"};
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(word, names[i], length) != 0) continue;
        const char *number = word[length] ? word + length + (word[length] == '=') : next;
        return number && *number && !number[strspn(number, "0123456789")];
    }
    return false;
}

/* How many processes there are is mpirun's matter. */
static nn_status refuse_ranks(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (asks_for_ranks(argv[i], i + 1 < argc ? argv[i + 1] : NULL))
            return nn_error(
                NN_USAGE, "%s: how many ranks there are is said to mpirun: mpirun -np N nnmpi ...",
                argv[i]);
        if (takes_value(argv[i])) i++;
    }
    return NN_OK;
}

nn_status nn_cli_choose(int argc, char **argv, const nn_command **command, int position[2]) {
    int first = next_argument(argc, argv, 0);
    *command = NULL;
    position[0] = position[1] = 0;
    if (first == 0) return NN_OK;
    *command = nn_command_named(argv[first]);
    if (!*command || (*command)->parallel) NN_TRY(refuse_ranks(argc, argv));
    if (*command) {
        position[0] = first;
        int second = next_argument(argc, argv, first);
        const nn_command *found = second ? member(*command, argv[second]) : NULL;
        if (!found) return second ? no_such_member(*command, argv[second]) : NN_OK;
        *command = found;
        position[1] = second;
        return NN_OK;
    }
    if (!strpbrk(argv[first], "./") && access(argv[first], F_OK) != 0)
        return no_such_command(argv[first]);
    *command = nn_command_named("train");
    return NN_OK;
}
