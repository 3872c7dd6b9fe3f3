/* multi_head_attention: each query looks at all keys and takes from their values.
 * Vaswani et al., NeurIPS 2017. The formulas of one head are in attention.h.
 *
 *     Q = (q W_q + b_q) / sqrt(key_dim),  K = k W_k + b_k,  V = v W_v + b_v
 *     O = the heads' softmax(Q K^T) V side by side,  z(j) = O W_o + b_o
 *
 * Inputs: q (self attention: v = k = q), or q and v (k = v), or q, v and k. */
#include <math.h>

#include "attention.h"
#include "mask.h"
#include "nnmpi/tensor.h"
#include "projection.h"

typedef struct options {
    int64_t num_heads, key_dim, value_dim;
    bool use_bias, use_causal_mask, use_padding_mask;
    double dropout;
    nn_typed kernel_initializer, bias_initializer;
} options;

static const char *const as_needed[] = {"auto", NULL};

static const nn_key keys[] = {
    {.name = "num_heads",
     .type = NN_KEY_INT,
     .offset = offsetof(options, num_heads),
     .min = 1,
     .max = 1 << 16,
     .required = true,
     .help = "heads: attentions side by side"},
    {.name = "key_dim",
     .type = NN_KEY_COUNT,
     .offset = offsetof(options, key_dim),
     .preset = "auto",
     .min = 1,
     .max = 1 << 20,
     .words = as_needed,
     .help = "numbers of a query and of a key of one head; auto: features / num_heads"},
    {.name = "value_dim",
     .type = NN_KEY_COUNT,
     .offset = offsetof(options, value_dim),
     .preset = "auto",
     .min = 1,
     .max = 1 << 20,
     .words = as_needed,
     .help = "numbers of a value of one head; auto: key_dim"},
    {.name = "dropout",
     .type = NN_KEY_REAL,
     .offset = offsetof(options, dropout),
     .preset = "0",
     .min = 0,
     .max = 1,
     .help = "share of the attention weights set to 0 in training, below 1"},
    {.name = "use_bias",
     .type = NN_KEY_BOOL,
     .offset = offsetof(options, use_bias),
     .preset = "true",
     .help = "add the biases"},
    {.name = "use_causal_mask",
     .type = NN_KEY_BOOL,
     .offset = offsetof(options, use_causal_mask),
     .preset = "false",
     .help = "a position sees itself and those before it, as the next token is to be told"},
    {.name = "use_padding_mask",
     .type = NN_KEY_BOOL,
     .offset = offsetof(options, use_padding_mask),
     .preset = "false",
     .help = "its last input has a number for each place of the values, 0 where it is padding: "
             "the ids, if 0 is no word"},
    {.name = "kernel_initializer",
     .type = NN_KEY_KIND,
     .offset = offsetof(options, kernel_initializer),
     .preset = "glorot_uniform",
     .kinds = nn_initializer_kinds,
     .help = "first values of W_q, W_k, W_v, W_o"},
    {.name = "bias_initializer",
     .type = NN_KEY_KIND,
     .offset = offsetof(options, bias_initializer),
     .preset = "zeros",
     .kinds = nn_initializer_kinds,
     .help = "first values of the biases"},
    {0}};

enum { QUERY, KEY, VALUE, OUTPUT, PROJECTIONS };

typedef struct plan {
    nn_projection part[PROJECTIONS];
    int source[PROJECTIONS]; /* the input that is projected; OUTPUT: none, it is O */
    int64_t at[PROJECTIONS]; /* Q, K, V, O in p->kept, in numbers a sample */
    nn_attention head;
    int64_t heads, P; /* P: [heads, tq, tk] of each sample in p->kept */
    int shown;        /* the input that tells padding; -1: none */
} plan;

/* ---- set-up ---- */

