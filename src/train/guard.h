/* Numbers that are not finite: found, named, skipped or gone back from. */
#ifndef NNMPI_TRAIN_GUARD_H
#define NNMPI_TRAIN_GUARD_H

#include "session.h"

#define nn_train_lost NN_REAL_NAME(nn_train_lost)
#define nn_train_unsound NN_REAL_NAME(nn_train_unsound)
#define nn_train_is_sound NN_REAL_NAME(nn_train_is_sound)
#define nn_suspect_find NN_REAL_NAME(nn_suspect_find)
#define nn_suspect_loss NN_REAL_NAME(nn_suspect_loss)
#define nn_guard_open NN_REAL_NAME(nn_guard_open)
#define nn_guard_vectors NN_REAL_NAME(nn_guard_vectors)
#define nn_guard_step NN_REAL_NAME(nn_guard_step)
#define nn_guard_return NN_REAL_NAME(nn_guard_return)
#define nn_guard_keep NN_REAL_NAME(nn_guard_keep)

/* nonfinite.c: what is done about a step whose loss or gradient is not finite, or about weights
 * that are not (found before they are written), as training.on_nonfinite says. Collective. */
nn_ending nn_train_lost(nn_session *s, const nn_sampler *order, nn_share share);
nn_ending nn_train_unsound(nn_session *s);
bool nn_train_is_sound(const nn_session *s); /* weights, slots, state; alike on all ranks if the
                                                replicas agree */
/* suspect.c: computes the gradient once more, watching for the first number that is not finite on
 * any rank; says which, in the arena. Spoils dW, the control word and the model's state.
 * Collective.
 */
const char *nn_suspect_find(nn_session *s, const nn_sampler *order, nn_share share,
                            nn_arena *arena);
void nn_suspect_loss(nn_session *s, const nn_batch *batch); /* within it */
/* guard.c: memory for the copies (how many vectors like W: nn_guard_vectors); before a step; a
 * state to come back to; back to it. Logically collective. */
nn_status nn_guard_open(nn_session *s);
int64_t nn_guard_vectors(const nn_session *s);
void nn_guard_step(nn_session *s);
void nn_guard_keep(nn_session *s);
void nn_guard_return(nn_session *s);

#endif
