/* What holds for every loss of the registry, with presets, the example, and options below. Float
 * (truths_test.c) runs those that need no more digits than it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../common/oracle.h"
#include "nnmpi/activation.h"
#include "nnmpi/loss.h"
#include "nnmpi/random.h"

#define ROWS 6
#define WIDTH 5
#define NUMBERS (ROWS * WIDTH)

static const char *const more[] = {
    "{type: categorical_crossentropy, label_smoothing: 0.3}",
    "{type: binary_crossentropy, label_smoothing: 0.3}",
    "{type: huber, delta: 0.4}",
    "{type: focal, gamma: 0, alpha: 1}",
    "{type: focal, gamma: 0.5, alpha: 0.7}",
    "{type: binary_focal, gamma: 0, alpha: 0.5}",
    "{type: binary_focal, gamma: 3, alpha: 0.9}",
};

/* A loss with options, and how it is asked. */
typedef struct loss_case {
    const nn_loss *loss;
    const void *options;
    bool fused, labels;
    int64_t width;
    char name[128];
    nn_real z[NUMBERS], y[NUMBERS], weight[ROWS];
    int32_t label[ROWS];
} loss_case;

static nn_stream stream;
static uint64_t drawn;
static double uniform(double low, double high) {
    return low + (high - low) * nn_random_uniform(&stream, drawn++);
}

static bool fuses(const nn_loss *loss, const char *activation) {
    return loss->fused_with && strcmp(loss->fused_with, activation) == 0;
}

static void distribution(int64_t width, nn_real *row) {
    nn_real sum = 0;
    for (int64_t j = 0; j < width; j++) sum += row[j] = (nn_real)uniform(0.05, 1);
    for (int64_t j = 0; j < width; j++) row[j] /= sum;
}

static void fill(loss_case *c) {
    bool bits = fuses(c->loss, "sigmoid");
    for (int64_t i = 0; i < ROWS * c->width; i++) {
        c->z[i] = (nn_real)(c->fused ? uniform(-4, 4)
                            : bits   ? uniform(0.05, 0.95)
                                     : uniform(0.05, 3));
        c->y[i] = (nn_real)(bits ? uniform(0, 1) : uniform(-1, 3));
        if (bits && i % 3 == 0) c->y[i] = (nn_real)(i % 2);
    }
    for (int64_t i = 0; i < ROWS; i++) {
        if (!c->fused && fuses(c->loss, "softmax")) distribution(c->width, c->z + i * c->width);
        if (c->loss->takes_labels) distribution(c->width, c->y + i * c->width);
        c->label[i] = (int32_t)(uniform(0, 1) * (double)c->width);
        c->weight[i] = (nn_real)uniform(0.5, 2);
    }
}

static nn_rows rows_of(const loss_case *c, const nn_real *z) {
    return (nn_rows){.n = ROWS,
                     .width = c->width,
                     .z = z,
                     .y = c->labels ? NULL : c->y,
                     .label = c->labels ? c->label : NULL,
                     .weight = c->weight,
                     .fused = c->fused,
                     .by_row = fuses(c->loss, "softmax")};
}

static double value(const loss_case *c, const nn_rows *rows, nn_real *dz) {
    return c->loss->value_gradient(c->options, rows, dz).loss;
}

static void every_way_to_ask(const nn_typed *typed, void (*check)(loss_case *c)) {
    for (int way = 0; way < 8; way++) {
        static loss_case c;
        c = (loss_case){.loss = nn_loss_of(typed->kind),
                        .options = typed->options,
                        .fused = way & 1,
                        .labels = way & 2,
                        .width = way & 4 ? 1 : WIDTH};
        if (c.fused && !c.loss->fused_with) continue;
        if (c.labels && !c.loss->takes_labels) continue;
        if (c.loss->unfit && c.loss->unfit(c.options, c.width)) continue;
        snprintf(c.name, sizeof c.name, "%s (%s, %s, width %d)", typed->kind->name,
                 c.fused ? "fused" : "plain", c.labels ? "labels" : "values", (int)c.width);
        fill(&c);
        check(&c);
    }
}

