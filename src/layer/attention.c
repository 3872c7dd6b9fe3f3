#include "attention.h"

#include <math.h>

#include "nnmpi/exponential.h"
#include "moments.h"
#include "nnmpi/tensor.h"

/* s <- softmax(s) over those of the first `seen` numbers that are shown, 0 elsewhere; the largest
 * is subtracted first, so that nothing overflows. A NaN stays one. */
NN_CLONES static void softmax_row(int64_t seen, int64_t tk, const nn_real *shown,
                                  nn_real *restrict s) {
    nn_real top = -INFINITY;
    for (int64_t k = 0; shown && k < seen; k++) s[k] = shown[k] == 0 ? (nn_real)-INFINITY : s[k];
    for (int64_t k = 0; k < seen; k++) top = s[k] <= top ? top : s[k];
    nn_zero(tk - seen, s + seen);
    if (top == -INFINITY) {
        nn_zero(seen, s);
        return;
    }
    for (int64_t k = 0; k < seen; k++) s[k] = nn_exp(s[k] - top);
    for (int64_t k = 0; shown && k < seen; k++) s[k] = shown[k] == 0 ? 0 : s[k];
    nn_real scale = (nn_real)(1 / nn_row_sum(seen, s));
    for (int64_t k = 0; k < seen; k++) s[k] *= scale; /* e^(s - top) / sum */
}

static int64_t seen_by(const nn_attention *a, int64_t query) {
    return a->causal && query + 1 < a->tk ? query + 1 : a->tk;
}

/* M . P, in `room` if there is an M. */
static const nn_real *dropped(const nn_attention *a, const nn_head *h) {
    if (!h->M) return h->P;
    for (int64_t k = 0; k < a->tq * a->tk; k++) h->room[k] = h->M[k] * h->P[k];
    return h->room;
}

void nn_attend(const nn_attention *a, const nn_head *h) {
    nn_gemm(false, true, a->tq, a->tk, a->key, h->Q, a->key_row, h->K, a->key_row, 0, h->P,
            a->tk); /* S = Q K^T */
    for (int64_t i = 0; i < a->tq; i++)
        softmax_row(seen_by(a, i), a->tk, h->shown, h->P + i * a->tk); /* P = softmax(S) */
    nn_gemm(false, false, a->tq, a->value, a->tk, dropped(a, h), a->tk, h->V, a->value_row, 0, h->O,
            a->value_row); /* O = M . P V */
}

void nn_attend_backward(const nn_attention *a, const nn_head *h, nn_real scale) {
    int64_t tq = a->tq, tk = a->tk;
    nn_real *dS = h->room + tq * tk, *dQ = dS + tq * tk;
    nn_gemm(false, true, tq, tk, a->value, h->O, a->value_row, h->V, a->value_row, 0, dS,
            tk); /* dO V^T */
    nn_gemm(true, false, tk, a->value, tq, dropped(a, h), tk, h->O, a->value_row, 0, h->V,
            a->value_row); /* dV = (M . P)^T dO */
    for (int64_t i = 0; i < tq; i++) {
        nn_real *restrict ds = dS + i * tk;
        const nn_real *row = h->P + i * tk;
        for (int64_t k = 0; h->M && k < tk; k++) ds[k] *= h->M[i * tk + k];
        nn_real along = (nn_real)nn_row_dot(tk, ds, row);
        for (int64_t k = 0; k < tk; k++) ds[k] = row[k] * (ds[k] - along); /* dS */
    }
    nn_gemm(false, false, tq, a->key, tk, dS, tk, h->K, a->key_row, 0, dQ, a->key); /* dS K */
    nn_gemm(true, false, tk, a->key, tq, dS, tk, h->Q, a->key_row, 0, h->K,
            a->key_row); /* dK = dS^T Q */
    for (int64_t i = 0; i < tq; i++)
        for (int64_t k = 0; k < a->key; k++) h->Q[i * a->key_row + k] = scale * dQ[i * a->key + k];
}
