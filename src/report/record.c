/* Reads what a run left in its folder. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "page.h"

static const char *path_of(const nn_record *record, const char *name, nn_arena *arena) {
    return nn_arena_format(arena, "%s/%s", record->folder, name);
}

/* NN_OK and NULL: there is no such file. */
static nn_status open_file(const char *path, FILE **file) {
    *file = fopen(path, "r");
    if (*file || errno == ENOENT) return NN_OK;
    return nn_error(NN_NO_INPUT, "%s cannot be read: %s", path, strerror(errno));
}

static nn_status read_json(const char *path, json_t **object) {
    FILE *file;
    json_error_t error;
    NN_TRY(open_file(path, &file));
    if (!file) return NN_OK;
    *object = json_loadf(file, 0, &error);
    fclose(file);
    if (json_is_object(*object)) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s:%d: %s", path, *object ? 1 : error.line,
                    *object ? "an object is expected" : error.text);
}

/* A run that goes on, or that was killed, may have half a last line. */
static nn_status read_lines(const char *path, json_t *rows) {
    FILE *file;
    NN_TRY(open_file(path, &file));
    if (!file) return NN_OK;
    char *line = NULL;
    size_t room = 0;
    nn_status status = NN_OK;
    for (int n = 1; status == NN_OK && getline(&line, &room, file) > 0; n++) {
        if (!strchr(line, '\n')) break;
        json_error_t error;
        json_t *row = json_loads(line, 0, &error);
        if (json_is_object(row))
            json_array_append_new(rows, row);
        else {
            status = nn_error(NN_BAD_DATA, "%s:%d: %s", path, n,
                              row ? "an object is expected" : error.text);
            json_decref(row);
        }
    }
    free(line);
    fclose(file);
    return status;
}

static nn_status read_text(const char *path, nn_arena *arena, const char **text) {
    FILE *file;
    NN_TRY(open_file(path, &file));
    if (!file) return NN_OK;
    nn_buffer all = {0};
    char piece[4096];
    while (fgets(piece, sizeof piece, file)) nn_buffer_add(&all, "%s", piece);
    fclose(file);
    *text = nn_arena_text(arena, all.text ? all.text : "");
    nn_buffer_free(&all);
    return NN_OK;
}

static const char *last_name(const char *folder, nn_arena *arena) {
    char *whole = realpath(folder, NULL);
    const char *slash = whole ? strrchr(whole, '/') : NULL;
    const char *name = nn_arena_text(arena, slash && slash[1] ? slash + 1 : folder);
    free(whole);
    return name;
}

static nn_status read_plan(nn_record *record, nn_arena *arena) {
    struct stat there;
    if (stat(path_of(record, "plan.json", arena), &there) != 0) return NN_OK;
    record->has_plan = true;
    return nn_plan_read(&record->plan, record->folder, arena);
}

nn_status nn_record_read(nn_record *record, const char *folder, nn_arena *arena) {
    struct stat there;
    *record = (nn_record){.folder = folder,
                          .label = last_name(folder, arena),
                          .metrics = json_array(),
                          .norms = json_array()};
    if (stat(folder, &there) != 0) return nn_error(NN_NO_INPUT, "%s: %s", folder, strerror(errno));
    if (!S_ISDIR(there.st_mode))
        return nn_error(NN_NO_INPUT, "%s is a file: the folder of a run is expected", folder);
    NN_TRY(read_plan(record, arena));
    NN_TRY(read_lines(path_of(record, "metrics.jsonl", arena), record->metrics));
    NN_TRY(read_lines(path_of(record, "norms.jsonl", arena), record->norms));
    NN_TRY(read_json(path_of(record, "summary.json", arena), &record->summary));
    NN_TRY(read_json(path_of(record, "profile.json", arena), &record->profile));
    NN_TRY(read_text(path_of(record, "config.yaml", arena), arena, &record->config));
    if (record->has_plan || record->summary || json_array_size(record->metrics)) return NN_OK;
    if (access(path_of(record, "sweep.json", arena), F_OK) == 0)
        return nn_error(NN_NO_INPUT, "%s: this is the folder of a sweep; name one of its trials",
                        folder);
    return nn_error(NN_NO_INPUT,
                    "%s is no run folder: it has no plan.json, metrics.jsonl or summary.json",
                    folder);
}

bool nn_same_layers(const nn_run_plan *a, const nn_run_plan *b) {
    if (a->n_layers != b->n_layers || !nn_shape_equal(&a->input, &b->input)) return false;
    for (int i = 0; i < a->n_layers; i++)
        if (strcmp(a->layer[i].name, b->layer[i].name) != 0 ||
            strcmp(a->layer[i].type, b->layer[i].type) != 0 ||
            strcmp(a->layer[i].inputs, b->layer[i].inputs) != 0 ||
            !nn_shape_equal(&a->layer[i].shape, &b->layer[i].shape))
            return false;
    return true;
}

void nn_record_close(nn_record *record) {
    json_decref(record->metrics);
    json_decref(record->norms);
    json_decref(record->summary);
    json_decref(record->profile);
}

static double number(json_t *value) {
    return json_is_number(value) ? json_number_value(value) : NAN;
}

double *nn_record_inside(json_t *rows, const char *map, const char *name, nn_arena *arena) {
    size_t n = json_array_size(rows);
    double *column = NN_NEW_ARRAY(arena, double, n + 1);
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_array_get(rows, i);
        column[i] = number(json_object_get(map ? json_object_get(row, map) : row, name));
    }
    return column;
}

double *nn_record_column(json_t *rows, const char *name, nn_arena *arena) {
    return nn_record_inside(rows, NULL, name, arena);
}

double nn_record_number(const nn_record *record, const char *name) {
    return number(json_object_get(record->summary, name));
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double nn_record_median(const nn_record *record, const char *name, nn_arena *arena) {
    double *value = nn_record_column(record->metrics, name, arena);
    size_t n = json_array_size(record->metrics), kept = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(value[i])) value[kept++] = value[i];
    qsort(value, kept, sizeof *value, by_size);
    return kept ? value[kept / 2] : NAN;
}
