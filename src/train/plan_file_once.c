/* plan.json. One table of fields serves writing and reading. */
#include "nnmpi/plan.h"

#include <errno.h>
#include <string.h>

#include "nnmpi/file.h"
#include "nnmpi/json.h"
#include "nnmpi/text.h"

typedef enum nn_field_type { TEXT, NUMBER, COUNT, LONG_COUNT } nn_field_type;

typedef struct nn_field {
    const char *name;
    nn_field_type type;
    size_t at;
} nn_field;

#define FIELD(type, name)                                                                          \
    { #name, type, offsetof(nn_run_plan, name) }
static const nn_field fields[] = {
    FIELD(TEXT, version),
    FIELD(NUMBER, started),
    FIELD(TEXT, name),
    FIELD(TEXT, precision),
    FIELD(TEXT, loss),
    FIELD(TEXT, optimizer),
    FIELD(TEXT, reduction),
    FIELD(TEXT, config_file),
    FIELD(COUNT, ranks),
    FIELD(COUNT, nodes),
    FIELD(COUNT, threads),
    FIELD(TEXT, blas),
    FIELD(TEXT, mpi),
    FIELD(TEXT, hdf5),
    FIELD(TEXT, host),
    FIELD(LONG_COUNT, parameters),
    FIELD(LONG_COUNT, batch_size),
    FIELD(LONG_COUNT, share_low),
    FIELD(LONG_COUNT, share_high),
    FIELD(LONG_COUNT, micro_batch),
    FIELD(LONG_COUNT, steps_per_epoch),
    FIELD(LONG_COUNT, epochs),
    FIELD(LONG_COUNT, max_steps),
    FIELD(LONG_COUNT, memory_program),
    FIELD(LONG_COUNT, memory_model),
    FIELD(LONG_COUNT, memory_pass),
    FIELD(LONG_COUNT, memory_others),
    FIELD(LONG_COUNT, memory_data),
    FIELD(TEXT, resumed_from),
    FIELD(LONG_COUNT, resumed_epoch),
    FIELD(LONG_COUNT, resumed_step),
};
#define NN_FIELDS (sizeof fields / sizeof *fields)

/* ---- writing ---- */

static json_t *field_json(const nn_run_plan *plan, const nn_field *field) {
    const char *at = (const char *)plan + field->at;
    switch (field->type) {
    case TEXT: return nn_json_text(*(const char *const *)at);
    case NUMBER: return json_real(*(const double *)at);
    case COUNT: return json_integer(*(const int *)at);
    case LONG_COUNT: return json_integer(*(const int64_t *)at);
    }
    return NULL;
}

static json_t *shape_json(const nn_shape *shape) {
    json_t *list = json_array();
    for (int i = 0; i < shape->rank; i++) json_array_append_new(list, json_integer(shape->dim[i]));
    return list;
}

static json_t *layer_json(const nn_run_plan *plan, const nn_layer_row *row) {
    json_t *inputs = json_array();
    for (int k = 0; k < row->n_inputs; k++)
        json_array_append_new(
            inputs, json_string(row->input[k] < 0 ? "input" : plan->layer[row->input[k]].name));
    return json_pack("{s:s, s:s, s:o, s:o, s:I, s:f, s:b}", "name", row->name, "type", row->type,
                     "inputs", inputs, "output", shape_json(&row->shape), "parameters",
                     (json_int_t)row->parameters, "flops", row->flops, "shared", (int)row->shared);
}

static json_t *plan_json(const nn_run_plan *plan) {
    json_t *object = json_object(), *data = json_object(), *layers = json_array();
    for (size_t i = 0; i < NN_FIELDS; i++)
        json_object_set_new(object, fields[i].name, field_json(plan, &fields[i]));
    for (int i = 0; i < NN_SPLITS; i++)
        if (plan->data_text[i])
            json_object_set_new(data, nn_split_name[i],
                                json_pack("{s:I, s:o}", "samples", (json_int_t)plan->samples[i],
                                          "text", nn_json_text(plan->data_text[i])));
    for (int i = 0; i < plan->n_layers; i++)
        json_array_append_new(layers, layer_json(plan, &plan->layer[i]));
    json_object_set_new(object, "data", data);
    json_object_set_new(object, "input", shape_json(&plan->input));
    json_object_set_new(object, "layers", layers);
    return object;
}

nn_status nn_plan_write(const nn_run_plan *plan, const char *folder) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/plan.json", folder);
    json_t *object = plan_json(plan);
    nn_status status = nn_json_publish(path.text, object, 1, 15, false);
    json_decref(object);
    nn_buffer_free(&path);
    return status;
}

