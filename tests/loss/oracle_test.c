/* Losses and their gradients against PyTorch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "../common/oracle.h"
#include "nnmpi/loss.h"

#define MOST 64
#define TOLERANCE (NN_REAL_EPSILON < 1e-10 ? 1e-10 : 1e-5)

static bool tried[64];

static void close_to(const char *path, const char *what, double is, double should) {
    if (!(fabs(is - should) <= TOLERANCE * fmax(1, fabs(should))))
        fail_msg("%s: %s is %.17g instead of %.17g", path, what, is, should);
}

static void same_value_and_gradient(const oracle_case *c) {
    const nn_loss *loss = nn_loss_of(c->typed.kind);
    for (int k = 0; nn_loss_kinds[k]; k++) tried[k] |= nn_loss_kinds[k] == c->typed.kind;
    int64_t width = oracle_int(c, "width"), after = oracle_int(c, "labels") ? width + 1 : 2 * width;
    nn_real z[MOST], y[MOST], weight[MOST], dz[MOST];
    int32_t label[MOST];
    assert_true(c->rows * width <= MOST && c->columns == after + 1 + width);
    for (int64_t i = 0; i < c->rows; i++) {
        const double *row = c->table + i * c->columns;
        for (int64_t j = 0; j < width; j++) z[i * width + j] = (nn_real)row[j];
        for (int64_t j = 0; j < after - width; j++) y[i * width + j] = (nn_real)row[width + j];
        label[i] = (int32_t)row[width];
        weight[i] = (nn_real)row[after];
    }
    bool labels = oracle_int(c, "labels");
    nn_rows rows = {.n = c->rows,
                    .width = width,
                    .z = z,
                    .y = labels ? NULL : y,
                    .label = labels ? label : NULL,
                    .weight = weight,
                    .fused = oracle_int(c, "fused")};
    nn_loss_sum sum = loss->value_gradient(c->typed.options, &rows, dz);
    close_to(c->path, "the loss", sum.loss, oracle_real(c, "value"));
    for (int64_t i = 0; i < c->rows * width; i++)
        close_to(c->path, "dz", (double)dz[i],
                 c->table[i / width * c->columns + after + 1 + i % width]);
}

static void value_and_gradient_are_those_of_the_oracle(void **unused) {
    assert_true(oracle_each("loss_optimizer.h5", "/loss", nn_loss_kinds, same_value_and_gradient) >
                30);
    for (int k = 0; nn_loss_kinds[k]; k++)
        if (!tried[k]) fail_msg("%s has no case in the oracle", nn_loss_kinds[k]->name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_and_gradient_are_those_of_the_oracle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
