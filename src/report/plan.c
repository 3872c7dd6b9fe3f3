/* The plan of a run as text: a table of layers, then what it trains on and with. */
#include "console.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NN_NAME_MOST 32
#define NN_INPUTS_MOST 36

typedef struct nn_widths {
    int name, type, inputs, shape, parameters; /* 0: the column is not shown */
} nn_widths;

static int larger(int a, int b) {
    return a > b ? a : b;
}
static int at_most(int a, int b) {
    return a < b ? a : b;
}
static int length_of(const char *text, int most) {
    return text ? at_most((int)strlen(text), most) : 0;
}

static const char *shape_text(const nn_shape *shape) {
    static char text[NN_SHAPE_TEXT_SIZE];
    return nn_shape_text(shape, text, sizeof text);
}

static int total_width(const nn_widths *w) {
    return w->name + 2 + (w->type ? w->type + 2 : 0) + (w->inputs ? w->inputs + 2 : 0) + w->shape +
           2 + w->parameters;
}

/* Where a layer reads from; "" if it is the one before it. */
static const char *inputs_text(const nn_run_plan *plan, int i) {
    const char *before = i == 0 ? "input" : plan->layer[i - 1].name,
               *inputs = plan->layer[i].inputs;
    return inputs && strcmp(inputs, before) != 0 ? inputs : "";
}

/* The columns that fit: a narrow terminal loses the inputs, then the types. */
static nn_widths measure(const nn_run_plan *plan, int width) {
    nn_widths w = {7, 4, 0, 6, 10}; /* of the headings and "(input)" */
    w.shape = larger(w.shape, length_of(shape_text(&plan->input), 40));
    for (int i = 0; i < plan->n_layers; i++) {
        const nn_layer_row *row = &plan->layer[i];
        w.name = larger(w.name, length_of(row->name, NN_NAME_MOST));
        w.type = larger(w.type, length_of(row->type, NN_NAME_MOST));
        w.inputs = larger(w.inputs, length_of(inputs_text(plan, i), NN_INPUTS_MOST));
        w.shape = larger(w.shape, length_of(shape_text(&row->shape), 40));
        w.parameters = larger(w.parameters, length_of(nn_text_count(row->parameters), 40));
    }
    if (w.inputs) w.inputs = larger(w.inputs, 6);
    if (total_width(&w) > width) w.inputs = 0;
    if (total_width(&w) > width) w.type = 0;
    return w;
}

/* At most `width` characters, the last three of them dots where text is lost, padded. */
static void add_cell(const char *text, int width, nn_buffer *out) {
    if (width == 0) return;
    int length = text ? (int)strlen(text) : 0;
    if (length > width)
        nn_buffer_add(out, "%.*s...  ", width - 3, text);
    else
        nn_buffer_add(out, "%-*s  ", width, text ? text : "");
}

static void add_row(const nn_widths *w, const char *name, const char *type, const char *inputs,
                    const char *shape, const char *parameters, nn_buffer *out) {
    add_cell(name, w->name, out);
    add_cell(type, w->type, out);
    add_cell(inputs, w->inputs, out);
    add_cell(shape, w->shape, out);
    nn_buffer_add(out, "%*s", *parameters ? w->parameters : 0, parameters);
    while (out->text[out->length - 1] == ' ') out->text[--out->length] = '\0';
    nn_buffer_add(out, "\n");
}

static void add_rule(const nn_widths *w, nn_buffer *out) {
    for (int i = 0; i < total_width(w); i++) nn_buffer_add(out, "-");
    nn_buffer_add(out, "\n");
}

static void add_layers(const nn_run_plan *plan, const nn_terminal *terminal, nn_buffer *out) {
    nn_widths w = measure(plan, nn_terminal_width(terminal));
    nn_buffer_add(out, "%s", nn_terminal_style(terminal, NN_BOLD));
    add_row(&w, "layer", "type", "inputs", "output", "parameters", out);
    nn_buffer_add(out, "%s", nn_terminal_style(terminal, NN_PLAIN));
    add_rule(&w, out);
    add_row(&w, "(input)", "", "", shape_text(&plan->input), "", out);
    double flops = 0;
    for (int i = 0; i < plan->n_layers; i++) {
        const nn_layer_row *row = &plan->layer[i];
        const char *parameters = row->shared           ? "shared"
                                 : row->parameters > 0 ? nn_text_count(row->parameters)
                                                       : "";
        add_row(&w, row->name, row->type, inputs_text(plan, i), shape_text(&row->shape), parameters,
                out);
        flops += row->flops;
    }
    add_rule(&w, out);
    nn_buffer_add(out, "%s parameters, %s operations a sample forward\n",
                  nn_text_count(plan->parameters), nn_text_count((int64_t)(flops + 0.5)));
}

/* ---- facts: one line each, a word in front ---- */

static void add_fact(const nn_terminal *terminal, const char *word, nn_buffer *out) {
    nn_buffer_add(out, "%s%-8s%s", nn_terminal_style(terminal, NN_DIM), word,
                  nn_terminal_style(terminal, NN_PLAIN));
}

static const char *plural(int64_t n) {
    return n == 1 ? "" : "s";
}

