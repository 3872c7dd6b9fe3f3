/* transformer_block:  attention and a feed-forward network, each beside the identity.
 * Vaswani et al., NeurIPS 2017; normalised first: Xiong et al., ICML 2020.
 *
 *     y = x + A(N(x)),     z = y + F(N'(y))          normalize_first
 *     y = N(x + A(x)),     z = N'(y + F(y))          else
 *
 * A: multi_head_attention, F(y) = f(y W + b) W' + b', both with dropout; N, N': layer_norm. It is
 * written with the layers there are: what a user would write with two `residual`. */
#include "composites.h"

typedef struct nn_block_options {
    int64_t num_heads, key_dim, ff_dim;
    nn_typed activation;
    double dropout, epsilon;
    bool causal, normalize_first;
} nn_block_options;

static const char *const as_needed[] = {"auto", NULL};

static const nn_key keys[] = {
    {"num_heads", NN_KEY_INT, offsetof(nn_block_options, num_heads), .min = 1, .max = 1 << 16,
     .required = true, .help = "heads of the attention"},
    {"key_dim", NN_KEY_COUNT, offsetof(nn_block_options, key_dim), .preset = "auto", .min = 1,
     .max = 1 << 20, .words = as_needed, .help = "numbers of a head; auto: features / num_heads"},
    {"ff_dim", NN_KEY_INT, offsetof(nn_block_options, ff_dim), .min = 1, .max = 1 << 24,
     .required = true, .help = "inner width of the feed-forward network, often 4 times features"},
    {"activation", NN_KEY_KIND, offsetof(nn_block_options, activation), .preset = "gelu",
     .kinds = nn_activation_kinds, .help = "f: inside the feed-forward network"},
    {"dropout", NN_KEY_REAL, offsetof(nn_block_options, dropout), .preset = "0", .min = 0, .max = 1,
     .help = "rate, of the attention weights and of what A and F give; below 1"},
    {"causal", NN_KEY_BOOL, offsetof(nn_block_options, causal), .preset = "false",
     .help = "a position sees itself and those before it"},
    {"normalize_first", NN_KEY_BOOL, offsetof(nn_block_options, normalize_first), .preset = "true",
     .help = "true: N before A and F; false: after the sums"},
    {"epsilon", NN_KEY_REAL, offsetof(nn_block_options, epsilon), .preset = "1e-5", .min = 1e-12,
     .max = 1, .help = "of N: added to the variance"},
    {0}};

typedef struct block {
    nn_builder *b;
    nn_node *node;
    const nn_block_options *o;
} block;

static nn_ref put(const block *k, nn_typed chosen, nn_ref in) {
    return nn_builder_add(k->b, chosen, k->node, &in, 1);
}

static nn_ref normalized(const block *k, nn_ref in) {
    nn_typed norm = nn_expand_preset(k->b, "layer_norm");
    *(double *)nn_expand_option(norm, "epsilon") = k->o->epsilon;
    return put(k, norm, in);
}

static nn_ref dropped(const block *k, nn_ref in) {
    if (k->o->dropout == 0) return in;
    nn_typed dropout = nn_expand_preset(k->b, "dropout");
    *(double *)nn_expand_option(dropout, "rate") = k->o->dropout;
    return put(k, dropout, in);
}

static nn_ref attention(const block *k, nn_ref in) {
    nn_typed heads = nn_expand_preset(k->b, "multi_head_attention");
    *(int64_t *)nn_expand_option(heads, "num_heads") = k->o->num_heads;
    *(int64_t *)nn_expand_option(heads, "key_dim") = k->o->key_dim;
    *(bool *)nn_expand_option(heads, "use_causal_mask") = k->o->causal;
    *(double *)nn_expand_option(heads, "dropout") = k->o->dropout;
    return dropped(k, put(k, heads, in));
}

/* Its output is as wide as `like`. */
static nn_ref feed_forward(const block *k, nn_ref in, nn_ref like) {
    nn_typed wide = nn_expand_preset(k->b, "dense"), back = nn_expand_preset(k->b, "dense");
    *(int64_t *)nn_expand_option(wide, "units") = k->o->ff_dim;
    *(nn_typed *)nn_expand_option(wide, "activation") = k->o->activation;
    nn_ref out = put(k, back, put(k, wide, in));
    if (out.draft >= 0) k->b->draft[out.draft].width_of = like;
    return dropped(k, out);
}

static nn_ref sum(const block *k, nn_ref a, nn_ref c) {
    nn_ref inputs[2] = {a, c};
    return nn_expand_simple(k->b, "add", k->node, inputs, 2);
}

static nn_ref expand(nn_builder *b, nn_node *node, const nn_node_options *common,
                     const void *options, nn_ref in) {
    const block k = {b, node, options};
    if (k.o->normalize_first) {
        nn_ref y = sum(&k, in, attention(&k, normalized(&k, in)));  /* y = x + A(N(x)) */
        return sum(&k, y, feed_forward(&k, normalized(&k, y), in)); /* z = y + F(N'(y)) */
    }
    nn_ref y = normalized(&k, sum(&k, in, attention(&k, in)));  /* y = N(x + A(x)) */
    return normalized(&k, sum(&k, y, feed_forward(&k, y, in))); /* z = N'(y + F(y)) */
}

const nn_composite NN_COMPOSITE(transformer_block) = {
    .kind = {.name = "transformer_block",
             .help = "self attention and a feed-forward network, each beside the identity",
             .shapes = "(T, d) -> (T, d)\n"
                       "the weights of multi_head_attention, two dense and two layer_norm",
             .formula = "normalize_first: y = x + A(N(x)), z = y + F(N'(y)); else y = N(x + "
                        "A(x)), z = N'(y + F(y))\n"
                        "A: multi_head_attention; F: dense ff_dim with the activation, dense d; "
                        "both with dropout; N, N': layer_norm",
             .source = "Vaswani et al., NeurIPS 2017; normalised first: Xiong et al., ICML 2020; "
                       "TransformerEncoder of Keras NLP",
             .example = "{type: transformer_block, num_heads: 2, ff_dim: 16, causal: true}",
             .keys = keys,
             .options_size = sizeof(nn_block_options)},
    .expand = expand};
