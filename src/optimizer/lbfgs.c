/* lbfgs:  W <- W - a H g, with H the inverse Hessian as the last m steps s and changes y of the
 * gradient know it, and a from a line search.   Nocedal, Wright, Numerical optimization, 2006,
 * algorithms 7.4 and 7.5; Liu, Nocedal, Math. Programming 45, 1989
 *
 * The pair of step t is in the slots 2k and 2k + 1, k = (t - 1) mod m; a pair that says nothing of
 * the curvature is 0. So there is no state but the slots and t. While a step is under way its two
 * slots, which the pair of step t - m leaves, hold the point it started from and the gradient
 * there. */
#include "nnmpi/optimizer.h"

#include <math.h>

#include "line_search.h"
#include "nnmpi/tensor.h"

#define NN_MAX_HISTORY (NN_MAX_SLOTS / 2)

typedef struct nn_lbfgs_options {
    double learning_rate, tolerance_gradient, tolerance_change;
    int64_t history, max_evaluations;
} nn_lbfgs_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_lbfgs_options, learning_rate), .preset = "1",
     .min = 0, .max = HUGE_VAL, .exclusive_min = true,
     .help = "the step that a line search tries first, in lengths of H g"},
    {"history", NN_KEY_INT, offsetof(nn_lbfgs_options, history), .preset = "10", .min = 1,
     .max = NN_MAX_HISTORY, .help = "m: how many steps are remembered, two vectors like W each"},
    {"max_evaluations", NN_KEY_INT, offsetof(nn_lbfgs_options, max_evaluations), .preset = "25",
     .min = 2, .max = 1e6,
     .help = "of loss and gradient in one line search at most, each over the whole data set"},
    {"tolerance_gradient", NN_KEY_REAL, offsetof(nn_lbfgs_options, tolerance_gradient),
     .preset = "1e-7", .min = 0, .max = HUGE_VAL,
     .help = "the run ends, done, when no number of the gradient is larger"},
    {"tolerance_change", NN_KEY_REAL, offsetof(nn_lbfgs_options, tolerance_change),
     .preset = "1e-9", .min = 0, .max = HUGE_VAL,
     .help = "the run ends, done, when a step changed no weight by more"},
    {0}};

static int slots(const void *options) {
    return 2 * (int)((const nn_lbfgs_options *)options)->history;
}

static nn_real *step_of(const nn_lbfgs_options *o, const nn_objective *s, int64_t t) {
    return s->slot[2 * ((t - 1) % o->history)];
}

static nn_real *change_of(const nn_lbfgs_options *o, const nn_objective *s, int64_t t) {
    return s->slot[2 * ((t - 1) % o->history) + 1];
}

static void add_scaled(int64_t n, double a, const nn_real *restrict x, nn_real *restrict y) {
    nn_real by = (nn_real)a;
    for (int64_t i = 0; i < n; i++) y[i] += by * x[i];
}

static void difference(int64_t n, const nn_real *restrict x, nn_real *restrict y) {
    for (int64_t i = 0; i < n; i++) y[i] = x[i] - y[i];
}

static double largest(int64_t n, const nn_real *x) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fmax(most, fabs((double)x[i]));
    return most;
}

/* d = -H g by the two loops of N&W 7.4, from H = (s.y / y.y) I of the newest pair. Returns whether
 * there was a pair. */
static bool find_direction(const nn_lbfgs_options *o, const nn_objective *s) {
    nn_real *d = s->scratch;
    double a[NN_MAX_HISTORY], sy[NN_MAX_HISTORY], gamma = 0;
    int64_t oldest = s->t > o->history ? s->t - o->history : 1;
    nn_zero(s->n, d);
    add_scaled(s->n, -1, s->g, d);
    for (int64_t t = s->t - 1; t >= oldest; t--) {
        const nn_real *step = step_of(o, s, t), *change = change_of(o, s, t);
        int64_t k = t % o->history;
        sy[k] = nn_dot(s->n, step, change);
        if (sy[k] <= 0) continue;
        if (gamma == 0) gamma = sy[k] / nn_dot(s->n, change, change);
        a[k] = nn_dot(s->n, step, d) / sy[k]; /* a = s.d / y.s */
        add_scaled(s->n, -a[k], change, d);   /* d <- d - a y  */
    }
    if (gamma == 0) return false;
    for (int64_t i = 0; i < s->n; i++) d[i] = (nn_real)gamma * d[i];
    for (int64_t t = oldest; t < s->t; t++) {
        int64_t k = t % o->history;
        if (sy[k] <= 0) continue;
        double b = nn_dot(s->n, change_of(o, s, t), d) / sy[k]; /* b = y.d / y.s   */
        add_scaled(s->n, a[k] - b, step_of(o, s, t), d);        /* d <- d + s (a - b) */
    }
    return true;
}

