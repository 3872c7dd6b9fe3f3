/* The paths of all data sets of the model's shapes. */
#include "content.h"
#include "keras.h"
#include "nnmpi/text.h"

typedef struct nn_walk {
    nn_content_visitor *visit;
    void *context;
} nn_walk;

/* One flat vector like W or S: `numbers` at the tensors' offsets, under group/layer/weight, or in
 * Keras's place when group is NULL. */
static nn_status each_tensor(const nn_walk *walk, const char *group, const nn_tensor *tensor, int n,
                             nn_real *numbers) {
    nn_status status = NN_OK;
    for (int i = 0; i < n && status == NN_OK; i++) {
        nn_buffer path = {0};
        char weight[NN_KERAS_WEIGHT_SIZE];
        if (group)
            nn_buffer_add(&path, "%s/%s", group, tensor[i].name);
        else
            nn_buffer_add(&path, "/model_weights/%s/%s/%s:0", tensor[i].layer, tensor[i].layer,
                          nn_keras_weight(tensor[i].weight, weight));
        status = walk->visit(walk->context, path.text, &tensor[i],
                             numbers ? numbers + tensor[i].offset : NULL);
        nn_buffer_free(&path);
    }
    return status;
}

nn_status nn_content_each(const nn_snapshot *s, nn_content_visitor *visit, void *context) {
    const nn_walk walk = {visit, context};
    const nn_model *m = s->model;
    NN_TRY(each_tensor(&walk, NULL, m->param, m->n_params, m->W));
    NN_TRY(each_tensor(&walk, NULL, m->state, m->n_state, m->S));
    for (int k = 0; k < s->n_slots; k++) {
        char name[NN_SLOT_NAME_SIZE];
        nn_buffer group = {0};
        nn_buffer_add(&group, "/nnmpi/state/optimizer/%s",
                      nn_optimizer_slot_name(s->optimizer, k, name));
        nn_status status = each_tensor(&walk, group.text, m->param, m->n_params, s->slot[k]);
        nn_buffer_free(&group);
        NN_TRY(status);
    }
    if (s->trained_W)
        NN_TRY(each_tensor(&walk, "/nnmpi/state/trained", m->param, m->n_params, s->trained_W));
    if (s->best_W)
        NN_TRY(each_tensor(&walk, "/nnmpi/state/best", m->param, m->n_params, s->best_W));
    if (s->best_S) NN_TRY(each_tensor(&walk, "/nnmpi/state/best", m->state, m->n_state, s->best_S));
    return NN_OK;
}
