/* A text continued: the model says how likely each next token is; one is drawn, said, and so on. */
#include <math.h>
#include <string.h>

#include "nnmpi/log.h"
#include "text_writer.h"

static void say(const nn_writer_of_text *w, int32_t id) {
    char byte = (char)id;
    const char *bytes = w->words.n ? w->words.value[id] : &byte;
    w->request->say(w->request->context, bytes, w->words.n ? (int64_t)strlen(bytes) : 1);
}

/* ---- can it? ---- */

static nn_status check_model(const nn_session *s) {
    bool text = s->about.input.rank == 1 && s->options->data.sequence_length > 0;
    bool next = nn_decides(s) && nn_outputs_probabilities(s) && s->width > 1;
    if (text && next && (s->positions == 1 || s->positions == s->about.input.dim[0])) return NN_OK;
    return nn_error(NN_BAD_DATA, "the model does not continue texts: it must have been trained on "
                                 "windows of a text (data.sequence_length) to tell the next token "
                                 "by a softmax");
}

static nn_status check_words(const nn_session *s) {
    int n = s->about.vocabulary.n;
    if (n > 0 ? n <= s->width : s->width == 256) return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "the checkpoint does not say what its %lld tokens stand for: it has a "
                    "vocabulary of %d",
                    (long long)s->width, n);
}

/* What follows the tokens that are there must not matter: of a model that looks ahead it does. */
static nn_status check_order(nn_writer_of_text *w) {
    const nn_session *s = w->s;
    if (w->stepper || w->n >= w->window) return NN_OK;
    if (s->positions == 1)
        return nn_error(NN_USAGE,
                        "the model tells the token after %lld others: --prompt has only %lld",
                        (long long)w->window, (long long)w->n);
    nn_arena *arena = nn_arena_create();
    nn_real *first = NN_NEW_ARRAY(arena, nn_real, s->width);
    memcpy(first, nn_text_look_at_window(w, 0), (size_t)s->width * sizeof *first);
    const nn_real *second =
        nn_text_look_at_window(w, (int32_t)(w->words.n ? w->words.n : s->width) - 1);
    double worst = 0;
    for (int64_t j = 0; j < s->width; j++)
        worst = fmax(worst, fabs((double)(first[j] - second[j])));
    nn_arena_destroy(arena);
    if (worst <= 1e-5) return NN_OK;
    return nn_error(NN_BAD_DATA, "the model looks ahead (bidirectional, or attention without a "
                                 "causal mask): it cannot continue a text");
}

static nn_status prepare(nn_writer_of_text *w) {
    nn_session *s = w->s;
    NN_TRY(check_model(s));
    NN_TRY(check_words(s));
    w->words = s->about.vocabulary;
    w->window = s->about.input.dim[0];
    w->token =
        NN_NEW_ARRAY(s->arena, int32_t, (int64_t)strlen(w->request->prompt) + w->request->length);
    w->z = NN_NEW_ARRAY(s->arena, nn_real, s->positions * s->width);
    w->likely = NN_NEW_ARRAY(s->arena, nn_likely, s->width);
    NN_TRY(nn_text_read_prompt(w));
    if (w->n == 0) return nn_error(NN_USAGE, "--prompt is empty: at least one token is needed");
    nn_text_look_open(w);
    return check_order(w);
}

static nn_status write_text(nn_writer_of_text *w) {
    NN_TRY(prepare(w));
    for (int64_t i = 0; i < w->n; i++) say(w, w->token[i]);
    double begin = nn_clock();
    for (int64_t i = 0; i < w->request->length; i++) {
        int32_t id = nn_text_choose(w, nn_text_look(w));
        w->token[w->n++] = id;
        say(w, id);
    }
    double seconds = nn_clock() - begin;
    nn_detail("%lld tokens in %.3g s: %.4g a second", (long long)w->request->length, seconds,
              (double)w->request->length / fmax(seconds, 1e-9));
    return NN_OK;
}

nn_status nn_use_generate(nn_session *s, const nn_generate_request *request) {
    NN_TRY(nn_session_infer_alone(s, request->checkpoint, 1));
    nn_writer_of_text w = {.s = s, .request = request};
    return nn_comm_agree(s->comm, nn_comm_rank(s->comm) == 0 ? write_text(&w) : NN_OK);
}
