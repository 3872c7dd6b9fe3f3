/* The memory of a pass, planned once.
 *
 * Time is counted in ticks. With m vertices, vertex v runs forward at tick v, the loss at tick m,
 * and vertex v backward at tick 2m - v. A buffer lives from the tick that writes it first to the
 * tick that reads it last; buffers whose lives do not meet may share space.
 *
 *     z(v)     from v to the last reader's forward; to its backward where that reads its input,
 *              to v's own backward where that reads its output
 *     dz(v)    from the backward of its last reader to the backward of v
 *     kept(v)  from forward to backward of v
 *     temp     one for all: the largest need */
#include <stdlib.h>
#include <string.h>

#include "private.h"

static int later(int a, int b) {
    return a > b ? a : b;
}
static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

typedef struct nn_readers {
    int count, last; /* how many inputs read it, and the last vertex that does */
    int sole;        /* the only reader, or -1 */
} nn_readers;

static nn_readers *find_readers(const nn_model *model, nn_arena *arena) {
    nn_readers *readers = NN_NEW_ARRAY(arena, nn_readers, model->n_vertices);
    for (int v = 0; v < model->n_vertices; v++) readers[v] = (nn_readers){0, -1, -1};
    for (int v = 0; v < model->n_vertices; v++)
        for (int k = 0; k < model->vertex[v].n_inputs; k++) {
            int u = model->vertex[v].input[k];
            if (u < 0) continue;
            nn_readers *r = &readers[u];
            *r = (nn_readers){r->count + 1, v, r->count ? -1 : v};
        }
    return readers;
}

/* The end of z(u) as far as its reader v goes. */
static int end_for_reader(const nn_model *model, int v) {
    const nn_vertex *reader = &model->vertex[v];
    bool again = model->for_training && reader->needs_gradient && reader->layer->keeps_input;
    return again ? 2 * model->n_vertices - v : v;
}

static void live_outputs(nn_model *model, const nn_readers *readers, nn_arena *arena) {
    nn_life *z = model->private->z;
    int m = model->n_vertices;
    bool *exclusive = NN_NEW_ARRAY(arena, bool, m); /* z may be overwritten by its sole reader */
    for (int v = 0; v < m; v++) {
        const nn_vertex *vertex = &model->vertex[v];
        const nn_layer *layer = vertex->layer;
        bool reads = layer->keeps_output || vertex->l1 > 0 || vertex->l2 > 0;
        bool keeps = model->for_training && vertex->needs_gradient && reads;
        int u = vertex->n_inputs == 1 ? vertex->input[0] : -1;
        bool in_place =
            u >= 0 &&
            (layer->view || (layer->in_place && exclusive[u] && end_for_reader(model, v) == v));
        z[v] = (nn_life){.size = model->capacity * nn_shape_size(&layer->out),
                         .birth = v,
                         .death = v == m - 1 ? m : v,
                         .alias = in_place ? u : -1};
        if (keeps) z[v].death = 2 * m - v;
        exclusive[v] = readers[v].sole >= 0 && !keeps && (!in_place || exclusive[u]);
        for (int k = 0; k < vertex->n_inputs; k++)
            if (vertex->input[k] >= 0) {
                int r = nn_life_root(z, vertex->input[k]);
                z[r].death = later(z[r].death, end_for_reader(model, v));
            }
        if (in_place) {
            int r = nn_life_root(z, v);
            z[r].death = later(z[r].death, z[v].death);
        }
    }
}

static void live_gradients(nn_model *model, const nn_readers *readers) {
    nn_life *dz = model->private->dz;
    int m = model->n_vertices;
    for (int v = m - 1; v >= 0; v--) {
        const nn_vertex *vertex = &model->vertex[v];
        dz[v] = (nn_life){.alias = -1};
        if (!model->for_training || !vertex->needs_gradient) continue;
        dz[v].size = model->capacity * nn_shape_size(&vertex->layer->out);
        dz[v].birth = v == m - 1 ? m : 2 * m - readers[v].last;
        dz[v].death = 2 * m - v;
        int w = readers[v].sole;
        const nn_layer *reader = w >= 0 ? model->vertex[w].layer : NULL;
        if (reader && model->vertex[w].n_inputs == 1 && (reader->in_place || reader->view)) {
            dz[v].alias = w;
            int r = nn_life_root(dz, v);
            dz[r].death = later(dz[r].death, dz[v].death);
        }
    }
}

