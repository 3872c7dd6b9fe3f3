/* A profile as text: a table of layers, a table of phases. */
#include "console.h"

#include <stdio.h>
#include <string.h>

#define NN_NAME_LEAST 10
#define NN_NAME_MOST 32
#define NN_COLUMN 10 /* of a number, the space before it included */

/* "1.23 ms", in a rotating set of static buffers */
static const char *time_text(double seconds) {
    static const struct {
        double unit;
        const char *name;
    } units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}};
    static char ring[16][24];
    static int at;
    char *text = ring[at++ % 16];
    int i = 0;
    if (seconds == 0) return "0";
    while (i < 2 && seconds < 0.9995 * units[i].unit) i++;
    double value = seconds / units[i].unit;
    snprintf(text, 24, "%.*f %s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, units[i].name);
    return text;
}

static void add_number(const char *text, nn_buffer *out) {
    nn_buffer_add(out, "%*s", NN_COLUMN, text);
}

static void add_share(double part, double whole, nn_buffer *out) {
    char text[24] = "";
    if (whole > 0) snprintf(text, sizeof text, "%.1f %%", 100 * part / whole);
    add_number(text, out);
}

/* At most `width` characters; what is lost of a longer name is its middle. */
static void add_name(const char *name, int width, nn_buffer *out) {
    int length = (int)strlen(name), tail = (width - 2) / 2, head = width - 2 - tail;
    if (length <= width)
        nn_buffer_add(out, "%-*s", width, name);
    else
        nn_buffer_add(out, "%.*s..%s", head, name, name + length - tail);
}

static void add_heading(const char *first, int width, const char *const *columns, int n,
                        const nn_terminal *terminal, nn_buffer *out) {
    nn_buffer_add(out, "\n%s%-*s", nn_terminal_style(terminal, NN_BOLD), width, first);
    for (int i = 0; i < n; i++) add_number(columns[i], out);
    nn_buffer_add(out, "%s\n", nn_terminal_style(terminal, NN_PLAIN));
    for (int i = 0; i < width + n * NN_COLUMN; i++) nn_buffer_add(out, "-");
    nn_buffer_add(out, "\n");
}

/* ---- layers: times of a step, the mean of the ranks ---- */

static const char *const layer_columns[] = {"forward", "backward", "GFLOP/s", "bytes",
                                            "share",   "min",      "max"};

static void add_layer(const nn_profile *p, const nn_profile_layer *layer, int width, int columns,
                      nn_buffer *out) {
    double steps = (double)p->steps, seconds = layer->seconds.mean;
    char rate[24] = "";
    if (seconds > 0 && layer->forward.flops > 0)
        snprintf(rate, sizeof rate, "%.1f",
                 1e-9 * (layer->forward.flops + layer->backward.flops) / seconds);
    add_name(layer->name, width, out);
    add_number(time_text(layer->forward.seconds.mean / steps), out);
    add_number(time_text(layer->backward.seconds.mean / steps), out);
    add_number(rate, out);
    add_number(nn_text_bytes((layer->forward.bytes + layer->backward.bytes) / steps), out);
    add_share(seconds, p->training.mean, out);
    if (columns > 5) {
        add_number(time_text(layer->seconds.min / steps), out);
        add_number(time_text(layer->seconds.max / steps), out);
    }
    nn_buffer_add(out, "\n");
}

static nn_profile_layer all_layers(const nn_profile *p) {
    nn_profile_layer all = {.name = "all layers"};
    for (int v = 0; v < p->n_layers; v++) {
        const nn_profile_layer *layer = &p->layer[v];
        all.forward.flops += layer->forward.flops;
        all.forward.bytes += layer->forward.bytes;
        all.backward.flops += layer->backward.flops;
        all.backward.bytes += layer->backward.bytes;
        all.forward.seconds.mean += layer->forward.seconds.mean;
        all.backward.seconds.mean += layer->backward.seconds.mean;
        all.seconds.mean += layer->seconds.mean;
    }
    return all;
}

static void add_layers(const nn_profile *p, const nn_terminal *terminal, nn_buffer *out) {
    int width = NN_NAME_LEAST, columns = p->ranks > 1 ? 7 : 5;
    int room = terminal->fd >= 0 ? nn_terminal_width(terminal) : NN_NAME_MOST + 7 * NN_COLUMN;
    for (int v = 0; v < p->n_layers; v++)
        if ((int)strlen(p->layer[v].name) > width) width = (int)strlen(p->layer[v].name);
    if (width + columns * NN_COLUMN > room) columns = 5; /* a narrow terminal loses the spread */
    if (width > room - columns * NN_COLUMN) width = room - columns * NN_COLUMN;
    if (width < NN_NAME_LEAST) width = NN_NAME_LEAST;
    add_heading("layer", width, layer_columns, columns, terminal, out);
    for (int v = 0; v < p->n_layers; v++) add_layer(p, &p->layer[v], width, columns, out);
    nn_profile_layer all = all_layers(p);
    add_layer(p, &all, width, 5, out);
}

/* ---- phases: times of the run ---- */

static const char *const phase_columns[] = {"a step", "share", "run", "min", "max"};

static void add_phase(const char *word, const nn_spread *s, const nn_profile *p, bool of_step,
                      int width, int columns, nn_buffer *out) {
    nn_buffer_add(out, "%-*s", width, word);
    add_number(of_step && p->steps ? time_text(s->mean / (double)p->steps) : "", out);
    add_share(s->mean, p->seconds.mean, out);
    add_number(time_text(s->mean), out);
    if (columns > 3) {
        add_number(time_text(s->min), out);
        add_number(time_text(s->max), out);
    }
    nn_buffer_add(out, "\n");
}

static void add_phases(const nn_profile *p, const nn_terminal *terminal, nn_buffer *out) {
    int width = 10, columns = p->ranks > 1 ? 5 : 3;
    add_heading("phase", width, phase_columns, columns, terminal, out);
    for (int i = 0; i < NN_PHASES; i++)
        add_phase(nn_phase_word[i], &p->phase[i], p, nn_phase_of_step[i], width, columns, out);
    add_phase("all", &p->seconds, p, false, width, columns, out);
}

static void add_rates(const nn_profile *p, nn_buffer *out) {
    double evaluation = p->phase[NN_PHASE_EVALUATION].mean;
    nn_buffer_add(out, "\n");
    if (p->training.mean > 0)
        nn_buffer_add(out, "training %s samples/s, ",
                      nn_text_count((int64_t)((double)p->samples / p->training.mean)));
    if (p->evaluated && evaluation > 0)
        nn_buffer_add(out, "evaluation %s samples/s, ",
                      nn_text_count((int64_t)((double)p->evaluated / evaluation)));
    nn_buffer_add(out, "%s at most in the memory of a rank\n", nn_text_bytes(p->peak_memory.max));
}

void nn_profile_text(const nn_profile *p, const nn_terminal *terminal, nn_buffer *out) {
    if (p->steps > 0) add_layers(p, terminal, out);
    add_phases(p, terminal, out);
    add_rates(p, out);
    if (p->folder) {
        nn_path_text(p->folder, out);
        nn_buffer_add(out,
                      ": profile.json, and trace.json with the first %s step%s for "
                      "https://ui.perfetto.dev\n",
                      nn_text_count(p->trace_steps), p->trace_steps == 1 ? "" : "s");
    } else
        nn_buffer_add(out, "for profile.json and trace.json give a run folder: --set "
                           "log.directory=FOLDER\n");
    nn_buffer_add(out, "\n");
}
