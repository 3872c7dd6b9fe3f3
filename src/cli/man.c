/* nnmpi help --man: nnmpi(1), nnmpi-COMMAND(1) and nnmpi.yaml(5), from the tables of the program.
 */
#include "nnmpi/man.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "nnmpi/train.h"
#include "topics.h"

static void add_head(const char *name, int section, const char *help, nn_buffer *out) {
    nn_buffer_add(out, "%s(%d) \"\" \"nnmpi %s\"\n\n", name, section, NNMPI_VERSION);
    nn_man_section("NAME", out);
    nn_buffer_add(out, "%s - ", name);
    nn_man_words(help, out);
    nn_buffer_add(out, "\n\n");
}

static void add_options(const nn_option *options, nn_buffer *out) {
    for (const nn_option *o = options; o && o->name; o++) {
        char term[80];
        char letter[8] = "";
        if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(term, sizeof term, "%s--%s", letter, o->name);
        nn_man_term(term, o->value, o->help, out);
    }
}

static void add_synopsis(const nn_command *command, nn_buffer *out) {
    nn_buffer_add(out, "*nnmpi %s* [OPTION]... ", command->name);
    nn_man_words(command->arguments, out);
    nn_buffer_add(out, "\n\n");
}

static void add_exit_codes(nn_buffer *out) {
    nn_man_section("EXIT STATUS", out);
#define NN_EXIT_CODE(name, code, text) nn_man_term(#code, NULL, text, out);
    NN_STATUS_LIST(NN_EXIT_CODE)
#undef NN_EXIT_CODE
    nn_man_term(NN_EXIT_BY_SIGNAL, NULL, NN_EXIT_BY_SIGNAL_HELP, out);
}

static void add_see_also(const nn_command *command, nn_buffer *out) {
    nn_man_section("SEE ALSO", out);
    if (command) nn_buffer_add(out, "*nnmpi*(1), ");
    nn_buffer_add(out, "*nnmpi.yaml*(5), *mpirun*(1)\n");
}

/* ---- nnmpi-COMMAND(1) ---- */

static void add_member(const nn_command *member, nn_buffer *out) {
    nn_buffer_add(out, "## nnmpi %s\n\n", member->name);
    add_synopsis(member, out);
    nn_man_paragraphs(member->help, out);
    if (member->details) nn_man_paragraphs(member->details, out);
    add_options(member->options, out);
}

static void add_members(const nn_command *command, nn_buffer *out) {
    bool first = true;
    for (int i = 0; nn_commands[i]; i++) {
        if (!nn_command_is_of(nn_commands[i], command)) continue;
        if (first) nn_man_section("COMMANDS", out);
        first = false;
        add_member(nn_commands[i], out);
    }
}

static void page_of_command(const nn_command *command, nn_buffer *out) {
    char name[64];
    snprintf(name, sizeof name, "nnmpi-%s", command->name);
    add_head(name, 1, command->help, out);
    nn_man_section("SYNOPSIS", out);
    add_synopsis(command, out);
    nn_man_section("DESCRIPTION", out);
    nn_man_paragraphs(command->help, out);
    if (command->details) nn_man_paragraphs(command->details, out);
    add_members(command, out);
    nn_man_section("OPTIONS", out);
    add_options(command->options, out);
    add_options(nn_common_options, out);
    add_see_also(command, out);
}

/* ---- nnmpi(1) ---- */

static void page_of_program(nn_buffer *out) {
    add_head("nnmpi", 1, "train neural networks with MPI", out);
    nn_man_section("SYNOPSIS", out);
    nn_buffer_add(out, "*mpirun -np* _N_ *nnmpi* _CONFIG.yaml_ [*--set* _KEY=VALUE_]...\n\n"
                       "*nnmpi* _COMMAND_ [OPTION]... [ARGUMENT]\n\n");
    nn_man_section("DESCRIPTION", out);
    nn_man_paragraphs(
        "A YAML file says what to train, in the words of Keras; data come from HDF5 and results "
        "go to HDF5. The same file trains on one core or on N ranks of a cluster, and the answer "
        "is the same. Results go to stdout, diagnostics to stderr; one rank speaks.\n",
        out);
    nn_man_section("COMMANDS", out);
    for (int i = 0; nn_commands[i]; i++) {
        char page[64];
        if (strchr(nn_commands[i]->name, ' ')) continue;
        snprintf(page, sizeof page, "nnmpi-%s(1)", nn_commands[i]->name);
        nn_man_term(page, NULL, nn_commands[i]->help, out);
    }
    nn_man_section("OPTIONS", out);
    add_options(nn_common_options, out);
    add_exit_codes(out);
    nn_man_section("ENVIRONMENT", out);
    for (const nn_variable *v = nn_variables; v->name; v++)
        nn_man_term(v->name, NULL, v->help, out);
    add_see_also(NULL, out);
}

/* ---- nnmpi.yaml(5) ---- */

static void add_registry(const nn_registry *registry, nn_buffer *out) {
    char title[64];
    snprintf(title, sizeof title, "%s", registry->name);
    for (char *c = title; *c; c++) *c = (char)toupper(*c);
    nn_man_section(title, out);
    nn_man_paragraphs(registry->help, out);
    for (int k = 0; registry->kinds[k]; k++) nn_man_kind(registry->kinds[k], out);
}

static void page_of_config(nn_buffer *out) {
    add_head("nnmpi.yaml", 5, "what nnmpi is to train", out);
    nn_man_section("DESCRIPTION", out);
    nn_man_paragraphs(
        "A configuration is a map in YAML with the sections data, model, training, checkpoint and "
        "log. A list of layers is a composition; a layer is a map with type, or a bare word. "
        "Anchors and merge keys work; the key templates holds them. Relative paths are from the "
        "file's folder. Any key may be set on the command line: --set training.epochs=5, --set "
        "model.layers[1].units=128. What is wrong is answered with file, line and column.\n"
        "\n"
        "Shapes are those of one sample, channels last. z(j-1) and z(j) are the input and the "
        "output of layer j, dz(j) the gradient of the loss by its output.\n",
        out);
    nn_man_section("EXAMPLE", out);
    nn_man_block("data:\n"
                 "  train: {file: digits.h5, inputs: /train/images, targets: /train/labels}\n"
                 "model:\n"
                 "  layers: [flatten, {type: dense, units: 10, activation: softmax}]\n"
                 "training: {loss: categorical_crossentropy, epochs: 20}\n"
                 "checkpoint: {directory: runs/digits}",
                 out);
    nn_man_section("KEYS", out);
    nn_man_keys(nn_run_keys, "", out);
    nn_man_section("KEYS OF ANY LAYER", out);
    nn_man_keys(nn_node_keys, "", out);
    for (int i = 0; i < nn_registry_count; i++) add_registry(&nn_registries[i], out);
    nn_man_section("SEE ALSO", out);
    nn_buffer_add(out, "*nnmpi*(1), *nnmpi-schema*(1)\n");
}

nn_status nn_cli_man(const char *topic, nn_buffer *out) {
    const nn_command *command = topic ? nn_command_named(topic) : NULL;
    if (!topic)
        page_of_program(out);
    else if (strcmp(topic, "config") == 0)
        page_of_config(out);
    else if (command && !strchr(topic, ' '))
        page_of_command(command, out);
    else
        return nn_error(NN_USAGE,
                        "--man has pages of commands of one word and of `config`, not of "
                        "`%s`",
                        topic);
    return NN_OK;
}
