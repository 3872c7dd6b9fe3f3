/* nnmpi completion bash | zsh: what the shell may complete, from the tables of commands and keys.
 */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "nnmpi/train.h"
#include "topics.h"

/* ---- keys and their values ---- */

typedef void key_visitor(const char *path, const nn_key *key);

static bool has_key(const nn_key *keys, const char *name) {
    for (const nn_key *key = keys; key && key->name; key++)
        if (strcmp(key->name, name) == 0) return true;
    return false;
}

static void visit_keys(const nn_key *keys, const char *prefix, key_visitor *visit);

/* `type`, and the options of all members, each once. */
static void visit_members(const nn_kind *const *kinds, const char *prefix, key_visitor *visit) {
    nn_key type[2] = {{.name = "type", .kinds = kinds}, {0}};
    visit_keys(type, prefix, visit);
    for (int k = 0; kinds[k]; k++)
        for (const nn_key *key = kinds[k]->keys; key && key->name; key++) {
            bool seen = false;
            for (int before = 0; before < k; before++)
                seen = seen || has_key(kinds[before]->keys, key->name);
            if (!seen) visit_keys((nn_key[]){*key, {0}}, prefix, visit);
        }
}

/* Each key by its path, those of sections and of members of a registry below it too. */
static void visit_keys(const nn_key *keys, const char *prefix, key_visitor *visit) {
    for (const nn_key *key = keys; key->name; key++) {
        nn_buffer path = {0};
        nn_buffer_add(&path, "%s%s", prefix, key->name);
        visit(path.text, key);
        nn_buffer_add(&path, ".");
        if (key->type == NN_KEY_MAP) visit_keys(key->keys, path.text, visit);
        if (key->type == NN_KEY_KIND) visit_members(key->kinds, path.text, visit);
        nn_buffer_free(&path);
    }
}

static void print_key(const char *path, const nn_key *key) {
    printf(" %s=", path);
}

/* One case of _nnmpi_values. */
static void print_value(const char *path, const nn_key *key) {
    if (!key->kinds && !key->words && key->type != NN_KEY_BOOL) return;
    printf("    %s) echo \"", path);
    for (int k = 0; key->kinds && key->kinds[k]; k++) printf(" %s", key->kinds[k]->name);
    for (int k = 0; key->words && key->words[k]; k++) printf(" %s", key->words[k]);
    if (key->type == NN_KEY_BOOL) printf(" true false");
    printf("\" ;;\n");
}

/* `type` is that of the kinds, which has words. */
static void visit_layers(const char *prefix, key_visitor *visit) {
    nn_arena *arena = nn_arena_create();
    visit_members(nn_node_kinds(arena), prefix, visit);
    for (const nn_key *key = nn_node_keys; key->name; key++)
        if (strcmp(key->name, "type") != 0) visit_keys((nn_key[]){*key, {0}}, prefix, visit);
    nn_arena_destroy(arena);
}

/* _nnmpi_values KEY: the words that may follow KEY=. */
static void print_values(void) {
    printf("_nnmpi_values() {\n  case $1 in\n");
    visit_layers("model.layers*\\].", print_value);
    visit_keys(nn_run_keys, "", print_value);
    printf("  esac\n}\n");
}

/* ---- options ---- */

enum { OPTIONS = 64 }; /* of one command, and more than any has */

/* Those of a command and of its family, each once: `import` has what `import csv` and the others
 * have. */
static int options_of(const nn_command *family, const nn_option *option[OPTIONS]) {
    int n = 0;
    for (int i = 0; nn_commands[i]; i++) {
        if (nn_commands[i] != family && !nn_command_is_of(nn_commands[i], family)) continue;
        for (const nn_option *o = nn_commands[i]->options; o && o->name; o++) {
            bool seen = false;
            for (int before = 0; before < n; before++)
                seen = seen || strcmp(option[before]->name, o->name) == 0;
            nn_assert(n < OPTIONS);
            if (!seen) option[n++] = o;
        }
    }
    return n;
}

