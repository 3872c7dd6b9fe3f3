/* The strategies, by name, and what they share. */
#ifndef NNMPI_REDUCE_REDUCTIONS_H
#define NNMPI_REDUCE_REDUCTIONS_H

#include <mpi.h>

#include "nnmpi/reduce.h"
#include "order.h"

#define nn_reduce_plain NN_REAL_NAME(nn_reduce_plain)
#define nn_reduce_by_mpi NN_REAL_NAME(nn_reduce_by_mpi)
#define nn_reduce_touched NN_REAL_NAME(nn_reduce_touched)
#define nn_words_create NN_REAL_NAME(nn_words_create)
#define nn_words_exchange NN_REAL_NAME(nn_words_exchange)

#ifdef NN_DOUBLE
#define NN_MPI_REAL MPI_DOUBLE
#else
#define NN_MPI_REAL MPI_FLOAT
#endif

#define NN_REDUCTION(name) NN_REAL_NAME(nn_reduction_##name)
#define X(name) extern const nn_reduction NN_REDUCTION(name);
#include "reductions.def"
#undef X

#define NN_LINE ((int64_t)(NN_ALIGNMENT / sizeof(nn_real)))
#define NN_CHUNK 8192 /* numbers that stay in the first cache while they are added */

/* Numbers that MPI is given at once: 4 MB, always cut at the same places. MPI works in memory that
 * it gets for each call: beyond 32 MB glibc takes that from the system and gives it back each time,
 * and first touches then cost 30 times the sum (40 MB on 2 ranks: 158 ms; in pieces 5.6 ms). */
#define NN_PIECE ((int64_t)(4 << 20) / (int64_t)sizeof(nn_real))

/* The buffers in memory of this rank's own. Collective. */
nn_status nn_reduce_plain(nn_reduce *reduce);
/* x[n] and control[c] <- their sums over the ranks of comm; c may be 0. Collective over comm. */
void nn_reduce_by_mpi(MPI_Comm comm, nn_real *x, int64_t n, double *control, int c);

/* shared.c: see nn_reduction. */
int64_t nn_reduce_touched(int64_t n, int64_t buffers, int ranks);

/* words.c: what nn_reduce_words needs. */
struct nn_words *nn_words_create(nn_reduce *reduce);
/* out[n] <- the sum over all that the ranks are left with; word[i], i < those of this rank, are
 * its own. Collective. */
void nn_words_exchange(nn_reduce *reduce, const double *const *word, int n, double *out);

#endif
