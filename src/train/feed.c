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
                        nn_share positions) {
    nn_feed *feed = &s->feed;
    for (int64_t i = 0; i < positions.count; i++)
        feed->sample[i] = order ? nn_sampler_at(order, positions.first + i) : positions.first + i;
    nn_dataset_inputs(set, feed->sample, positions.count, feed->x);
    if (s->labels)
        nn_dataset_labels(set, feed->sample, positions.count, feed->label);
    else
        nn_dataset_values(set, feed->sample, positions.count, feed->y);
    return (nn_batch){.n = positions.count,
                      .x = feed->x,
                      .y = feed->y,
                      .label = feed->label,
                      .sample = feed->sample,
                      .seed = (uint64_t)s->options->seed};
}
