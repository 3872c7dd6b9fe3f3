/* A trained model in use: eval, predict, generate. */
#ifndef NNMPI_TRAIN_INFER_H
#define NNMPI_TRAIN_INFER_H

#include "session.h"

#define nn_decides NN_REAL_NAME(nn_decides)
#define nn_decision NN_REAL_NAME(nn_decision)
#define nn_outputs_probabilities NN_REAL_NAME(nn_outputs_probabilities)
#define nn_session_infer NN_REAL_NAME(nn_session_infer)
#define nn_session_infer_alone NN_REAL_NAME(nn_session_infer_alone)
#define nn_use_generate NN_REAL_NAME(nn_use_generate)
#define nn_use_evaluate NN_REAL_NAME(nn_use_evaluate)
#define nn_use_predict NN_REAL_NAME(nn_use_predict)
#define nn_worst_open NN_REAL_NAME(nn_worst_open)
#define nn_worst_see NN_REAL_NAME(nn_worst_see)
#define nn_worst_gather NN_REAL_NAME(nn_worst_gather)
#define nn_spread_gather NN_REAL_NAME(nn_spread_gather)

/* infer.c: opens a session to use a trained model: the checkpoint's model and constants, the
 * split's data (to be fetched if options->data.fetched), memory for passes forward, weights.
 * Collective. */
nn_status nn_session_infer(nn_session *s, const char *checkpoint, nn_split split);
/* The same without data, for passes of `most` samples at most. */
nn_status nn_session_infer_alone(nn_session *s, const char *checkpoint, int64_t most);
/* Do outputs decide for classes, one a position? Are they probabilities? */
bool nn_decides(const nn_session *s);
bool nn_outputs_probabilities(const nn_session *s);
/* The class that one row of outputs (activation applied) decides for: the first of the largest; of
 * one output whether it exceeds one half (0 where the loss decides by sign). */
int64_t nn_decision(const nn_session *s, const nn_real *z);
/* *e, zero before: complete on rank 0, as long as the session is open. */
nn_status nn_use_evaluate(nn_session *s, const nn_evaluate_request *request, nn_evaluation *e);
nn_status nn_use_generate(nn_session *s, const nn_generate_request *request);
nn_status nn_use_predict(nn_session *s, const nn_predict_request *request);

/* worst.c: room for the `most` samples of largest loss; shows it a batch that went forward; those
 * of all ranks, on rank 0 with their places (collective): returns how many. */
nn_worst *nn_worst_open(nn_session *s, int most, int64_t count, int spread);
void nn_worst_see(nn_worst *worst, nn_session *s, const nn_batch *batch);
int nn_spread_gather(nn_worst *worst, nn_session *s, const nn_dataset *set,
                     const nn_verdict **verdicts);
int nn_worst_gather(nn_worst *worst, nn_session *s, const nn_dataset *set,
                    const nn_verdict **verdicts);

#endif
