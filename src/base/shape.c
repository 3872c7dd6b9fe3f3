#include "nnmpi/shape.h"

#include <stdio.h>

#include "nnmpi/real.h"
#include "nnmpi/status.h"

#define NN_SHAPE_LIMIT ((int64_t)1 << 47)

nn_shape nn_shape_of(int rank, const int64_t *dim) {
    nn_assert(rank >= 0 && rank <= NN_MAX_RANK);
    nn_shape shape = {.rank = rank};
    for (int i = 0; i < rank; i++) shape.dim[i] = dim[i];
    return shape;
}

int64_t nn_shape_size(const nn_shape *shape) {
    int64_t size = 1;
    for (int i = 0; i < shape->rank; i++)
        if (__builtin_mul_overflow(size, shape->dim[i], &size) || size > NN_SHAPE_LIMIT) return -1;
    return size;
}

bool nn_shape_equal(const nn_shape *a, const nn_shape *b) {
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (a->dim[i] != b->dim[i]) return false;
    return true;
}

char *nn_shape_text(const nn_shape *shape, char *text, int size) {
    int at = snprintf(text, (size_t)size, "(");
    for (int i = 0; i < shape->rank && at < size; i++)
        at += snprintf(text + at, (size_t)(size - at), i ? ", %lld" : "%lld",
                       (long long)shape->dim[i]);
    if (at < size) snprintf(text + at, (size_t)(size - at), ")");
    return text;
}

static const struct {
    const char *name;
    int size;
} dtypes[] = {[NN_U8] = {"uint8", 1},   [NN_I8] = {"int8", 1},    [NN_U16] = {"uint16", 2},
              [NN_I16] = {"int16", 2},  [NN_U32] = {"uint32", 4}, [NN_I32] = {"int32", 4},
              [NN_U64] = {"uint64", 8}, [NN_I64] = {"int64", 8},  [NN_F32] = {"float32", 4},
              [NN_F64] = {"float64", 8}};

int64_t nn_dtype_size(nn_dtype type) {
    return dtypes[type].size;
}
const char *nn_dtype_name(nn_dtype type) {
    return dtypes[type].name;
}
int nn_dtype_is_integer(nn_dtype type) {
    return type < NN_F32;
}

double nn_dtype_get(nn_dtype type, const void *array, int64_t i) {
    switch (type) {
    case NN_U8: return ((const uint8_t *)array)[i];
    case NN_I8: return ((const int8_t *)array)[i];
    case NN_U16: return ((const uint16_t *)array)[i];
    case NN_I16: return ((const int16_t *)array)[i];
    case NN_U32: return ((const uint32_t *)array)[i];
    case NN_I32: return ((const int32_t *)array)[i];
    case NN_U64: return (double)((const uint64_t *)array)[i];
    case NN_I64: return (double)((const int64_t *)array)[i];
    case NN_F32: return ((const float *)array)[i];
    case NN_F64: return ((const double *)array)[i];
    }
    return 0;
}
