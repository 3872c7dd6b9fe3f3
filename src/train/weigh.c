/* What the loss of a row is multiplied by: the weight of its sample, and in training that of its
 * class. The mean still divides by the number of rows, as in Keras, so that a sample counts the
 * same in any batch. Metrics do not see weights. */
#include "class_weight.h"
#include "session.h"

static int64_t classes_of(const nn_session *s) {
    return s->width > 1 ? s->width : 2;
}

void nn_weigh_setup(nn_session *s) {
    nn_node *node = s->options->training.class_weight;
    const nn_loss *loss = s->model->loss;
    if (!node) return;
    if (!loss->of_classes || (s->width > 1 && !loss->takes_labels)) {
        nn_config_complain(s->document, node, NULL,
                           "class_weight: %s with %lld outputs has no classes", loss->kind.name,
                           (long long)s->width);
        return;
    }
    s->class_weight = NN_NEW_ARRAY(s->arena, double, classes_of(s));
    nn_class_weight_read(s->document, node, classes_of(s), s->class_weight, &s->balanced);
}

static bool ignores(const nn_model *model, int64_t label) {
    return model->loss->ignored_label && model->loss->ignored_label(model->loss_options) == label;
}

/* The class of row i of the batch; -1: it is ignored. One number: is it above one half? */
static int64_t class_of(const nn_session *s, const nn_batch *batch, int64_t i) {
    if (s->labels) return ignores(s->model, batch->label[i]) ? -1 : batch->label[i];
    const nn_real *y = batch->y + i * s->width;
    if (s->width == 1) return y[0] > (nn_real)0.5;
    int64_t best = 0;
    for (int64_t j = 1; j < s->width; j++)
        if (y[j] > y[best]) best = j;
    return best;
}

void nn_weigh_balance(nn_session *s) {
    if (!s->balanced) return;
    int64_t classes = classes_of(s), *count = NN_NEW_ARRAY(s->arena, int64_t, classes);
    const nn_dataset *set = s->set[NN_TRAIN];
    nn_share share = nn_share_of(set->count, nn_comm_size(s->comm), nn_comm_rank(s->comm));
    for (int64_t at = 0; at < share.count; at += s->piece) {
        int64_t left = share.count - at;
        nn_share piece = {share.first + at, left < s->piece ? left : s->piece};
        nn_batch batch = nn_feed_gather(s, set, NULL, piece, 0);
        for (int64_t i = 0; i < batch.n * s->positions; i++) {
            int64_t c = class_of(s, &batch, i);
            if (c >= 0) count[c]++;
        }
    }
    nn_comm_sum_counts(s->comm, count, classes);
    nn_class_weight_balance(classes, count, s->class_weight);
}

void nn_weigh(const nn_session *s, const nn_dataset *set, nn_batch *batch) {
    const double *by_class = batch->training ? s->class_weight : NULL;
    if (!by_class && !set->weights) return;
    nn_real *weight = s->feed.weight + batch->at * s->positions, *sample = s->feed.sample_weight;
    if (set->weights) nn_dataset_weights(set, batch->sample, batch->n, sample);
    for (int64_t i = 0; i < batch->n * s->positions; i++) {
        int64_t c = by_class ? class_of(s, batch, i) : -1;
        nn_real w = c >= 0 ? (nn_real)by_class[c] : 1;
        if (set->weights) w *= sample[i * set->weights / s->positions];
        weight[i] = w;
    }
    batch->weight = weight;
}
