/* lbfgs through its interface, on functions whose minimum is known; its line search by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "../common/oracle.h"
#include "nnmpi/optimizer.h"
#include "optimizer/line_search.h"

#define MOST 100
#define DOUBLE (NN_REAL_EPSILON < 1e-10)

/* ---- a function, its gradient, and steps on it ---- */

typedef double function(int64_t n, const nn_real *x, nn_real *g);

/* sum over pairs of 100 (y - x^2)^2 + (1 - x)^2: a curved valley, minimum 0 at (1, 1, ...) */
static double rosenbrock(int64_t n, const nn_real *x, nn_real *g) {
    double sum = 0;
    for (int64_t i = 0; i < n; i += 2) {
        double a = x[i], b = (double)x[i + 1] - a * a;
        sum += 100 * b * b + (1 - a) * (1 - a);
        g[i] = (nn_real)(-400 * a * b - 2 * (1 - a));
        g[i + 1] = (nn_real)(200 * b);
    }
    return sum;
}

/* 1/2 sum_i (i + 1) (x_i - i)^2: condition n */
static double bowl(int64_t n, const nn_real *x, nn_real *g) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        double d = (double)x[i] - (double)i;
        sum += 0.5 * (double)(i + 1) * d * d;
        g[i] = (nn_real)((double)(i + 1) * d);
    }
    return sum;
}

/* sum_i x_i - log x_i, infinite for x_i <= 0; minimum n at (1, 1, ...) */
static double barrier(int64_t n, const nn_real *x, nn_real *g) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += x[i] > 0 ? (double)x[i] - log((double)x[i]) : INFINITY;
        g[i] = 1 - 1 / x[i];
    }
    return sum;
}

/* falls for ever */
static double slide(int64_t n, const nn_real *x, nn_real *g) {
    for (int64_t i = 0; i < n; i++) g[i] = i == 0 ? -1 : 0;
    return -(double)x[0];
}

typedef struct world {
    function *f;
    nn_objective search;
    nn_real W[MOST], g[MOST], scratch[MOST], slot[NN_MAX_SLOTS][MOST];
    nn_document *document;
    nn_typed typed;
    int evaluations;
} world;

static void evaluate(nn_objective *s) {
    world *w = s->context;
    w->evaluations++;
    s->loss = w->f(s->n, s->W, s->g);
    if (!isfinite(s->loss)) s->loss = INFINITY;
}

static void begin(world *w, function *f, int64_t n, nn_real first, const char *yaml) {
    *w = (world){.f = f};
    w->typed = oracle_typed(&w->document, yaml, nn_optimizer_kinds);
    w->search = (nn_objective){.n = n,
                               .W = w->W,
                               .g = w->g,
                               .scratch = w->scratch,
                               .learning_rate = *(double *)w->typed.options,
                               .evaluate = evaluate,
                               .context = w};
    for (int k = 0; k < NN_MAX_SLOTS; k++) w->search.slot[k] = w->slot[k];
    for (int64_t i = 0; i < n; i++) w->W[i] = first;
    evaluate(&w->search);
}

static bool step(world *w) {
    w->search.t++;
    return nn_optimizer_of(w->typed.kind)->search(w->typed.options, &w->search);
}

/* Steps until there is no better point; how many. */
static int descend(world *w, int most) {
    for (int t = 0; t < most; t++) {
        double before = w->search.loss;
        if (!step(w)) return t;
        assert_true(w->search.loss <= before + 4 * NN_REAL_EPSILON * fabs(before));
    }
    fail_msg("not at the minimum after %d steps: %g", most, w->search.loss);
    return most;
}

static void end(world *w) {
    nn_document_destroy(w->document);
}

/* ---- the optimizer ---- */

