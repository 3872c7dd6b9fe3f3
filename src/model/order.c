/* From names to a topological order. */
#include <string.h>

#include "draft.h"

static bool look_up_input(nn_builder *b, const nn_draft *draft, nn_ref *input) {
    if (input->draft != NN_REF_NAME) return input->draft != NN_REF_BAD;
    if (strcmp(input->name, "input") == 0) {
        input->draft = NN_REF_DATA;
        return true;
    }
    const nn_label *label = nn_builder_find(b, draft->scope, input->name);
    if (label) {
        input->draft = label->draft;
        return true;
    }
    nn_node *at = nn_node_child(draft->node, "inputs");
    for (nn_node *item = at ? at->first : NULL; item; item = item->next)
        if (item->text && strcmp(item->text, input->name) == 0) at = item;
    nn_config_complain(b->document, at ? at : draft->node, nn_builder_suggest(b, input->name),
                       "no layer is named \"%s\"", input->name);
    return false;
}

static bool look_up_shared(nn_builder *b, nn_draft *draft) {
    if (!draft->shares) return true;
    nn_node *at = nn_node_child(draft->node, "layer");
    const nn_label *label = nn_builder_find(b, draft->scope, draft->shares);
    if (!label) {
        nn_config_complain(b->document, at ? at : draft->node, nn_builder_suggest(b, draft->shares),
                           "no layer is named \"%s\"", draft->shares);
        return false;
    }
    if (label->composite) {
        nn_config_complain(b->document, at ? at : draft->node, NULL,
                           "\"%s\" is not a layer with weights of its own: name the layer itself",
                           draft->shares);
        return false;
    }
    const nn_draft *owner = &b->draft[label->draft];
    draft->shares_draft = label->draft;
    draft->chosen = owner->chosen;
    draft->rules = owner->rules;
    draft->l1 = owner->l1, draft->l2 = owner->l2;
    return true;
}

typedef struct nn_sorter {
    nn_builder *b;
    enum { NN_NEW_DRAFT, NN_ON_THE_WAY, NN_DONE } * mark;
    int *order, n;
    nn_buffer cycle;
    int start; /* of the cycle that was found */
} nn_sorter;

/* Depth first: a draft comes after its inputs. False when it stands on itself. */
static bool visit(nn_sorter *s, int i) {
    if (s->mark[i] == NN_DONE) return true;
    if (s->mark[i] == NN_ON_THE_WAY) {
        s->start = i;
        nn_buffer_add(&s->cycle, "%s", s->b->draft[i].name);
        return false;
    }
    s->mark[i] = NN_ON_THE_WAY;
    for (int k = 0; k < s->b->draft[i].n_inputs; k++) {
        int input = s->b->draft[i].input[k].draft;
        if (input >= 0 && !visit(s, input)) {
            if (s->start >= 0) nn_buffer_add(&s->cycle, " <- %s", s->b->draft[i].name);
            if (s->start == i) s->start = -1; /* the cycle is closed; above is only the way to it */
            return false;
        }
    }
    s->mark[i] = NN_DONE;
    s->order[s->n++] = i;
    return true;
}

static bool nothing_left_over(const nn_sorter *s) {
    bool good = true;
    for (int i = 0; i < s->b->n_drafts; i++)
        if (s->mark[i] != NN_DONE) {
            nn_config_complain(s->b->document, s->b->draft[i].node, NULL,
                               "layer \"%s\" leads nowhere: the output, which is the last layer of "
                               "the list, does not need it",
                               s->b->draft[i].name);
            good = false;
        }
    return good;
}

/* What the output needs, then the same in the order in which it was written. */
static bool sort(nn_sorter *s, int output) {
    int n = s->b->n_drafts;
    s->mark = nn_arena_alloc(s->b->arena, (size_t)n * sizeof *s->mark);
    if (!visit(s, output)) {
        nn_config_complain(s->b->document, s->b->draft[output].node, NULL,
                           "the layers form a cycle: %s", s->cycle.text);
        return false;
    }
    if (!nothing_left_over(s)) return false;
    for (int i = 0; i < n; i++) s->mark[i] = NN_NEW_DRAFT;
    s->n = 0;
    for (int i = 0; i < n; i++)
        if (i != output) visit(s, i);
    return visit(s, output);
}

bool nn_draft_order(nn_builder *b, nn_ref output, int *order, int *n) {
    bool good = true;
    for (int i = 0; i < b->n_drafts; i++) good &= look_up_shared(b, &b->draft[i]);
    good &= nn_builder_names(b);
    for (int i = 0; i < b->n_drafts; i++)
        for (int k = 0; k < b->draft[i].n_inputs; k++)
            good &= look_up_input(b, &b->draft[i], &b->draft[i].input[k]);
    for (int i = 0; i < b->n_drafts; i++)
        if (b->draft[i].width_of.draft != NN_REF_NONE)
            good &= look_up_input(b, &b->draft[i], &b->draft[i].width_of);
    if (!good) return false;
    nn_sorter s = {.b = b, .order = order, .start = -1};
    good = sort(&s, output.draft);
    nn_buffer_free(&s.cycle);
    *n = s.n;
    return good;
}
