/* The scalar type of a build. Floor 0.
 *
 * The same sources are compiled twice: nn_real is float, and with NN_DOUBLE it is double. Both
 * live in one program, so every external name that depends on nn_real carries the suffix _f32 or
 * _f64, given by one line in its header:   #define nn_gemm NN_REAL_NAME(nn_gemm)            */
#ifndef NNMPI_REAL_H
#define NNMPI_REAL_H

#include <stdint.h>

#include "nnmpi/dtype.h"

#ifdef NN_DOUBLE
typedef double nn_real;
#define NN_REAL_SUFFIX _f64
#define NN_REAL_WORD "float64"
#define NN_REAL_DTYPE NN_F64
#define NN_REAL_EPSILON 2.220446049250313e-16
#else
typedef float nn_real;
#define NN_REAL_SUFFIX _f32
#define NN_REAL_WORD "float32"
#define NN_REAL_DTYPE NN_F32
#define NN_REAL_EPSILON 1.1920928955078125e-07
#endif

#define NN_REAL_PASTE2(a, b) a##b
#define NN_REAL_PASTE(a, b) NN_REAL_PASTE2(a, b)
#define NN_REAL_NAME(name) NN_REAL_PASTE(name, NN_REAL_SUFFIX)

/* Before a function whose time goes into loops over many numbers: it is compiled for several
 * instruction sets (AVX2, AVX-512), and the one that fits the processor is chosen when the program
 * is loaded. The bits of results may differ between processors, never between runs on one. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && __GNUC__ >= 12 &&        \
    !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(NN_ONE_INSTRUCTION_SET)
#define NN_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define NN_CLONES
#endif

int64_t nn_dtype_size(nn_dtype type);     /* bytes of one element */
const char *nn_dtype_name(nn_dtype type); /* "uint8", ..., "float64" */
int nn_dtype_is_integer(nn_dtype type);
/* Element i of an array of that type, as a double (exact up to 2^53). */
double nn_dtype_get(nn_dtype type, const void *array, int64_t i);

#endif
