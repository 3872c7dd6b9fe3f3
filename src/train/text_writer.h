/* A text that a model continues: what its parts share. */
#ifndef NNMPI_TRAIN_TEXT_WRITER_H
#define NNMPI_TRAIN_TEXT_WRITER_H

#include "infer.h"
#include "nnmpi/stepper.h"

#define nn_text_read_prompt NN_REAL_NAME(nn_text_read_prompt)
#define nn_text_choose NN_REAL_NAME(nn_text_choose)
#define nn_text_look_open NN_REAL_NAME(nn_text_look_open)
#define nn_text_look NN_REAL_NAME(nn_text_look)
#define nn_text_look_at_window NN_REAL_NAME(nn_text_look_at_window)

typedef struct nn_likely {
    double p;
    int32_t id;
} nn_likely;

typedef struct nn_writer_of_text {
    nn_session *s;
    const nn_generate_request *request;
    nn_texts words;      /* n = 0: ids are bytes */
    int64_t window;      /* tokens that the model was trained to see at once */
    int64_t n;           /* tokens so far */
    int32_t *token;      /* of prompt and text, [prompt + length] */
    nn_real *z;          /* outputs of the window */
    nn_stepper *stepper; /* NULL: the whole window is computed for each token */
    int64_t shown;       /* tokens that the stepper has seen or left out */
    nn_likely *likely;
} nn_writer_of_text;

/* text_prompt.c: the request's prompt into tokens; NN_BAD_DATA names what is not in the words. */
nn_status nn_text_read_prompt(nn_writer_of_text *w);
/* text_look.c: sees whether tokens can be shown one at a time; says why not (-v). */
void nn_text_look_open(nn_writer_of_text *w);
/* The outputs after the last token: how likely each next one is. */
const nn_real *nn_text_look(nn_writer_of_text *w);
/* The same, computed anew for the last `window` tokens; if there are fewer, `filler` follows. */
const nn_real *nn_text_look_at_window(nn_writer_of_text *w, int32_t filler);
/* text_choice.c: one of the tokens, by the request's temperature and cuts. */
int32_t nn_text_choose(nn_writer_of_text *w, const nn_real *p);

#endif
