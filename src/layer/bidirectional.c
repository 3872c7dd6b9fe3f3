/* bidirectional: a recurrent layer read in both directions, each with weights of its own.
 * Schuster and Paliwal, IEEE Transactions on Signal Processing 1997.
 *
 *     f = layer(z(j-1)),  b = layer'(z(j-1) from its end), its steps put back in the order of f
 *     z(j) = f | b     or f + b, f . b, (f + b)/2
 *     df | db = dz     or dz both, dz . b and dz . f, dz/2 both;   dz(j-1) = the sum of both
 *
 * The two are layers inside this one, with their parts of its weights and its memory. */
#include "nnmpi/tensor.h"
#include "recurrent.h"

extern const nn_layer_ops NN_REAL_NAME(nn_layer_simple_rnn), NN_REAL_NAME(nn_layer_gru),
    NN_REAL_NAME(nn_layer_lstm);

static const nn_kind *const recurrent_kinds[] = {&NN_REAL_NAME(nn_layer_simple_rnn).kind,
                                                 &NN_REAL_NAME(nn_layer_gru).kind,
                                                 &NN_REAL_NAME(nn_layer_lstm).kind, NULL};

enum { CONCAT, SUM, MUL, AVE };
static const char *const merge_modes[] = {"concat", "sum", "mul", "ave", NULL};

typedef struct options {
    nn_typed layer;
    int merge_mode;
} options;

static const nn_key keys[] = {{.name = "layer",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, layer),
                               .required = true,
                               .kinds = recurrent_kinds,
                               .help = "the recurrent layer: simple_rnn, gru or lstm"},
                              {.name = "merge_mode",
                               .type = NN_KEY_CHOICE,
                               .offset = offsetof(options, merge_mode),
                               .preset = "concat",
                               .words = merge_modes,
                               .help = "how the outputs of both directions become one"},
                              {0}};

enum { FORWARD, BACKWARD, WAYS };

typedef struct plan {
    nn_layer way[WAYS];
    int64_t steps, units; /* of an output of one direction; one step if there are no sequences */
} plan;

/* ---- set-up ---- */

static bool add_way(nn_layer *l, int k) {
    const options *o = l->options;
    nn_layer *way = &((plan *)l->plan)->way[k];
    nn_recurrent_options *own = NN_NEW(l->arena, nn_recurrent_options);
    *own = *(const nn_recurrent_options *)o->layer.options;
    if (k == BACKWARD) own->go_backwards = !own->go_backwards;
    *way = (nn_layer){.name = l->name,
                      .n_inputs = 1,
                      .in = l->in,
                      .arena = l->arena,
                      .document = l->document,
                      .node = o->layer.node ? o->layer.node : l->node};
    if (!nn_layer_setup(way, &(nn_typed){.kind = o->layer.kind, .options = own})) return false;
    for (int i = 0; i < way->n_params; i++)
        nn_layer_add_param(l,
                           nn_arena_format(l->arena, "%s_%s", k == FORWARD ? "forward" : "backward",
                                           way->param[i].name),
                           way->param[i].shape, way->param[i].initializer);
    return true;
}

static bool setup(nn_layer *l) {
    plan *q = NN_NEW(l->arena, plan);
    l->plan = q;
    if (!add_way(l, FORWARD) || !add_way(l, BACKWARD)) return false;
    const nn_layer *one = &q->way[FORWARD];
    l->out = one->out;
    q->units = one->out.dim[one->out.rank - 1];
    q->steps = one->out.rank == 2 ? one->out.dim[0] : 1;
    if (((const options *)l->options)->merge_mode == CONCAT) l->out.dim[l->out.rank - 1] *= 2;
    l->kept = 2 * one->kept;
    l->temp_per_sample = one->temp_per_sample + 4 * q->steps * q->units; /* f, b, df, db */
    l->temp = one->temp;
    l->random = one->random;
    return true;
}

static double flops(const nn_layer *l) {
    return 2 * nn_recurrent_flops(&((const plan *)l->plan)->way[FORWARD]);
}

/* ---- one direction as a layer with a pass of its own ---- */

typedef struct way {
    nn_layer layer;
    nn_pass pass;
} way;

static way way_of(const nn_layer *l, const nn_pass *p, int k) {
    const plan *q = l->plan;
    way w = {.layer = q->way[k], .pass = *p};
    int64_t numbers = p->n * q->steps * q->units;
    int first = k * w.layer.n_params;
    w.layer.key = l->key + (uint32_t)k * 0x9e3779b9u; /* masks of its own */
    w.pass.z = p->temp + k * numbers;
    w.pass.dz = p->temp + (WAYS + k) * numbers;
    w.pass.temp = p->temp + 2 * WAYS * numbers;
    w.pass.kept = p->kept + k * p->n * w.layer.kept;
    w.pass.W = p->W + first;
    w.pass.dW = p->dW + first;
    w.pass.dW_add = p->dW_add + first;
    return w;
}

