/* repeat:  z(j) = g_Wk(... g_W1(z(j-1)))  k copies of a list of layers, each with its own weights.
 */
#include "composites.h"

typedef struct nn_repeat_options {
    int64_t times;
    nn_node *layers;
} nn_repeat_options;

static const nn_key keys[] = {{"times", NN_KEY_INT, offsetof(nn_repeat_options, times), .min = 1,
                               .max = NN_MAX_DRAFTS, .required = true,
                               .help = "how many copies, each with weights of its own"},
                              {"layers", NN_KEY_NODE, offsetof(nn_repeat_options, layers),
                               .required = true, .help = "the list of layers that is repeated"},
                              {0}};

static nn_ref expand(nn_builder *b, nn_node *node, const nn_node_options *common,
                     const void *options, nn_ref in) {
    const nn_repeat_options *o = options;
    int outside = b->current;
    for (int turn = 1; turn <= o->times && !b->overflow; turn++) {
        b->current = nn_builder_scope(b, node, turn);
        in = nn_expand_list(b, o->layers, in);
        b->current = outside;
    }
    return in;
}

const nn_composite NN_COMPOSITE(repeat) = {
    .kind = {.name = "repeat",
             .help = "a list of layers several times in a row, each with its own weights",
             .shapes = "(...) -> what the last turn gives; each turn must accept the output of "
                       "the one before it",
             .formula = "z(j) = g_Wk(... g_W1(z(j-1))), k = `times`, g the composition of "
                        "`layers`",
             .source = "a loop around layers in a Keras script",
             .details = "A name inside, say `block`, becomes block_1, block_2, ...; in the list "
                        "itself `block` means the one of the same turn.",
             .example = "{type: repeat, times: 3, layers: [{type: dense, units: 8, activation: "
                        "relu}]}",
             .keys = keys,
             .options_size = sizeof(nn_repeat_options)},
    .expand = expand};
