/* Binding: a map of the tree to a structure, by a table. */
#include "document.h"

#include <math.h>
#include <stdlib.h>

static options bind(nn_document *document) {
    options o;
    memset(&o, 0x5A, sizeof o); /* what nobody fills shows */
    nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
    nn_error_clear();
    if (nn_config_verdict(document) != NN_OK) fail_msg("it does not bind:\n%s", nn_error_message());
    return o;
}

static void what_is_not_written_gets_its_preset(void **state) {
    nn_document *document = parse("name: x\n");
    options o = bind(document);
    assert_true(o.flag);
    assert_int_equal(o.count, 5);
    assert_true(o.rate == 0.5);
    assert_true(o.any == 0);
    assert_true(isnan(o.at_least));
    assert_string_equal(o.name, "x");
    assert_null(o.file);
    assert_int_equal(o.precision, 0);
    assert_int_equal(o.batch, 32);
    assert_int_equal(o.shape.n, 0);
    assert_int_equal(o.words.n, 2);
    assert_string_equal(o.words.value[1], "jsonl");
    assert_true(o.time == -1);
    assert_int_equal(o.every.unit, NN_EPOCHS);
    assert_true(o.every.value == 1);
    assert_ptr_equal(o.optimizer.kind, optimizer_kinds[0]);
    assert_true(((sgd_options *)o.optimizer.options)->learning_rate == 0.01);
    assert_int_equal(o.metrics.n, 0);
    assert_false(o.stopping.present);
    assert_int_equal(o.stopping.patience, 10);
    assert_int_equal(o.section.depth, 3);
    assert_true(*(double *)o.section.filler.options == -0.05);
    assert_null(o.layers);
    nn_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_written_gets_its_preset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
