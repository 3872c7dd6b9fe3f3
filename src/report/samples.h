/* Samples as pictures or text. Private to src/report. */
#ifndef NNMPI_REPORT_SAMPLES_H
#define NNMPI_REPORT_SAMPLES_H

#include "nnmpi/report.h"
#include "nnmpi/text.h"

/* The sample of this verdict as <img>, or as text where its numbers are ids of the vocabulary;
 * nothing where it is neither, or its file cannot be read. `brightest`: what is shown white, 0:
 * look. */
void nn_sample_html(const nn_evaluation *e, const nn_verdict *verdict, nn_buffer *out);
bool nn_sample_is_image(const nn_evaluation *e);
bool nn_sample_is_text(const nn_evaluation *e);

#endif
