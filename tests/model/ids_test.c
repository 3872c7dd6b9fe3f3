/* Which numbers of a sample must be ids, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "build.h"

/* "9 . 4": the ids that each number of a sample may be, a point where it may be anything. */
static void claim(const char *layers, nn_shape input, const char *expected) {
    built b = build_model(layers, NULL, input, 1);
    if (!b.model) fail_msg("%s", nn_error_message());
    const nn_id_rule *rule = nn_model_id_rules(b.model, nn_document_arena(b.document));
    char text[200] = "";
    for (int64_t k = 0; rule && k < nn_shape_size(&input); k++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, rule[k].ids ? "%s%lld" : "%s.", k ? " " : "",
                 (long long)rule[k].ids);
    }
    if (strcmp(text, expected)) fail_msg("%s: \"%s\", not \"%s\"", layers, text, expected);
    destroy_model(&b);
}

static nn_shape row(int64_t n) {
    return nn_shape_of(1, &n);
}

static void what_an_embedding_reads_are_ids(void **state) {
    claim("[{type: embedding, input_dim: 9, output_dim: 2}]", row(3), "9 9 9");
    claim("[{type: dense, units: 2}]", row(3), "");
    claim("[{type: dense, units: 2, trainable: false}, {type: embedding, input_dim: 9, output_dim: "
          "2}]",
          row(3), "");
}

static void ids_that_are_moved_are_ids(void **state) {
    claim("[{type: slice, start: 1, size: 2}, {type: embedding, input_dim: 9, output_dim: 2}]",
          row(4), ". 9 9 .");
    claim("[{type: reshape, target_shape: [2, 3]}, {type: permute, dims: [2, 1]}, {type: slice, "
          "axis: 2, start: 1}, {type: slice, axis: 1, size: 2}, {type: embedding, input_dim: 5, "
          "output_dim: 2}]",
          row(6), ". . . 5 5 .");
    claim("[{type: slice, size: 1, name: a}, {type: slice, start: 3, inputs: [input], name: c},"
          " {type: concat, inputs: [a, c]}, {type: embedding, input_dim: 7, output_dim: 2}]",
          row(4), "7 . . 7");
}

static void columns_may_have_ids_of_their_own(void **state) {
    claim("[{type: concat, branches: [[{type: slice, size: 1}, {type: embedding, input_dim: 9, "
          "output_dim: 2}, flatten], [{type: slice, start: 1, size: 2}, {type: embedding, "
          "input_dim: 4, output_dim: 3}, flatten], [{type: slice, start: 2}, {type: embedding, "
          "input_dim: 6, output_dim: 3}, flatten], [{type: slice, start: 3}, {type: dense, units: "
          "2}]]}]",
          row(5), "9 4 4 6 6");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_embedding_reads_are_ids),
        cmocka_unit_test(ids_that_are_moved_are_ids),
        cmocka_unit_test(columns_may_have_ids_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
