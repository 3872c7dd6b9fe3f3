/* From positions of an order to a batch in memory. */
#include "session.h"

void nn_feed_open(nn_session *s, int64_t capacity) {
    int64_t inputs = nn_shape_size(&s->model->input), outputs = nn_shape_size(&s->model->output);
    s->feed.sample = NN_NEW_ARRAY(s->arena, int64_t, capacity);
    s->feed.x = NN_NEW_ARRAY(s->arena, nn_real, capacity * inputs);
    if (s->labels)
        s->feed.label = NN_NEW_ARRAY(s->arena, int32_t, capacity * s->positions);
    else
        s->feed.y = NN_NEW_ARRAY(s->arena, nn_real, capacity * outputs);
    int64_t weights = 0;
    for (int i = 0; i < NN_SPLITS; i++)
        if (s->set[i] && s->set[i]->weights > weights) weights = s->set[i]->weights;
    s->feed.sample_weight = NN_NEW_ARRAY(s->arena, nn_real, capacity * weights);
    if (weights || s->class_weight)
        s->feed.weight = NN_NEW_ARRAY(s->arena, nn_real, capacity * s->positions);
}

nn_batch nn_feed_gather(nn_session *s, const nn_dataset *set, const nn_sampler *order,
                        nn_share positions, int64_t at) {
    const nn_model *model = s->model;
    int64_t *sample = s->feed.sample + at;
    nn_real *x = s->feed.x + at * nn_shape_size(&model->input);
    nn_real *y = s->labels ? NULL : s->feed.y + at * nn_shape_size(&model->output);
    int32_t *label = s->labels ? s->feed.label + at * s->positions : NULL;
    for (int64_t i = 0; i < positions.count; i++)
        sample[i] = order ? nn_sampler_at(order, positions.first + i) : positions.first + i;
    nn_dataset_inputs(set, sample, positions.count, x);
    if (s->labels)
        nn_dataset_labels(set, sample, positions.count, label);
    else
        nn_dataset_values(set, sample, positions.count, y);
    return (nn_batch){.n = positions.count,
                      .at = at,
                      .x = x,
                      .y = y,
                      .label = label,
                      .sample = sample,
                      .seed = (uint64_t)s->options->seed};
}
