/* A trained model measured on a split. */
#include "infer.h"
#include "session.h"

static const char *data_text(nn_session *s, const nn_dataset *set) {
    char shape[NN_SHAPE_TEXT_SIZE];
    return nn_arena_format(s->arena, "%s %s %s %s", set->file, set->inputs_name,
                           nn_dtype_name(set->input_type),
                           nn_shape_text(&set->input, shape, sizeof shape));
}

static void measure_values(const nn_session *s, nn_evaluation *e) {
    nn_value *value = NN_NEW_ARRAY(s->arena, nn_value, 1 + NN_MAX_METRICS);
    value[e->n_values++] = (nn_value){"loss", nn_control_loss(s->control)};
    for (int g = 0; g < s->n_told; g++) {
        const nn_gauge *gauge = &s->gauge[g];
        double number = gauge->metric->value(gauge->options, s->width, s->control + gauge->at);
        value[e->n_values++] = (nn_value){gauge->name, number};
    }
    e->value = value;
}

static void describe(nn_session *s, const nn_evaluate_request *request, const nn_dataset *set,
                     nn_evaluation *e) {
    measure_values(s, e);
    e->checkpoint = request->checkpoint;
    e->name = s->options->name;
    e->split = nn_split_name[request->split];
    e->data_text = data_text(s, set);
    e->loss = s->model->loss->kind.name;
    e->epoch = s->about.state.epoch;
    e->step = s->about.state.step;
    e->samples = set->count;
    e->inputs = set->inputs_name;
    e->input = set->input;
    e->windows = set->windows;
    e->vocabulary = s->about.vocabulary;
    e->positions = s->positions;
    if (nn_decides(s)) e->classes = s->width > 1 ? s->width : 2;
    if (s->matrix && e->classes) e->matrix = s->control + s->matrix->at;
    e->class_names = s->about.class_names.n ? s->about.class_names : s->about.vocabulary;
    if (e->class_names.n != e->classes) e->class_names.n = 0;
}

nn_status nn_use_evaluate(nn_session *s, const nn_evaluate_request *request, nn_evaluation *e) {
    NN_TRY(nn_session_infer(s, request->checkpoint, request->split));
    const nn_dataset *set = s->set[request->split];
    nn_worst *worst = nn_worst_open(s, request->worst, set->count, request->spread);
    double started = nn_clock();
    nn_evaluate(s, set, s->control, worst);
    e->n_worst = nn_worst_gather(worst, s, set, &e->worst);
    e->n_spread = nn_spread_gather(worst, s, set, &e->spread);
    e->seconds = nn_clock() - started;
    if (nn_comm_rank(s->comm) == 0) describe(s, request, set, e);
    return NN_OK;
}