static void for_every_case(void (*check)(loss_case *c)) {
    stream = nn_stream_of(5, NN_RANDOM_TEST, 0, 0);
    drawn = 0;
    nn_document *document;
    nn_arena *arena = nn_arena_create();
    for (int k = 0; nn_loss_kinds[k]; k++) {
        nn_typed typed = nn_kind_preset(arena, nn_loss_kinds[k]);
        every_way_to_ask(&typed, check);
        typed = oracle_typed(&document, nn_loss_kinds[k]->example, nn_loss_kinds);
        every_way_to_ask(&typed, check);
        nn_document_destroy(document);
    }
    for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
        nn_typed typed = oracle_typed(&document, more[k], nn_loss_kinds);
        every_way_to_ask(&typed, check);
        nn_document_destroy(document);
    }
    nn_arena_destroy(arena);
}

static void close_to(const loss_case *c, const char *what, double is, double should,
                     double tolerance) {
    if (!(fabs(is - should) <= fmax(tolerance, 20 * NN_REAL_EPSILON) * fmax(1, fabs(should))))
        fail_msg("%s: %s is %.17g instead of %.17g", c->name, what, is, should);
}

/* ---- the truths ---- */

#ifdef NN_DOUBLE
static void check_differences(loss_case *c) {
    nn_real dz[NUMBERS];
    nn_rows rows = rows_of(c, c->z);
    value(c, &rows, dz);
    for (int64_t i = 0; i < ROWS * c->width; i++) {
        double h = 1e-5, at = c->z[i];
        c->z[i] = at + h;
        double up = value(c, &rows, NULL);
        c->z[i] = at - h;
        double down = value(c, &rows, NULL);
        c->z[i] = at;
        close_to(c, "dz", dz[i], (up - down) / (2 * h), 1e-6);
    }
}

static const nn_activation *absorbed(const nn_loss *loss) {
    for (int k = 0; nn_activation_kinds[k]; k++)
        if (strcmp(nn_activation_kinds[k]->name, loss->fused_with) == 0)
            return nn_activation_of(nn_activation_kinds[k]);
    fail_msg("%s: no activation is called %s", loss->kind.name, loss->fused_with);
    return NULL;
}

static void check_fused(loss_case *c) {
    if (!c->fused) return;
    const nn_activation *f = absorbed(c->loss);
    nn_real p[NUMBERS], fused[NUMBERS], plain[NUMBERS];
    memcpy(p, c->z, sizeof p);
    f->forward(NULL, ROWS, c->width, p);
    nn_rows before = rows_of(c, c->z), after = rows_of(c, p);
    after.fused = false;
    close_to(c, "the loss", value(c, &before, fused), value(c, &after, plain), 1e-12);
    f->backward(NULL, ROWS, c->width, c->z, p, plain);
    for (int64_t i = 0; i < ROWS * c->width; i++) close_to(c, "dz", fused[i], plain[i], 1e-10);
}

static void a_gradient_equals_its_finite_difference(void **unused) {
    for_every_case(check_differences);
}
static void the_fused_form_is_the_activation_then_the_plain_form(void **unused) {
    for_every_case(check_fused);
}
#endif

