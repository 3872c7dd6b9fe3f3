/* nnmpi completion bash | zsh: what the shell may complete, from the tables of commands and keys.
 */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "nnmpi/train.h"
#include "topics.h"

static void print_options(const nn_option *options) {
    for (const nn_option *o = options; o && o->name; o++) printf(" --%s", o->name);
}

static void print_keys(const nn_key *keys, const char *prefix) {
    for (const nn_key *key = keys; key->name; key++) {
        nn_buffer path = {0};
        nn_buffer_add(&path, "%s%s", prefix, key->name);
        printf(" %s=", path.text);
        if (key->type == NN_KEY_MAP) {
            nn_buffer_add(&path, ".");
            print_keys(key->keys, path.text);
        }
        nn_buffer_free(&path);
    }
}

/* _nnmpi_options COMMAND: those of a command of one word, its family's included. */
static void print_options_of_commands(void) {
    printf("_nnmpi_options() {\n  case $1 in\n");
    for (int i = 0; nn_commands[i]; i++) {
        if (strchr(nn_commands[i]->name, ' ')) continue;
        printf("    %s) echo \"", nn_commands[i]->name);
        print_options(nn_commands[i]->options);
        for (int k = 0; nn_commands[k]; k++)
            if (nn_command_is_of(nn_commands[k], nn_commands[i]))
                print_options(nn_commands[k]->options);
        printf("\" ;;\n");
    }
    printf("    *) echo \"");
    print_options(nn_command_named("train")->options);
    printf("\" ;;\n  esac\n}\n");
}

static void print_words(void) {
    printf("_nnmpi_commands=\"");
    for (int i = 0; nn_commands[i]; i++)
        if (!strchr(nn_commands[i]->name, ' ')) printf(" %s", nn_commands[i]->name);
    printf("\"\n_nnmpi_common=\"");
    print_options(nn_common_options);
    printf("\"\n_nnmpi_keys=\"");
    print_keys(nn_run_keys, "");
    printf("\"\n_nnmpi_topics=\"");
    for (int r = 0; r < nn_registry_count; r++) {
        printf(" %s", nn_registries[r].name);
        for (int k = 0; nn_registries[r].kinds[k]; k++)
            printf(" %s", nn_registries[r].kinds[k]->name);
    }
    printf("\"\n_nnmpi_formats=\"");
    for (int i = 0; nn_commands[i]; i++)
        if (strncmp(nn_commands[i]->name, "import ", 7) == 0)
            printf(" %s", nn_commands[i]->name + 7);
    printf("\"\n");
}

/* COMP_WORDBREAKS has `=`, so KEY=VALUE is three words; what stands before = is completed. */
static const char bash_script[] =
    "_nnmpi() {\n"
    "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
    "command=${COMP_WORDS[1]}\n"
    "  COMPREPLY=()\n"
    "  if [[ $before == --set ]]; then\n"
    "    compopt -o nospace\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_keys\" -- \"$word\")\n"
    "  elif [[ $word == -* ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$(_nnmpi_options \"$command\") $_nnmpi_common\" -- "
    "\"$word\")\n"
    "  elif [[ $COMP_CWORD == 2 && $command == help ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_commands $_nnmpi_topics\" -- \"$word\")\n"
    "  elif [[ $COMP_CWORD == 2 && $command == import ]]; then\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$_nnmpi_formats\" -- \"$word\")\n"
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
    "  local word=$words[CURRENT] before=$words[CURRENT-1] command=$words[2]\n"
    "  if [[ $before == --set ]]; then\n"
    "    compadd -S '' -- ${=_nnmpi_keys}\n"
    "  elif [[ $word == -* ]]; then\n"
    "    compadd -- ${=$(_nnmpi_options \"$command\")} ${=_nnmpi_common}\n"
    "  elif [[ $CURRENT == 3 && $command == help ]]; then\n"
    "    compadd -- ${=_nnmpi_commands} ${=_nnmpi_topics}\n"
    "  elif [[ $CURRENT == 3 && $command == import ]]; then\n"
    "    compadd -- ${=_nnmpi_formats}\n"
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
    print_options_of_commands();
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
