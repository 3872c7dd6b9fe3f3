/* import text: characters or bytes -> tokens. The files are read twice: once for the characters
 * that there are and their number, once to write. */
#include <stdlib.h>

#include "characters.h"
#include "inside.h"

#define NN_NO_TOKEN UINT32_MAX

/* Tokens of all code points, and the other way. */
typedef struct nn_vocabulary {
    uint32_t token[NN_CODE_POINTS];
    int32_t code[NN_CODE_POINTS];
    int n;
    const char *file; /* that it was taken from; NULL: from the text */
} nn_vocabulary;

typedef struct nn_text {
    const nn_import_text_options *options;
    nn_vocabulary *vocabulary;
    nn_characters characters;
    int forced;                 /* the split of this file; -1: in parts */
    int64_t n;                  /* tokens in parts */
    int64_t of_file[NN_SPLITS]; /* tokens of files of their own */
    /* of writing */
    nn_pieces pieces;
    int64_t part[NN_SPLITS], count[NN_SPLITS]; /* of the n; all */
    int64_t dealt, written[NN_SPLITS];
    nn_split split; /* of what is waiting */
    nn_dtype dtype;
    union {
        uint8_t u8[1 << 14];
        uint16_t u16[1 << 13];
        int32_t i32[1 << 12];
    } waiting;
    int64_t n_waiting;
} nn_text;

static void add_word(nn_vocabulary *v, int32_t code) {
    v->token[code] = (uint32_t)v->n;
    v->code[v->n++] = code;
}

static nn_status take_vocabulary(nn_vocabulary *v, nn_store *store) {
    char **words = NULL;
    int n;
    nn_status status = nn_store_read_words(store, "/vocabulary", &words, &n);
    for (int i = 0; i < n && status == NN_OK; i++) {
        int32_t code = nn_utf8_code(words[i]);
        if (code < 0 || v->token[code] != NN_NO_TOKEN)
            status = nn_error(NN_BAD_DATA,
                              "%s: data set /vocabulary: row %d is \"%s\"; each must be one "
                              "character, another one",
                              v->file, i, words[i]);
        else
            add_word(v, code);
    }
    free(words);
    return status;
}

/* From a file, or empty. */
static nn_status begin_vocabulary(nn_vocabulary *v, const char *file) {
    for (int32_t code = 0; code < NN_CODE_POINTS; code++) v->token[code] = NN_NO_TOKEN;
    v->n = 0;
    v->file = file;
    if (!file) return NN_OK;
    nn_store *store;
    NN_TRY(nn_store_open(&store, file));
    nn_status status = take_vocabulary(v, store);
    nn_store_close(store);
    return status;
}

static nn_status unknown_character(const nn_text *text, int32_t code) {
    long long line = text->characters.line - (code == '\n');
    return nn_error(NN_BAD_DATA,
                    "%s: line %lld: the character \"%s\" (U+%04X) is not in the vocabulary of %s",
                    text->characters.in.file, line, nn_utf8_of(code).text, (unsigned)code,
                    text->vocabulary->file);
}

typedef nn_status nn_text_visitor(nn_text *text, int32_t code);

static nn_status read_file(nn_text *text, const char *file, int forced, nn_text_visitor *each) {
    int32_t code = 0;
    if (!file) return NN_OK;
    text->forced = forced;
    nn_status status = nn_characters_open(&text->characters, file, text->options->bytes);
    while (status == NN_OK) {
        status = nn_characters_next(&text->characters, &code);
        if (status != NN_OK || code < 0) break;
        status = each(text, code);
    }
    if (text->characters.no_text) nn_error_add(status, "; --bytes takes any file");
    nn_characters_close(&text->characters);
    return status;
}

/* Calls `each` for every character of every file. */
static nn_status for_all(nn_text *text, const char *const *files, int n, nn_text_visitor *each) {
    for (int i = 0; i < n; i++) NN_TRY(read_file(text, files[i], -1, each));
    NN_TRY(read_file(text, text->options->validation_file, NN_VALIDATION, each));
    return read_file(text, text->options->test_file, NN_TEST, each);
}

/* ---- the first time ---- */

static nn_status count(nn_text *text, int32_t code) {
    nn_vocabulary *v = text->vocabulary;
    if (text->forced < 0)
        text->n++;
    else
        text->of_file[text->forced]++;
    if (text->options->bytes || v->token[code] != NN_NO_TOKEN) return NN_OK;
    if (v->file) return unknown_character(text, code);
    v->token[code] = 0;
    return NN_OK;
}

