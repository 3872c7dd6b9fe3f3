#include "syntax.h"

#include <libfyaml.h>
#include <string.h>

static const char *hint_for(const char *message) {
    static const char *const hints[][2] = {
        {"invalid multiline plain key",
         "is the line after it indented too far, or a `:` missing in this line?"},
        {"invalid nested block mapping", "a text with `: ` in it needs quotes"},
        {"block sequence on the same line", "begin the list on the next line, or write [a, b]"},
        {"invalid indentation", "keys of one map begin in the same column"},
        {"plain scalar cannot start", "a text that begins so needs quotes"},
        {"missing comma in flow mapping", "is a `}` or a `,` missing before this?"},
        {"missing comma in flow sequence", "is a `]` or a `,` missing before this?"},
        {"wrongly indented flow", "is a `]` or a `}` missing before this?"},
        {"without a closing", "what opens here is never closed"},
        {"without closing quote", "the quote that opens here is never closed"}};
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strstr(message, hints[i][0])) return hints[i][1];
    return NULL;
}

/* Lines up to the last that is not blank. */
static int line_count(const char *text, size_t length) {
    while (length && strchr(" \t\r\n", text[length - 1])) length--;
    int count = 1;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    return count;
}

/* Where the error is, and what may be the better place: a list or map that never ends (which only
 * the end of the text tells), or a line that a tab indents. */
static bool complain_better(nn_document *document, const char *message, const char *text,
                            size_t length, nn_place place, const nn_node *open) {
    nn_place tab = place;
    if (open && place.line > line_count(text, length)) {
        nn_complain_at(document, nn_place_of_value(open), "what opens here is never closed",
                       "this is not YAML: %s", message);
        return true;
    }
    if (!nn_text_find_tab(text, length, place.line, &tab)) return false;
    tab.source = place.source;
    nn_complain_at(document, tab, "indent with spaces", "a tab indents this line");
    return true;
}

void nn_syntax_complain(nn_document *document, struct fy_diag *diag, const char *text,
                        size_t length, nn_place start, const nn_node *open) {
    void *iterator = NULL;
    struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    const char *message = error && error->msg ? error->msg : "it cannot be parsed";
    nn_place place = start;
    if (start.line) {
        if (error && error->line > 0) place.line = error->line;
        if (error && error->column > 0) place.column = error->column;
        if (complain_better(document, message, text, length, place, open)) return;
    }
    nn_complain_at(document, place, hint_for(message), "this is not YAML: %s", message);
}

static void ignore_output(struct fy_diag *diag, void *user, const char *text, size_t length) {}

struct fy_diag *nn_syntax_diag_create(void) {
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL; /* else output_fn is not called */
    config.output_fn = ignore_output;
    config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&config);
    nn_assert(diag);
    fy_diag_set_collect_errors(diag, true);
    return diag;
}
