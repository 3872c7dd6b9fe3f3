/* Attention of one head over one sequence: scaled dot products, softmax, weighted sums.
 * Vaswani et al., NeurIPS 2017.
 *
 *     S = Q K^T,  P = softmax of the rows of S over the places they may see,  O = M . P V
 *     dV = (M . P)^T dO,  dP = M . (dO V^T),  dS = P . (dP - rowsum(dP . P)),
 *     dQ = dS K,  dK = dS^T Q                     (Q is scaled by 1/sqrt(key) before)
 *
 * M: the mask of dropout. Heads lie side by side in a row: the matrices of one are reached by the
 * length of the whole row, and nothing is transposed or copied. */
#ifndef NNMPI_LAYER_ATTENTION_H
#define NNMPI_LAYER_ATTENTION_H

#include <stdbool.h>

#include "nnmpi/real.h"

#define nn_attend NN_REAL_NAME(nn_attend)
#define nn_attend_backward NN_REAL_NAME(nn_attend_backward)

typedef struct nn_attention {
    int64_t tq, tk;             /* positions of the queries, of keys and values */
    int64_t key, value;         /* numbers of a head */
    int64_t key_row, value_row; /* of all heads: lengths of rows */
    bool causal;                /* query i sees the keys 0 ... i only */
} nn_attention;

/* The matrices of one head of one sample. */
typedef struct nn_head {
    nn_real *Q, *K, *V, *O; /* [tq or tk, row] */
    nn_real *P;             /* [tq, tk] */
    const nn_real *M;       /* [tq, tk], or NULL: no dropout */
    const nn_real *shown;   /* [tk]: 0 hides a place (padding); NULL: all are shown */
    nn_real *room;          /* [tq, tk] if M; backward: 2 [tq, tk] and [tq, key] */
} nn_head;

/* P and O from Q, K and V. A row that may see nothing becomes 0. */
void nn_attend(const nn_attention *a, const nn_head *h);
/* O holds dO; Q, K and V become dQ, dK and dV, dQ times `scale`. */
void nn_attend_backward(const nn_attention *a, const nn_head *h, nn_real scale);

#endif
