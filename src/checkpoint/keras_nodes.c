/* Which inbound node of its Keras layer a use of a shared layer is.
 *
 * Readers of a functional model number the nodes as they make them: again and again they go through
 * the layers as listed, and through the nodes of each as listed, and make those whose inputs are
 * there (Keras 2, reconstruct_from_config). A node that has to wait is overtaken by a later one of
 * its layer. So nodes are listed in the order in which they will be made, found by doing the same.
 */
#include "keras.h"

typedef struct nn_numbering {
    const nn_model *model;
    const bool *split; /* by owner: its output is that of the layer after it */
    bool *made;        /* by vertex */
    bool *ready;       /* by vertex: its output can be read */
    int *next;         /* by vertex: the next use of its layer, or -1 */
} nn_numbering;

static bool inputs_are_ready(const nn_numbering *s, int v) {
    const nn_vertex *vertex = &s->model->vertex[v];
    for (int k = 0; k < vertex->n_inputs; k++)
        if (vertex->input[k] >= 0 && !s->ready[vertex->input[k]]) return false;
    return true;
}

/* One visit to a layer; returns how many nodes it made. */
static int visit(const nn_numbering *s, int owner, int *node, int *used) {
    int made = 0;
    for (int v = owner; v >= 0; v = s->next[v]) {
        if (s->made[v] || !inputs_are_ready(s, v)) continue;
        s->made[v] = true;
        s->ready[v] = !s->split[owner];
        node[v] = used[owner]++;
        made++;
    }
    for (int v = owner; v >= 0; v = s->next[v]) s->ready[v] = s->made[v];
    return made;
}

void nn_keras_number(const nn_model *model, const bool *split, int *node) {
    int n = model->n_vertices, left = n;
    nn_arena *arena = nn_arena_create();
    nn_numbering s = {.model = model,
                      .split = split,
                      .made = NN_NEW_ARRAY(arena, bool, n),
                      .ready = NN_NEW_ARRAY(arena, bool, n),
                      .next = NN_NEW_ARRAY(arena, int, n)};
    int *last = NN_NEW_ARRAY(arena, int, n), *used = NN_NEW_ARRAY(arena, int, n);
    for (int v = 0; v < n; v++) {
        int owner = model->vertex[v].shares < 0 ? v : model->vertex[v].shares;
        s.next[v] = -1;
        if (owner != v) s.next[last[owner]] = v;
        last[owner] = v;
    }
    while (left > 0) {
        int before = left;
        for (int v = 0; v < n; v++)
            if (model->vertex[v].shares < 0) left -= visit(&s, v, node, used);
        nn_assert(left < before);
    }
    nn_arena_destroy(arena);
}