static bool inputs_fit(nn_layer *l, int sources) {
    const options *o = l->options;
    char text[NN_SHAPE_TEXT_SIZE];
    if (sources < 1 || sources > 3)
        return nn_layer_complain(l, NULL, "query; query and value; or query, value and key",
                                 "%d inputs given%s, one to three expected", sources,
                                 o->use_padding_mask ? " beside the mask" : "");
    for (int k = 0; k < sources; k++)
        if (l->in[k].rank != 2)
            return nn_layer_complain(
                l, NULL, NULL, "input %d has shape %s, a sequence (steps, features) is expected",
                k + 1, nn_shape_text(&l->in[k], text, sizeof text));
    int64_t tk = l->in[sources > 1].dim[0];
    if (sources == 3 && l->in[2].dim[0] != tk)
        return nn_layer_complain(l, NULL, NULL, "%lld values, but %lld keys", (long long)tk,
                                 (long long)l->in[2].dim[0]);
    if (o->use_padding_mask && nn_shape_size(&l->in[sources]) != tk)
        return nn_layer_complain(l, NULL, NULL, "the mask has %lld numbers for %lld places",
                                 (long long)nn_shape_size(&l->in[sources]), (long long)tk);
    return true;
}

static bool options_fit(nn_layer *l) {
    const options *o = l->options;
    int64_t features = l->in[0].dim[1];
    if (o->key_dim < 0 && features % o->num_heads)
        return nn_layer_complain(l, "num_heads", "give key_dim",
                                 "%lld features do not make %lld equal heads", (long long)features,
                                 (long long)o->num_heads);
    if (o->dropout >= 1)
        return nn_layer_complain(l, "dropout", NULL, "a rate of 1 would drop everything");
    return true;
}

static int64_t keep(nn_layer *l, int64_t numbers) {
    l->kept += numbers;
    return l->kept - numbers;
}

/* Weights of Keras's shapes: (features, heads, dim), the last one (heads, dim, features). */
static void add_weights(nn_layer *l, plan *q) {
    static const char *const names[] = {"query_kernel",
                                        "query_bias",
                                        "key_kernel",
                                        "key_bias",
                                        "value_kernel",
                                        "value_bias",
                                        "attention_output_kernel",
                                        "attention_output_bias"};
    const options *o = l->options;
    for (int k = 0; k < PROJECTIONS; k++) {
        nn_projection *a = &q->part[k];
        bool last = k == OUTPUT;
        int64_t h = q->heads, dim = (last ? a->in : a->out) / h;
        a->kernel = l->n_params;
        a->use_bias = o->use_bias;
        nn_layer_add_param(l, names[2 * k],
                           last ? nn_shape_of(3, (int64_t[]){h, dim, a->out})
                                : nn_shape_of(3, (int64_t[]){a->in, h, dim}),
                           o->kernel_initializer);
        if (o->use_bias)
            nn_layer_add_param(l, names[2 * k + 1],
                               last ? nn_shape_of(1, &a->out) : nn_shape_of(2, (int64_t[]){h, dim}),
                               o->bias_initializer);
    }
}

/* From now on the layer has options without `auto`, which only it understands. */
static const options *resolve(nn_layer *l) {
    options *o = NN_NEW(l->arena, options);
    *o = *(const options *)l->options;
    if (o->key_dim < 0) o->key_dim = l->in[0].dim[1] / o->num_heads;
    if (o->value_dim < 0) o->value_dim = o->key_dim;
    l->options = o;
    return o;
}

static plan *make_plan(nn_layer *l, int sources) {
    const options *o = resolve(l);
    int64_t d = l->in[0].dim[1], heads = o->num_heads, key = o->key_dim, value = o->value_dim;
    int v = sources > 1, k = sources > 2 ? 2 : v; /* which inputs are values and keys */
    int64_t tq = l->in[0].dim[0], tk = l->in[v].dim[0];
    plan *q = NN_NEW(l->arena, plan);
    *q = (plan){.part = {[QUERY] = {tq, d, heads * key},
                         [KEY] = {tk, l->in[k].dim[1], heads * key},
                         [VALUE] = {tk, l->in[v].dim[1], heads * value},
                         [OUTPUT] = {tq, heads * value, d}},
                .source = {[QUERY] = 0, [KEY] = k, [VALUE] = v, [OUTPUT] = -1},
                .at = {[QUERY] = keep(l, tq * heads * key),
                       [KEY] = keep(l, tk * heads * key),
                       [VALUE] = keep(l, tk * heads * value),
                       [OUTPUT] = keep(l, tq * heads * value)},
                .head = {tq, tk, key, value, heads * key, heads * value, o->use_causal_mask},
                .heads = heads,
                .P = keep(l, heads * tq * tk),
                .shown = o->use_padding_mask ? sources : -1};
    return q;
}

