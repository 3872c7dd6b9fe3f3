/* What the model says after the last token. Where its layers allow it, each token is shown once
 * (stepper.h). Such a model may be bounded to the length of its windows: when that is full, the
 * last half of it is shown again from position 0, and the text goes on from there. */
#include "nnmpi/log.h"
#include "text_writer.h"

const nn_real *nn_text_look_at_window(nn_writer_of_text *w, int32_t filler) {
    nn_session *s = w->s;
    int64_t shown = w->n < w->window ? w->n : w->window;
    for (int64_t i = 0; i < w->window; i++)
        s->feed.x[i] = (nn_real)(i < shown ? w->token[w->n - shown + i] : filler);
    s->feed.sample[0] = 0;
    nn_batch batch = {.n = 1, .x = s->feed.x, .sample = s->feed.sample};
    nn_model_forward(s->model, &batch);
    nn_model_predict(s->model, 1, w->z);
    return w->z + (s->positions == 1 ? 0 : shown - 1) * s->width;
}

static void tell_obstacle(const nn_layer *layer) {
    nn_detail("the whole window is computed for each token: \"%s\" (%s) cannot take one position "
              "at a time",
              layer->name, layer->ops->kind.name);
}

void nn_text_look_open(nn_writer_of_text *w) {
    const nn_layer *obstacle;
    if (w->request->no_cache) return;
    w->stepper = nn_stepper_create(w->s->model, w->s->arena, &obstacle);
    if (!w->stepper) tell_obstacle(obstacle);
}

/* The stepper begins with the last `keep` tokens. */
static void begin_with(nn_writer_of_text *w, int64_t keep) {
    nn_stepper_rewind(w->stepper);
    w->shown = w->n > keep ? w->n - keep : 0;
}

const nn_real *nn_text_look(nn_writer_of_text *w) {
    if (!w->stepper) return nn_text_look_at_window(w, 0);
    if (nn_stepper_room(w->stepper) < w->n - w->shown)
        begin_with(w, w->shown == 0 ? w->window : (w->window + 1) / 2);
    while (w->shown < w->n) {
        nn_real id = (nn_real)w->token[w->shown++];
        nn_stepper_step(w->stepper, &id, w->z);
    }
    return w->z;
}
