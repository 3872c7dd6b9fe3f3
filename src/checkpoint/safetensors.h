/* Files of safetensors, for init_from: 8 bytes with the length of a header in JSON (little endian),
 * the header, then the numbers of all tensors. Nothing in the header is believed before it was
 * checked: lengths, shapes, offsets, overlaps. */
#ifndef NNMPI_CHECKPOINT_SAFETENSORS_H
#define NNMPI_CHECKPOINT_SAFETENSORS_H

#include "nnmpi/real.h"
#include "nnmpi/shape.h"
#include "nnmpi/status.h"

typedef struct nn_safetensors nn_safetensors;

/* By what it begins with. */
bool nn_safetensors_looks_so(const char *path);
/* NN_NO_INPUT; NN_BAD_DATA naming what is wrong with the header. */
nn_status nn_safetensors_open(nn_safetensors **file, const char *path);
void nn_safetensors_close(nn_safetensors *file);
int nn_safetensors_count(const nn_safetensors *file);
const char *nn_safetensors_name(const nn_safetensors *file, int i);
const nn_shape *nn_safetensors_shape(const nn_safetensors *file, int i);
/* Tensor i as F32 or F64. NN_BAD_DATA: not of floating point. */
nn_status nn_safetensors_read(nn_safetensors *file, int i, nn_dtype to, void *out);

#endif
