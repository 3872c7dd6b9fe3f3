/* The ways to compose, by name. */
#ifndef NNMPI_MODEL_COMPOSITES_H
#define NNMPI_MODEL_COMPOSITES_H

#include "draft.h"

#define NN_COMPOSITE(name) NN_REAL_NAME(nn_composite_##name)
#define X(name) extern const nn_composite NN_COMPOSITE(name);
#include "composites.def"
#undef X

#endif
