/* import npy: NumPy's arrays (numpy.lib.format, versions 1 to 3). The magic, a version, the length
 * of the header; the header, a dictionary of Python: {'descr': '<f4', 'fortran_order': False,
 * 'shape': (60, 28), }; the numbers. */
#include "arrays.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NN_HEADER_MAX (1 << 20)

/* What is left of the header. */
typedef struct nn_header {
    nn_array_file *a;
    const char *at;
    bool fortran;
    bool has_type, has_order, has_shape;
} nn_header;

static nn_status not_npy(const nn_header *h, const char *expected) {
    return nn_error(NN_BAD_DATA, "%s: its header is damaged: %s was expected at `%.20s`",
                    h->a->in.file, expected, h->at);
}

static bool take(nn_header *h, const char *word) {
    while (isspace((unsigned char)*h->at)) h->at++;
    size_t length = strlen(word);
    if (strncmp(h->at, word, length) != 0) return false;
    h->at += length;
    return true;
}

/* 'text' or "text", at most `size` - 1 characters. */
static bool take_quoted(nn_header *h, char *text, size_t size) {
    while (isspace((unsigned char)*h->at)) h->at++;
    char quote = *h->at;
    if (quote != '\'' && quote != '"') return false;
    const char *end = strchr(h->at + 1, quote);
    if (!end || (size_t)(end - h->at) > size) return false;
    memcpy(text, h->at + 1, (size_t)(end - h->at - 1));
    text[end - h->at - 1] = '\0';
    h->at = end + 1;
    return true;
}

/* '<f4', '|u1' ... */
static nn_status read_type(nn_header *h) {
    static const struct {
        const char *code;
        nn_dtype dtype;
    } types[] = {{"b1", NN_U8},  {"u1", NN_U8},  {"i1", NN_I8},  {"u2", NN_U16},
                 {"i2", NN_I16}, {"u4", NN_U32}, {"i4", NN_I32}, {"u8", NN_U64},
                 {"i8", NN_I64}, {"f4", NN_F32}, {"f8", NN_F64}};
    char descr[64];
    bool records = take(h, "[");
    if (records || !take_quoted(h, descr, sizeof descr) || !descr[0])
        return records ? nn_error(NN_BAD_DATA, "%s: it holds records; save each field for itself",
                                  h->a->in.file)
                       : not_npy(h, "a type such as '<f4'");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].code, descr + 1) == 0 && strchr("<>|=", descr[0])) {
            char other = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<';
            h->a->dtype = types[i].dtype;
            h->a->swap = descr[0] == other;
            return NN_OK;
        }
    return nn_error(
        NN_BAD_DATA,
        "%s: its numbers are of type '%s'; possible are integers of 1 to 8 bytes, float32 "
        "and float64 (in Python: x.astype(\"float32\"))",
        h->a->in.file, descr);
}

static nn_status read_order(nn_header *h) {
    h->fortran = take(h, "True");
    return h->fortran || take(h, "False") ? NN_OK : not_npy(h, "True or False");
}

static nn_status read_shape(nn_header *h) {
    int64_t dim[32];
    int rank = 0;
    if (!take(h, "(")) return not_npy(h, "a shape such as (3, 4)");
    while (!take(h, ")")) {
        char *end;
        if (!isdigit((unsigned char)*h->at) || rank == 32) return not_npy(h, "a length");
        dim[rank++] = strtoll(h->at, &end, 10);
        h->at = *end == 'L' ? end + 1 : end; /* Python 2 */
        if (!take(h, ",") && *h->at != ')') return not_npy(h, "a comma");
    }
    return nn_header_shape(h->a, rank, dim);
}

static nn_status read_entry(nn_header *h) {
    char key[64];
    if (!take_quoted(h, key, sizeof key)) return not_npy(h, "a key");
    if (!take(h, ":")) return not_npy(h, "a colon");
    if (strcmp(key, "descr") == 0) return h->has_type = true, read_type(h);
    if (strcmp(key, "fortran_order") == 0) return h->has_order = true, read_order(h);
    if (strcmp(key, "shape") == 0) return h->has_shape = true, read_shape(h);
    return nn_error(NN_BAD_DATA, "%s: its header has a key `%s` that is not known", h->a->in.file,
                    key);
}

static nn_status read_dictionary(nn_header *h) {
    if (!take(h, "{")) return not_npy(h, "{");
    while (!take(h, "}")) {
        NN_TRY(read_entry(h));
        if (!take(h, ",") && *h->at != '}') return not_npy(h, "a comma");
    }
    take(h, "");
    if (*h->at || !h->has_type || !h->has_order || !h->has_shape)
        return not_npy(h, "descr, fortran_order and shape");
    if (h->fortran && h->a->sample.rank > 0)
        return nn_error(NN_BAD_DATA,
                        "%s: the array is in Fortran's order, so that its samples are not in one "
                        "piece (in Python: numpy.ascontiguousarray(x))",
                        h->a->in.file);
    return NN_OK;
}

/* *length: of the dictionary. */
static nn_status read_magic(nn_array_file *a, int64_t *length) {
    unsigned char magic[8], size[4] = {0};
    NN_TRY(nn_header_read(a, magic, sizeof magic));
    if (memcmp(magic, "PK\3\4", 4) == 0)
        return nn_error(NN_BAD_DATA,
                        "%s: this is a zip archive, as .npz is: `unzip` it and import "
                        "the arrays in it",
                        a->in.file);
    if (memcmp(magic, "\x93NUMPY", 6) != 0)
        return nn_error(NN_BAD_DATA, "%s: this is no array of NumPy (.npy)", a->in.file);
    if (magic[6] < 1 || magic[6] > 3)
        return nn_error(NN_BAD_DATA, "%s: version %d.%d of the format is not known", a->in.file,
                        magic[6], magic[7]);
    NN_TRY(nn_header_read(a, size, magic[6] == 1 ? 2 : 4));
    *length = (int64_t)size[3] << 24 | size[2] << 16 | size[1] << 8 | size[0];
    if (*length <= NN_HEADER_MAX) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s: its header is damaged: it would have %lld bytes", a->in.file,
                    (long long)*length);
}

static nn_status read_header(nn_array_file *a) {
    int64_t length = 0;
    NN_TRY(read_magic(a, &length));
    char *text = calloc((size_t)length + 1, 1);
    if (!text) nn_panic("out of memory");
    nn_header header = {.a = a, .at = text};
    nn_status status = nn_header_read(a, text, length);
    if (status == NN_OK) status = read_dictionary(&header);
    free(text);
    return status;
}

nn_status nn_import_npy(const nn_import *import, const nn_import_arrays_options *options) {
    return nn_arrays_import(import, options, read_header, "inputs");
}
