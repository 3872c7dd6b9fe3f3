#include "box.h"

#include "nnmpi/tensor.h"

void nn_box_take(const nn_box *b, int64_t n, const nn_real *x, bool add, nn_real *y) {
    int64_t line = b->grid[1] * b->inner, width = b->box[1] * b->inner;
    for (int64_t k = 0; k < n * b->outer; k++, x += b->grid[0] * line)
        for (int64_t i = 0; i < b->box[0]; i++, y += width)
            nn_contribute(width, x + (b->at[0] + i) * line + b->at[1] * b->inner, add, y);
}

static void put_line(const nn_box *b, const nn_real *x, bool add, nn_real *y) {
    int64_t width = b->box[1] * b->inner, before = b->at[1] * b->inner;
    nn_contribute(width, x, add, y + before);
    if (add) return;
    nn_zero(before, y);
    nn_zero(b->grid[1] * b->inner - before - width, y + before + width);
}

void nn_box_put(const nn_box *b, int64_t n, const nn_real *x, bool add, nn_real *y) {
    int64_t line = b->grid[1] * b->inner, width = b->box[1] * b->inner;
    for (int64_t k = 0; k < n * b->outer; k++)
        for (int64_t i = 0; i < b->grid[0]; i++, y += line) {
            bool inside = i >= b->at[0] && i < b->at[0] + b->box[0];
            if (inside)
                put_line(b, x, add, y), x += width;
            else if (!add)
                nn_zero(line, y);
        }
}