/* ---- both together ---- */

static void merge_row(int mode, int64_t u, const nn_real *f, const nn_real *b, nn_real *z) {
    nn_copy(u, f, z);
    if (mode == CONCAT) {
        nn_copy(u, b, z + u);
        return;
    }
    for (int64_t k = 0; mode == MUL && k < u; k++) z[k] *= b[k];
    for (int64_t k = 0; mode != MUL && k < u; k++) z[k] += b[k];
    for (int64_t k = 0; mode == AVE && k < u; k++) z[k] /= 2;
}

static void split_row(int mode, int64_t u, const nn_real *dz, const nn_real *f, const nn_real *b,
                      nn_real *df, nn_real *db) {
    nn_copy(u, dz, df);
    nn_copy(u, mode == CONCAT ? dz + u : dz, db);
    for (int64_t k = 0; mode == MUL && k < u; k++) df[k] *= b[k], db[k] *= f[k];
    for (int64_t k = 0; mode == AVE && k < u; k++) df[k] /= 2, db[k] /= 2;
}

/* Where step t of the forward direction stands among all rows, and the same step of the other. */
static int64_t row_of(const plan *q, int64_t i, int64_t t, int k) {
    return (i * q->steps + (k == FORWARD ? t : q->steps - 1 - t)) * q->units;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const plan *q = l->plan;
    int mode = ((const options *)l->options)->merge_mode;
    int64_t width = l->out.dim[l->out.rank - 1];
    way f = way_of(l, p, FORWARD), b = way_of(l, p, BACKWARD);
    f.layer.ops->forward(&f.layer, &f.pass);
    b.layer.ops->forward(&b.layer, &b.pass);
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t t = 0; t < q->steps; t++)
            merge_row(mode, q->units, f.pass.z + row_of(q, i, t, FORWARD),
                      b.pass.z + row_of(q, i, t, BACKWARD), p->z + (i * q->steps + t) * width);
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    const plan *q = l->plan;
    int mode = ((const options *)l->options)->merge_mode;
    int64_t width = l->out.dim[l->out.rank - 1];
    way f = way_of(l, p, FORWARD), b = way_of(l, p, BACKWARD);
    if (mode == MUL) { /* f and b once more, from what both have kept */
        nn_recurrent_end(&f.layer, &f.pass);
        nn_recurrent_end(&b.layer, &b.pass);
    }
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t t = 0; t < q->steps; t++) {
            int64_t at = row_of(q, i, t, FORWARD), other = row_of(q, i, t, BACKWARD);
            split_row(mode, q->units, p->dz + (i * q->steps + t) * width, f.pass.z + at,
                      b.pass.z + other, f.pass.dz + at, b.pass.dz + other);
        }
    f.layer.ops->backward_common(&f.layer, &f.pass);
    b.layer.ops->backward_common(&b.layer, &b.pass);
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    for (int k = 0; k < WAYS; k++) {
        way w = way_of(l, p, k);
        w.layer.ops->backward_params(&w.layer, &w.pass);
    }
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    const bool add[] = {true};
    for (int k = 0; k < WAYS; k++) {
        way w = way_of(l, p, k);
        if (k > 0) w.pass.dz_in_add = add;
        w.layer.ops->backward_input(&w.layer, &w.pass); /* dz(j-1) = df . D f + db . D b */
    }
}

const nn_layer_ops NN_REAL_NAME(nn_layer_bidirectional) = {
    .kind = {.name = "bidirectional",
             .help = "a recurrent layer read from both ends, with weights for each direction",
             .shapes = "(T, k) -> (2 units), or (T, 2 units) with return_sequences; units "
                       "instead of 2 units unless merge_mode is concat\n"
                       "the weights of `layer` twice: forward_kernel ... backward_kernel ...",
             .formula = "z(j) = f | b (concat), f + b (sum), f . b (mul), (f + b)/2 (ave); b: the "
                        "sequence read from its end, its steps put back in order",
             .source = "Schuster and Paliwal, IEEE Transactions on Signal Processing 45, 1997; "
                       "Bidirectional of Keras",
             .example = "{type: bidirectional, layer: {type: lstm, units: 8, return_sequences: "
                        "true}}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Bidirectional",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
    .flops = flops,
};
