/* Metrics against scikit-learn, and what makes them exact over ranks: their sums can be added. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../common/oracle.h"
#include "nnmpi/metric.h"

#define MOST 256
#define TOLERANCE (NN_REAL_EPSILON < 1e-10 ? 1e-10 : 1e-5)

static bool tried[64];

typedef struct metric_case {
    const nn_metric *metric;
    const void *options;
    nn_rows rows;
    nn_real z[MOST], y[MOST], weight[MOST];
    int32_t label[MOST];
    int n_sums;
} metric_case;

static void unpack(const oracle_case *c, metric_case *m) {
    int64_t width = oracle_int(c, "width");
    bool labels = oracle_int(c, "labels");
    assert_true(c->rows * width <= MOST);
    for (int64_t i = 0; i < c->rows; i++) {
        const double *row = c->table + i * c->columns;
        for (int64_t j = 0; j < width; j++) m->z[i * width + j] = (nn_real)row[j];
        for (int64_t j = 0; j < width && !labels; j++)
            m->y[i * width + j] = (nn_real)row[width + j];
        m->label[i] = (int32_t)row[width];
        m->weight[i] = (nn_real)row[c->columns - 1];
    }
    m->metric = nn_metric_of(c->typed.kind);
    m->options = c->typed.options;
    m->n_sums = m->metric->sums ? m->metric->sums(m->options, width) : 2;
    m->rows = (nn_rows){.n = c->rows,
                        .width = width,
                        .z = m->z,
                        .y = labels ? NULL : m->y,
                        .label = labels ? m->label : NULL,
                        .weight = m->weight,
                        .fused = oracle_int(c, "fused"),
                        .by_row = oracle_int(c, "by_row")};
}

/* Rows [from, to) of the case. */
static nn_rows part(const nn_rows *all, int64_t from, int64_t to) {
    nn_rows rows = *all;
    rows.n = to - from;
    rows.z += from * all->width;
    if (rows.y) rows.y += from * all->width;
    if (rows.label) rows.label += from;
    if (rows.weight) rows.weight += from;
    return rows;
}

static double *sums_of(const metric_case *m, const nn_rows *rows) {
    double *sums = calloc((size_t)m->n_sums, sizeof *sums);
    assert_non_null(sums);
    m->metric->add(m->options, rows, sums);
    return sums;
}

static double value_of(const metric_case *m, const double *sums) {
    return m->metric->value(m->options, m->rows.width, sums);
}

static void close_to(const char *path, const char *what, double is, double should) {
    if (!(fabs(is - should) <= TOLERANCE * fmax(1, fabs(should))))
        fail_msg("%s: %s is %.17g instead of %.17g", path, what, is, should);
}

static void check_value(const oracle_case *c) {
    metric_case m;
    unpack(c, &m);
    for (int k = 0; nn_metric_kinds[k]; k++) tried[k] |= nn_metric_kinds[k] == c->typed.kind;
    double *sums = sums_of(&m, &m.rows);
    close_to(c->path, "the value", value_of(&m, sums), oracle_real(c, "value"));
    free(sums);
}

static void check_parts(const oracle_case *c) {
    metric_case m;
    unpack(c, &m);
    double *whole = sums_of(&m, &m.rows);
    for (int64_t cut = 0; cut <= m.rows.n; cut += 5) {
        nn_rows left = part(&m.rows, 0, cut), right = part(&m.rows, cut, m.rows.n);
        double *a = sums_of(&m, &left), *b = sums_of(&m, &right);
        for (int i = 0; i < m.n_sums; i++)
            if (fabs(a[i] + b[i] - whole[i]) > 1e-12 * fmax(1, fabs(whole[i])))
                fail_msg("%s: sum %d is %g + %g of the parts, %g of the whole", c->path, i, a[i],
                         b[i], whole[i]);
        free(a);
        free(b);
    }
    free(whole);
}

/* Weights of 0 are rows that are not there, whatever they hold. */
static void check_weight_zero(const oracle_case *c) {
    metric_case m;
    unpack(c, &m);
    nn_rows most = part(&m.rows, 0, m.rows.n - 3);
    double *without = sums_of(&m, &most);
    for (int64_t i = m.rows.n - 3; i < m.rows.n; i++) {
        m.weight[i] = 0;
        for (int64_t j = 0; j < m.rows.width; j++) m.z[i * m.rows.width + j] = NAN;
    }
    double *with = sums_of(&m, &m.rows);
    assert_memory_equal(with, without, (size_t)m.n_sums * sizeof *with);
    free(with);
    free(without);
}

static int each(void (*check)(const oracle_case *c)) {
    return oracle_each("loss_optimizer.h5", "/metric", nn_metric_kinds, check);
}

static void values_are_those_of_the_oracle(void **unused) {
    assert_true(each(check_value) > 30);
    for (int k = 0; nn_metric_kinds[k]; k++)
        if (!tried[k]) fail_msg("%s has no case in the oracle", nn_metric_kinds[k]->name);
}

static void sums_over_parts_add_up_to_the_whole(void **unused) {
    each(check_parts);
}

static void rows_of_weight_0_do_not_count(void **unused) {
    each(check_weight_zero);
}

static void
a_confusion_matrix_has_the_right_class_by_row_and_the_decision_by_column(void **unused) {
    nn_document *document;
    nn_typed typed = oracle_typed(&document, "confusion_matrix", nn_metric_kinds);
    nn_real z[] = {0, 1, 0, 5, 0, 0, 0, 0, 2};
    int32_t label[] = {0, 0, 2};
    nn_rows rows = {.n = 3, .width = 3, .z = z, .label = label};
    double sums[9] = {0}, expected[9] = {1, 1, 0, 0, 0, 0, 0, 0, 1};
    nn_metric_of(typed.kind)->add(typed.options, &rows, sums);
    assert_memory_equal(sums, expected, sizeof sums);
    nn_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_oracle),
        cmocka_unit_test(sums_over_parts_add_up_to_the_whole),
        cmocka_unit_test(rows_of_weight_0_do_not_count),
        cmocka_unit_test(a_confusion_matrix_has_the_right_class_by_row_and_the_decision_by_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