static void print_option(const char *command, const nn_option *option) {
    printf(" --%s", option->name);
}

/* One case of _nnmpi_choices. */
static void print_choices(const char *command, const nn_option *option) {
    if (!option->words) return;
    printf("    %s\\ --%s) echo \"", command, option->name);
    for (int w = 0; option->words[w]; w++) printf(" %s", option->words[w]);
    printf("\" ;;\n");
}

typedef void option_printer(const char *command, const nn_option *option);

static void print_all(const nn_command *command, option_printer *print) {
    const nn_option *option[OPTIONS];
    int n = options_of(command, option);
    for (int i = 0; i < n; i++) print(command->name, option[i]);
}

static void print_common(option_printer *print) {
    for (const nn_option *o = nn_common_options; o->name; o++) print("*", o);
}

/* _nnmpi_choices COMMAND OPTION: the words that may follow OPTION. */
static void print_choices_of_options(void) {
    printf("_nnmpi_choices() {\n  case \"$1 $2\" in\n");
    for (int i = 0; nn_commands[i]; i++)
        if (!strchr(nn_commands[i]->name, ' ')) print_all(nn_commands[i], print_choices);
    print_common(print_choices);
    printf("  esac\n}\n");
}

/* _nnmpi_options COMMAND: those of a command of one word, its family's included. */
static void print_options_of_commands(void) {
    printf("_nnmpi_options() {\n  case $1 in\n");
    for (int i = 0; nn_commands[i]; i++) {
        if (strchr(nn_commands[i]->name, ' ')) continue;
        printf("    %s) echo \"", nn_commands[i]->name);
        print_all(nn_commands[i], print_option);
        printf("\" ;;\n");
    }
    printf("    *) echo \"");
    print_all(nn_command_named("train"), print_option);
    printf("\" ;;\n  esac\n}\n");
}

static void print_words(void) {
    printf("_nnmpi_commands=\"");
    for (int i = 0; nn_commands[i]; i++)
        if (!strchr(nn_commands[i]->name, ' ')) printf(" %s", nn_commands[i]->name);
    printf("\"\n_nnmpi_common=\"");
    print_common(print_option);
    printf("\"\n_nnmpi_keys=\"");
    visit_keys(nn_run_keys, "", print_key);
    printf("\"\n_nnmpi_layer_keys=\"");
    visit_layers("", print_key);
    printf("\"\n_nnmpi_topics=\"");
    const char *topic[512];
    int n = nn_topics_words(".", topic, 0, 512);
    for (int i = 0; i < n; i++) printf(" %s", topic[i]);
    printf("\"\n_nnmpi_formats=\"");
    for (int i = 0; nn_commands[i]; i++)
        if (strncmp(nn_commands[i]->name, "import ", 7) == 0)
            printf(" %s", nn_commands[i]->name + 7);
    printf("\"\n");
}

/* COMP_WORDBREAKS has `=`, so KEY=VALUE is three words, or two while VALUE is empty. */
static const char bash_script[] =
    "_nnmpi() {\n"
    "  local word=${COMP_WORDS[COMP_CWORD]} at=$COMP_CWORD command=${COMP_WORDS[1]} choices=\n"
    "  [[ $word == = ]] && word= && at=$((at + 1))\n"
    "  local before=${COMP_WORDS[at - 1]}\n"
    "  COMPREPLY=()\n"
    "  if [[ $before == = && ${COMP_WORDS[at - 3]} == --set ]]; then\n"
    "    choices=$(_nnmpi_values \"${COMP_WORDS[at - 2]}\")\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
    "  elif [[ $before == --set && $word == model.layers\\[*\\].* ]]; then\n"
    "    compopt -o nospace\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"${word%.*}.\" -W \"$_nnmpi_layer_keys\" -- "
    "\"${word##*.}\")\n"
    "  elif [[ $before == --set ]]; then\n"
    "    compopt -o nospace\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_keys\" -- \"$word\")\n"
    "  elif [[ $before == --* ]] && choices=$(_nnmpi_choices \"$command\" \"$before\") && "
    "[[ $choices ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
    "  elif [[ $word == -* ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$(_nnmpi_options \"$command\") $_nnmpi_common\" -- "
    "\"$word\")\n"
    "  elif [[ $COMP_CWORD == 2 && $command == help ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_commands $_nnmpi_topics\" -- \"$word\")\n"
    "  elif [[ $COMP_CWORD == 2 && $command == import ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_formats\" -- \"$word\")\n"
    "  elif [[ $COMP_CWORD == 2 && $command == completion ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"bash zsh\" -- \"$word\")\n"
    "  elif [[ $COMP_CWORD == 1 ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_commands\" -- \"$word\"; compgen -f -X "
    "'!*.y*ml' -- \"$word\";"
    " compgen -d -- \"$word\")\n"
    "  fi\n"
    "}\n"
    "complete -o default -F _nnmpi nnmpi\n";

