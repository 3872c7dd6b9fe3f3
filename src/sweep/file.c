/* sweep.json, by which a sweep goes on, and sweep.csv, for people. Rank 0 only. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside.h"
#include "nnmpi/file.h"
#include "nnmpi/hash.h"
#include "nnmpi/json.h"

void nn_sweep_define(nn_sweep *sweep, const char *config_yaml) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "%s %d %s\n", nn_sweep_methods[sweep->request->method],
                  sweep->request->eta, sweep->monitor);
    for (int r = 0; r < sweep->n_rungs; r++)
        nn_buffer_add(&text, "%lld ", (long long)sweep->budget[r]);
    for (int t = 0; t < sweep->n_trials; t++)
        for (int k = 0; k < sweep->n_keys; k++)
            nn_buffer_add(&text, "\n%d %s=%s", t, sweep->key[k].key, nn_sweep_text(sweep, t, k));
    nn_buffer_add(&text, "\n%s", config_yaml);
    snprintf(sweep->definition, sizeof sweep->definition, "%016llx",
             (unsigned long long)nn_hash(text.text, text.length));
    nn_buffer_free(&text);
}

/* ---- writing ---- */

static json_t *trial_json(const nn_sweep *sweep, const nn_trial *trial) {
    json_t *values = json_object(), *rungs = json_array();
    for (int k = 0; k < sweep->n_keys; k++)
        json_object_set_new(values, sweep->key[k].key,
                            nn_json_text(nn_sweep_text(sweep, trial->number, k)));
    for (int r = 0; r < trial->rungs; r++)
        json_array_append_new(rungs, nn_json_number(trial->value[r]));
    return json_pack("{s:i, s:s, s:o, s:o, s:o, s:I, s:I, s:f, s:i, s:s, s:o, s:b}", "trial",
                     trial->number, "folder", nn_sweep_folder_name(trial->number), "values", values,
                     "value", nn_json_number(nn_trial_value(trial)), "rungs", rungs, "epochs",
                     (json_int_t)trial->epochs, "steps", (json_int_t)trial->steps, "seconds",
                     trial->seconds, "exit_code", trial->status, "how", trial->how, "why",
                     nn_json_text(trial->why), "finished", trial->finished);
}

static json_t *sweep_json(const nn_sweep *sweep) {
    json_t *budgets = json_array(), *keys = json_object(), *trials = json_array(),
           *order = json_array();
    for (int r = 0; r < sweep->n_rungs; r++)
        json_array_append_new(budgets, json_integer((json_int_t)sweep->budget[r]));
    for (int k = 0; k < sweep->n_keys; k++)
        json_object_set_new(keys, sweep->key[k].key, nn_json_text(sweep->key[k].given));
    for (int t = 0; t < sweep->n_trials; t++)
        json_array_append_new(trials, trial_json(sweep, &sweep->trial[t]));
    for (int t = 0; t < sweep->n_trials; t++)
        json_array_append_new(order, json_integer(sweep->order[t]));
    int best = nn_sweep_best(sweep);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:f, s:o}", "nnmpi_version",
                     NNMPI_VERSION, "definition", sweep->definition, "method",
                     nn_sweep_methods[sweep->request->method], "monitor", sweep->monitor, "better",
                     sweep->lower_is_better ? "lower" : "higher", "keys", keys, "epochs_of_rungs",
                     budgets, "best", best < 0 ? json_null() : json_integer(best), "order", order,
                     "seconds", sweep->seconds, "trials", trials);
}

static void add_cell(nn_buffer *out, const char *text) {
    if (!text[strcspn(text, ",\"\n\r")]) {
        nn_buffer_add(out, ",%s", text);
        return;
    }
    nn_buffer_add(out, ",\"");
    for (; *text; text++) nn_buffer_add(out, *text == '"' ? "\"\"" : "%c", *text);
    nn_buffer_add(out, "\"");
}

static void add_row(const nn_sweep *sweep, const nn_trial *trial, nn_buffer *out) {
    double value = nn_trial_value(trial);
    nn_buffer_add(out, "%d", trial->number);
    for (int k = 0; k < sweep->n_keys; k++) add_cell(out, nn_sweep_text(sweep, trial->number, k));
    nn_buffer_add(out, ",");
    if (isfinite(value)) nn_buffer_add(out, "%.9g", value);
    nn_buffer_add(out, ",%lld,%.3f,%s", (long long)trial->epochs, trial->seconds, trial->how);
    add_cell(out, trial->why);
    nn_buffer_add(out, "\n");
}