static void live_kept(nn_model *model) {
    int m = model->n_vertices;
    for (int v = 0; v < m; v++) {
        bool backward = model->for_training && model->vertex[v].needs_gradient;
        model->private->kept[v] = (nn_life){.size = model->capacity * model->vertex[v].layer->kept,
                                            .birth = v,
                                            .death = backward ? 2 * m - v : v,
                                            .alias = -1};
    }
}

static int by_size(const void *a, const void *b) {
    const nn_life *x = *(nn_life *const *)a, *y = *(nn_life *const *)b;
    if (x->size != y->size) return x->size < y->size ? 1 : -1;
    return x->birth - y->birth;
}

static int by_offset(const void *a, const void *b) {
    const nn_life *x = *(nn_life *const *)a, *y = *(nn_life *const *)b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool meet(const nn_life *a, const nn_life *b) {
    return a->birth <= b->death && b->birth <= a->death;
}

int64_t nn_plan_pack(nn_life *life, int n, nn_arena *arena) {
    nn_life **order = NN_NEW_ARRAY(arena, nn_life *, n), **near = NN_NEW_ARRAY(arena, nn_life *, n);
    int64_t total = 0, unit = (int64_t)(NN_ALIGNMENT / sizeof(nn_real));
    for (int i = 0; i < n; i++) order[i] = &life[i];
    qsort(order, (size_t)n, sizeof *order, by_size);
    for (int i = 0; i < n; i++) {
        nn_life *now = order[i];
        if (now->alias >= 0 || now->size == 0) continue;
        int k = 0;
        for (int j = 0; j < i; j++)
            if (order[j]->alias < 0 && order[j]->size && meet(order[j], now)) near[k++] = order[j];
        qsort(near, (size_t)k, sizeof *near, by_offset);
        int64_t at = 0;
        for (int j = 0; j < k && near[j]->offset < at + now->size; j++)
            at = larger(at, (near[j]->offset + near[j]->size + unit - 1) / unit * unit);
        now->offset = at;
        total = larger(total, at + now->size);
    }
    return (total + unit - 1) / unit * unit;
}

void nn_model_plan(nn_model *model, int64_t capacity, bool for_training) {
    struct nn_model_private *p = model->private;
    int m = model->n_vertices;
    nn_arena_destroy(p->plan);
    p->plan = nn_arena_create();
    model->capacity = capacity;
    model->for_training = for_training;
    nn_life *life = NN_NEW_ARRAY(p->plan, nn_life, 3 * (int64_t)m);
    p->z = life, p->dz = life + m, p->kept = life + 2 * m;
    nn_readers *readers = find_readers(model, p->plan);
    live_outputs(model, readers, p->plan);
    live_gradients(model, readers);
    live_kept(model);
    p->temp_size = 0;
    for (int v = 0; v < m; v++)
        p->temp_size = larger(p->temp_size, capacity * model->vertex[v].layer->temp_per_sample +
                                                model->vertex[v].layer->temp);
    p->buffer_size = nn_plan_pack(life, 3 * m, p->plan);
    p->temp_offset = p->buffer_size;
    model->plan_bytes = (p->buffer_size + p->temp_size) * (int64_t)sizeof(nn_real);
}

int64_t nn_model_sample_bytes(nn_model *model, bool for_training) {
    enum { FEW = 1, MORE = 17 };
    nn_model_plan(model, FEW, for_training);
    int64_t few = model->plan_bytes;
    nn_model_plan(model, MORE, for_training);
    return larger((model->plan_bytes - few) / (MORE - FEW), 1);
}
