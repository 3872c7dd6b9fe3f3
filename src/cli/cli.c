/* The command line from its words to its exit code. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

#include "nnmpi/log.h"

static nn_status check_arguments(const nn_command *command, const nn_words *arguments) {
    if (arguments->n < command->least)
        return nn_error(NN_USAGE, "`nnmpi %s` wants %s; see `nnmpi help %s`", command->name,
                        command->arguments, command->name);
    if (arguments->n > command->most)
        return nn_error(NN_USAGE, "`nnmpi %s` cannot do anything with `%s`; see `nnmpi help %s`",
                        command->name, arguments->value[command->most], command->name);
    return NN_OK;
}

static nn_status print_help(const nn_command *command) {
    nn_buffer text = {0};
    if (command)
        nn_cli_help_command(command, &text);
    else
        nn_cli_help(&text);
    if (nn_cli_speaks()) fputs(text.text, stdout);
    nn_buffer_free(&text);
    return NN_OK;
}

static nn_status run(int argc, char **argv, nn_words *arguments) {
    const nn_command *command;
    int position[2];
    NN_TRY(nn_cli_choose(argc, argv, &command, position));
    NN_TRY(nn_cli_parse(command, argc, argv, position, arguments));
    nn_log_setup(nn_cli_common.quiet     ? NN_QUIET
                 : nn_cli_common.verbose ? NN_VERBOSE
                                         : NN_NORMAL,
                 nn_cli_speaks());
    if (nn_cli_common.version) return nn_command_named("version")->run(arguments);
    if (nn_cli_common.help) return print_help(command);
    if (!command)
        return nn_error(NN_USAGE, "what shall be trained? `nnmpi CONFIG.yaml`; see `nnmpi --help`");
    NN_TRY(check_arguments(command, arguments));
    return command->run(arguments);
}

/* A launcher ends the job at the first failure that it sees: only the process that explains it
 * may end with its code. */
int nn_cli_main(int argc, char **argv) {
    nn_words arguments = {0};
    nn_status status = run(argc, argv, &arguments);
    free(arguments.value);
    if (fflush(stdout) != 0 && status == NN_OK)
        status = nn_error(NN_IO, "cannot write to the standard output");
    nn_cli_report(status);
    return nn_cli_speaks() ? (int)status : 0;
}