static void add_machine(const nn_run_plan *plan, const nn_terminal *t, nn_buffer *out) {
    add_fact(t, "ranks", out);
    if (plan->ranks_here && plan->ranks_here != plan->ranks)
        nn_buffer_add(out, "%d are planned for; looked at on %d ", plan->ranks, plan->ranks_here);
    else
        nn_buffer_add(out, "%d x %d thread%s on %d node%s ", plan->ranks, plan->threads,
                      plural(plan->threads), plan->nodes, plural(plan->nodes));
    nn_buffer_add(out, "(%s), %s\n", plan->host, plan->mpi);
    add_fact(t, "numbers", out);
    nn_buffer_add(out, "%s, %s\n", plan->precision, plan->blas);
    add_fact(t, "memory", out);
    nn_buffer_add(
        out, "%s a rank (program %s, weights %s, passes %s",
        nn_text_bytes((double)nn_plan_memory(plan)), nn_text_bytes((double)plan->memory_program),
        nn_text_bytes((double)plan->memory_model), nn_text_bytes((double)plan->memory_pass));
    if (plan->memory_others > 0)
        nn_buffer_add(out, ", gradients of others %s", nn_text_bytes((double)plan->memory_others));
    nn_buffer_add(out, ")");
    if (plan->memory_data > 0)
        nn_buffer_add(out, "; data %s a node", nn_text_bytes((double)plan->memory_data));
    nn_buffer_add(out, "\n");
}

void nn_data_text(const char *text, nn_buffer *out) {
    char file[4096];
    size_t length = strlen(text);
    for (const char *space = strchr(text, ' '); space; space = strchr(space + 1, ' ')) {
        if ((size_t)(space - text) >= sizeof file) break;
        snprintf(file, sizeof file, "%.*s", (int)(space - text), text);
        if (access(file, F_OK) == 0) length = strlen(file);
    }
    snprintf(file, sizeof file, "%.*s", (int)length, text);
    nn_path_text(file, out);
    nn_text_plain(out, text + strlen(file));
}

static void add_data(const nn_run_plan *plan, const nn_terminal *t, nn_buffer *out) {
    for (int split = 0; split < NN_SPLITS; split++) {
        if (plan->samples[split] == 0) continue;
        static const char *const word[NN_SPLITS] = {"train", "valid", "test"};
        add_fact(t, word[split], out);
        nn_buffer_add(out, "%s sample%s", nn_text_count(plan->samples[split]),
                      plural(plan->samples[split]));
        if (plan->data_text[split])
            nn_buffer_add(out, ": "), nn_data_text(plan->data_text[split], out);
        nn_buffer_add(out, "\n");
    }
}

static void add_batch(const nn_run_plan *plan, const nn_terminal *t, nn_buffer *out) {
    add_fact(t, "batch", out);
    nn_buffer_add(out, "%s%s", nn_text_count(plan->batch_size),
                  plan->batch_size == plan->samples[NN_TRAIN] ? " (all)" : "");
    int64_t part = plan->share_high;
    if (plan->shards > 0) {
        part = (plan->batch_size + plan->shards - 1) / plan->shards;
        nn_buffer_add(out, " in %s shard%s", nn_text_count(plan->shards), plural(plan->shards));
    }
    nn_buffer_add(out, ", ");
    if (plan->share_low == plan->share_high)
        nn_buffer_add(out, "%s a rank", nn_text_count(plan->share_high));
    else
        nn_buffer_add(out, "%s %s %s a rank", nn_text_count(plan->share_low),
                      plan->share_high - plan->share_low > 1 ? "to" : "or",
                      nn_text_count(plan->share_high));
    if (plan->micro_batch > 0 && plan->micro_batch < part)
        nn_buffer_add(out, " in passes of %s", nn_text_count(plan->micro_batch));
    nn_buffer_add(out, "; %s step%s an epoch", nn_text_count(plan->steps_per_epoch),
                  plural(plan->steps_per_epoch));
    if (plan->epochs > 0)
        nn_buffer_add(out, ", %s epoch%s", nn_text_count(plan->epochs), plural(plan->epochs));
    if (plan->max_steps > 0)
        nn_buffer_add(out, ", %s step%s at most", nn_text_count(plan->max_steps),
                      plural(plan->max_steps));
    nn_buffer_add(out, "\n");
}

static void add_training(const nn_run_plan *plan, const nn_terminal *t, nn_buffer *out) {
    add_fact(t, "loss", out);
    nn_buffer_add(out, "%s; optimizer %s", plan->loss, plan->optimizer);
    if (plan->ranks > 1) nn_buffer_add(out, "; gradients summed by %s", plan->reduction);
    nn_buffer_add(out, "\n");
    if (plan->folder) {
        add_fact(t, "folder", out);
        nn_path_text(plan->folder, out);
        nn_buffer_add(out, "\n");
    }
    if (plan->resumed_from) {
        add_fact(t, "resumed", out);
        nn_buffer_add(out, "from ");
        nn_path_text(plan->resumed_from, out);
        nn_buffer_add(out, ": epoch %s, step %s\n", nn_text_count(plan->resumed_epoch),
                      nn_text_count(plan->resumed_step));
    }
}

void nn_plan_text(const nn_run_plan *plan, const nn_terminal *terminal, nn_buffer *out) {
    nn_buffer_add(out, "%s%s%s (", nn_terminal_style(terminal, NN_BOLD), plan->name,
                  nn_terminal_style(terminal, NN_PLAIN));
    nn_path_text(plan->config_file, out);
    nn_buffer_add(out, ")\n\n");
    add_layers(plan, terminal, out);
    nn_buffer_add(out, "\n");
    add_data(plan, terminal, out);
    add_batch(plan, terminal, out);
    add_training(plan, terminal, out);
    add_machine(plan, terminal, out);
    nn_buffer_add(out, "\n");
}
