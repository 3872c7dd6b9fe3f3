/* A model of sequences that is shown one position at a time, in evaluation. Floor 3.
 *
 *     z(j)(t) = f_Wj(z(j-1)(t), what is carried from 0 ... t-1)      each vertex in order
 *
 * A recurrent layer carries its state, causal attention its keys and values; layers that act on
 * each position alone carry nothing. So position t costs what one position costs, not t. */
#ifndef NNMPI_STEPPER_H
#define NNMPI_STEPPER_H

#include "nnmpi/model.h"

#define nn_stepper_create NN_REAL_NAME(nn_stepper_create)
#define nn_stepper_rewind NN_REAL_NAME(nn_stepper_rewind)
#define nn_stepper_room NN_REAL_NAME(nn_stepper_room)
#define nn_stepper_step NN_REAL_NAME(nn_stepper_step)

typedef struct nn_stepper nn_stepper;

/* In `arena`, for a model that is allocated and outlives it. NULL: *obstacle is a layer that needs
 * the whole sequence. */
nn_stepper *nn_stepper_create(nn_model *model, nn_arena *arena, const nn_layer **obstacle);
/* The next position is the first one. */
void nn_stepper_rewind(nn_stepper *stepper);
/* How many positions can follow; INT64_MAX: any number. */
int64_t nn_stepper_room(const nn_stepper *stepper);
/* The outputs, activation applied, for the next position, whose inputs are x. */
void nn_stepper_step(nn_stepper *stepper, const nn_real *x, nn_real *out);

#endif