typedef struct nn_ray {
    nn_objective *search;
    const nn_real *from; /* W at its start */
    double now;          /* where W is: from + now d */
} nn_ray;

static nn_line_point look_at(void *context, double a) {
    nn_ray *ray = context;
    nn_objective *s = ray->search;
    ray->now = a;
    for (int64_t i = 0; i < s->n; i++) s->W[i] = ray->from[i] + (nn_real)a * s->scratch[i];
    s->evaluate(s);
    return (nn_line_point){a, s->loss, nn_dot(s->n, s->g, s->scratch)};
}

/* Moves along d; W, loss and g become those of the point found, or remain. `from` and `g` keep
 * those of the start. */
static bool move(const nn_lbfgs_options *o, nn_objective *s, double first, nn_real *from,
                 nn_real *g) {
    double loss = s->loss, slope = nn_dot(s->n, s->g, s->scratch);
    if (!(slope < 0)) return false;
    nn_ray ray = {.search = s, .from = from};
    nn_line line = {.decrease = 1e-4,
                    .curvature = 0.9,
                    .noise = 4 * NN_REAL_EPSILON * fabs(loss),
                    .most = o->max_evaluations,
                    .at = look_at,
                    .context = &ray};
    nn_copy(s->n, s->W, from);
    nn_copy(s->n, s->g, g);
    nn_line_point found = nn_line_search(&line, (nn_line_point){0, loss, slope}, first);
    if (found.a > 0) {
        if (ray.now != found.a) look_at(&ray, found.a);
        return true;
    }
    nn_copy(s->n, from, s->W);
    nn_copy(s->n, g, s->g);
    s->loss = loss;
    return false;
}

/* Does a number of the gradient, or the last change of a weight, exceed its tolerance? */
static bool worth_a_step(const nn_lbfgs_options *o, const nn_objective *s) {
    if (largest(s->n, s->g) <= o->tolerance_gradient) return false;
    double moved = s->t > 1 ? largest(s->n, step_of(o, s, s->t - 1)) : 0;
    return moved == 0 || moved > o->tolerance_change;
}

static void forget(const nn_lbfgs_options *o, const nn_objective *s) {
    for (int k = 0; k < slots(o); k++) nn_zero(s->n, s->slot[k]);
}

/* Along -H g; where that leads nowhere, after forgetting the history, along -g. */
static bool descend(const nn_lbfgs_options *o, nn_objective *s, nn_real *from, nn_real *g) {
    if (find_direction(o, s)) {
        if (move(o, s, s->learning_rate, from, g)) return true;
        forget(o, s);
        find_direction(o, s);
    }
    double length = 0; /* sum |g|: the first step changes W by learning_rate at most */
    for (int64_t i = 0; i < s->n; i++) length += fabs((double)s->g[i]);
    return move(o, s, s->learning_rate * fmin(1, 1 / length), from, g);
}

static bool search(const void *options, nn_objective *s) {
    const nn_lbfgs_options *o = options;
    nn_real *step = step_of(o, s, s->t), *change = change_of(o, s, s->t);
    if (!worth_a_step(o, s)) return false;
    if (!descend(o, s, step, change)) {
        forget(o, s);
        return false;
    }
    difference(s->n, s->W, step);   /* s = W(t) - W(t-1) */
    difference(s->n, s->g, change); /* y = g(t) - g(t-1) */
    double least = NN_REAL_EPSILON * sqrt(nn_dot(s->n, step, step) * nn_dot(s->n, change, change));
    if (nn_dot(s->n, step, change) <= least) {
        nn_zero(s->n, step);
        nn_zero(s->n, change);
    }
    return true;
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_lbfgs) = {
    .kind = {.name = "lbfgs",
             .help =
                 "a quasi-Newton method with a line search, for batch_size: all: small models to "
                 "their optimum",
             .shapes = "keeps `history` pairs of vectors like W",
             .formula = "W <- W - a H g, H the inverse Hessian that the last `history` steps tell "
                        "of, a by a line search for the strong Wolfe conditions (0.0001, 0.9)",
             .source = "Nocedal and Wright, Numerical optimization, 2006, algorithms 3.5, 3.6, "
                       "7.4, 7.5; Liu and Nocedal, Mathematical Programming 45, 1989",
             .details = "The first step is along g and tries learning_rate min(1, 1 / |g|_1). A "
                        "step takes one or a few evaluations of loss and gradient over the whole "
                        "data set; its loss is that of the point where it starts, as with every "
                        "optimizer.\n"
                        "All ranks take the same decisions: they are made of sums over ranks.\n"
                        "Dropout draws one mask a step; batch_norm's averages take the point that "
                        "a step ends at.",
             .example = "{type: lbfgs, history: 10}",
             .keys = keys,
             .options_size = sizeof(nn_lbfgs_options)},
    .slots = slots,
    .slot_name = {"step", "change"},
    .search = search,
};
