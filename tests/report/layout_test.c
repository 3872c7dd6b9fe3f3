/* A graph in rows: edges lead down, nothing in a row touches, and a chain is straight. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/layout.h"
#include "report/plot.h"

#define NODES 60

static void edges_lead_down_and_nothing_touches(void **state) {
    nn_arena *arena = nn_arena_create();
    double width[NODES];
    nn_edge edge[3 * NODES];
    int n = 0;
    uint32_t random = 7;
    for (int v = 0; v < NODES; v++) {
        width[v] = 20 + v % 7 * 10;
        for (int k = 0; v > 0 && k < 1 + v % 3; k++) {
            random = random * 1664525u + 1013904223u;
            int back = 1 + (int)(random >> 16) % 9;
            edge[n++] = (nn_edge){back > v ? 0 : v - back, v};
        }
    }
    nn_layout l = nn_layout_of(NODES, width, n, edge, 12, arena);
    for (int e = 0; e < n; e++) {
        assert_int_equal(l.chain[l.first[e]], edge[e].from);
        assert_int_equal(l.chain[l.first[e + 1] - 1], edge[e].to);
        for (int i = l.first[e]; i + 1 < l.first[e + 1]; i++)
            assert_int_equal(l.row[l.chain[i + 1]], l.row[l.chain[i]] + 1);
    }
    for (int a = 0; a < NODES; a++)
        for (int b = 0; b < a; b++)
            if (l.row[a] == l.row[b])
                assert_true(fabs(l.x[a] - l.x[b]) >= 0.5 * (width[a] + width[b]) + 12 - 1e-6);
    for (int v = 0; v < NODES; v++) {
        assert_true(l.x[v] - 0.5 * width[v] >= -1e-6);
        assert_true(l.x[v] + 0.5 * width[v] <= l.width + 1e-6);
    }
    nn_arena_destroy(arena);
}

static void a_chain_is_straight(void **state) {
    nn_arena *arena = nn_arena_create();
    const double width[] = {50, 90, 10, 70};
    const nn_edge edge[] = {{0, 1}, {1, 2}, {2, 3}};
    nn_layout l = nn_layout_of(4, width, 3, edge, 12, arena);
    for (int v = 0; v < 4; v++) assert_true(fabs(l.x[v] - 45) < 1e-6);
    assert_true(fabs(l.width - 90) < 1e-6);
    nn_arena_destroy(arena);
}

static void one_node_without_edges(void **state) {
    nn_arena *arena = nn_arena_create();
    const double width[] = {50};
    nn_layout l = nn_layout_of(1, width, 0, NULL, 12, arena);
    assert_int_equal(l.n_rows, 1);
    assert_true(l.x[0] == 25);
    nn_arena_destroy(arena);
}

static void check_axis(double low, double high, bool logarithmic, bool whole) {
    nn_axis axis = nn_axis_of(low, high, 5, logarithmic, whole);
    assert_true(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high);
    assert_true(axis.n_ticks <= NN_MOST_TICKS);
    for (int i = 0; i < axis.n_ticks; i++) {
        double place = nn_axis_place(&axis, axis.tick[i]);
        assert_true(place > -1e-6 && place < 1 + 1e-6);
        assert_true(i == 0 || axis.tick[i] > axis.tick[i - 1]);
        if (whole && !axis.logarithmic) assert_true(axis.tick[i] == floor(axis.tick[i]));
    }
}

static void ticks_are_inside_and_ascend(void **state) {
    static const double ends[] = {-1e300,    -5, 0, 1e-300, 1e-6, 0.1,
                                  0.1000001, 1,  3, 30,     1e6,  1e300};
    int n = sizeof ends / sizeof *ends;
    for (int i = 0; i < n; i++)
        for (int k = i; k < n; k++)
            for (int way = 0; way < 4; way++) check_axis(ends[i], ends[k], way & 1, way & 2);
    check_axis(NAN, NAN, false, false);
    check_axis(0, INFINITY, true, false);
}

static void labels_say_the_number(void **state) {
    nn_axis axis = nn_axis_of(0, 1, 5, false, false);
    assert_string_equal(nn_axis_label(&axis, 0.2), "0.2");
    assert_string_equal(nn_axis_label(&axis, 0), "0.0");
    assert_string_equal(nn_axis_label(&axis, 2e-4), "2e-4");
    assert_string_equal(nn_axis_label(&axis, 20000), "20k");
    assert_string_equal(nn_axis_label(&axis, 1.5e6), "1.5M");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_lead_down_and_nothing_touches),
        cmocka_unit_test(a_chain_is_straight),
        cmocka_unit_test(one_node_without_edges),
        cmocka_unit_test(ticks_are_inside_and_ascend),
        cmocka_unit_test(labels_say_the_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
