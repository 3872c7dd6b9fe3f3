/* A trained model for other programs: ONNX, safetensors, TensorFlow.js. Floor 5.
 *
 * A format is one entry of nn_exporters and one file in src/export. Files appear under their names
 * when they are whole. */
#ifndef NNMPI_EXPORT_H
#define NNMPI_EXPORT_H

#include "nnmpi/checkpoint.h"
#include "nnmpi/text.h"

enum { NN_EXPORT_ONNX, NN_EXPORT_SAFETENSORS, NN_EXPORT_TFJS, NN_EXPORTS };

typedef struct nn_export_options {
    const char *checkpoint;
    /* what its configuration says, bound by the caller */
    nn_document *document;
    const nn_model_options *model;
    const char *name;
    double scale;                 /* data.scale */
    const char *path[NN_EXPORTS]; /* where to; NULL: not in this format */
    bool force;                   /* what exists may be replaced */
} nn_export_options;

/* Loads the checkpoint and writes every format asked for, on rank 0. NN_BAD_CONFIG naming the layer
 * that a format has no counterpart for; NN_CANNOT_WRITE. Collective. */
nn_status nn_export_f32(const nn_export_options *options, nn_comm *comm);
nn_status nn_export_f64(const nn_export_options *options, nn_comm *comm);

/* The layers and what becomes of them in ONNX, one line each. */
void nn_export_explain_onnx(nn_buffer *out);

#endif
