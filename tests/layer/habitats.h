/* Where each kind of layer is tried. */
#ifndef NNMPI_TESTS_LAYER_HABITATS_H
#define NNMPI_TESTS_LAYER_HABITATS_H

#include "specimen.h"

/* The habitats of a kind: its example on the samples of rank 1 to 4 that its setup accepts, and all
 * that is listed for it in habitats.c. */
int nn_habitats_of(const nn_kind *kind, nn_habitat *habitats, int room);

#endif
