/* Whose fault it is that data are not there. */
#ifndef NNMPI_TRAIN_BLAME_H
#define NNMPI_TRAIN_BLAME_H

#include "nnmpi/dataset.h"

/* Adds to the message of NN_NO_INPUT that nn_data_open left on this rank the place in the
 * configuration that names the file or the data set. Returns `status`. */
nn_status nn_blame_data(nn_document *document, const nn_data_options *options, nn_status status);

#endif