static void check_rows(loss_case *c) {
    nn_real all[NUMBERS], one[NUMBERS];
    nn_rows rows = rows_of(c, c->z);
    nn_loss_sum sum = c->loss->value_gradient(c->options, &rows, all), added = {0};
    for (int64_t i = 0; i < ROWS; i++) {
        nn_rows row = rows;
        row.n = 1;
        row.z += i * c->width;
        if (row.y) row.y += i * c->width;
        if (row.label) row.label += i;
        row.weight = NULL;
        nn_loss_sum single = c->loss->value_gradient(c->options, &row, one);
        added.loss += c->weight[i] * single.loss;
        added.weight += c->weight[i] * single.weight;
        added.rows += single.rows;
        for (int64_t j = 0; j < c->width; j++)
            close_to(c, "dz", all[i * c->width + j], c->weight[i] * one[j], 1e-14);
    }
    close_to(c, "the loss", sum.loss, added.loss, 1e-14);
    close_to(c, "the weight", sum.weight, added.weight, 1e-14);
    assert_true(sum.rows == ROWS && added.rows == ROWS);
}

static void check_alias(loss_case *c) {
    nn_real apart[NUMBERS], within[NUMBERS];
    memcpy(within, c->z, sizeof within);
    nn_rows rows = rows_of(c, c->z), same = rows_of(c, within);
    assert_true(value(c, &rows, apart) == value(c, &same, within));
    assert_memory_equal(apart, within, (size_t)(ROWS * c->width) * sizeof *apart);
}

static void check_extremes(loss_case *c) {
    bool probabilities = c->loss->fused_with && !c->fused;
    if (probabilities) return;
    nn_real dz[NUMBERS];
    for (int64_t i = 0; i < ROWS * c->width; i++)
        c->z[i] = (nn_real)(i % 2 ? 1e4 : c->fused ? -1e4 : 0.5);
    nn_rows rows = rows_of(c, c->z);
    double loss = value(c, &rows, dz);
    if (!isfinite(loss)) fail_msg("%s: the loss is %g", c->name, loss);
    for (int64_t i = 0; i < ROWS * c->width; i++)
        if (!isfinite(dz[i])) fail_msg("%s: dz is %g", c->name, (double)dz[i]);
}

static void check_one_hot(loss_case *c) {
    if (!c->labels) return;
    nn_real by_label[NUMBERS], by_row[NUMBERS];
    nn_rows labels = rows_of(c, c->z), one_hot = labels;
    for (int64_t i = 0; i < ROWS * c->width; i++) c->y[i] = i % c->width == c->label[i / c->width];
    one_hot.y = c->y;
    one_hot.label = NULL;
    close_to(c, "the loss", value(c, &labels, by_label), value(c, &one_hot, by_row), 1e-14);
    for (int64_t i = 0; i < ROWS * c->width; i++) close_to(c, "dz", by_label[i], by_row[i], 1e-14);
}

static void check_nan(loss_case *c) {
    nn_rows rows = rows_of(c, c->z);
    for (int64_t i = 0; i < ROWS * c->width; i++) {
        nn_real at = c->z[i];
        c->z[i] = NAN;
        bool seen = isnan(value(c, &rows, NULL));
        /* on plain probabilities only that of the class is looked at */
        bool looked = !c->labels || c->fused || i % c->width == c->label[i / c->width];
        if (looked && !seen) fail_msg("%s: z has a NaN, the loss does not", c->name);
        c->z[i] = at;
    }
}

static void check_left_out(loss_case *c) {
    nn_real with[NUMBERS], without[NUMBERS];
    c->weight[2] = 0;
    nn_rows rows = rows_of(c, c->z);
    nn_loss_sum a = c->loss->value_gradient(c->options, &rows, with);
    for (int64_t j = 0; j < c->width; j++) c->z[2 * c->width + j] = c->y[2 * c->width + j] = NAN;
    bool ignored = c->labels && c->loss->ignored_label;
    if (ignored) {
        c->weight[2] = 1;
        c->label[2] = (int32_t)c->loss->ignored_label(c->options);
    }
    nn_loss_sum b = c->loss->value_gradient(c->options, &rows, without);
    assert_true(a.loss == b.loss && a.weight == b.weight);
    assert_true(a.rows == ROWS && b.rows == ROWS - ignored); /* what is ignored is not there */
    assert_memory_equal(with, without, (size_t)(ROWS * c->width) * sizeof *with);
    for (int64_t j = 0; j < c->width; j++) assert_true(with[2 * c->width + j] == 0);
}