/* Query, values, keys and mask go on together, position by position. */
static bool sources_are_one_sequence(const nn_layer *l) {
    for (int k = 1; k < l->n_inputs; k++)
        if (l->in[k].rank < 1 || l->in[k].dim[0] != l->in[0].dim[0]) return false;
    return true;
}

static bool setup(nn_layer *l) {
    int sources = l->n_inputs - ((const options *)l->options)->use_padding_mask;
    if (!inputs_fit(l, sources) || !options_fit(l)) return false;
    plan *q = make_plan(l, sources);
    const nn_attention *a = &q->head;
    l->plan = q;
    l->out = l->in[0];
    add_weights(l, q);
    l->random = ((const options *)l->options)->dropout > 0;
    l->temp_per_sample = a->tq * a->value_row;                  /* dO */
    l->temp = (2 + l->random) * a->tq * a->tk + a->tq * a->key; /* M, and room of nn_head */
    l->keeps_input = true;
    if (a->causal && sources_are_one_sequence(l)) l->stepping = NN_STEP_BOUNDED;
    l->carried_per_position = a->key_row + a->value_row + 2; /* K, V, shown, a row of P */
    return true;
}

static double flops(const nn_layer *l) {
    const plan *q = l->plan;
    const nn_attention *a = &q->head;
    double sum = 2.0 * (double)(a->tq * a->tk) * (double)(a->key_row + a->value_row);
    for (int k = 0; k < PROJECTIONS; k++)
        sum += 2.0 * (double)q->part[k].rows * (double)q->part[k].in * (double)q->part[k].out;
    return sum;
}

/* ---- the heads ---- */

static nn_real *kept_of(const nn_layer *l, const nn_pass *p, int part) {
    return p->kept + p->n * ((const plan *)l->plan)->at[part];
}

/* Head h of sample i; O is where its part of `outputs`, [n, tq, value_row], is. */
static nn_head head_of(const nn_layer *l, const nn_pass *p, int64_t i, int64_t h,
                       nn_real *outputs) {
    const plan *q = l->plan;
    const nn_attention *a = &q->head;
    int64_t size = a->tq * a->tk;
    nn_real *room = p->temp + p->n * l->temp_per_sample, *M = room + 2 * size + a->tq * a->key;
    nn_head head = {.Q = kept_of(l, p, QUERY) + i * a->tq * a->key_row + h * a->key,
                    .K = kept_of(l, p, KEY) + i * a->tk * a->key_row + h * a->key,
                    .V = kept_of(l, p, VALUE) + i * a->tk * a->value_row + h * a->value,
                    .O = outputs + i * a->tq * a->value_row + h * a->value,
                    .P = p->kept + p->n * q->P + (i * q->heads + h) * size,
                    .room = room};
    if (q->shown >= 0) head.shown = p->z_in[q->shown] + i * a->tk;
    if (p->training && l->random) {
        nn_stream stream = nn_pass_stream(l, p, i);
        uint64_t first = (uint64_t)(h * ((size + 3) / 4));
        nn_mask_draw(&stream, first, ((const options *)l->options)->dropout, size, M);
        head.M = M;
    }
    return head;
}

static nn_real scale_of(const plan *q) {
    return (nn_real)(1 / sqrt((double)q->head.key));
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const plan *q = l->plan;
    nn_real *Q = kept_of(l, p, QUERY), *O = kept_of(l, p, OUTPUT);
    for (int k = QUERY; k <= VALUE; k++)
        nn_project(&q->part[k], p, p->z_in[q->source[k]], kept_of(l, p, k)); /* Q, K, V = x W + b */
    for (int64_t k = 0; k < p->n * q->head.tq * q->head.key_row; k++) Q[k] *= scale_of(q);
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t h = 0; h < q->heads; h++) {
            nn_head head = head_of(l, p, i, h, O);
            nn_attend(&q->head, &head); /* O = softmax(Q K^T) V */
        }
    nn_project(&q->part[OUTPUT], p, O, p->z); /* z(j) = O W_o + b_o */
}

