/* The gradient of the user's own model and data against central differences of its loss:
 *
 *     dL/dw  ~  (L(w + h) - L(w - h)) / 2h
 *
 * for some numbers of each tensor, on the first samples of the training data, in float64. Where the
 * loss has a kink (relu, max_pool), there is nothing to compare: beside w, two step sizes do not
 * agree; at w itself they do (the mean of the slopes on its sides), but these slopes stay apart. */
#include <math.h>

#include "nnmpi/random.h"
#include "session.h"

enum { SAMPLES = 8, TRIED = 6 };
#define STEP 1e-5
/* Relative difference of two step sizes beyond which there is a kink: less than what would be wrong
 * by, since many small kinks beside w (a convolution of images) move both. */
#define AGREE (NN_GRADIENT_TOLERANCE / 2)
#define SMALL 1e-3 /* of the largest gradient of all: smaller ones are taken as this large */

static nn_share first_samples(const nn_session *s) {
    int64_t n = s->batch_size < SAMPLES ? s->batch_size : SAMPLES;
    return (nn_share){0, n < s->set[NN_TRAIN]->count ? n : s->set[NN_TRAIN]->count};
}

/* Collective. */
static double loss_at(nn_session *s, nn_real *w, double value) {
    double before = (double)*w;
    *w = (nn_real)value;
    nn_train_gradient(s, NULL, first_samples(s));
    *w = (nn_real)before;
    return nn_control_loss(s->control);
}

typedef struct nn_slope {
    double mean; /* (L(w + h) - L(w - h)) / 2h */
    double bend; /* of the side above w minus that of the side below */
} nn_slope;

/* loss: L(w). Collective. */
static nn_slope slope_at(nn_session *s, nn_real *w, double loss, double h) {
    double value = (double)*w, above = loss_at(s, w, value + h), below = loss_at(s, w, value - h);
    return (nn_slope){(above - below) / (2 * h), ((above - loss) - (loss - below)) / h};
}

/* What is not a number is larger than any. */
static double larger(double a, double b) {
    return isnan(a) || a > b ? a : b;
}

/* From slopes at h and h/4: of a smooth loss the bend is h L'', a quarter of it at h/4. */
static bool is_kink(nn_slope wide, nn_slope narrow, double small) {
    double scale = larger(fabs(wide.mean), small);
    if (fabs(wide.mean - narrow.mean) > AGREE * scale) return true;
    return fabs(wide.bend) > NN_GRADIENT_TOLERANCE * scale &&
           fabs(narrow.bend) > fabs(wide.bend) / 2;
}

/* Tries some numbers of a tensor, the same ones on every rank. loss: with the weights as they are.
 * Collective. */
static nn_gradient_row try_tensor(nn_session *s, const nn_tensor *tensor, const double *gradient,
                                  double loss, double small) {
    nn_gradient_row row = {.tensor = tensor->name, .size = tensor->size};
    nn_stream stream = nn_stream_of((uint64_t)s->options->seed, NN_RANDOM_TEST, 1, tensor->key);
    double worst = 0, largest = small;
    for (int i = 0; i < TRIED && i < tensor->size; i++) {
        int64_t at = tensor->size <= TRIED
                         ? i
                         : (int64_t)(nn_random_bits(&stream, (uint64_t)i) % (uint64_t)tensor->size);
        nn_real *w = s->model->W + tensor->offset + at;
        nn_slope wide = slope_at(s, w, loss, STEP), narrow = slope_at(s, w, loss, STEP / 4);
        row.tried++;
        if (is_kink(wide, narrow, small)) {
            row.kinks++;
            continue;
        }
        double g = gradient[tensor->offset + at];
        worst = larger(worst, fabs(g - wide.mean));
        largest = fmax(largest, fmax(fabs(g), fabs(wide.mean)));
    }
    row.difference = worst / largest;
    return row;
}

nn_status nn_check_gradients(nn_session *s, nn_gradient_report *report) {
    nn_model *model = s->model;
    nn_model_initialize(model, (uint64_t)s->options->seed);
    nn_train_gradient(s, NULL, first_samples(s));
    double loss = nn_control_loss(s->control);
    if (!isfinite(loss)) return nn_error(NN_FAILED, "the loss of the first samples is not finite");
    double *gradient = NN_NEW_ARRAY(s->arena, double, model->size), largest = 0;
    for (int64_t i = 0; i < model->size; i++) {
        gradient[i] = (double)model->dW[i] / s->control[NN_CONTROL_ROWS];
        largest = fmax(largest, fabs(gradient[i]));
    }
    nn_gradient_row *row = NN_NEW_ARRAY(s->arena, nn_gradient_row, model->n_params);
    nn_gradient_table table = {.samples = first_samples(s).count, .row = row};
    for (int i = 0; i < model->n_params; i++)
        if (model->param[i].trainable)
            row[table.rows++] = try_tensor(s, &model->param[i], gradient, loss, SMALL * largest);
    if (nn_comm_rank(s->comm) == 0) report(&table);
    for (int i = 0; i < table.rows; i++)
        if (!(row[i].difference <= NN_GRADIENT_TOLERANCE))
            return nn_error(NN_INTERNAL, "the gradient of \"%s\" is not that of the loss: %.1e",
                            row[i].tensor, row[i].difference);
    return NN_OK;
}
