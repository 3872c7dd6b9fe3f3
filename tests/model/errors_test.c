/* What is said of models that cannot be, and at which line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "nnmpi/random.h"

#include "build.h"

typedef struct bad_model {
    const char *layers, *says[3];
} bad_model;

static void refuse(const bad_model *bad) {
    built b = build_model(bad->layers, NULL, nn_shape_of(2, (int64_t[]){2, 4}), 1);
    if (b.model) fail_msg("accepted: %s", bad->layers);
    assert_int_equal(b.status, NN_BAD_CONFIG);
    for (int i = 0; i < 3 && bad->says[i]; i++)
        if (!strstr(nn_error_message(), bad->says[i]))
            fail_msg("%s\nshould say \"%s\" but says\n%s", bad->layers, bad->says[i],
                     nn_error_message());
    destroy_model(&b);
}

static void a_model_that_cannot_be_is_refused_with_a_reason(void **unused) {
    (void)unused;
    static const bad_model models[] = {
        {"[]", {"test.yaml:2:", "the model has no layers"}},
        {"dense", {"a list of layers is expected"}},
        {"[{type: dens, units: 3}]", {"test.yaml:2:", "\"dens\"", "dense"}},
        {"[{type: dense, unit: 3}]", {"\"unit\"", "units"}},
        {"[{type: dense}]", {"units"}},
        {"\n  - flatten\n  - {type: dense, units: 0}", {"test.yaml:4:", "units"}},
        {"[{type: dense, units: 3, name: a b}]", {"\"a b\" is no name"}},
        {"[{type: dense, units: 3, name: input}]", {"\"input\" is taken"}},
        {"[{type: dense, units: 3, name: a}, {type: dense, units: 3, name: a}]",
         {"\"a\" is used twice"}},
        {"[add]", {"add needs two or more inputs", "branches"}},
        {"[{type: dense, units: 3, branches: [[], []]}]", {"has no branches"}},
        {"[{type: add, branches: [], inputs: [input, input]}]", {"both inputs and branches"}},
        {"[{type: add, branches: [dense]}]", {"a list of lists of layers"}},
        {"[{type: dense, units: 3, inputs: [input, input]}]", {"reads 1 input, not 2"}},
        {"[{type: dense, units: 3, name: first}, {type: dense, units: 3, inputs: [frist]}]",
         {"no layer is named \"frist\"", "did you mean \"first\"?"}},
        {"[{type: dense, units: 4, name: a, inputs: [b]}, {type: dense, units: 4, name: b, inputs: "
         "[a]}]",
         {"cycle", "a", "b"}},
        {"[{type: dense, units: 4, name: a, inputs: [a]}]", {"cycle"}},
        {"[{type: dense, units: 4, name: a}, {type: dense, units: 4, inputs: [input]}]",
         {"\"a\" leads nowhere"}},
        {"[{type: residual, layers: [{type: dense, units: 3}]}]",
         {"the input of the residual, has shape (2, 4)", "its layers give (2, 3)"}},
        {"[flatten, {type: dense, units: 8, name: eight}, {type: add, inputs: [flatten, eight]}]",
         {"no layer is named \"flatten\"",
          "a layer is named by its key `name`; there are \"input\", \"eight\""}},
        {"[{type: shared, layer: nobody}]", {"no layer is named \"nobody\""}},
        {"[{type: residual, name: r, layers: []}, {type: shared, layer: r}]",
         {"\"r\" is not a layer"}},
        {"[{type: dense, units: 3, name: a}, {type: shared, layer: a}]",
         {"cannot use the weights of \"a\"", "(2, 3)", "(2, 4)"}},
        {"[{type: repeat, times: 0, layers: []}]", {"times"}},
        {"[{type: dense, units: 3, learning_rate_factor: -1}]", {"learning_rate_factor", "-1"}},
        {"[{type: dense, units: 3, regularizer: 0.1}]", {"regularizer", "a map"}},
        {"[{type: dense, units: 3, regularizer: {l3: 1}}]", {"\"l3\"", "l1"}},
        {"\n  - flatten\n  - type: dense\n    units: 3\n    recurrent_regularizer: {l1: 1}",
         {"test.yaml:6:", "recurrent_regularizer: \"dense\" has no such weights"}},
        {"[{type: flatten, regularizer: {l1: 1}}]", {"\"flatten\" has no such weights"}},
        {"[{type: dense, units: 4, name: a}, {type: shared, layer: a, trainable: false}]",
         {"shared: how the weights are trained is said at \"a\" itself"}},
        {"[{type: repeat, times: 200, layers: [{type: repeat, times: 200, layers: [relu]}]}]",
         {"more than 10000 layers"}},
        {"[{type: dense, units: 3, name: a_1}, {type: repeat, times: 2, layers: [{type: dense, "
         "units: 3, "
         "name: a}]}]",
         {"two layers get the name \"a_1\""}},
        {"[{type: dense, units: 1073741824}, {type: dense, units: 1073741824}]", {"too large"}},
        {"[{type: reshape, target_shape: [3, -1]}]", {"reshape", "(2, 4)"}},
    };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) refuse(&models[i]);
}

static void names_inside_a_repeat_mean_the_same_turn(void **unused) {
    (void)unused;
    built b =
        build_model("[{type: repeat, times: 3, layers: [{type: dense, units: 4, name: a}, "
                    "{type: dense, units: 4, name: b}, {type: add, inputs: [a, b], name: c}]}, "
                    "{type: dense, units: 2, inputs: [c_3]}]",
                    NULL, nn_shape_of(1, (int64_t[]){4}), 1);
    if (!b.model) fail_msg("%s", nn_error_message());
    assert_int_equal(b.model->n_vertices, 10);
    for (int turn = 0; turn < 3; turn++) {
        const nn_vertex *add = &b.model->vertex[3 * turn + 2];
        assert_int_equal(add->input[0], 3 * turn);
        assert_int_equal(add->input[1], 3 * turn + 1);
    }
    assert_string_equal(b.model->vertex[5].name, "c_2");
    destroy_model(&b);
}

static void layers_are_named_as_keras_names_them(void **unused) {
    (void)unused;
    built b = build_model(
        "[{type: dense, units: 4}, {type: dense, units: 4, name: dense_1}, {type: dense, "
        "units: 4}, relu]",
        NULL, nn_shape_of(1, (int64_t[]){4}), 1);
    static const char *const names[] = {"dense", "dense_1", "dense_2", "relu"};
    for (int i = 0; i < 4; i++) assert_string_equal(b.model->vertex[i].name, names[i]);
    destroy_model(&b);
}

static void a_layer_may_read_one_that_is_written_after_it(void **unused) {
    (void)unused;
    built b = build_model(
        "[{type: dense, units: 4, name: late, inputs: [early]}, {type: dense, units: 4, "
        "name: early, inputs: [input]}, {type: add, inputs: [late, early]}]",
        NULL, nn_shape_of(1, (int64_t[]){4}), 1);
    if (!b.model) fail_msg("%s", nn_error_message());
    assert_string_equal(b.model->vertex[0].name, "early");
    assert_string_equal(b.model->vertex[1].name, "late");
    destroy_model(&b);
}

static void initial_weights_depend_on_the_seed_and_on_names_alone(void **unused) {
    (void)unused;
    nn_shape input = nn_shape_of(1, (int64_t[]){4});
    built a = build_model("[{type: dense, units: 4, name: x}, {type: dense, units: 4, name: y}]",
                          NULL, input, 1);
    built b = build_model("[{type: dense, units: 4, name: z}, {type: dense, units: 4, name: x}]",
                          NULL, input, 2);
    nn_real *ax = a.model->W + a.model->param[0].offset,
            *ay = a.model->W + a.model->param[2].offset;
    nn_real *bx = b.model->W + b.model->param[2].offset;
    assert_memory_equal(ax, bx, 16 * sizeof *ax);
    assert_memory_not_equal(ax, ay, 16 * sizeof *ax);
    nn_model_initialize(b.model, 2);
    assert_memory_not_equal(ax, bx, 16 * sizeof *ax);
    destroy_model(&a);
    destroy_model(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_that_cannot_be_is_refused_with_a_reason),
        cmocka_unit_test(names_inside_a_repeat_mean_the_same_turn),
        cmocka_unit_test(layers_are_named_as_keras_names_them),
        cmocka_unit_test(a_layer_may_read_one_that_is_written_after_it),
        cmocka_unit_test(initial_weights_depend_on_the_seed_and_on_names_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
