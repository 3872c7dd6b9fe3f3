/* The samples that the model does worst on, and some from all of the split. */
#include <math.h>
#include <string.h>

#include "infer.h"
#include "session.h"

struct nn_worst {
    int most, n;
    nn_verdict *verdict; /* [most + 1]: the largest loss first, of equals the first sample */
    nn_real *z;          /* the outputs of one sample, activation applied */
    int64_t count;       /* samples of the split */
    int spread;          /* sample k count / spread for each k below it ... */
    nn_verdict *evenly;  /* [spread]; index -1: another rank's, or it does not count */
};

nn_worst *nn_worst_open(nn_session *s, int most, int64_t count, int spread) {
    if (spread > count) spread = (int)count;
    nn_worst *worst = NN_NEW(s->arena, nn_worst);
    *worst = (nn_worst){.most = most,
                        .verdict = NN_NEW_ARRAY(s->arena, nn_verdict, most + 1),
                        .z = NN_NEW_ARRAY(s->arena, nn_real, s->positions * s->width),
                        .count = count,
                        .spread = spread,
                        .evenly = NN_NEW_ARRAY(s->arena, nn_verdict, spread + 1)};
    for (int k = 0; k < spread; k++) worst->evenly[k].index = -1;
    return worst;
}

/* A loss that is no number is the worst. */
static bool worse(const nn_verdict *a, const nn_verdict *b) {
    double x = isnan(a->loss) ? INFINITY : a->loss, y = isnan(b->loss) ? INFINITY : b->loss;
    return x != y ? x > y : a->index < b->index;
}

static void insert(nn_worst *worst, const nn_verdict *verdict) {
    int at = worst->n;
    while (at > 0 && worse(verdict, &worst->verdict[at - 1])) {
        worst->verdict[at] = worst->verdict[at - 1];
        at--;
    }
    worst->verdict[at] = *verdict;
    if (worst->n < worst->most) worst->n++;
}

/* The right class of a position; -1 if the loss leaves it out. */
static int64_t answer(const nn_session *s, const nn_rows *rows, int64_t i) {
    if (!rows->label) return nn_decision(s, rows->y + i * s->width);
    return rows->label[i] == nn_label_ignored(s->model) ? -1 : rows->label[i];
}

static void judge_classes(const nn_session *s, const nn_rows *rows, const nn_real *z,
                          nn_verdict *v) {
    for (int64_t i = 0; i < s->positions; i++) {
        v->target = answer(s, rows, i);
        v->prediction = nn_decision(s, z + i * s->width);
        v->positions += v->target >= 0;
        v->right += v->target == v->prediction;
    }
    double p = s->width == 1 ? z[0] : z[v->prediction];
    if (s->width == 1 && v->prediction == 0) p = 1 - p;
    v->probability = nn_outputs_probabilities(s) ? p : NAN;
}

static void judge_numbers(const nn_session *s, const nn_rows *rows, const nn_real *z,
                          nn_verdict *v) {
    int64_t n = s->positions * s->width;
    v->numbers = n < NN_SAID_NUMBERS ? (int)n : NN_SAID_NUMBERS;
    for (int i = 0; i < v->numbers; i++) {
        v->z[i] = z[i];
        v->y[i] = rows->label ? rows->label[i] : rows->y[i];
    }
}

/* What the model says of this sample, as a user wants it. */
static void judge(nn_worst *worst, const nn_session *s, const nn_rows *rows, nn_verdict *v) {
    const nn_model *model = s->model;
    int64_t n = s->positions * s->width;
    memcpy(worst->z, rows->z, (size_t)n * sizeof *worst->z);
    if (model->fused)
        nn_activation_of(model->output_activation.kind)
            ->forward(model->output_activation.options, s->positions, s->width, worst->z);
    if (nn_decides(s))
        judge_classes(s, rows, worst->z, v);
    else
        judge_numbers(s, rows, worst->z, v);
}

/* Which of the evenly chosen samples this one is, or -1. */
static int64_t evenly(const nn_worst *worst, int64_t index) {
    if (worst->spread == 0) return -1;
    int64_t k = (index * worst->spread + worst->count - 1) / worst->count;
    return k < worst->spread && k * worst->count / worst->spread == index ? k : -1;
}

void nn_worst_see(nn_worst *worst, nn_session *s, const nn_batch *batch) {
    const nn_model *model = s->model;
    nn_rows rows = nn_model_rows(model, batch);
    rows.n = s->positions;
    rows.weight = NULL;
    for (int64_t i = 0; i < batch->n && worst->most + worst->spread > 0; i++) {
        nn_loss_sum sum = model->loss->value_gradient(model->loss_options, &rows, NULL);
        nn_verdict v = {.index = batch->sample[i], .loss = sum.loss / sum.rows};
        bool counts = sum.rows > 0,
             bad = worst->n < worst->most || (worst->n && worse(&v, &worst->verdict[worst->n - 1]));
        int64_t k = evenly(worst, v.index);
        if (counts && (bad || k >= 0)) judge(worst, s, &rows, &v);
        if (counts && bad) insert(worst, &v);
        if (counts && k >= 0) worst->evenly[k] = v;
        rows.z += s->positions * s->width;
        if (rows.y) rows.y += s->positions * s->width;
        if (rows.label) rows.label += s->positions;
    }
}

int nn_worst_gather(nn_worst *worst, nn_session *s, const nn_dataset *set,
                    const nn_verdict **verdicts) {
    int ranks = nn_comm_size(s->comm), most = worst->most;
    nn_verdict *all = NN_NEW_ARRAY(s->arena, nn_verdict, (int64_t)ranks * most);
    for (int i = worst->n; i < most; i++) worst->verdict[i].index = -1;
    nn_comm_gather(s->comm, worst->verdict, all, most * (int64_t)sizeof *all);
    worst->n = 0;
    for (int64_t i = 0; i < (int64_t)ranks * most; i++)
        if (all[i].index >= 0 && (worst->n < most || worse(&all[i], &worst->verdict[worst->n - 1])))
            insert(worst, &all[i]);
    for (int i = 0; i < worst->n; i++)
        worst->verdict[i].row =
            nn_dataset_place(set, worst->verdict[i].index, &worst->verdict[i].file);
    *verdicts = worst->verdict;
    return worst->n;
}

int nn_spread_gather(nn_worst *worst, nn_session *s, const nn_dataset *set,
                     const nn_verdict **verdicts) {
    int ranks = nn_comm_size(s->comm), spread = worst->spread, n = 0;
    nn_verdict *all = NN_NEW_ARRAY(s->arena, nn_verdict, (int64_t)ranks * spread + 1);
    nn_comm_gather(s->comm, worst->evenly, all, spread * (int64_t)sizeof *all);
    for (int k = 0; k < spread; k++) {
        nn_verdict v = {.index = -1};
        for (int r = 0; r < ranks; r++)
            if (all[r * spread + k].index >= 0) v = all[r * spread + k];
        if (v.index < 0) continue;
        v.row = nn_dataset_place(set, v.index, &v.file);
        worst->evenly[n++] = v;
    }
    *verdicts = worst->evenly;
    return n;
}