static void the_valley_of_rosenbrock_is_followed_to_its_end(void **unused) {
    world w;
    begin(&w, rosenbrock, 20, -1.2f,
          "{type: lbfgs, tolerance_gradient: 1e-9, tolerance_change: 0}");
    int steps = descend(&w, 200);
    for (int i = 0; i < 20; i++)
        if (!(fabs((double)w.W[i] - 1) < (DOUBLE ? 1e-8 : 2e-2)))
            fail_msg("x[%d] = %.10g", i, (double)w.W[i]);
    print_message("rosenbrock: %d steps, %d evaluations\n", steps, w.evaluations);
    if (DOUBLE) assert_true(steps < 80 && w.evaluations < 100);
    end(&w);
}

static void a_bowl_takes_few_steps(void **unused) {
    world w;
    begin(&w, bowl, 8, 20, "{type: lbfgs, tolerance_gradient: 1e-9}");
    int steps = descend(&w, 60);
    for (int i = 0; i < 8; i++) assert_true(fabs((double)w.W[i] - i) < (DOUBLE ? 1e-9 : 1e-4));
    print_message("bowl: %d steps, %d evaluations\n", steps, w.evaluations);
    assert_true(steps <= 25 && w.evaluations <= 32);
    end(&w);
}

static void a_step_into_the_infinite_is_turned_back(void **unused) {
    world w;
    begin(&w, barrier, 6, 30, "{type: lbfgs, learning_rate: 1000}");
    descend(&w, 100);
    for (int i = 0; i < 6; i++) assert_true(fabs((double)w.W[i] - 1) < (DOUBLE ? 1e-6 : 1e-3));
    end(&w);
}

static void a_short_memory_forgets_but_arrives(void **unused) {
    world w;
    begin(&w, rosenbrock, 2, -1.2f, "{type: lbfgs, history: 1, tolerance_gradient: 1e-8}");
    descend(&w, 300);
    assert_true(w.search.loss < (DOUBLE ? 1e-14 : 1e-5));
    end(&w);
}

static void at_the_minimum_nothing_moves_and_it_says_so_again(void **unused) {
    world w;
    begin(&w, bowl, 5, 3, "lbfgs");
    descend(&w, 60);
    nn_real before[MOST];
    memcpy(before, w.W, sizeof before);
    for (int k = 0; k < 3; k++) assert_false(step(&w));
    assert_memory_equal(before, w.W, sizeof before);
    end(&w);
}

/* No curvature: no pair is kept, the steps stay finite, no evaluation is beyond the limit. */
static void a_slope_without_an_end_is_followed_in_finite_steps(void **unused) {
    world w;
    begin(&w, slide, 3, 0, "{type: lbfgs, max_evaluations: 5}");
    for (int t = 0; t < 4; t++) {
        int before = w.evaluations;
        double loss = w.search.loss;
        assert_true(step(&w));
        assert_true(isfinite(w.search.loss) && w.search.loss < loss);
        assert_true(w.evaluations - before <= 5);
    }
    for (int k = 0; k < 20; k++)
        for (int i = 0; i < 3; i++) assert_true(w.slot[k][i] == 0);
    end(&w);
}

/* W, g and the slots are all that a step depends on (and t): copied, they go on in the same way. */
static void a_copy_of_its_slots_goes_on_in_the_same_way(void **unused) {
    static world a, b;
    begin(&a, rosenbrock, 10, -1.2f, "{type: lbfgs, history: 4}");
    for (int t = 0; t < 9; t++) assert_true(step(&a));
    begin(&b, rosenbrock, 10, 0, "{type: lbfgs, history: 4}");
    memcpy(b.W, a.W, sizeof b.W);
    memcpy(b.slot, a.slot, sizeof b.slot);
    b.search.t = a.search.t;
    evaluate(&b.search);
    for (int t = 0; t < 10; t++) assert_true(step(&a) && step(&b));
    assert_memory_equal(a.W, b.W, sizeof a.W);
    end(&a);
    end(&b);
}

/* ---- the line search, on the functions of Moré, Thuente, ACM TOMS 20, 1994 ---- */

