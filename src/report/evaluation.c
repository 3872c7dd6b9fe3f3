/* An evaluation as text and as JSON. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "nnmpi/json.h"

const char *nn_class_text(const nn_evaluation *e, int64_t id) {
    static char text[4][80];
    static int at;
    char *out = text[at = (at + 1) % 4];
    if (id < 0 || id >= e->class_names.n) {
        snprintf(out, sizeof *text, id < 0 ? "-" : "%lld", (long long)id);
        return out;
    }
    nn_buffer name = {0};
    bool blank = strcmp(e->class_names.value[id], " ") == 0;
    nn_text_plain(&name, blank ? "' '" : e->class_names.value[id]);
    snprintf(out, sizeof *text, "%.*s", (int)nn_utf8_cut(name.text, sizeof *text - 1), name.text);
    nn_buffer_free(&name);
    return out;
}

/* ---- the worst samples ---- */

static void add_numbers(const double *x, int n, nn_buffer *out) {
    for (int i = 0; i < n; i++) nn_buffer_add(out, i ? ", %.4g" : "%.4g", x[i]);
}

static void add_verdict(const nn_evaluation *e, const nn_verdict *v, nn_buffer *out) {
    nn_buffer_add(out, "%10lld  %10s  ", (long long)v->row, nn_value_text(v->loss));
    if (v->positions > 1)
        nn_buffer_add(out, "%lld of %lld right", (long long)v->right, (long long)v->positions);
    else if (v->positions == 1) {
        nn_buffer_add(out, "%-12s  %-12s", nn_class_text(e, v->target),
                      nn_class_text(e, v->prediction));
        if (!isnan(v->probability)) nn_buffer_add(out, "  %.4f", v->probability);
    } else {
        add_numbers(v->y, v->numbers, out);
        nn_buffer_add(out, "  ->  ");
        add_numbers(v->z, v->numbers, out);
    }
    if (strcmp(v->file, e->worst[0].file) != 0)
        nn_buffer_add(out, "  ("), nn_text_plain(out, v->file), nn_buffer_add(out, ")");
    nn_buffer_add(out, "\n");
}

static void add_worst(const nn_evaluation *e, const nn_terminal *terminal, nn_buffer *out) {
    if (e->n_worst == 0) return;
    nn_buffer_add(out, "\n%sworst%s    rows of ", nn_terminal_style(terminal, NN_BOLD),
                  nn_terminal_style(terminal, NN_PLAIN));
    nn_path_text(e->worst[0].file, out);
    nn_buffer_add(out, "\n%10s  %10s  %s\n", "row", "loss",
                  e->worst[0].positions > 1    ? "positions"
                  : e->worst[0].positions == 1 ? "target        prediction    probability"
                                               : "targets  ->  outputs");
    for (int i = 0; i < e->n_worst; i++) add_verdict(e, &e->worst[i], out);
}

/* ---- all of it ---- */

static int name_width(const nn_evaluation *e) {
    int width = 0;
    for (int i = 0; i < e->n_values; i++)
        if ((int)strlen(e->value[i].name) > width) width = (int)strlen(e->value[i].name);
    return width;
}

void nn_evaluation_text(const nn_evaluation *e, const nn_terminal *terminal, nn_buffer *out) {
    bool early = e->epoch == 0 && e->step > 0; /* in the first epoch */
    int64_t count = early ? e->step : e->epoch;
    nn_buffer_add(out, "%s%s%s after %s %s%s (", nn_terminal_style(terminal, NN_BOLD), e->name,
                  nn_terminal_style(terminal, NN_PLAIN), nn_text_count(count),
                  early ? "step" : "epoch", count == 1 ? "" : "s");
    nn_path_text(e->checkpoint, out);
    nn_buffer_add(out, ")\n%s: %s sample%s, ", e->split, nn_text_count(e->samples),
                  e->samples == 1 ? "" : "s");
    nn_data_text(e->data_text, out);
    nn_buffer_add(out, "\n\n");
    int width = name_width(e);
    for (int i = 0; i < e->n_values; i++)
        nn_buffer_add(out, "%-*s  %s\n", width, e->value[i].name, nn_value_text(e->value[i].value));
    if (e->matrix) nn_confusion_text(e, terminal, out);
    add_worst(e, terminal, out);
}

