/* Every case of the files below in tests/oracle, which PyTorch computed (layer_cases.py there). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/store.h"
#include "nnmpi/text.h"
#include "specimen.h"

#ifdef NN_DOUBLE
#define TOLERANCE 1e-10
#else
#define TOLERANCE 1e-5
#endif
#define MOST_CASES 500

static const struct nn_oracle {
    const char *file;
    size_t fewest; /* cases: a file without them is not the right one */
} oracles[] = {{"layers.h5", 51}, {"sequence.h5", 5}, {"convolution.h5", 61}};

static nn_store *store;
static struct CMUnitTest tests[MOST_CASES];
static size_t n_tests;

/* /CASE/WHAT.MEMBER, in turning buffers. */
static const char *path_of(const char *name, const char *what, const char *member) {
    static char paths[4][300];
    static int turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s%s%s", name, what, *member ? "." : "", member);
    return path;
}

static const char *number(int k) {
    static char text[12];
    snprintf(text, sizeof text, "%d", k);
    return text;
}

static void read_numbers(const char *path, int64_t n, nn_real *x) {
    if (nn_store_read(store, path, NN_REAL_DTYPE, n, x) != NN_OK)
        fail_msg("%s", nn_error_message());
}

/* The layer of the case and the shapes of its inputs; *n is the number of samples. */
static nn_habitat habitat_of(const char *name, char *yaml, int64_t *n) {
    nn_habitat habitat = {.kind = name + 1, .yaml = yaml};
    nn_store_info info;
    for (int k = 0; nn_store_has(store, path_of(name, "input", number(k))); k++) {
        assert_int_equal(nn_store_describe(store, path_of(name, "input", number(k)), &info), NN_OK);
        *n = info.dim[0];
        habitat.in[habitat.n_inputs++] = nn_shape_of(info.rank - 1, info.dim + 1);
    }
    return habitat;
}

static void compare(const nn_specimen *s, const char *path, int64_t n, const nn_real *given) {
    nn_real *expected = NN_NEW_ARRAY(s->arena, nn_real, n);
    read_numbers(path, n, expected);
    nn_claim_close(s, path, n, given, expected, TOLERANCE);
}

static int64_t state_size(const nn_specimen *s, int k) {
    return nn_shape_size(&s->layer.state[k].shape);
}

static void it_is_what_pytorch_gives(void **state) {
    const char *name = *state;
    char *yaml;
    int64_t n = 0;
    assert_int_equal(nn_store_read_text(store, name, "layer", &yaml), NN_OK);
    nn_habitat habitat = habitat_of(name, yaml, &n);
    nn_specimen *s = nn_specimen_create(&habitat, n);
    if (!s) fail_msg("%s: %s", name, nn_error_message());
    for (int k = 0; k < s->layer.n_inputs; k++)
        read_numbers(path_of(name, "input", number(k)), n * nn_specimen_in(s, k), s->z_in[k]);
    for (int k = 0; k < s->layer.n_params; k++)
        read_numbers(path_of(name, "weight", s->layer.param[k].name), nn_specimen_param(s, k),
                     s->W[k]);
    for (int k = 0; k < s->layer.n_state; k++)
        read_numbers(path_of(name, "state", s->layer.state[k].name), state_size(s, k), s->state[k]);
    read_numbers(path_of(name, "upstream", ""), n * nn_specimen_out(s), s->v);
    nn_trial backward = {.backward = true,
                         .evaluation = nn_store_has_attribute(store, name, "evaluation")};
    nn_outcome *o = nn_specimen_run(s, &backward);
    compare(s, path_of(name, "output", ""), n * nn_specimen_out(s), o->z);
    for (int k = 0; k < s->layer.n_inputs; k++)
        compare(s, path_of(name, "input_gradient", number(k)), n * nn_specimen_in(s, k),
                o->dz_in[k]);
    for (int k = 0; k < s->layer.n_params; k++)
        compare(s, path_of(name, "weight_gradient", s->layer.param[k].name),
                nn_specimen_param(s, k), o->dW[k]);
    for (int k = 0; k < s->layer.n_state; k++)
        compare(s, path_of(name, "state_after", s->layer.state[k].name), state_size(s, k),
                o->state[k]);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
    free(yaml);
}

static nn_status add_case(void *context, nn_store *file, const char *path, bool is_group) {
    if (!is_group || !nn_store_has_attribute(file, path, "layer")) return NN_OK;
    assert_true(n_tests < MOST_CASES);
    char *name = strdup(path);
    tests[n_tests++] = (struct CMUnitTest){
        .name = name, .test_func = it_is_what_pytorch_gives, .initial_state = name};
    return NN_OK;
}

static int run_file(const struct nn_oracle *oracle) {
    const char *source = getenv("NNMPI_SOURCE");
    nn_buffer file = {0};
    nn_buffer_add(&file, "%s/tests/oracle/%s", source ? source : ".", oracle->file);
    n_tests = 0;
    if (nn_store_open(&store, file.text) != NN_OK ||
        nn_store_walk(store, "/", add_case, NULL) != NN_OK || n_tests < oracle->fewest) {
        fprintf(stderr, "%s: %zu cases; %s\n", file.text, n_tests, nn_error_message());
        return 1;
    }
    int failed = _cmocka_run_group_tests(oracle->file, tests, n_tests, NULL, NULL);
    for (size_t i = 0; i < n_tests; i++) free((void *)tests[i].name);
    nn_store_close(store);
    nn_buffer_free(&file);
    return failed;
}

int main(void) {
    int failed = 0;
    for (size_t i = 0; i < sizeof oracles / sizeof *oracles; i++) failed += run_file(&oracles[i]);
    return failed;
}