static void check_nothing(loss_case *c) {
    nn_rows rows = rows_of(c, c->z);
    rows.n = 0;
    nn_loss_sum sum = c->loss->value_gradient(c->options, &rows, NULL);
    assert_true(sum.loss == 0 && sum.weight == 0 && sum.rows == 0);
}

static void n_rows_are_the_weighted_sum_of_n_times_one_row(void **unused) {
    for_every_case(check_rows);
}
static void the_gradient_may_be_the_memory_of_the_outputs(void **unused) {
    for_every_case(check_alias);
}
static void extreme_logits_and_values_have_a_finite_loss(void **unused) {
    for_every_case(check_extremes);
}
static void a_label_is_its_one_hot_row(void **unused) {
    for_every_case(check_one_hot);
}
static void a_nan_in_the_outputs_is_a_nan_in_the_loss(void **unused) {
    for_every_case(check_nan);
}
static void rows_of_weight_0_or_ignored_label_are_not_looked_at(void **unused) {
    for_every_case(check_left_out);
}
static void no_rows_have_no_loss(void **unused) {
    for_every_case(check_nothing);
}

/* What its help says of targets is what data are held to. */
static void a_loss_says_which_numbers_its_targets_are(void **unused) {
    static const struct {
        const char *loss, *said;
        double lowest, highest;
        bool whole;
    } known[] = {
        {"binary_crossentropy", "targets: numbers from 0 to 1", 0, 1, false},
        {"binary_focal", "targets: numbers from 0 to 1", 0, 1, false},
        {"categorical_crossentropy", "rows of probabilities", 0, 1, false},
        {"focal", "rows of probabilities", 0, 1, false},
        {"kl_divergence", "targets: rows of probabilities", 0, 1, false},
        {"categorical_hinge", "one-hot rows", 0, 1, true},
        {"hinge", "targets: -1 or 1, one an output; 0 is taken as -1", -1, 1, true},
        {"squared_hinge", "targets: -1 or 1, one an output; 0 is taken as -1", -1, 1, true},
        {"poisson", "targets: numbers >= 0", 0, HUGE_VAL, false},
    };
    const int n = sizeof known / sizeof *known;
    int restricted = 0;
    for (int i = 0; nn_loss_kinds[i]; i++) {
        const nn_loss *loss = nn_loss_of(nn_loss_kinds[i]);
        restricted += loss->targets.expected != NULL;
        for (int k = 0; k < n; k++) {
            if (strcmp(loss->kind.name, known[k].loss) != 0) continue;
            assert_non_null(loss->targets.expected);
            assert_non_null(strstr(loss->kind.details, known[k].said));
            assert_true(loss->targets.lowest == known[k].lowest);
            assert_true(loss->targets.highest == known[k].highest);
            assert_true(loss->targets.whole == known[k].whole);
        }
    }
    assert_int_equal(restricted, n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#ifdef NN_DOUBLE
        cmocka_unit_test(a_gradient_equals_its_finite_difference),
        cmocka_unit_test(the_fused_form_is_the_activation_then_the_plain_form),
#endif
        cmocka_unit_test(n_rows_are_the_weighted_sum_of_n_times_one_row),
        cmocka_unit_test(the_gradient_may_be_the_memory_of_the_outputs),
        cmocka_unit_test(extreme_logits_and_values_have_a_finite_loss),
        cmocka_unit_test(a_label_is_its_one_hot_row),
        cmocka_unit_test(a_nan_in_the_outputs_is_a_nan_in_the_loss),
        cmocka_unit_test(rows_of_weight_0_or_ignored_label_are_not_looked_at),
        cmocka_unit_test(no_rows_have_no_loss),
        cmocka_unit_test(a_loss_says_which_numbers_its_targets_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