static nn_line_point one(void *unused, double a) { /* (5.1): -a / (a^2 + 2) */
    double q = a * a + 2;
    return (nn_line_point){a, -a / q, (a * a - 2) / (q * q)};
}
static nn_line_point two(void *unused, double a) { /* (5.2): (a + 0.004)^5 - 2 (a + 0.004)^4 */
    double b = a + 0.004;
    return (nn_line_point){a, pow(b, 5) - 2 * pow(b, 4), 5 * pow(b, 4) - 8 * pow(b, 3)};
}
static nn_line_point four(void *unused, double a) { /* (5.4), beta1 = 0.001, beta2 = 0.01 */
    double b1 = 0.001, b2 = 0.01;
    double c1 = sqrt(1 + b1 * b1) - b1, c2 = sqrt(1 + b2 * b2) - b2;
    double r1 = sqrt((1 - a) * (1 - a) + b2 * b2), r2 = sqrt(a * a + b1 * b1);
    return (nn_line_point){a, c1 * r1 + c2 * r2, c1 * (a - 1) / r1 + c2 * a / r2};
}

static void the_wolfe_conditions_hold_where_the_search_ends(void **unused) {
    nn_line_point (*const phi[])(void *, double) = {one, two, four};
    static const double curvature[] = {0.1, 0.1, 0.001}, first[] = {1e-3, 1e-1, 1e1, 1e3};
    for (int f = 0; f < 3; f++)
        for (int k = 0; k < 4; k++) {
            nn_line line = {.decrease = 1e-4, .curvature = curvature[f], .most = 40, .at = phi[f]};
            nn_line_point start = phi[f](NULL, 0), p = nn_line_search(&line, start, first[k]);
            if (!(p.a > 0 && p.f <= start.f + 1e-4 * p.a * start.slope &&
                  fabs(p.slope) <= -curvature[f] * start.slope))
                fail_msg("function %d from %g: a %g, phi %g, slope %g of %g", f, first[k], p.a, p.f,
                         p.slope, start.slope);
            print_message("function %d from %g: a %g in %d evaluations\n", f, first[k], p.a,
                          (int)line.evaluations);
        }
}

static nn_line_point wall(void *unused, double a) { /* infinite from 1e-3 on */
    return a < 1e-3 ? (nn_line_point){a, -a + 600 * a * a, -1 + 1200 * a}
                    : (nn_line_point){a, INFINITY, NAN};
}
static nn_line_point liar(void *unused, double a) { /* rises, whatever its slope says */
    return (nn_line_point){a, a, -1};
}

static void a_wall_is_searched_before(void **unused) {
    nn_line line = {.decrease = 1e-4, .curvature = 0.9, .most = 25, .at = wall};
    nn_line_point p = nn_line_search(&line, wall(NULL, 0), 1);
    assert_true(p.a > 0 && p.a < 1e-3 && p.f < 0);
}

static void where_nothing_decreases_the_answer_is_zero(void **unused) {
    nn_line line = {.decrease = 1e-4, .curvature = 0.9, .most = 12, .at = liar};
    assert_true(nn_line_search(&line, liar(NULL, 0), 1).a == 0);
    assert_int_equal(line.evaluations, 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_valley_of_rosenbrock_is_followed_to_its_end),
        cmocka_unit_test(a_bowl_takes_few_steps),
        cmocka_unit_test(a_step_into_the_infinite_is_turned_back),
        cmocka_unit_test(a_short_memory_forgets_but_arrives),
        cmocka_unit_test(at_the_minimum_nothing_moves_and_it_says_so_again),
        cmocka_unit_test(a_slope_without_an_end_is_followed_in_finite_steps),
        cmocka_unit_test(a_copy_of_its_slots_goes_on_in_the_same_way),
        cmocka_unit_test(the_wolfe_conditions_hold_where_the_search_ends),
        cmocka_unit_test(a_wall_is_searched_before),
        cmocka_unit_test(where_nothing_decreases_the_answer_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
