/* Options: one parser for every command's table. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include "nnmpi/report.h"

nn_common nn_cli_common;

const nn_option nn_common_options[] = {
    {.letter = 'h',
     .name = "help",
     .help = "this text, or that of a command",
     .target = &nn_cli_common.help},
    {.letter = 'V',
     .name = "version",
     .help = "versions of nnmpi and of the libraries it runs with",
     .target = &nn_cli_common.version},
    {.letter = 'q',
     .name = "quiet",
     .help = "only the last line and errors",
     .target = &nn_cli_common.quiet},
    {.letter = 'v', .name = "verbose", .help = "say more", .target = &nn_cli_common.verbose},
    {.name = "color",
     .value = "WHEN",
     .help = "auto, always or never; NO_COLOR in the environment means never",
     .type = NN_OPTION_WORD,
     .target = &nn_cli_common.color,
     .words = nn_color_words},
    {0}};

const char *nn_cli_suggest(const char *word, const char *const *words, int n,
                           const char *otherwise) {
    static char text[128];
    const char *nearest = nn_nearest_word(word, words, n);
    if (!nearest) return otherwise;
    snprintf(text, sizeof text, "did you mean `%s`?", nearest);
    return text;
}

static const nn_option *find_in(const nn_option *options, const char *name, size_t length,
                                char letter) {
    for (const nn_option *o = options; o && o->name; o++)
        if (name ? strlen(o->name) == length && strncmp(o->name, name, length) == 0
                 : o->letter == letter)
            return o;
    return NULL;
}

/* By name (of that length), or by letter if the name is NULL. */
static const nn_option *find(const nn_command *command, const char *name, size_t length,
                             char letter) {
    const nn_option *found = find_in(nn_common_options, name, length, letter);
    return found || !command ? found : find_in(command->options, name, length, letter);
}

static int add_names(const nn_option *options, const char **names, int n) {
    for (const nn_option *o = options; o && o->name && n < 64; o++) names[n++] = o->name;
    return n;
}

static nn_status unknown(const nn_command *command, const char *name, size_t length) {
    for (int i = 0; nn_commands[i]; i++)
        if (find_in(nn_commands[i]->options, name, length, '\0'))
            return nn_error(NN_USAGE, "--%.*s is an option of `nnmpi %s`%s%s%s", (int)length, name,
                            nn_commands[i]->name, command ? ", not of `nnmpi " : "; ",
                            command ? command->name : "a command or a configuration is missing",
                            command ? "`" : "");
    const char *names[64];
    int n = add_names(nn_common_options, names, 0);
    if (command) n = add_names(command->options, names, n);
    char word[64], otherwise[64];
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    snprintf(otherwise, sizeof otherwise, "see `nnmpi help%s%s`", command ? " " : "",
             command ? command->name : "");
    const char *nearest = nn_nearest_word(word, names, n);
    if (!nearest) return nn_error(NN_USAGE, "there is no option --%s; %s", word, otherwise);
    return nn_error(NN_USAGE, "there is no option --%s; did you mean `--%s`?", word, nearest);
}

static nn_status set_count(const nn_option *option, const char *value) {
    char *end;
    long count = strtol(value, &end, 10);
    if (end == value || *end || count < 1 || count > 1000000000)
        return nn_error(NN_USAGE, "--%s wants a positive whole number, not `%s`", option->name,
                        value);
    *(int *)option->target = (int)count;
    return NN_OK;
}

static nn_status set_word(const nn_option *option, const char *value) {
    int n = 0;
    for (; option->words[n]; n++)
        if (strcmp(option->words[n], value) == 0) {
            *(int *)option->target = n;
            return NN_OK;
        }
    return nn_error(NN_USAGE, "--%s cannot be `%s`; %s", option->name, value,
                    nn_cli_suggest(value, option->words, n, option->help));
}

static nn_status set_real(const nn_option *option, const char *value) {
    char *end;
    double number = strtod(value, &end);
    if (end == value || *end || !(number >= 0 && number <= 1e9))
        return nn_error(NN_USAGE, "--%s wants a number >= 0, not `%s`", option->name, value);
    *(double *)option->target = number;
    return NN_OK;
}

static nn_status set_part(const nn_option *option, const char *value) {
    char *end;
    double part = strtod(value, &end);
    bool whole = option->type == NN_OPTION_PROBABILITY;
    if (end == value || *end || !(part > 0 && (whole ? part <= 1 : part < 1)))
        return nn_error(NN_USAGE, "--%s wants a number %s, such as %s, not `%s`", option->name,
                        whole ? "above 0, up to 1" : "between 0 and 1", whole ? "0.9" : "0.1",
                        value);
    *(double *)option->target = part;
    return NN_OK;
}

static void add_word(nn_words *words, const char *value) {
    words->value = realloc(words->value, (size_t)(words->n + 1) * sizeof *words->value);
    nn_assert(words->value);
    words->value[words->n++] = value;
}

/* `which`: of several values, from 0. */
static nn_status set(const nn_option *option, const char *value, int which) {
    switch (option->type) {
    case NN_OPTION_FLAG: *(bool *)option->target = true; return NN_OK;
    case NN_OPTION_COUNT: return set_count(option, value);
    case NN_OPTION_WORD: return set_word(option, value);
    case NN_OPTION_TEXT: *(const char **)option->target = value; return NN_OK;
    case NN_OPTION_PAIR: ((const char **)option->target)[which] = value; return NN_OK;
    case NN_OPTION_REAL: return set_real(option, value);
    case NN_OPTION_PART:
    case NN_OPTION_PROBABILITY: return set_part(option, value);
    case NN_OPTION_LIST: add_word(option->target, value); return NN_OK;
    }
    return NN_OK;
}

static int values_of(const nn_option *option) {
    return option->type == NN_OPTION_PAIR ? 2 : option->value != NULL;
}

/* --name, --name=value, --name value */
static nn_status parse_long(const nn_command *command, int argc, char **argv, int *i) {
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const nn_option *option = find(command, name, length, '\0');
    if (!option) return unknown(command, name, length);
    if (!option->value) {
        if (equals) return nn_error(NN_USAGE, "--%s takes no value", option->name);
        return set(option, NULL, 0);
    }
    if (equals) NN_TRY(set(option, equals + 1, 0));
    for (int k = equals != NULL; k < values_of(option); k++) {
        if (*i + 1 >= argc)
            return nn_error(NN_USAGE, "--%s wants a value: --%s %s", option->name, option->name,
                            option->value);
        NN_TRY(set(option, argv[++*i], k));
    }
    return NN_OK;
}

/* -q, -qv */
static nn_status parse_letters(const nn_command *command, const char *letters) {
    for (; *letters; letters++) {
        const nn_option *option = find(command, NULL, 0, *letters);
        if (!option)
            return nn_error(NN_USAGE, "there is no option -%c; see `nnmpi --help`", *letters);
        NN_TRY(set(option, NULL, 0));
    }
    return NN_OK;
}

nn_status nn_cli_parse(const nn_command *command, int argc, char **argv, const int position[2],
                       nn_words *arguments) {
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (i == position[0] || i == position[1])
            continue;
        else if (only_arguments || word[0] != '-' || word[1] == '\0')
            add_word(arguments, word);
        else if (strcmp(word, "--") == 0)
            only_arguments = true;
        else if (word[1] == '-')
            NN_TRY(parse_long(command, argc, argv, &i));
        else
            NN_TRY(parse_letters(command, word + 1));
    }
    return NN_OK;
}
