/* Successive halving (Jamieson and Talwalkar, AISTATS 2016): all trials get a few epochs, the best
 * 1/eta of them eta times as many, and so on up to all epochs. The other methods have one rung. */
#include <math.h>
#include <stdlib.h>

#include "inside.h"

double nn_trial_value(const nn_trial *trial) {
    return trial->rungs ? trial->value[trial->rungs - 1] : NAN;
}

bool nn_trial_failed(const nn_trial *trial) {
    return trial->status != NN_OK && trial->status != NN_STOPPED;
}

/* The epochs with which the last of the rungs has all of them, if n trials become n / eta, ... 1.
 */
static int64_t first_budget(int64_t epochs, int n, int eta) {
    for (; n > 1 && epochs >= eta; n /= eta) epochs /= eta;
    return epochs > 0 ? epochs : 1;
}

static int kept(const nn_sweep *sweep, int n) {
    return n / sweep->request->eta > 0 ? n / sweep->request->eta : 1;
}

nn_status nn_sweep_rungs(nn_sweep *sweep, int64_t epochs) {
    const nn_sweep_request *request = sweep->request;
    sweep->n_rungs = 1;
    if (request->method != NN_SWEEP_HALVING) return NN_OK;
    if (request->first > epochs)
        return nn_error(NN_USAGE, "--first %d: training.epochs is %lld", request->first,
                        (long long)epochs);
    int64_t budget =
        request->first ? request->first : first_budget(epochs, sweep->n_trials, request->eta);
    int n = sweep->n_trials, r = 0;
    for (; budget < epochs && n > 1 && r < NN_MAX_RUNGS - 1; r++) {
        sweep->budget[r] = budget;
        budget *= request->eta;
        n = kept(sweep, n);
    }
    sweep->budget[r] = 0; /* to the end */
    sweep->n_rungs = r + 1;
    return NN_OK;
}

/* ---- order ---- */

/* Below 0: a is better. */
static int compare(const nn_sweep *sweep, const nn_trial *a, const nn_trial *b) {
    if (nn_trial_failed(a) != nn_trial_failed(b)) return nn_trial_failed(a) - nn_trial_failed(b);
    if (a->rungs != b->rungs) return b->rungs - a->rungs;
    double x = nn_trial_value(a), y = nn_trial_value(b);
    if (isnan(x) != isnan(y)) return isnan(x) - isnan(y);
    if (!isnan(x) && x != y) return (x < y) == sweep->lower_is_better ? -1 : 1;
    return a->number - b->number;
}

/* Insertion: qsort has no context, and trials are few. */
void nn_sweep_sort(nn_sweep *sweep) {
    for (int i = 1; i < sweep->n_trials; i++)
        for (int k = i; k > 0; k--) {
            int *pair = &sweep->order[k - 1], before = pair[0];
            if (compare(sweep, &sweep->trial[before], &sweep->trial[pair[1]]) <= 0) break;
            pair[0] = pair[1];
            pair[1] = before;
        }
}

int nn_sweep_best(const nn_sweep *sweep) {
    const nn_trial *trial = &sweep->trial[sweep->order[0]];
    bool compared = trial->finished && !nn_trial_failed(trial) && !isnan(nn_trial_value(trial));
    return compared ? trial->number : -1;
}

/* ---- survivors ---- */

static bool better_in_rung(const nn_sweep *sweep, int rung, int a, int b) {
    double x = sweep->trial[a].value[rung], y = sweep->trial[b].value[rung];
    if (isnan(x) != isnan(y)) return isnan(y);
    if (!isnan(x) && x != y) return (x < y) == sweep->lower_is_better;
    return a < b;
}

/* The best `most` of n that came through the rung, in the order of their numbers. */
static int survivors(const nn_sweep *sweep, int rung, int *trial, int n, int most) {
    int left = 0, came = 0;
    int *all = malloc((size_t)n * sizeof *all);
    nn_assert(all);
    for (int i = 0; i < n; i++) /* the others failed on the way */
        if (sweep->trial[trial[i]].rungs > rung) all[came++] = trial[i];
    for (int i = 0; i < came; i++) {
        int ahead = 0;
        for (int k = 0; k < came; k++) ahead += better_in_rung(sweep, rung, all[k], all[i]);
        if (ahead < most) trial[left++] = all[i];
    }
    free(all);
    return left;
}

int nn_sweep_in_rung(const nn_sweep *sweep, int rung, int *trial) {
    int n = sweep->n_trials;
    for (int t = 0; t < n; t++) trial[t] = t;
    for (int r = 0; r < rung; r++) n = survivors(sweep, r, trial, n, kept(sweep, n));
    return n;
}