/* Tokens in order of code points. */
static void number(nn_vocabulary *v) {
    for (int32_t code = 0; code < NN_CODE_POINTS && !v->file; code++)
        if (v->token[code] != NN_NO_TOKEN) add_word(v, code);
}

/* ---- the second time ---- */

static nn_status flush(nn_text *text) {
    if (text->n_waiting == 0) return NN_OK;
    nn_status status =
        nn_store_rows_append(text->pieces.rows[text->split], text->n_waiting, &text->waiting);
    text->n_waiting = 0;
    return status;
}

/* Of the next token. */
static nn_split next_split(nn_text *text) {
    if (text->forced >= 0) return (nn_split)text->forced;
    return nn_part_at(text->part, text->dealt++);
}

static nn_status write(nn_text *text, int32_t code) {
    uint32_t token = text->options->bytes ? (uint32_t)code : text->vocabulary->token[code];
    nn_split split = next_split(text);
    int64_t room = (int64_t)sizeof text->waiting / nn_dtype_size(text->dtype);
    if (text->written[split]++ == text->count[split] || token == NN_NO_TOKEN)
        return nn_import_changed(text->characters.in.file);
    if (split != text->split || text->n_waiting == room) NN_TRY(flush(text));
    text->split = split;
    switch (text->dtype) {
    case NN_U8: text->waiting.u8[text->n_waiting++] = (uint8_t)token; break;
    case NN_U16: text->waiting.u16[text->n_waiting++] = (uint16_t)token; break;
    default: text->waiting.i32[text->n_waiting++] = (int32_t)token; break;
    }
    return NN_OK;
}

static nn_status write_vocabulary(nn_output *output, const nn_vocabulary *v) {
    nn_utf8 *word = calloc((size_t)v->n, sizeof *word);
    const char **words = calloc((size_t)v->n, sizeof *words);
    if (!word || !words) nn_panic("out of memory");
    for (int i = 0; i < v->n; i++) {
        word[i] = nn_utf8_of(v->code[i]);
        words[i] = word[i].text;
    }
    nn_status status = nn_output_words(output, "/vocabulary", words, v->n, "characters");
    free(words);
    free(word);
    return status;
}

static nn_status write_all(nn_text *text, nn_output *output, const char *const *files, int n) {
    int size = text->vocabulary->n;
    text->dtype = text->options->bytes || size <= 256 ? NN_U8 : size <= 65536 ? NN_U16 : NN_I32;
    NN_TRY(nn_parts_of(output->import, text->n, text->part));
    for (int split = 0; split < NN_SPLITS; split++)
        text->count[split] = text->part[split] + text->of_file[split];
    nn_status status =
        nn_pieces_create(&text->pieces, output, "text", text->dtype, text->count, &(nn_shape){0});
    if (status == NN_OK) status = for_all(text, files, n, write);
    if (status == NN_OK) status = flush(text);
    for (int split = 0; split < NN_SPLITS && status == NN_OK; split++)
        if (text->written[split] < text->count[split]) status = nn_import_changed(files[n - 1]);
    status = nn_pieces_close(&text->pieces, status);
    if (status == NN_OK && !text->options->bytes)
        status = write_vocabulary(output, text->vocabulary);
    return status;
}

static nn_status import_text(nn_text *text, nn_output *output, const char *const *files, int n) {
    NN_TRY(begin_vocabulary(text->vocabulary, text->options->vocabulary));
    NN_TRY(for_all(text, files, n, count));
    if (text->n == 0) return nn_error(NN_BAD_DATA, "%s: the file is empty", files[0]);
    number(text->vocabulary);
    return write_all(text, output, files, n);
}

nn_status nn_import_text(const nn_import *import, const nn_import_text_options *options,
                         const char *const *files, int n) {
    nn_output output;
    nn_text *text = calloc(1, sizeof *text);
    nn_vocabulary *vocabulary = calloc(1, sizeof *vocabulary);
    if (!text || !vocabulary) nn_panic("out of memory");
    text->options = options;
    text->vocabulary = vocabulary;
    nn_status status = nn_output_open(&output, import);
    if (status == NN_OK) status = import_text(text, &output, files, n);
    status = nn_output_close(&output, status);
    free(vocabulary);
    free(text);
    return status;
}
