/* Types of numbers. Floor 0; a part of the library's interface (nnmpi/nnmpi.h). */
#ifndef NNMPI_DTYPE_H
#define NNMPI_DTYPE_H

/* Element types of data at rest: data sets in files and arrays in memory. */
typedef enum nn_dtype {
    NN_U8,
    NN_I8,
    NN_U16,
    NN_I16,
    NN_U32,
    NN_I32,
    NN_U64,
    NN_I64,
    NN_F32,
    NN_F64
} nn_dtype;

#endif