/* K and V of the positions before are there already: only those of the new one are made. */
static void step(const nn_layer *l, const nn_pass *p, const nn_carried *c) {
    const plan *q = l->plan;
    nn_attention a = q->head;
    nn_real *Q = kept_of(l, p, QUERY), *O = kept_of(l, p, OUTPUT);
    nn_real *K = c->x, *V = K + c->capacity * a.key_row, *P = V + c->capacity * a.value_row;
    nn_real *shown = P + c->capacity;
    a.tk = c->t + 1;
    nn_project(&q->part[QUERY], p, p->z_in[q->source[QUERY]], Q);
    nn_project(&q->part[KEY], p, p->z_in[q->source[KEY]], K + c->t * a.key_row);
    nn_project(&q->part[VALUE], p, p->z_in[q->source[VALUE]], V + c->t * a.value_row);
    for (int64_t k = 0; k < a.key_row; k++) Q[k] *= scale_of(q);
    if (q->shown >= 0) shown[c->t] = p->z_in[q->shown][0];
    a.causal = false; /* the new one sees all that there are */
    for (int64_t h = 0; h < q->heads; h++) {
        nn_head head = {.Q = Q + h * a.key,
                        .K = K + h * a.key,
                        .V = V + h * a.value,
                        .O = O + h * a.value,
                        .P = P,
                        .shown = q->shown >= 0 ? shown : NULL};
        nn_attend(&a, &head); /* O = softmax(Q K^T) V */
    }
    nn_project(&q->part[OUTPUT], p, O, p->z); /* z(j) = O W_o + b_o */
}

/* Q, K and V become dQ, dK and dV. */
static void backward_common(const nn_layer *l, const nn_pass *p) {
    const plan *q = l->plan;
    nn_real *dO = p->temp;
    nn_project_input(&q->part[OUTPUT], p, p->dz, false, dO); /* dO = dz W_o^T */
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t h = 0; h < q->heads; h++) {
            nn_head head = head_of(l, p, i, h, dO);
            nn_attend_backward(&q->head, &head, scale_of(q));
        }
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const plan *q = l->plan;
    for (int k = QUERY; k <= VALUE; k++)
        nn_project_params(&q->part[k], p, p->z_in[q->source[k]], kept_of(l, p, k));
    nn_project_params(&q->part[OUTPUT], p, kept_of(l, p, OUTPUT), p->dz);
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    const plan *q = l->plan;
    for (int k = 0; k < l->n_inputs; k++) {
        bool add = p->dz_in_add[k];
        if (!p->dz_in[k]) continue;
        for (int part = QUERY; part <= VALUE; part++) {
            if (q->source[part] != k) continue;
            nn_project_input(&q->part[part], p, kept_of(l, p, part), add, p->dz_in[k]);
            add = true; /* dq = dQ W_q^T, dk = dK W_k^T, dv = dV W_v^T */
        }
        if (!add) nn_zero(p->n * nn_shape_size(&l->in[k]), p->dz_in[k]); /* of the padding: 0 */
    }
}

const nn_layer_ops NN_REAL_NAME(nn_layer_multi_head_attention) = {
    .kind =
        {.name = "multi_head_attention",
         .help = "each position of a sequence looks at the others and takes from them",
         .shapes =
             "query (Tq, d), value (Tk, dv), key (Tk, dk) -> (Tq, d)\n"
             "query_kernel W_q: (d, heads, key_dim), query_bias b_q: (heads, key_dim)\n"
             "key_kernel W_k: (dk, heads, key_dim), key_bias b_k: (heads, key_dim)\n"
             "value_kernel W_v: (dv, heads, value_dim), value_bias b_v: (heads, value_dim)\n"
             "attention_output_kernel W_o: (heads, value_dim, d), attention_output_bias b_o: (d)",
         .formula = "Q = query W_q + b_q, K = key W_k + b_k, V = value W_v + b_v\n"
                    "a head: softmax(Q K^T / sqrt(key_dim)) V\n"
                    "z(j) = (heads side by side) W_o + b_o",
         .source = "Vaswani et al., Attention is all you need, NeurIPS 2017; "
                   "MultiHeadAttention of Keras",
         .details = "inputs: query (self attention); query and value; query, value and key.\n"
                    "use_causal_mask: position i sees 0 ... i. use_padding_mask: places whose "
                    "number in the last input is 0 are not seen; who sees none gets b_o.",
         .example = "{type: multi_head_attention, num_heads: 2, key_dim: 4}",
         .keys = keys,
         .options_size = sizeof(options)},
    .n_inputs = NN_SOME_INPUTS,
    .keras_class = "MultiHeadAttention",
    .setup = setup,
    .forward = forward,
    .step = step,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
    .flops = flops,
};
