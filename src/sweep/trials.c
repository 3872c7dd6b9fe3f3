/* The trials of a sweep: the product of all lists, or draws.
 *
 * A draw is a function of seed, trial and key, so trial 7 is the same however many trials or ranks
 * there are. */
#include <math.h>

#include "inside.h"
#include "nnmpi/random.h"

const char *const nn_sweep_methods[] = {"grid", "random", "halving", NULL};

static void make_room(nn_sweep *sweep, int trials) {
    sweep->n_trials = trials;
    sweep->text = NN_NEW_ARRAY(sweep->arena, const char *, trials * sweep->n_keys);
    sweep->trial = NN_NEW_ARRAY(sweep->arena, nn_trial, trials);
    sweep->order = NN_NEW_ARRAY(sweep->arena, int, trials);
    for (int t = 0; t < trials; t++) {
        sweep->trial[t].number = sweep->order[t] = t;
        for (int r = 0; r < NN_MAX_RUNGS; r++) sweep->trial[t].value[r] = NAN;
    }
}

/* ---- grid ---- */

static nn_status make_grid(nn_sweep *sweep) {
    int64_t trials = 1;
    for (int k = 0; k < sweep->n_keys; k++) {
        const nn_swept *swept = &sweep->key[k];
        if (swept->range)
            return nn_error(NN_USAGE,
                            "--set %s=%s: a range has no grid: give a list, or draw from it with "
                            "--method random --trials N",
                            swept->key, swept->given);
        trials *= swept->n;
        if (trials > NN_MAX_TRIALS)
            return nn_error(NN_USAGE, "the grid has more than %d trials", NN_MAX_TRIALS);
    }
    make_room(sweep, (int)trials);
    for (int t = 0; t < sweep->n_trials; t++)
        for (int k = sweep->n_keys - 1, rest = t; k >= 0; k--) { /* the last key is the fastest */
            sweep->text[t * sweep->n_keys + k] = sweep->key[k].value[rest % sweep->key[k].n];
            rest /= sweep->key[k].n;
        }
    return NN_OK;
}

/* ---- random ---- */

/* u in [0, 1). low (high / low)^u: its logarithm is uniform. Of whole numbers both ends belong. */
static const char *draw_number(nn_arena *arena, const nn_swept *swept, double u) {
    double low = swept->low, high = swept->high + swept->whole;
    double x = swept->linear ? low + u * (high - low) : low * pow(high / low, u);
    if (!swept->whole) return nn_arena_format(arena, "%.6g", x);
    return nn_arena_format(arena, "%.0f", fmin(floor(x), swept->high));
}

static void make_draws(nn_sweep *sweep, uint64_t seed, int trials) {
    make_room(sweep, trials);
    for (int t = 0; t < trials; t++)
        for (int k = 0; k < sweep->n_keys; k++) {
            const nn_swept *swept = &sweep->key[k];
            nn_stream stream =
                nn_stream_of(seed, NN_RANDOM_SWEEP, (uint64_t)t, nn_hash_text(swept->key));
            double u = nn_random_uniform(&stream, 0);
            sweep->text[t * sweep->n_keys + k] = swept->range ? draw_number(sweep->arena, swept, u)
                                                              : swept->value[(int)(u * swept->n)];
        }
}

nn_status nn_sweep_trials(nn_sweep *sweep, uint64_t seed) {
    const nn_sweep_request *request = sweep->request;
    if (request->trials > NN_MAX_TRIALS)
        return nn_error(NN_USAGE, "--trials %d: %d at most", request->trials, NN_MAX_TRIALS);
    if (request->method == NN_SWEEP_GRID && request->trials)
        return nn_error(NN_USAGE, "--trials is for --method random and halving: a grid has as many "
                                  "as its lists make");
    if (request->method == NN_SWEEP_RANDOM && !request->trials)
        return nn_error(NN_USAGE, "--method random wants --trials N: how many are drawn");
    if (!request->trials) return make_grid(sweep);
    make_draws(sweep, seed, request->trials);
    return NN_OK;
}
