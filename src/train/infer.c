/* Opening a session to use a trained model: what the checkpoint says, no optimizer, no gradients.
 */
#include <string.h>

#include "infer.h"
#include "session.h"

#define NN_PASS_BYTES ((int64_t)64 << 20) /* of z and scratch */
#define NN_OUT_BYTES ((int64_t)1 << 20)   /* of the outputs of a pass */
#define NN_LEAST_PASS 16
#define NN_PASSES 64 /* at least, where there are as many samples: work for so many ranks */

/* Whether its checksums hold is seen when the weights are read. Rank 0 reads, the others are told
 * what they need: the shape of the input, the constants. */
static nn_status read_about(nn_session *s, const char *checkpoint) {
    nn_checkpoint_about *about = &s->about;
    nn_status status = NN_OK;
    if (nn_comm_rank(s->comm) == 0)
        status = nn_checkpoint_read_about(checkpoint, false, s->arena, about);
    NN_TRY(nn_comm_agree(s->comm, status));
    nn_comm_broadcast(s->comm, &about->input, sizeof about->input, 0);
    nn_comm_broadcast(s->comm, &about->constants.n, sizeof about->constants.n, 0);
    int64_t n = about->constants.n;
    double *copy = NN_NEW_ARRAY(s->arena, double, 2 * n);
    if (nn_comm_rank(s->comm) == 0 && n > 0) {
        memcpy(copy, about->constants.shift, (size_t)n * sizeof *copy);
        memcpy(copy + n, about->constants.factor, (size_t)n * sizeof *copy);
    }
    nn_comm_broadcast(s->comm, copy, 2 * n * (int64_t)sizeof *copy, 0);
    about->constants = (nn_constants){n, copy, copy + n};
    return NN_OK;
}

/* Ids mean what they meant in training. Rank 0 knows the checkpoint's words. */
static nn_status check_words(const nn_session *s, nn_texts here, nn_texts there, const char *what) {
    int i = 0;
    while (i < here.n && i < there.n && strcmp(here.value[i], there.value[i]) == 0) i++;
    if (here.n == 0 || there.n == 0 || (i == here.n && i == there.n)) return NN_OK;
    const nn_dataset *set = nn_data_split(s->data, NN_TRAIN);
    for (int split = 0; !set; split++) set = nn_data_split(s->data, (nn_split)split);
    return nn_error(NN_BAD_DATA,
                    "%s: its %s is not the one the model was trained with: %d is \"%s\" here and "
                    "\"%s\" there",
                    set->file, what, i, i < here.n ? here.value[i] : "",
                    i < there.n ? there.value[i] : "");
}

static nn_status open_data(nn_session *s, nn_split split) {
    const nn_data_options *options = &s->options->data;
    NN_TRY(
        nn_data_open(&s->data, options, &s->about.constants, (uint64_t)s->options->seed, s->comm));
    NN_TRY(check_words(s, nn_data_vocabulary(s->data), s->about.vocabulary, "vocabulary"));
    NN_TRY(check_words(s, nn_data_class_names(s->data), s->about.class_names, "class_names"));
    const nn_dataset *set = s->set[split] = nn_data_split(s->data, split);
    char here[NN_SHAPE_TEXT_SIZE], there[NN_SHAPE_TEXT_SIZE];
    if (nn_shape_equal(&set->input, &s->about.input)) return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s: samples of shape %s; the model was trained on samples of "
                    "shape %s",
                    set->file, set->inputs_name, nn_shape_text(&set->input, here, sizeof here),
                    nn_shape_text(&s->about.input, there, sizeof there));
}

static nn_status build_model(nn_session *s) {
    NN_TRY(nn_model_build(&s->model, s->document, &s->options->model, &s->about.input));
    nn_model_attach_loss(s->model, &s->options->training.loss);
    nn_match_output(s);
    return NN_OK;
}

static nn_status open_model(nn_session *s) {
    NN_TRY(build_model(s));
    if (s->options->data.fetched) return NN_OK;
    nn_match_width(s, &s->options->training.loss, s->model->loss->unfit);
    NN_TRY(nn_match_data(s));
    s->wants_matrix = nn_decides(s);
    return nn_gauges_open(s);
}

/* Samples of one pass, whatever the number of ranks: the same passes give the same bits. */
static int64_t choose_capacity(nn_session *s, int64_t count) {
    int64_t most = NN_PASS_BYTES / nn_model_sample_bytes(s->model, false);
    int64_t out = nn_shape_size(&s->model->output) * (int64_t)sizeof(nn_real);
    if (most > NN_OUT_BYTES / out) most = NN_OUT_BYTES / out;
    if (most > count / NN_PASSES) most = count / NN_PASSES;
    return most > NN_LEAST_PASS ? most : NN_LEAST_PASS;
}

static void begin(nn_session *s) {
    s->arena = nn_arena_create();
    nn_session_threads(s);
}

/* Memory and weights. The split is cut into the shards of the training, for the same sums on any
 * number of ranks. */
static nn_status complete(nn_session *s, const char *checkpoint, int64_t capacity) {
    int64_t shards = s->options->training.shards;
    nn_reduce_size size = {.c = s->n_control,
                           .shards = shards >= nn_comm_size(s->comm) ? shards : 0};
    NN_TRY(nn_reduce_create(&s->reduce, NULL, s->comm, &size));
    s->words = NN_NEW_ARRAY(s->arena, double, s->reduce->mine.count * s->n_control);
    s->piece = capacity;
    nn_model_plan(s->model, capacity, false);
    nn_status status = nn_model_allocate(s->model);
    if (status == NN_OK) nn_feed_open(s, capacity);
    NN_TRY(nn_comm_agree(s->comm, status));
    nn_snapshot snapshot = {.model = s->model, .model_name = s->options->name};
    return nn_checkpoint_load(&snapshot, checkpoint, s->arena, s->comm);
}

nn_status nn_session_infer(nn_session *s, const char *checkpoint, nn_split split) {
    begin(s);
    NN_TRY(read_about(s, checkpoint));
    NN_TRY(nn_comm_agree(s->comm, open_data(s, split)));
    NN_TRY(nn_comm_agree(s->comm, open_model(s)));
    return complete(s, checkpoint, choose_capacity(s, s->set[split]->count));
}

nn_status nn_session_infer_alone(nn_session *s, const char *checkpoint, int64_t most) {
    begin(s);
    NN_TRY(read_about(s, checkpoint));
    NN_TRY(nn_comm_agree(s->comm, build_model(s)));
    int64_t capacity = choose_capacity(s, INT64_MAX);
    return complete(s, checkpoint, capacity < most ? capacity : most);
}

bool nn_decides(const nn_session *s) {
    const nn_loss *loss = s->model->loss;
    return loss->of_classes && (s->width == 1 || loss->takes_labels);
}

bool nn_outputs_probabilities(const nn_session *s) {
    const nn_model *model = s->model;
    const nn_kind *kind = model->fused
                              ? model->output_activation.kind
                              : model->vertex[model->n_vertices - 1].layer->activation.kind;
    return kind && (strcmp(kind->name, "softmax") == 0 || strcmp(kind->name, "sigmoid") == 0);
}

int64_t nn_decision(const nn_session *s, const nn_real *z) {
    if (s->width == 1) return z[0] > (nn_real)(s->model->loss->by_sign ? 0 : 0.5);
    int64_t best = 0;
    for (int64_t j = 1; j < s->width; j++)
        if (z[j] > z[best]) best = j;
    return best;
}
