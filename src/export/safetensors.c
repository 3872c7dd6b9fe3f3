/* safetensors: 8 bytes with the length of a header in JSON (little endian), the header, the numbers
 * of all tensors one after the other in the order of the header. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "exported.h"

/* {"dtype": "F32", "shape": [...], "data_offsets": [from, to]} */
static json_t *about(const nn_tensor *tensor, int64_t *at) {
    json_t *shape = json_array();
    for (int i = 0; i < tensor->shape.rank; i++)
        json_array_append_new(shape, json_integer(tensor->shape.dim[i]));
    int64_t from = *at;
    *at += tensor->size * (int64_t)sizeof(nn_real);
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", sizeof(nn_real) == 4 ? "F32" : "F64", "shape",
                     shape, "data_offsets", (json_int_t)from, (json_int_t)*at);
}

/* Text about the model, which the format keeps under a name of its own. */
static json_t *metadata(const nn_exported *e) {
    json_t *object = json_pack("{s:s, s:s}", "format", "nnmpi", "nnmpi_version", NNMPI_VERSION);
    if (e->name) json_object_set_new(object, "name", json_string(e->name));
    return object;
}

static json_t *header_of(const nn_exported *e) {
    json_t *header = json_object();
    const nn_model *m = e->model;
    int64_t at = 0;
    json_object_set_new(header, "__metadata__", metadata(e));
    for (int i = 0; i < m->n_params; i++)
        json_object_set_new(header, m->param[i].name, about(&m->param[i], &at));
    for (int i = 0; i < m->n_state; i++)
        json_object_set_new(header, m->state[i].name, about(&m->state[i], &at));
    return header;
}

static void write_numbers(nn_outfile *output, const nn_tensor *tensor, int n, const nn_real *x) {
    for (int i = 0; i < n; i++)
        nn_outfile_write(output, x + tensor[i].offset, (size_t)tensor[i].size * sizeof *x);
}

/* The header is filled up with blanks, so that the numbers begin at a multiple of 8 bytes. */
static void write_header(nn_outfile *output, const nn_exported *e) {
    json_t *header = header_of(e);
    char *text = json_dumps(header, JSON_COMPACT);
    if (!text) nn_panic("out of memory");
    uint64_t length = strlen(text), padded = (length + 7) / 8 * 8;
    unsigned char count[8];
    for (int i = 0; i < 8; i++) count[i] = (unsigned char)(padded >> 8 * i);
    nn_outfile_write(output, count, sizeof count);
    nn_outfile_write(output, text, length);
    nn_outfile_write(output, "       ", padded - length);
    free(text);
    json_decref(header);
}

nn_status nn_export_safetensors(const nn_exported *e, const char *path, bool force) {
    nn_outfile *output;
    const nn_model *m = e->model;
    NN_TRY(nn_outfile_open(&output, path, force));
    write_header(output, e);
    write_numbers(output, m->param, m->n_params, m->W);
    write_numbers(output, m->state, m->n_state, m->S);
    return nn_outfile_close(output, NN_OK);
}
