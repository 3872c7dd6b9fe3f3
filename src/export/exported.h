/* What the exporters are given, and where they write. */
#ifndef NNMPI_EXPORT_EXPORTED_H
#define NNMPI_EXPORT_EXPORTED_H

#include "nnmpi/export.h"

#define nn_export_onnx NN_REAL_NAME(nn_export_onnx)
#define nn_export_safetensors NN_REAL_NAME(nn_export_safetensors)
#define nn_export_tfjs NN_REAL_NAME(nn_export_tfjs)
#define nn_export NN_REAL_NAME(nn_export)

/* A model with its weights and what the data say of it. */
typedef struct nn_exported {
    const nn_model *model;
    const char *from, *name;  /* the checkpoint; the model's name */
    const char *model_config; /* Keras JSON */
    double scale;
    nn_constants constants;
    nn_texts vocabulary, class_names;
} nn_exported;

nn_status nn_export_onnx(const nn_exported *exported, const char *path, bool force);
nn_status nn_export_safetensors(const nn_exported *exported, const char *path, bool force);
nn_status nn_export_tfjs(const nn_exported *exported, const char *folder, bool force);

/* A file that is written under another name, PATH.tmp, until it is whole. */
typedef struct nn_outfile nn_outfile;
/* NN_CANNOT_WRITE: it exists and may not be replaced, or it cannot be created. */
nn_status nn_outfile_open(nn_outfile **output, const char *path, bool force);
/* An error of writing is kept for close. */
void nn_outfile_write(nn_outfile *output, const void *bytes, size_t length);
/* With status NN_OK: fsync, rename, fsync of the folder. With another one, or if that fails, the
 * file is removed. Returns what failed first. */
nn_status nn_outfile_close(nn_outfile *output, nn_status status);

#endif
