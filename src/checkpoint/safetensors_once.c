#include "safetensors.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NN_HEADER_MOST ((uint64_t)100 << 20) /* bytes; that of the format's own readers */

typedef struct nn_saved {
    const char *name, *dtype; /* owned by the header */
    nn_shape shape;
    int64_t from, to; /* in the data */
} nn_saved;

struct nn_safetensors {
    FILE *file;
    char *path;
    json_t *header;
    int64_t begin, size; /* of the data, in bytes */
    int n;
    nn_saved *saved;
};

static uint64_t length_of(const unsigned char bytes[8]) {
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | bytes[i];
    return length;
}

bool nn_safetensors_looks_so(const char *path) {
    unsigned char bytes[9] = {0};
    size_t length = strlen(path);
    FILE *file = fopen(path, "rb");
    bool brace = file && fread(bytes, 1, sizeof bytes, file) == sizeof bytes && bytes[8] == '{';
    if (file) fclose(file);
    return file && (brace || (length > 12 && strcmp(path + length - 12, ".safetensors") == 0));
}

/* ---- the header ---- */

static nn_status bad(const nn_safetensors *f, const char *name, const char *what) {
    return nn_error(NN_BAD_DATA, "%s: not a file of safetensors: %s%s%s", f->path, name ? name : "",
                    name ? ": " : "", what);
}

/* Bytes of one number; 0: no such type. */
static int64_t bytes_of(const char *dtype) {
    static const struct {
        const char *name;
        int bytes;
    } types[] = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                 {"U64", 8}, {"I32", 4}, {"U32", 4}, {"I16", 2},  {"U16", 2},
                 {"I8", 1},  {"U8", 1},  {"BOOL", 1}};
    for (size_t i = 0; dtype && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, dtype) == 0) return types[i].bytes;
    return 0;
}

static bool read_shape(const json_t *list, nn_shape *shape) {
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > NN_MAX_RANK) return false;
    *shape = (nn_shape){.rank = (int)n};
    for (size_t i = 0; i < n; i++) {
        const json_t *dim = json_array_get(list, i);
        shape->dim[i] = json_integer_value(dim);
        if (!json_is_integer(dim) || shape->dim[i] < 0) return false;
    }
    return nn_shape_size(shape) >= 0;
}

static bool read_offsets(const json_t *list, nn_saved *s) {
    const json_t *from = json_array_get(list, 0), *to = json_array_get(list, 1);
    s->from = json_integer_value(from), s->to = json_integer_value(to);
    return json_array_size(list) == 2 && json_is_integer(from) && json_is_integer(to);
}

static nn_status read_entry(const nn_safetensors *f, const char *name, const json_t *entry,
                            nn_saved *s) {
    *s = (nn_saved){.name = name, .dtype = json_string_value(json_object_get(entry, "dtype"))};
    int64_t each = bytes_of(s->dtype);
    if (each == 0) return bad(f, name, "no known dtype");
    if (!read_shape(json_object_get(entry, "shape"), &s->shape))
        return bad(f, name, "its shape is no list of up to 8 lengths");
    if (!read_offsets(json_object_get(entry, "data_offsets"), s))
        return bad(f, name, "its data_offsets are no two whole numbers");
    if (s->from < 0 || s->from > s->to || s->to > f->size)
        return bad(f, name, "its data_offsets lie outside of the file");
    if (s->to - s->from != each * nn_shape_size(&s->shape))
        return bad(f, name, "its data_offsets do not fit its shape");
    return NN_OK;
}

