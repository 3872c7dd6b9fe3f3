/* Which number is not finite first: the step is computed once more, and every layer's output and
 * gradient is looked at. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "session.h"

#define NN_NAMED 8 /* samples */

struct nn_suspect {
    int64_t when; /* in the order of a pass: forward, loss, backward; INT64_MAX: nothing found */
    char text[600];
};

/* ---- samples ---- */

typedef struct nn_culprits {
    int64_t sample[NN_NAMED], n;
} nn_culprits;

static void add_sample(nn_culprits *culprits, int64_t sample) {
    if (culprits->n < NN_NAMED) culprits->sample[culprits->n] = sample;
    culprits->n++;
}

/* Those whose row of x[n][size] is not finite. */
static nn_culprits samples_of(const nn_pass *pass, const nn_real *x, int64_t size) {
    nn_culprits culprits = {.n = 0};
    for (int64_t i = 0; i < pass->n; i++)
        if (!nn_all_finite(size, x + i * size)) add_sample(&culprits, pass->sample[i]);
    return culprits;
}

static void name_samples(const nn_culprits *culprits, nn_buffer *text) {
    int64_t named = culprits->n < NN_NAMED ? culprits->n : NN_NAMED;
    nn_buffer_add(text, culprits->n == 1 ? ", for sample" : ", for samples");
    for (int64_t i = 0; i < named; i++)
        nn_buffer_add(text, "%s %lld", i ? "," : "", (long long)culprits->sample[i]);
    if (culprits->n > named)
        nn_buffer_add(text, " and %lld more", (long long)(culprits->n - named));
    nn_buffer_add(text, " of data.train");
}

/* ---- what is found ---- */

static bool is_earlier(const nn_session *s, int64_t when) {
    return when < s->suspect->when;
}

static void found(nn_session *s, int64_t when, const nn_culprits *culprits, const char *what,
                  const char *layer, const char *more) {
    nn_buffer text = {0};
    nn_buffer_add(&text, what, layer);
    nn_buffer_add(&text, " on rank %d (%s)", nn_comm_rank(s->comm), nn_comm_host(s->comm));
    if (culprits && culprits->n) name_samples(culprits, &text);
    nn_buffer_add(&text, "%s", more);
    s->suspect->when = when;
    snprintf(s->suspect->text, sizeof s->suspect->text, "%s", text.text);
    nn_buffer_free(&text);
}

static bool weights_are_finite(const nn_session *s, int v) {
    const nn_vertex *vertex = &s->model->vertex[v];
    for (int i = 0; i < vertex->layer->n_params; i++) {
        const nn_tensor *tensor = &s->model->param[vertex->param[i]];
        if (!nn_all_finite(tensor->size, s->model->W + tensor->offset)) return false;
    }
    return true;
}

static void see_forward(void *context, int v, int64_t n) {
    nn_session *s = context;
    const nn_vertex *vertex = &s->model->vertex[v];
    const nn_pass *pass = nn_model_pass(s->model, v);
    int64_t size = nn_shape_size(&vertex->layer->out);
    if (!is_earlier(s, v) || nn_all_finite(n * size, pass->z)) return;
    nn_culprits culprits = samples_of(pass, pass->z, size);
    found(s, v, &culprits, "the output of \"%s\" is the first", vertex->name,
          weights_are_finite(s, v) ? "" : "; its weights are not finite");
}

static void see_backward(void *context, int v, int64_t n) {
    nn_session *s = context;
    const nn_vertex *vertex = &s->model->vertex[v];
    const nn_pass *pass = nn_model_pass(s->model, v);
    int64_t when = 2 * (int64_t)s->model->n_vertices - v;
    if (!is_earlier(s, when)) return;
    for (int i = 0; i < vertex->layer->n_params; i++) {
        const nn_tensor *tensor = &s->model->param[vertex->param[i]];
        if (!tensor->trainable || nn_all_finite(tensor->size, pass->dW[i])) continue;
        found(s, when, NULL, "the gradient of %s is the first", tensor->name, "");
        return;
    }
    for (int k = 0; k < vertex->n_inputs; k++) {
        int64_t size = nn_shape_size(&vertex->layer->in[k]);
        if (!pass->dz_in[k] || nn_all_finite(n * size, pass->dz_in[k])) continue;
        nn_culprits culprits = samples_of(pass, pass->dz_in[k], size);
        found(s, when, &culprits, "the gradient by the input of \"%s\" is the first", vertex->name,
              "");
        return;
    }
}

/* Sample by sample, where the outputs are finite and the loss is not. */
void nn_suspect_loss(nn_session *s, const nn_batch *batch) {
    const nn_model *m = s->model;
    nn_culprits culprits = {.n = 0};
    if (!is_earlier(s, m->n_vertices)) return;
    nn_rows rows = nn_model_rows(m, batch);
    rows.n = s->positions;
    for (int64_t i = 0; i < batch->n; i++) {
        nn_rows one = rows;
        one.z += i * s->positions * s->width;
        if (one.y) one.y += i * s->positions * s->width;
        if (one.label) one.label += i * s->positions;
        if (one.weight) one.weight += i * s->positions;
        if (!isfinite(m->loss->value_gradient(m->loss_options, &one, NULL).loss))
            add_sample(&culprits, batch->sample[i]);
    }
    if (culprits.n)
        found(s, m->n_vertices, &culprits, "the loss %s is the first", m->loss->kind.name, "");
}

/* ---- all ranks ---- */

/* The gradients of all ranks are finite, their sum is not. */
static const char *overflow(const nn_session *s, nn_arena *arena) {
    for (int i = s->model->n_params - 1; i >= 0; i--) {
        const nn_tensor *tensor = &s->model->param[i];
        if (!nn_all_finite(tensor->size, s->model->dW + tensor->offset))
            return nn_arena_format(arena,
                                   "the sum of the gradient of %s is the first, those of its "
                                   "samples' parts are finite",
                                   tensor->name);
    }
    return "computed once more, every number is finite: the memory or the processor may be at "
           "fault";
}

const char *nn_suspect_find(nn_session *s, const nn_sampler *order, nn_share share,
                            nn_arena *arena) {
    nn_suspect suspect = {.when = INT64_MAX};
    const nn_pass_observer watch = {see_forward, see_backward, s}, *before = s->observed;
    s->suspect = &suspect;
    s->observed = &watch;
    nn_train_gradient(s, order, share);
    s->observed = before;
    s->suspect = NULL;

    int ranks = nn_comm_size(s->comm), first = 0;
    int64_t *when = NN_NEW_ARRAY(arena, int64_t, ranks);
    nn_comm_gather(s->comm, &suspect.when, when, sizeof suspect.when);
    for (int r = 1; r < ranks; r++)
        if (when[r] < when[first]) first = r;
    if (when[first] == INT64_MAX) return overflow(s, arena);
    nn_comm_broadcast(s->comm, suspect.text, sizeof suspect.text, first);
    return nn_arena_text(arena, suspect.text);
}
