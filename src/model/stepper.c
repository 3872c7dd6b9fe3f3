#include "nnmpi/stepper.h"

#include "private.h"

/* A vertex as it is for one position. */
typedef struct nn_foot {
    nn_layer *layer;
    nn_pass pass;
    nn_carried carried;
} nn_foot;

struct nn_stepper {
    nn_model *model;
    nn_foot *foot;  /* one a vertex */
    int64_t t;      /* the next position */
    int64_t length; /* positions at most */
    int64_t sample; /* 0: one sequence, and nothing is drawn */
};

static bool make_layers(nn_stepper *s, nn_arena *arena, const nn_layer **obstacle) {
    const nn_model *model = s->model;
    for (int v = 0; v < model->n_vertices; v++) {
        const nn_layer *layer = model->vertex[v].layer;
        s->foot[v].layer = nn_layer_of_one_position(layer, arena);
        *obstacle = layer;
        if (!s->foot[v].layer) return false;
        if (layer->stepping == NN_STEP_BOUNDED) s->length = model->input.dim[0];
    }
    *obstacle = NULL;
    return true;
}

static nn_real *numbers(nn_arena *arena, int64_t n) {
    return n > 0 ? NN_NEW_ARRAY(arena, nn_real, n) : NULL;
}

/* Scratch of the largest need; nothing in it outlives a call. */
static void make_scratch(nn_stepper *s, nn_arena *arena) {
    int64_t kept = 0, temp = 0;
    for (int v = 0; v < s->model->n_vertices; v++) {
        const nn_layer *one = s->foot[v].layer;
        int64_t need = one->temp_per_sample + one->temp;
        if (one->kept > kept) kept = one->kept;
        if (need > temp) temp = need;
    }
    s->foot[0].pass.kept = numbers(arena, kept);
    s->foot[0].pass.temp = numbers(arena, temp);
}

static void make_pass(nn_stepper *s, int v, nn_arena *arena) {
    const nn_vertex *vertex = &s->model->vertex[v];
    nn_foot *foot = &s->foot[v];
    const nn_layer *one = foot->layer;
    const nn_pass *of_all = &s->model->private->pass[v];
    const nn_real **z_in = NN_NEW_ARRAY(arena, const nn_real *, vertex->n_inputs);
    for (int k = 0; k < vertex->n_inputs; k++)
        if (vertex->input[k] >= 0) z_in[k] = s->foot[vertex->input[k]].pass.z;
    foot->pass = (nn_pass){.n = 1,
                           .sample = &s->sample,
                           .z_in = z_in,
                           .z = numbers(arena, nn_shape_size(&one->out)),
                           .kept = s->foot[0].pass.kept,
                           .temp = s->foot[0].pass.temp,
                           .W = of_all->W,
                           .state = of_all->state};
    foot->carried.capacity = s->model->input.dim[0];
    foot->carried.x =
        numbers(arena, one->carried + foot->carried.capacity * one->carried_per_position);
}

nn_stepper *nn_stepper_create(nn_model *model, nn_arena *arena, const nn_layer **obstacle) {
    nn_stepper *s = NN_NEW(arena, nn_stepper);
    *s = (nn_stepper){.model = model, .length = INT64_MAX};
    s->foot = NN_NEW_ARRAY(arena, nn_foot, model->n_vertices);
    if (!make_layers(s, arena, obstacle)) return NULL;
    make_scratch(s, arena);
    for (int v = 0; v < model->n_vertices; v++) make_pass(s, v, arena);
    return s;
}

void nn_stepper_rewind(nn_stepper *s) {
    s->t = 0;
}

int64_t nn_stepper_room(const nn_stepper *s) {
    return s->length == INT64_MAX ? INT64_MAX : s->length - s->t;
}

void nn_stepper_step(nn_stepper *s, const nn_real *x, nn_real *out) {
    const nn_model *model = s->model;
    nn_assert(s->t < s->length);
    for (int v = 0; v < model->n_vertices; v++) {
        nn_foot *foot = &s->foot[v];
        const nn_vertex *vertex = &model->vertex[v];
        for (int k = 0; k < vertex->n_inputs; k++)
            if (vertex->input[k] < 0) ((const nn_real **)foot->pass.z_in)[k] = x;
        foot->carried.t = s->t;
        if (foot->layer->ops->step)
            foot->layer->ops->step(foot->layer, &foot->pass, &foot->carried);
        else
            foot->layer->ops->forward(foot->layer, &foot->pass); /* z(j) = f_Wj(z(j-1)) */
    }
    s->t++;
    const nn_foot *last = &s->foot[model->n_vertices - 1];
    int64_t size = nn_shape_size(&last->layer->out), width = size;
    if (last->layer->out.rank > 1) width = last->layer->out.dim[last->layer->out.rank - 1];
    nn_copy(size, last->pass.z, out);
    if (model->fused)
        nn_activation_of(model->output_activation.kind)
            ->forward(model->output_activation.options, size / width, width, out);
}