/* In a folder of fpath the file is the function; read by `source` it says whose it is. */
static const char zsh_script[] =
    "_nnmpi() {\n"
    "  local word=$words[CURRENT] before=$words[CURRENT-1] command=$words[2] choices=\n"
    "  if [[ $before == --set && $word == *=* ]]; then\n"
    "    choices=(${=$(_nnmpi_values \"${word%%=*}\")})\n"
    "    compadd -- ${word%%=*}=${^choices}\n"
    "  elif [[ $before == --set && $word == model.layers\\[*\\].* ]]; then\n"
    "    choices=(${=_nnmpi_layer_keys})\n"
    "    compadd -S '' -- ${word%.*}.${^choices}\n"
    "  elif [[ $before == --set ]]; then\n"
    "    compadd -S '' -- ${=_nnmpi_keys}\n"
    "  elif [[ $before == --* ]] && choices=(${=$(_nnmpi_choices \"$command\" \"$before\")}) && "
    "(( $#choices )); then\n"
    "    compadd -- $choices\n"
    "  elif [[ $word == -* ]]; then\n"
    "    compadd -- ${=$(_nnmpi_options \"$command\")} ${=_nnmpi_common}\n"
    "  elif [[ $CURRENT == 3 && $command == help ]]; then\n"
    "    compadd -- ${=_nnmpi_commands} ${=_nnmpi_topics}\n"
    "  elif [[ $CURRENT == 3 && $command == import ]]; then\n"
    "    compadd -- ${=_nnmpi_formats}\n"
    "  elif [[ $CURRENT == 3 && $command == completion ]]; then\n"
    "    compadd -- bash zsh\n"
    "  elif [[ $CURRENT == 2 ]]; then\n"
    "    compadd -- ${=_nnmpi_commands}\n"
    "    _files -g '*.y(|a)ml'\n"
    "  else\n"
    "    _files\n"
    "  fi\n"
    "}\n"
    "if [[ $funcstack[1] == _nnmpi ]]; then _nnmpi \"$@\"; else compdef _nnmpi nnmpi; fi\n";

static nn_status run(const nn_words *arguments) {
    bool zsh = strcmp(arguments->value[0], "zsh") == 0;
    if (!zsh && strcmp(arguments->value[0], "bash") != 0)
        return nn_error(NN_USAGE, "there is no completion for %s; for bash and zsh there is",
                        arguments->value[0]);
    if (!nn_cli_speaks()) return NN_OK;
    if (zsh) printf("#compdef nnmpi\n");
    print_words();
    print_values();
    print_options_of_commands();
    print_choices_of_options();
    fputs(zsh ? zsh_script : bash_script, stdout);
    return NN_OK;
}

const nn_command nn_command_completion = {
    .name = "completion",
    .arguments = "bash|zsh",
    .help = "what the shell completes: commands, options, keys, topics",
    .details = "  source <(nnmpi completion bash)\n"
               "  source <(nnmpi completion zsh)       after `autoload -U compinit && compinit`\n",
    .least = 1,
    .most = 1,
    .run = run,
};
