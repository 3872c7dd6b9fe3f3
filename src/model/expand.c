/* From the tree of the configuration to drafts: lists are compositions, branches are side by side.
 */
#include <string.h>

#include "composites.h"

const nn_kind *const nn_composite_kinds[] = {
#define X(name) &NN_COMPOSITE(name).kind,
#include "composites.def"
#undef X
    NULL};

const nn_kind *const *nn_node_kinds(nn_arena *arena) {
    int n = 0, k = 0;
    while (nn_composite_kinds[n]) n++;
    while (nn_layer_kinds[k]) k++;
    const nn_kind **kinds = NN_NEW_ARRAY(arena, const nn_kind *, n + k + 1);
    memcpy(kinds, nn_composite_kinds, (size_t)n * sizeof *kinds);
    memcpy(kinds + n, nn_layer_kinds, (size_t)k * sizeof *kinds);
    return kinds;
}

static const nn_composite *composite_of(const nn_kind *kind) {
    for (int i = 0; nn_composite_kinds[i]; i++)
        if (nn_composite_kinds[i] == kind) return (const nn_composite *)kind;
    return NULL;
}

nn_typed nn_expand_preset(nn_builder *b, const char *type) {
    for (int i = 0; nn_layer_kinds[i]; i++)
        if (strcmp(nn_layer_kinds[i]->name, type) == 0)
            return nn_kind_preset(nn_document_arena(b->document), nn_layer_kinds[i]);
    nn_panic("no layer is called %s", type);
}

void *nn_expand_option(nn_typed chosen, const char *key) {
    for (const nn_key *k = chosen.kind->keys; k && k->name; k++)
        if (strcmp(k->name, key) == 0) return (char *)chosen.options + k->offset;
    nn_panic("%s has no option %s", chosen.kind->name, key);
}

nn_ref nn_expand_simple(nn_builder *b, const char *type, nn_node *node, const nn_ref *input,
                        int n_inputs) {
    return nn_builder_add(b, nn_expand_preset(b, type), node, input, n_inputs);
}

/* What a layer reads: its `inputs`, its `branches`, or what comes before it. */
static int gather_inputs(nn_builder *b, const nn_node_options *common, nn_ref in, nn_ref **inputs) {
    if (common->branches) {
        int n = 0;
        *inputs = NN_NEW_ARRAY(b->arena, nn_ref, common->branches->count);
        for (nn_node *branch = common->branches->first; branch; branch = branch->next)
            (*inputs)[n++] = nn_expand_list(b, branch, in);
        return n;
    }
    int n = common->inputs.n ? common->inputs.n : 1;
    *inputs = NN_NEW_ARRAY(b->arena, nn_ref, n);
    (*inputs)[0] = in;
    for (int i = 0; i < common->inputs.n; i++)
        (*inputs)[i] = (nn_ref){NN_REF_NAME, common->inputs.value[i]};
    return n;
}

static bool inputs_fit(nn_builder *b, nn_node *node, const nn_node_options *common,
                       const nn_kind *kind, int wanted, int n) {
    nn_node *at = nn_node_child(node, common->branches ? "branches" : "inputs");
    if (!at) at = node;
    if (common->branches && (common->inputs.n || wanted == 1)) {
        nn_config_complain(b->document, at, NULL,
                           wanted == 1 ? "%s reads one input: it has no branches"
                                       : "%s has both inputs and branches: give one of them",
                           kind->name);
        return false;
    }
    if (wanted == NN_ANY_INPUTS ? n >= 2 : n == wanted || wanted == NN_SOME_INPUTS) return true;
    if (wanted == NN_ANY_INPUTS)
        nn_config_complain(b->document, at,
                           "give `branches: [[...], [...]]` or `inputs: [name, name]`",
                           "%s needs two or more inputs, it has %d", kind->name, n);
    else
        nn_config_complain(b->document, at, NULL, "%s reads %d input%s, not %d", kind->name, wanted,
                           wanted == 1 ? "" : "s", n);
    return false;
}