static int by_place(const void *a, const void *b) {
    const nn_saved *x = a, *y = b;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static nn_status read_entries(nn_safetensors *f) {
    const char *name;
    json_t *entry;
    f->saved = calloc(json_object_size(f->header) + 1, sizeof *f->saved);
    if (!f->saved) nn_panic("out of memory");
    json_object_foreach(f->header, name, entry) if (strcmp(name, "__metadata__") != 0)
        NN_TRY(read_entry(f, name, entry, &f->saved[f->n++]));
    qsort(f->saved, (size_t)f->n, sizeof *f->saved, by_place);
    for (int i = 1; i < f->n; i++)
        if (f->saved[i].from < f->saved[i - 1].to)
            return bad(f, f->saved[i].name, "its numbers overlap those of another tensor");
    return NN_OK;
}

static nn_status read_header(nn_safetensors *f) {
    unsigned char count[8];
    struct stat about;
    json_error_t error;
    if (fstat(fileno(f->file), &about) != 0 || fread(count, 1, sizeof count, f->file) != 8)
        return bad(f, NULL, "it has less than 8 bytes");
    uint64_t length = length_of(count);
    if (length > NN_HEADER_MOST || (int64_t)length > (int64_t)about.st_size - 8)
        return bad(f, NULL, "its header would be longer than the file, or than 100 MB");
    f->begin = 8 + (int64_t)length;
    f->size = (int64_t)about.st_size - f->begin;
    char *text = malloc(length + 1);
    if (!text) nn_panic("out of memory");
    bool whole = fread(text, 1, length, f->file) == length;
    f->header = whole ? json_loadb(text, length, JSON_REJECT_DUPLICATES, &error) : NULL;
    free(text);
    if (!json_is_object(f->header))
        return bad(f, NULL, whole && !f->header ? error.text : "its header is no JSON object");
    return read_entries(f);
}

nn_status nn_safetensors_open(nn_safetensors **file, const char *path) {
    nn_safetensors *f = *file = calloc(1, sizeof *f);
    if (!f || !(f->path = strdup(path))) nn_panic("out of memory");
    f->file = fopen(path, "rb");
    nn_status status =
        f->file ? read_header(f) : nn_error(NN_NO_INPUT, "%s: %s", path, strerror(errno));
    if (status == NN_OK) return NN_OK;
    nn_safetensors_close(f);
    *file = NULL;
    return status;
}

void nn_safetensors_close(nn_safetensors *f) {
    if (!f) return;
    if (f->file) fclose(f->file);
    json_decref(f->header);
    free(f->saved);
    free(f->path);
    free(f);
}

int nn_safetensors_count(const nn_safetensors *f) {
    return f->n;
}
const char *nn_safetensors_name(const nn_safetensors *f, int i) {
    return f->saved[i].name;
}
const nn_shape *nn_safetensors_shape(const nn_safetensors *f, int i) {
    return &f->saved[i].shape;
}

/* ---- numbers ---- */

/* IEEE 754 binary16. */
static double half(uint16_t bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    double x = exponent == 0    ? ldexp(fraction, -24)
               : exponent == 31 ? (fraction ? NAN : INFINITY)
                                : ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -x : x;
}

/* The upper half of a float. */
static double brain(uint16_t bits) {
    uint32_t whole = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &whole, sizeof x);
    return (double)x;
}

static double number(const char *dtype, const void *data, int64_t i) {
    if (strcmp(dtype, "F64") == 0) return ((const double *)data)[i];
    if (strcmp(dtype, "F32") == 0) return (double)((const float *)data)[i];
    uint16_t bits = ((const uint16_t *)data)[i];
    return strcmp(dtype, "F16") == 0 ? half(bits) : brain(bits);
}

nn_status nn_safetensors_read(nn_safetensors *f, int i, nn_dtype to, void *out) {
    const nn_saved *s = &f->saved[i];
    int64_t n = nn_shape_size(&s->shape);
    if (!strchr("FB", s->dtype[0]) || strcmp(s->dtype, "BOOL") == 0)
        return nn_error(NN_BAD_DATA, "%s: %s has numbers of type %s, not of floating point",
                        f->path, s->name, s->dtype);
    size_t bytes = (size_t)(s->to - s->from);
    void *data = malloc(bytes + 1);
    if (!data) nn_panic("out of memory");
    bool whole = fseeko(f->file, f->begin + s->from, SEEK_SET) == 0 &&
                 fread(data, 1, bytes, f->file) == bytes;
    for (int64_t k = 0; whole && k < n; k++)
        if (to == NN_F64)
            ((double *)out)[k] = number(s->dtype, data, k);
        else
            ((float *)out)[k] = (float)number(s->dtype, data, k);
    free(data);
    return whole ? NN_OK : nn_error(NN_IO, "%s: %s cannot be read", f->path, s->name);
}
