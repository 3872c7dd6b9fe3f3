/* The data of a plan as a table: an array a line, and its classes below it. */
#include "console.h"

#include <string.h>

#define NN_CLASSES_ALL 24 /* so many are all shown */
#define NN_CLASSES_SOME 5 /* of more these many on each end */
#define NN_CLASSES_GONE 10
#define NN_LINE 92

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* ---- classes ---- */

/* Words side by side, in lines of NN_LINE at most. */
typedef struct nn_lines {
    nn_buffer *out;
    int indent, width; /* width: of the line so far */
} nn_lines;

static void add_word(nn_lines *l, const char *word, const char *after) {
    int length = (int)(strlen(word) + strlen(after));
    if (l->width + length > NN_LINE) {
        nn_buffer_add(l->out, "\n%*s", l->indent - 1, "");
        l->width = l->indent - 1;
    }
    nn_buffer_add(l->out, " %s%s", word, after);
    l->width += length + 1;
}

static void add_class(nn_lines *l, const nn_run_plan *plan, int64_t id, int64_t count,
                      const char *after) {
    nn_buffer word = {0};
    bool named = id < plan->class_names.n;
    if (named && strcmp(plan->class_names.value[id], " ") == 0)
        nn_buffer_add(&word, "' '");
    else if (named)
        nn_text_plain(&word, plan->class_names.value[id]);
    else
        nn_buffer_add(&word, "%lld", (long long)id);
    if (count > 0) nn_buffer_add(&word, " %s", nn_text_count(count));
    add_word(l, word.text, after);
    nn_buffer_free(&word);
}

/* The class after `last` in order of how often it is there, falling (sign 1) or rising (-1), and of
 * its id; those that are not there are left out. -1: the first, none. */
static int64_t next_class(const nn_surveyed *s, int64_t last, int sign) {
    int64_t best = -1;
    for (int64_t c = 0; c < s->classes; c++) {
        int64_t after = last < 0 ? 1 : sign * (s->count[last] - s->count[c]);
        if (s->count[c] == 0 || after < 0 || (after == 0 && c <= last)) continue;
        if (best < 0 || sign * (s->count[c] - s->count[best]) > 0) best = c;
    }
    return best;
}

static void add_extremes(nn_lines *l, const nn_run_plan *plan, const nn_surveyed *s, int sign) {
    int64_t c = -1;
    add_word(l, sign > 0 ? "most:" : "fewest:", "");
    for (int i = 0; i < NN_CLASSES_SOME && (c = next_class(s, c, sign)) >= 0; i++)
        add_class(l, plan, c, s->count[c], i < NN_CLASSES_SOME - 1 ? "," : sign > 0 ? ";" : "");
}

static void add_missing(nn_lines *l, const nn_run_plan *plan, const nn_surveyed *s, int64_t gone) {
    int64_t shown = 0;
    if (gone == 0) return;
    add_word(l, "none of:", "");
    for (int64_t c = 0; c < s->classes && shown < NN_CLASSES_GONE; c++)
        if (s->count[c] == 0)
            shown++, add_class(l, plan, c, 0, shown < gone && shown < NN_CLASSES_GONE ? "," : "");
    if (gone > shown) add_word(l, "...", "");
}

static void add_classes(const nn_run_plan *plan, const nn_surveyed *s, nn_buffer *out) {
    int64_t gone = 0;
    for (int64_t c = 0; c < s->classes; c++) gone += s->count[c] == 0;
    nn_lines l = {.out = out, .indent = 8, .width = 7};
    nn_buffer_add(out, "%*s", l.indent - 1, "");
    nn_buffer first = {0};
    nn_buffer_add(&first, "%s of %s classes", nn_text_count(s->classes - gone),
                  nn_text_count(s->classes));
    add_word(&l, first.text, s->classes > gone ? ":" : ";");
    nn_buffer_free(&first);
    if (s->classes <= NN_CLASSES_ALL) {
        int64_t left = s->classes - gone;
        for (int64_t c = 0; c < s->classes; c++)
            if (s->count[c]) add_class(&l, plan, c, s->count[c], --left ? "," : gone ? ";" : "");
    } else if (s->classes > gone) {
        add_extremes(&l, plan, s, 1);
        add_extremes(&l, plan, s, -1);
        if (gone) nn_buffer_add(out, ";");
    }
    add_missing(&l, plan, s, gone);
    nn_buffer_add(out, "\n");
    if (s->others)
        nn_buffer_add(out, "%*s %s ignored\n", l.indent - 1, "", nn_text_count(s->others));
}

/* ---- the table ---- */

static const nn_surveyed *array_of(const nn_survey *s, int i) {
    const nn_surveyed *array[] = {&s->inputs, &s->targets, &s->weights};
    return s && array[i]->name ? array[i] : NULL;
}

typedef struct nn_columns {
    int name, type, row;
} nn_columns;

static const char *shape_of(const nn_surveyed *s) {
    static char text[NN_SHAPE_TEXT_SIZE];
    return nn_shape_text(&s->row, text, sizeof text);
}

static nn_columns measure(const nn_run_plan *plan) {
    nn_columns w = {4, 4, 5};
    for (int split = 0; split < NN_SPLITS; split++)
        for (int i = 0; i < 3 && plan->survey[split]; i++) {
            const nn_surveyed *s = array_of(plan->survey[split], i);
            if (!s) continue;
            w.name = larger(w.name, (int)strlen(s->name));
            w.type = larger(w.type, (int)strlen(nn_dtype_name(s->type)));
            w.row = larger(w.row, (int)strlen(shape_of(s)));
        }
    return w;
}

static void add_array(const nn_run_plan *plan, const nn_columns *w, const char *split,
                      const nn_surveyed *s, nn_buffer *out) {
    nn_buffer name = {0};
    nn_text_plain(&name, s->name);
    nn_buffer_add(out, "%-6s  %-*s  %-*s  %-*s  %12s  %10.6g  %10.6g  %10.5g\n", split, w->name,
                  name.text, w->type, nn_dtype_name(s->type), w->row, shape_of(s),
                  nn_text_count(s->rows), s->low, s->high, s->mean);
    nn_buffer_free(&name);
    if (s->classes) add_classes(plan, s, out);
}

void nn_survey_text(const nn_run_plan *plan, const nn_terminal *terminal, nn_buffer *out) {
    static const char *const word[NN_SPLITS] = {"train", "valid", "test"};
    nn_columns w = measure(plan);
    nn_buffer_add(out, "%s%-6s  %-*s  %-*s  %-*s  %12s  %10s  %10s  %10s%s\n",
                  nn_terminal_style(terminal, NN_BOLD), "data", w.name, "", w.type, "type", w.row,
                  "a row", "rows", "smallest", "largest", "mean",
                  nn_terminal_style(terminal, NN_PLAIN));
    for (int split = 0; split < NN_SPLITS; split++) {
        const char *first = word[split];
        for (int i = 0; i < 3 && plan->survey[split]; i++) {
            const nn_surveyed *s = array_of(plan->survey[split], i);
            if (!s) continue;
            add_array(plan, &w, first, s, out);
            first = "";
        }
    }
    nn_buffer_add(out, "\n");
}