static nn_status write_table(const nn_sweep *sweep) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "trial");
    for (int k = 0; k < sweep->n_keys; k++) add_cell(&text, sweep->key[k].key);
    nn_buffer_add(&text, ",%s,epochs,seconds,how,why\n", sweep->monitor);
    for (int t = 0; t < sweep->n_trials; t++) add_row(sweep, &sweep->trial[t], &text);
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/sweep.csv", sweep->folder);
    nn_status status = nn_file_publish(path.text, text.text, text.length, true);
    nn_buffer_free(&path);
    nn_buffer_free(&text);
    return status;
}

nn_status nn_sweep_write(const nn_sweep *sweep) {
    nn_buffer path = {0};
    json_t *object = sweep_json(sweep);
    nn_assert(object);
    nn_buffer_add(&path, "%s/sweep.json", sweep->folder);
    nn_status status = nn_json_publish(path.text, object, 1, 17, true);
    nn_buffer_free(&path);
    json_decref(object);
    return status == NN_OK ? write_table(sweep) : status;
}

/* ---- reading ---- */

static void copy_text(const json_t *object, const char *key, char *text, size_t size) {
    const char *value = json_string_value(json_object_get(object, key));
    snprintf(text, size, "%s", value ? value : "");
}

static int64_t whole(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

/* Something that stopped in the middle is begun anew from its checkpoint. */
static void read_trial(const json_t *object, nn_trial *trial) {
    const json_t *rungs = json_object_get(object, "rungs");
    trial->status = (int32_t)whole(object, "exit_code");
    trial->finished = json_is_true(json_object_get(object, "finished"));
    trial->epochs = whole(object, "epochs");
    trial->steps = whole(object, "steps");
    trial->seconds = json_number_value(json_object_get(object, "seconds"));
    copy_text(object, "how", trial->how, sizeof trial->how);
    copy_text(object, "why", trial->why, sizeof trial->why);
    int n = (int)json_array_size(rungs);
    trial->rungs = n < NN_MAX_RUNGS ? n : NN_MAX_RUNGS;
    for (int r = 0; r < trial->rungs; r++) {
        const json_t *value = json_array_get(rungs, (size_t)r);
        trial->value[r] = json_is_number(value) ? json_number_value(value) : NAN;
    }
}

/* Whatever nnmpi has not written itself: then nothing is begun. */
static bool is_sound(const nn_sweep *sweep, const json_t *object, const nn_trial *trial) {
    const json_t *rungs = json_object_get(object, "rungs");
    if (!json_is_array(rungs) || (int64_t)json_array_size(rungs) > sweep->n_rungs) return false;
    if (trial->status < 0 || trial->status > 255 || trial->epochs < 0 || trial->steps < 0)
        return false;
    return !trial->finished || nn_trial_failed(trial) || trial->rungs > 0;
}

static nn_status adopt(nn_sweep *sweep, const json_t *object, const char *path) {
    const char *definition = json_string_value(json_object_get(object, "definition"));
    const json_t *trials = json_object_get(object, "trials");
    if (!definition || strcmp(definition, sweep->definition) != 0)
        return nn_error(NN_USAGE,
                        "%s is of another sweep: of other values, another method or another "
                        "configuration; give another --out, or remove that folder",
                        path);
    if ((int)json_array_size(trials) != sweep->n_trials)
        return nn_error(NN_BAD_DATA, "%s: %d trials are expected", path, sweep->n_trials);
    for (int t = 0; t < sweep->n_trials; t++) {
        const json_t *trial = json_array_get(trials, (size_t)t);
        read_trial(trial, &sweep->trial[t]);
        if (!is_sound(sweep, trial, &sweep->trial[t]))
            return nn_error(NN_BAD_DATA,
                            "%s is damaged: trial %d; give another --out, or remove it", path, t);
    }
    return NN_OK;
}

nn_status nn_sweep_read(nn_sweep *sweep) {
    json_error_t error;
    const char *path = nn_arena_format(sweep->arena, "%s/sweep.json", sweep->folder);
    if (access(path, F_OK) != 0) return NN_OK;
    json_t *object = json_load_file(path, 0, &error);
    nn_status status = object ? adopt(sweep, object, path)
                              : nn_error(NN_BAD_DATA, "%s:%d: %s", path, error.line, error.text);
    json_decref(object);
    return status;
}
