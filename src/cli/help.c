/* nnmpi help [TOPIC]: the program, a command, or whatever the tables know. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "topics.h"

static void add_options(const nn_option *options, nn_buffer *out) {
    for (const nn_option *o = options; o && o->name; o++) {
        char text[64], letter[8] = "    ";
        if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(text, sizeof text, "%s--%s%s%s", letter, o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        nn_buffer_add(out, "  %-22s  %s\n", text, o->help);
    }
}

static void add_command(const nn_command *command, nn_buffer *out) {
    char text[64];
    snprintf(text, sizeof text, "%s %s", command->name, command->arguments);
    nn_buffer_add(out, "  %-22s  %s\n", text, command->help);
}

void nn_cli_help(nn_buffer *out) {
    nn_buffer_add(out, "nnmpi " NNMPI_VERSION ": train neural networks with MPI\n\n"
                       "usage: mpirun -np N nnmpi CONFIG.yaml [--set KEY=VALUE]...\n"
                       "       nnmpi COMMAND [OPTION]... [ARGUMENT]\n\ncommands:\n");
    for (int i = 0; nn_commands[i]; i++)
        if (!strchr(nn_commands[i]->name, ' ')) add_command(nn_commands[i], out);
    nn_buffer_add(out, "\noptions of every command:\n");
    add_options(nn_common_options, out);
    nn_buffer_add(out, "\ntopics of help:\n");
    nn_topics_list(out);
}

void nn_cli_help_command(const nn_command *command, nn_buffer *out) {
    nn_buffer_add(out, "usage: nnmpi %s [OPTION]... %s\n\n%s\n", command->name, command->arguments,
                  command->help);
    if (command->details) nn_buffer_add(out, "%s", command->details);
    bool family = false;
    for (int i = 0; nn_commands[i]; i++) {
        if (!nn_command_is_of(nn_commands[i], command)) continue;
        if (!family) nn_buffer_add(out, "\n");
        family = true;
        add_command(nn_commands[i], out);
    }
    nn_buffer_add(out, "\noptions:\n");
    add_options(command->options, out);
    add_options(nn_common_options, out);
}

static nn_status unknown_topic(const char *topic) {
    const char *words[512];
    int n = 0;
    for (int i = 0; nn_commands[i]; i++) words[n++] = nn_commands[i]->name;
    n = nn_topics_words(topic, words, n, 512);
    return nn_error(NN_USAGE, "there is no help on `%s`; %s", topic,
                    nn_cli_suggest(topic, words, n, "see `nnmpi help`"));
}

static bool markdown, man;

static const nn_option options[] = {
    {.name = "markdown",
     .help = "all layers, losses, optimizers ... as one page: docs/blocks.md",
     .target = &markdown},
    {.name = "man",
     .help =
         "the manual page of the program, of a command or (config) of configurations, for scdoc",
     .target = &man},
    {0}};

static nn_status run(const nn_words *arguments) {
    nn_buffer text = {0};
    const char *topic = arguments->n ? arguments->value[0] : NULL;
    char two_words[128];
    if (arguments->n == 2) {
        snprintf(two_words, sizeof two_words, "%s %s", topic, arguments->value[1]);
        topic = two_words;
    }
    const nn_command *command = topic ? nn_command_named(topic) : NULL;
    if (markdown && man) return nn_error(NN_USAGE, "one of --markdown and --man");
    if (markdown && topic)
        return nn_error(NN_USAGE, "--markdown is the page of everything: it takes no topic");
    if (markdown)
        nn_topics_page(&text);
    else if (man)
        NN_TRY(nn_cli_man(topic, &text));
    else if (!topic)
        nn_cli_help(&text);
    else if (command)
        nn_cli_help_command(command, &text);
    else if (!nn_topics_explain(topic, &text))
        return unknown_topic(topic);
    if (nn_cli_speaks()) fputs(text.text, stdout);
    nn_buffer_free(&text);
    return NN_OK;
}

const nn_command nn_command_help = {
    .name = "help",
    .arguments = "[TOPIC]",
    .help = "this text, or on a command, a layer, a key ...",
    .details = "  nnmpi help layers                 all layers, one line each\n"
               "  nnmpi help dense                  one of them: its options, an example\n"
               "  nnmpi help training               the keys of a section\n"
               "  nnmpi help training.batch_size    one key\n"
               "  nnmpi help import csv             one command of several words\n",
    .options = options,
    .most = 2,
    .run = run,
};