/* ---- reading ---- */

static const char *text_of(json_t *value, nn_arena *arena) {
    return json_is_string(value) ? nn_arena_text(arena, json_string_value(value)) : NULL;
}

static void read_field(nn_run_plan *plan, const nn_field *field, json_t *value, nn_arena *arena) {
    char *at = (char *)plan + field->at;
    switch (field->type) {
    case TEXT: *(const char **)at = text_of(value, arena); break;
    case NUMBER: *(double *)at = json_number_value(value); break;
    case COUNT: *(int *)at = (int)json_integer_value(value); break;
    case LONG_COUNT: *(int64_t *)at = json_integer_value(value); break;
    }
}

static bool read_shape(nn_shape *shape, json_t *list) {
    if (!json_is_array(list) || json_array_size(list) > NN_MAX_RANK) return false;
    shape->rank = (int)json_array_size(list);
    for (int i = 0; i < shape->rank; i++)
        shape->dim[i] = json_integer_value(json_array_get(list, (size_t)i));
    return true;
}

/* The row before row `i` of this name; -1: the data; -2: there is none. */
static int row_named(const nn_run_plan *plan, int i, const char *name) {
    if (name && strcmp(name, "input") == 0) return -1;
    for (int k = i - 1; name && k >= 0; k--)
        if (strcmp(plan->layer[k].name, name) == 0) return k;
    return -2;
}

static bool read_layer(const nn_run_plan *plan, int i, nn_layer_row *row, json_t *json,
                       nn_arena *arena) {
    json_t *inputs = json_object_get(json, "inputs");
    *row = (nn_layer_row){
        .name = text_of(json_object_get(json, "name"), arena),
        .type = text_of(json_object_get(json, "type"), arena),
        .parameters = json_integer_value(json_object_get(json, "parameters")),
        .flops = json_number_value(json_object_get(json, "flops")),
        .shared = json_is_true(json_object_get(json, "shared")),
        .n_inputs = (int)json_array_size(inputs),
    };
    int *input = NN_NEW_ARRAY(arena, int, row->n_inputs + 1);
    nn_buffer names = {0};
    bool good = row->name && row->type && read_shape(&row->shape, json_object_get(json, "output"));
    for (int k = 0; good && k < row->n_inputs; k++) {
        const char *name = json_string_value(json_array_get(inputs, (size_t)k));
        input[k] = row_named(plan, i, name);
        good = input[k] >= -1;
        if (good) nn_buffer_add(&names, k ? ", %s" : "%s", name);
    }
    row->input = input;
    row->inputs = nn_arena_text(arena, names.text ? names.text : "");
    nn_buffer_free(&names);
    return good;
}

static bool read_layers(nn_run_plan *plan, json_t *list, nn_arena *arena) {
    int n = (int)json_array_size(list);
    nn_layer_row *rows = NN_NEW_ARRAY(arena, nn_layer_row, n + 1);
    plan->layer = rows;
    for (int i = 0; i < n; i++)
        if (!read_layer(plan, i, &rows[i], json_array_get(list, (size_t)i), arena)) return false;
    plan->n_layers = n;
    return true;
}

static bool read_plan(nn_run_plan *plan, json_t *object, nn_arena *arena) {
    for (size_t i = 0; i < NN_FIELDS; i++)
        read_field(plan, &fields[i], json_object_get(object, fields[i].name), arena);
    for (int i = 0; i < NN_SPLITS; i++) {
        json_t *split = json_object_get(json_object_get(object, "data"), nn_split_name[i]);
        plan->samples[i] = json_integer_value(json_object_get(split, "samples"));
        plan->data_text[i] = text_of(json_object_get(split, "text"), arena);
    }
    return plan->name && read_shape(&plan->input, json_object_get(object, "input")) &&
           read_layers(plan, json_object_get(object, "layers"), arena);
}

nn_status nn_plan_read(nn_run_plan *plan, const char *folder, nn_arena *arena) {
    const char *path = nn_arena_format(arena, "%s/plan.json", folder);
    FILE *file = fopen(path, "r");
    if (!file) return nn_error(NN_NO_INPUT, "%s cannot be read: %s", path, strerror(errno));
    json_error_t error;
    json_t *object = json_loadf(file, 0, &error);
    fclose(file);
    nn_status status = NN_OK;
    *plan = (nn_run_plan){0};
    if (!object)
        status = nn_error(NN_BAD_DATA, "%s:%d: %s", path, error.line, error.text);
    else if (!read_plan(plan, object, arena))
        status = nn_error(NN_BAD_DATA, "%s is not the plan of a run", path);
    json_decref(object);
    return status;
}
