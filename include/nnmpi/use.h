/* Using a trained model: evaluating and predicting from its checkpoint. Floor 5.
 *
 * The configuration is the one in the checkpoint; nn_use_data has chosen the data. */
#ifndef NNMPI_USE_H
#define NNMPI_USE_H

#include "nnmpi/train.h"

/* Which data a checkpoint is used on. */
typedef struct nn_use_source {
    const char *file; /* instead of the configuration's; NULL: those */
    const char *inputs, *targets;
    int split; /* nn_split, or -1: test if there is one, else validation, else train */
    bool inputs_only;
} nn_use_source;
/* Leaves in options->data what is wanted; *split is where it is. With a file the names of the
 * split's data sets are looked for in it, then the usual ones. NN_USAGE. */
nn_status nn_use_data(nn_run_options *options, const nn_use_source *source, nn_split *split);

#define NN_SAID_NUMBERS 8

/* A sample and what the model made of it. */
typedef struct nn_verdict {
    int64_t index; /* in the split */
    const char *file;
    int64_t row; /* in its file */
    double loss;
    int64_t positions, right;   /* of classes: how many it decides, and rightly */
    int64_t target, prediction; /* of one class; -1: it is ignored */
    double probability;         /* that the outputs give to the prediction; NAN: they are none */
    int numbers;                /* of no classes: the first of them */
    double y[NN_SAID_NUMBERS], z[NN_SAID_NUMBERS];
} nn_verdict;

typedef struct nn_evaluation {
    const char *checkpoint, *name, *split, *data_text, *loss;
    int64_t epoch, step, samples, positions;
    int n_values;
    const nn_value *value; /* loss and metrics */
    int64_t classes;       /* 0: it does not decide for classes */
    const double *matrix;  /* [classes, classes]: of class a decided for d; NULL: too many */
    nn_texts class_names;
    int n_worst;
    const nn_verdict *worst; /* the largest loss first */
    int n_spread;
    const nn_verdict *spread; /* as many as were asked for, evenly from all of the split */
    const char *inputs;       /* the data set of the inputs, in each verdict's file */
    nn_shape input;           /* of a sample */
    bool windows;             /* samples are windows of consecutive rows */
    nn_texts vocabulary;      /* of the inputs; n = 0: none */
    double seconds;
} nn_evaluation;

typedef struct nn_evaluate_request {
    const char *checkpoint; /* a file; rank 0 reads it */
    nn_split split;
    int worst;  /* how many of the samples with the largest loss are told */
    int spread; /* and of samples evenly from all of the split */
    void *context;
    void (*tell)(void *context, const nn_evaluation *evaluation); /* on rank 0 */
} nn_evaluate_request;

typedef struct nn_predict_request {
    const char *checkpoint;
    nn_split split;
    const char *out; /* written by rank 0: it is complete or it is not there */
    bool force;      /* it may exist */
    /* on rank 0, when it is there: how many samples, of which data set; NULL: nobody is told */
    void (*tell)(const char *out, int64_t samples, const char *inputs);
} nn_predict_request;

typedef struct nn_generate_request {
    const char *checkpoint;
    const char *prompt; /* at least one token */
    int64_t length;     /* tokens to generate */
    double temperature; /* the probabilities to the power 1 / temperature; 0: the most likely */
    int64_t top_k;      /* of the k most likely; 0: of all */
    double top_p;  /* of the fewest most likely that have this probability together; 0 or 1: all */
    bool no_cache; /* the whole window is computed for each token */
    int64_t seed;  /* token i is drawn by (seed, i) */
    void *context;
    void (*say)(void *context, const char *bytes, int64_t n); /* on rank 0: prompt, then tokens */
} nn_generate_request;

#endif