static void quiet_text(const nn_evaluation *e, nn_buffer *out) {
    for (int i = 0; i < e->n_values; i++)
        nn_buffer_add(out, "%s%s %s", i ? "  " : "", e->value[i].name,
                      nn_value_text(e->value[i].value));
    nn_buffer_add(out, "\n");
}

/* ---- JSON ---- */

static json_t *numbers(const double *x, int64_t n) {
    json_t *list = json_array();
    for (int64_t i = 0; i < n; i++) json_array_append_new(list, nn_json_number(x[i]));
    return list;
}

static json_t *verdict_json(const nn_verdict *v) {
    json_t *object = json_pack("{s:I, s:o, s:I, s:o}", "index", (json_int_t)v->index, "file",
                               nn_json_text(v->file), "row", (json_int_t)v->row, "loss",
                               nn_json_number(v->loss));
    if (v->positions > 1) {
        json_object_set_new(object, "positions", json_integer(v->positions));
        json_object_set_new(object, "right", json_integer(v->right));
    } else if (v->positions == 1) {
        json_object_set_new(object, "target", json_integer(v->target));
        json_object_set_new(object, "prediction", json_integer(v->prediction));
        json_object_set_new(object, "probability", nn_json_number(v->probability));
    } else {
        json_object_set_new(object, "targets", numbers(v->y, v->numbers));
        json_object_set_new(object, "outputs", numbers(v->z, v->numbers));
    }
    return object;
}

static json_t *evaluation_json(const nn_evaluation *e) {
    json_t *results = json_object(), *worst = json_array(), *names = json_array();
    for (int i = 0; i < e->n_values; i++)
        json_object_set_new(results, e->value[i].name, nn_json_number(e->value[i].value));
    for (int i = 0; i < e->n_worst; i++) json_array_append_new(worst, verdict_json(&e->worst[i]));
    for (int i = 0; i < e->class_names.n; i++)
        json_array_append_new(names, nn_json_text(e->class_names.value[i]));
    json_t *object =
        json_pack("{s:o, s:o, s:I, s:I, s:s, s:I, s:s, s:o, s:o, s:f, s:s}", "name",
                  nn_json_text(e->name), "checkpoint", nn_json_text(e->checkpoint), "epoch",
                  (json_int_t)e->epoch, "step", (json_int_t)e->step, "split", e->split, "samples",
                  (json_int_t)e->samples, "loss_function", e->loss, "results", results, "worst",
                  worst, "seconds", e->seconds, "nnmpi_version", NNMPI_VERSION);
    if (e->matrix) {
        json_t *matrix = json_array();
        for (int64_t a = 0; a < e->classes; a++)
            json_array_append_new(matrix, numbers(e->matrix + a * e->classes, e->classes));
        json_object_set_new(object, "confusion_matrix", matrix);
    }
    if (e->class_names.n)
        json_object_set_new(object, "class_names", names);
    else
        json_decref(names);
    return object;
}

static nn_status write_json(const nn_evaluation *e, const char *path) {
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *file = to_stdout ? stdout : fopen(path, "w");
    if (!file) return nn_error(NN_CANNOT_WRITE, "%s cannot be written: %s", path, strerror(errno));
    json_t *object = evaluation_json(e);
    nn_assert(object);
    bool bad = json_dumpf(object, file, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0;
    json_decref(object);
    bad |= fputc('\n', file) == EOF;
    bad |= (to_stdout ? fflush(file) : fclose(file)) != 0;
    return bad ? nn_error(NN_IO, "%s cannot be written: %s", path, strerror(errno)) : NN_OK;
}

void nn_evaluation_print(void *context, const nn_evaluation *e) {
    nn_evaluation_printer *printer = context;
    nn_buffer text = {0};
    if (printer->json) printer->status = write_json(e, printer->json);
    if (printer->json && strcmp(printer->json, "-") == 0) return;
    nn_terminal terminal = nn_terminal_find(printer->color);
    if (printer->quiet)
        quiet_text(e, &text);
    else
        nn_evaluation_text(e, &terminal, &text);
    fputs(text.text, stdout);
    nn_terminal_close(&terminal);
    nn_buffer_free(&text);
}
