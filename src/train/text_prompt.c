/* A prompt as tokens: the longest word of the vocabulary first, or bytes. */
#include <string.h>

#include "text_writer.h"

/* The longest word at the start of the text; -1: none. */
static int32_t match(const nn_texts *words, const char *text, size_t *length) {
    int32_t best = -1;
    *length = 0;
    for (int i = 0; i < words->n; i++) {
        size_t n = strlen(words->value[i]);
        if (n > *length && strncmp(words->value[i], text, n) == 0) *length = n, best = i;
    }
    return best;
}

static size_t bytes_of_character(const char *text) {
    size_t n = 1;
    while (((unsigned char)text[n] & 0xc0) == 0x80) n++; /* the rest of it in UTF-8 */
    return n;
}

/* The characters that no word is, each once. */
static nn_status refuse(const nn_texts *words, const char *text) {
    nn_buffer unknown = {0};
    for (size_t length; *text; text += length) {
        if (match(words, text, &length) >= 0) continue;
        length = bytes_of_character(text);
        char one[8] = "";
        memcpy(one, text, length < sizeof one ? length : sizeof one - 1);
        if (!unknown.text || !strstr(unknown.text, one))
            nn_buffer_add(&unknown, "%s\"%s\"", unknown.text ? ", " : "", one);
    }
    nn_status status =
        nn_error(NN_BAD_DATA, "--prompt has what the model's vocabulary has not: %s", unknown.text);
    nn_buffer_free(&unknown);
    return status;
}

nn_status nn_text_read_prompt(nn_writer_of_text *w) {
    const char *text = w->request->prompt;
    for (size_t length = 1; *text; text += length) {
        int32_t id = w->words.n ? match(&w->words, text, &length) : (unsigned char)*text;
        if (id < 0) return refuse(&w->words, w->request->prompt);
        w->token[w->n++] = id;
    }
    return NN_OK;
}
