/* The last words of a run. */
#include "console.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The whole path without links and dots, if there is such a file; else as it is. */
static const char *real_path(const char *path, char *room) {
    return realpath(path, room) ? room : path;
}

void nn_path_text(const char *path, nn_buffer *out) {
    char here[PATH_MAX], room[PATH_MAX];
    const char *whole = real_path(path, room);
    size_t length = getcwd(here, sizeof here) ? strlen(here) : 0;
    bool below = length > 1 && strncmp(whole, here, length) == 0 && whole[length] == '/';
    nn_text_plain(out, below ? whole + length + 1 : whole);
}

static nn_style style_of(nn_status status) {
    return status == NN_OK ? NN_GREEN : status == NN_STOPPED ? NN_YELLOW : NN_RED;
}

/* What the numbers of the result begin with: of the test where there is one. */
static const char *result_prefix(const nn_outcome *outcome) {
    static const char *const best_first[] = {"test_", "validation_", ""};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < outcome->n_values; i++)
            if (nn_begins(outcome->value[i].name, best_first[k])) return best_first[k];
    return "";
}

/* Returns whether there was any. */
static bool add_values(const nn_outcome *outcome, nn_buffer *out) {
    const char *prefix = result_prefix(outcome);
    bool any = false;
    for (int i = 0; i < outcome->n_values; i++) {
        const nn_value *value = &outcome->value[i];
        if (!nn_begins(value->name, prefix)) continue;
        nn_buffer_add(out, "%s%s %s", any ? "  " : "", value->name, nn_value_text(value->value));
        any = true;
    }
    return any;
}

static void add_quiet(const nn_outcome *outcome, nn_buffer *out) {
    nn_buffer_add(out, "%s  ", outcome->how);
    bool any = add_values(outcome, out);
    if (outcome->folder) {
        nn_buffer_add(out, "%s", any ? "  " : "");
        nn_path_text(outcome->folder, out);
    }
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
        add_values(outcome, out);
        nn_buffer_add(out, "%s\n", nn_terminal_style(terminal, NN_PLAIN));
    }
    const char *why = outcome->failed ? NULL : outcome->why; /* a failure is said on stderr */
    nn_buffer_add(out, "%s%s%s: %s%s%s step%s in %s",
                  nn_terminal_style(terminal, style_of(outcome->status)), outcome->how,
                  nn_terminal_style(terminal, NN_PLAIN), why ? why : "", why ? "; " : "",
                  nn_text_count(outcome->steps), outcome->steps == 1 ? "" : "s",
                  nn_text_duration(outcome->seconds));
    if (outcome->folder) {
        nn_buffer_add(out, "; results are in ");
        nn_path_text(outcome->folder, out);
    }
    nn_buffer_add(out, "\n");
}
