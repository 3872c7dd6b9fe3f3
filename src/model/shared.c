/* shared:  z(j) = f_W(z(j-1)) with the W of another layer; dW is the sum of the products of both.
 */
#include "composites.h"

typedef struct nn_shared_options {
    const char *layer;
} nn_shared_options;

static const nn_key keys[] = {
    {"layer", NN_KEY_TEXT, offsetof(nn_shared_options, layer), .required = true,
     .help = "the name of the layer whose weights and options are used again"},
    {0}};

/* Which layer that is, is looked up when all names are known. */
static nn_ref expand(nn_builder *b, nn_node *node, const nn_node_options *common,
                     const void *options, nn_ref in) {
    const nn_shared_options *o = options;
    if (!nn_rules_are_plain(&common->rules)) {
        nn_config_complain(b->document, node, NULL,
                           "shared: how the weights are trained is said at \"%s\" itself",
                           o->layer);
        return (nn_ref){.draft = NN_REF_BAD};
    }
    nn_ref out = nn_builder_add(b, (nn_typed){0}, node, &in, 1);
    if (out.draft >= 0) b->draft[out.draft].shares = o->layer;
    return out;
}

const nn_composite NN_COMPOSITE(shared) = {
    .kind = {.name = "shared",
             .help = "a named layer once more, with the same weights",
             .shapes = "those of `layer`: the input must have the shape that it has there",
             .formula = "z(j) = f_W(z(j-1)), W that of `layer`; its gradient is the sum over all "
                        "uses",
             .source = "a layer object called again in Keras",
             .example = "{type: shared, layer: NAME}",
             .keys = keys,
             .options_size = sizeof(nn_shared_options)},
    .expand = expand};
