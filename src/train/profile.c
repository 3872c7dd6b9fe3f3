/* Measuring a session: what its layers cost, and who is told when a lap ends. */
#include "profiler.h"
#include "session.h"

/* ---- the costs of a layer, from its shapes ---- */

static bool asks_for_input_gradient(const nn_model *model, const nn_vertex *vertex) {
    for (int k = 0; k < vertex->n_inputs; k++)
        if (vertex->input[k] >= 0 && model->vertex[vertex->input[k]].needs_gradient) return true;
    return false;
}

/* Forward reads z(j-1) and W and writes z(j) and what it keeps. Backward reads dz(j), what was kept
 * and the arrays that it needs again, and writes dz(j-1) and dW; a layer with weights has two
 * products there, each as much work as forward. */
static void find_costs(const nn_model *model, int v, double flops, nn_profiler_layer *costs) {
    const nn_vertex *vertex = &model->vertex[v];
    const nn_layer *layer = vertex->layer;
    if (layer->view) return; /* nothing is done */
    double in = 0, weights = 0, number = sizeof(nn_real);
    double out = (double)nn_shape_size(&layer->out), kept = (double)layer->kept;
    for (int k = 0; k < layer->n_inputs; k++) in += (double)nn_shape_size(&layer->in[k]);
    for (int i = 0; i < layer->n_params; i++)
        weights += (double)model->param[vertex->param[i]].size;
    costs->forward.flops = flops;
    costs->forward.bytes = number * (in + out + kept);
    costs->forward.call_bytes = number * weights;
    if (!vertex->needs_gradient) return;
    bool asked = asks_for_input_gradient(model, vertex),
         trained = layer->n_params && model->param[vertex->param[0]].trainable;
    costs->backward.flops = flops * (layer->n_params ? asked + trained : 1);
    costs->backward.bytes =
        number * (out + kept + asked * in + layer->keeps_input * in + layer->keeps_output * out);
    costs->backward.call_bytes = number * weights * (asked + trained);
}

/* ---- laps ---- */

static void forward_done(void *context, int vertex, int64_t n) {
    nn_profiler *p = context;
    nn_profiler_lap(p, NN_PHASE_FORWARD, vertex);
    p->layer[vertex].forward.calls++;
    p->layer[vertex].forward.samples += n;
    if (vertex == 0) p->samples += n;
}

static void backward_done(void *context, int vertex, int64_t n) {
    nn_profiler *p = context;
    nn_profiler_lap(p, NN_PHASE_BACKWARD, vertex);
    p->layer[vertex].backward.calls++;
    p->layer[vertex].backward.samples += n;
}

static int64_t laps_a_step(const nn_session *s) {
    int ranks = nn_comm_size(s->comm), parts = nn_parts(s, ranks);
    int64_t share = nn_share_of(s->batch_size, parts, 0).count;
    int64_t passes = (share + s->piece - 1) / s->piece * nn_share_of(parts, ranks, 0).count;
    int64_t evaluations = s->optimizer->search ? 4 : 1; /* as a rule at most */
    return evaluations * passes * (2 * (int64_t)s->model->n_vertices + 4) + 8;
}

void nn_profile_open(nn_session *s) {
    if (!s->options->profile) return;
    int n = s->model->n_vertices;
    nn_run_plan plan = nn_session_plan(s, 0);
    s->profiler = nn_profiler_create(s->arena, n, laps_a_step(s), nn_comm_size(s->comm));
    for (int v = 0; v < n; v++) {
        s->profiler->layer[v].name = plan.layer[v].name;
        s->profiler->layer[v].type = plan.layer[v].type;
        find_costs(s->model, v, plan.layer[v].flops, &s->profiler->layer[v]);
    }
    s->watch = (nn_pass_observer){forward_done, backward_done, s->profiler};
    s->observed = &s->watch;
}

const nn_profile *nn_profile_close(nn_session *s) {
    if (!s->profiler) return NULL;
    nn_profile_lap(s, NN_PHASE_OTHER);
    nn_profile *profile = nn_profiler_summary(s->profiler, s->comm, s->arena);
    if (!s->folder) return profile;
    profile->folder = s->folder;
    nn_profiler_trace(s->profiler, s->options->name, s->folder, s->arena, s->comm);
    nn_run_plan plan = nn_session_plan(s, 0);
    if (nn_comm_rank(s->comm) == 0) nn_profile_write(profile, &plan, s->folder);
    return profile;
}