static bool branches_are_lists(nn_builder *b, const nn_node *branches) {
    bool good = branches->type == NN_NODE_LIST;
    for (const nn_node *branch = branches->first; good && branch; branch = branch->next)
        good = branch->type == NN_NODE_LIST;
    if (!good)
        nn_config_complain(b->document, branches, NULL,
                           "branches: a list of lists of layers is expected; [] is the identity");
    return good;
}

static nn_ref expand_layer(nn_builder *b, nn_node *node, const nn_node_options *common,
                           nn_typed chosen, nn_ref in) {
    const nn_ref bad = {.draft = NN_REF_BAD};
    if (common->branches && !branches_are_lists(b, common->branches)) return bad;
    nn_ref *inputs;
    int n = gather_inputs(b, common, in, &inputs);
    if (!inputs_fit(b, node, common, chosen.kind, nn_layer_ops_of(chosen.kind)->n_inputs, n))
        return bad;
    return nn_builder_add(b, chosen, node, inputs, n);
}

static nn_ref expand_composite(nn_builder *b, nn_node *node, const nn_node_options *common,
                               nn_typed chosen, nn_ref in) {
    if (common->branches || common->inputs.n > 1) {
        nn_config_complain(b->document, node, NULL, "%s reads one input", chosen.kind->name);
        return (nn_ref){.draft = NN_REF_BAD};
    }
    if (common->inputs.n == 1) in = (nn_ref){NN_REF_NAME, common->inputs.value[0]};
    return composite_of(chosen.kind)->expand(b, node, common, chosen.options, in);
}

static bool set_activity(nn_builder *b, nn_node *node, const nn_node_options *common,
                         bool composite, nn_ref out) {
    if (!common->activity.present || out.draft < 0) return true;
    if (composite) {
        nn_config_complain(b->document, nn_node_child(node, "activity_regularizer"),
                           "give it to the last layer inside",
                           "activity_regularizer is of one layer");
        return false;
    }
    b->draft[out.draft].l1 = common->activity.l1;
    b->draft[out.draft].l2 = common->activity.l2;
    return true;
}

static nn_ref expand_item(nn_builder *b, nn_node *node, nn_ref in) {
    int before = nn_config_complaints(b->document);
    nn_typed chosen = nn_config_bind_kind(b->document, node, b->kinds, nn_node_keys, "layer");
    if (!chosen.kind) return (nn_ref){.draft = NN_REF_BAD};
    nn_node_options common = {.rules = nn_rules_plain()};
    if (node->type == NN_NODE_MAP)
        nn_config_bind(b->document, node, nn_node_keys, chosen.kind->keys, &common);
    if (nn_config_complaints(b->document) != before) return (nn_ref){.draft = NN_REF_BAD};
    bool composite = composite_of(chosen.kind) != NULL;
    const nn_rules *outer = b->rules;
    nn_rules *inner = NN_NEW(b->arena, nn_rules);
    *inner = nn_rules_inside(outer, &common.rules, composite || common.branches);
    b->rules = inner;
    nn_ref out = composite ? expand_composite(b, node, &common, chosen, in)
                           : expand_layer(b, node, &common, chosen, in);
    b->rules = outer;
    if (!set_activity(b, node, &common, composite, out)) return (nn_ref){.draft = NN_REF_BAD};
    /* shared is written like a composite but is one layer, though not one to share again */
    nn_builder_name(b, node, common.name, out, composite);
    return out;
}

nn_ref nn_expand_list(nn_builder *b, nn_node *list, nn_ref in) {
    if (list->type != NN_NODE_LIST) {
        nn_config_complain(b->document, list, NULL, "a list of layers is expected");
        return (nn_ref){.draft = NN_REF_BAD};
    }
    if (++b->depth > NN_MAX_NESTING)
        nn_config_complain(b->document, list, NULL, "layers are nested more than %d deep",
                           NN_MAX_NESTING);
    else
        for (nn_node *item = list->first; item && !b->overflow; item = item->next)
            in = expand_item(b, item, in);
    b->depth--;
    return in;
}
