/* The last words of a run. */
#include "console.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *nn_path_text(const char *path) {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return path;
    size_t length = strlen(here);
    if (strcmp(path, here) == 0) return ".";
    bool below = strncmp(path, here, length) == 0 && path[length] == '/' && length > 1;
    return below ? path + length + 1 : path;
}

static nn_style style_of(nn_status status) {
    return status == NN_OK ? NN_GREEN : status == NN_STOPPED ? NN_YELLOW : NN_RED;
}

static void add_values(const nn_outcome *outcome, const char *between, nn_buffer *out) {
    for (int i = 0; i < outcome->n_values; i++)
        nn_buffer_add(out, "%s%s %s", i ? between : "", outcome->value[i].name,
                      nn_value_text(outcome->value[i].value));
}

static void add_quiet(const nn_outcome *outcome, nn_buffer *out) {
    nn_buffer_add(out, "%s  ", outcome->how);
    add_values(outcome, "  ", out);
    if (outcome->folder)
        nn_buffer_add(out, "%s%s", outcome->n_values ? "  " : "", nn_path_text(outcome->folder));
    nn_buffer_add(out, "\n");
}

void nn_outcome_text(const nn_outcome *outcome, const nn_terminal *terminal, bool quiet,
                     nn_buffer *out) {
    if (quiet) {
        add_quiet(outcome, out);
        return;
    }
    if (outcome->n_values) {
        nn_buffer_add(out, "%s", nn_terminal_style(terminal, NN_BOLD));
        add_values(outcome, "  ", out);
        nn_buffer_add(out, "%s\n", nn_terminal_style(terminal, NN_PLAIN));
    }
    nn_buffer_add(out, "%s%s%s: %s%s%s steps in %s",
                  nn_terminal_style(terminal, style_of(outcome->status)), outcome->how,
                  nn_terminal_style(terminal, NN_PLAIN), outcome->why ? outcome->why : "",
                  outcome->why ? "; " : "", nn_text_count(outcome->steps),
                  nn_text_duration(outcome->seconds));
    if (outcome->folder) nn_buffer_add(out, "; results are in %s", nn_path_text(outcome->folder));
    nn_buffer_add(out, "\n");
}
