/* training.class_weight: a number for each class. */
#ifndef NNMPI_TRAIN_CLASS_WEIGHT_H
#define NNMPI_TRAIN_CLASS_WEIGHT_H

#include "nnmpi/config.h"

/* Reads the value `node` (of the document): weight[classes] of a list or of a map {class: weight},
 * 1 where the map says nothing; *balanced for that word. Complains of anything else. */
void nn_class_weight_read(nn_document *document, nn_node *node, int64_t classes, double *weight,
                          bool *balanced);
/* weight[c] = n / (k count[c]), n the sum of the counts and k the number of classes that occur; 1
 * for those that do not (as in scikit-learn). */
void nn_class_weight_balance(int64_t classes, const int64_t *count, double *weight);

#endif
