/* Files for people and programs: see runlog.h. */
#include "runlog.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/log.h"

struct nn_runlog {
    const char *folder;
    FILE *csv, *jsonl, *steps;
    bool warned;
};

static bool wanted(const nn_log_options *options, const char *word) {
    for (int i = 0; i < options->metrics.n; i++)
        if (strcmp(options->metrics.value[i], word) == 0) return true;
    return false;
}

static nn_status open_file(FILE **file, const char *folder, const char *name, const char *mode) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/%s", folder, name);
    *file = fopen(path.text, mode);
    nn_status status = NN_OK;
    if (!*file)
        status = nn_error(NN_CANNOT_WRITE, "%s cannot be written: %s", path.text, strerror(errno));
    nn_buffer_free(&path);
    return status;
}

/* A log that cannot be written is said once and does not stop the training. */
static void check(nn_runlog *log, FILE *file) {
    if (fflush(file) == 0 && !ferror(file)) return;
    if (!log->warned)
        nn_warning("a log file in %s cannot be written: %s", log->folder, strerror(errno));
    log->warned = true;
    clearerr(file);
}

static bool is_count(const char *column) {
    return strcmp(column, "epoch") == 0 || strcmp(column, "step") == 0;
}

static void write_csv(nn_runlog *log, const nn_state *state, int64_t row) {
    for (int c = 0; c < state->columns; c++) {
        double value = state->history[row * state->columns + c];
        fprintf(log->csv, c ? "," : "");
        if (!isnan(value))
            fprintf(log->csv, is_count(state->column_name[c]) ? "%.0f" : "%.9g", value);
    }
    fputc('\n', log->csv);
    check(log, log->csv);
}

/* JSON has no NaN: a number that is not finite is null. */
static void write_jsonl(nn_runlog *log, const nn_state *state, int64_t row) {
    json_t *object = json_object();
    for (int c = 0; c < state->columns; c++) {
        double value = state->history[row * state->columns + c];
        json_t *number = is_count(state->column_name[c]) ? json_integer((json_int_t)value)
                         : isfinite(value)               ? json_real(value)
                                                         : json_null();
        json_object_set_new(object, state->column_name[c], number);
    }
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    fprintf(log->jsonl, "%s\n", text);
    free(text);
    json_decref(object);
    check(log, log->jsonl);
}

static void write_row(nn_runlog *log, const nn_state *state, int64_t row) {
    if (log->csv) write_csv(log, state, row);
    if (log->jsonl) write_jsonl(log, state, row);
}

static void write_header(nn_runlog *log, const nn_state *state) {
    if (!log->csv) return;
    for (int c = 0; c < state->columns; c++)
        fprintf(log->csv, c ? ",%s" : "%s", state->column_name[c]);
    fputc('\n', log->csv);
    check(log, log->csv);
}

static nn_status write_config(const char *folder, const char *config_yaml) {
    FILE *file;
    NN_TRY(open_file(&file, folder, "config.yaml", "w"));
    bool bad = fputs(config_yaml, file) < 0;
    if (fclose(file) != 0 || bad)
        return nn_error(NN_IO, "%s/config.yaml cannot be written: %s", folder, strerror(errno));
    return NN_OK;
}

/* The steps of an earlier part of the run stay; those after the checkpoint are done again. */
static nn_status open_steps(nn_runlog *log, const nn_state *state) {
    nn_buffer kept = {0};
    FILE *old;
    if (state->step > 0 && open_file(&old, log->folder, "steps.csv", "r") == NN_OK) {
        char line[128];
        while (fgets(line, sizeof line, old))
            if (atoll(line) > 0 && atoll(line) <= state->step && strchr(line, '\n'))
                nn_buffer_add(&kept, "%s", line);
        fclose(old);
    }
    nn_error_clear();
    nn_status status = open_file(&log->steps, log->folder, "steps.csv", "w");
    if (status == NN_OK) fprintf(log->steps, "step,loss\n%s", kept.text ? kept.text : "");
    nn_buffer_free(&kept);
    return status;
}

static nn_status open_all(nn_runlog *log, const nn_log_options *options, const nn_state *state,
                          const char *config_yaml) {
    NN_TRY(write_config(log->folder, config_yaml));
    if (wanted(options, "csv")) NN_TRY(open_file(&log->csv, log->folder, "metrics.csv", "w"));
    if (wanted(options, "jsonl")) NN_TRY(open_file(&log->jsonl, log->folder, "metrics.jsonl", "w"));
    if (options->steps) NN_TRY(open_steps(log, state));
    write_header(log, state);
    for (int64_t row = 0; row < state->rows; row++) write_row(log, state, row);
    return NN_OK;
}

nn_status nn_runlog_open(nn_runlog **out, const nn_log_options *options, const char *folder,
                         const nn_state *state, const char *config_yaml) {
    nn_runlog *log = calloc(1, sizeof *log);
    nn_assert(log);
    log->folder = folder;
    *out = log;
    return open_all(log, options, state, config_yaml);
}

void nn_runlog_epoch(nn_runlog *log, const nn_state *state) {
    if (log) write_row(log, state, state->rows - 1);
    if (log && log->steps) check(log, log->steps);
}

void nn_runlog_step(nn_runlog *log, int64_t step, double loss) {
    if (log && log->steps) fprintf(log->steps, "%lld,%.17g\n", (long long)step, loss);
}

static json_t *finite_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *summary(const nn_run_plan *plan, const nn_outcome *outcome) {
    json_t *results = json_object();
    for (int i = 0; i < outcome->n_values; i++)
        json_object_set_new(results, outcome->value[i].name,
                            finite_or_null(outcome->value[i].value));
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:o, s:f, s:f, s:s?, s:s, s:i, s:i, s:I, s:I, s:s}",
        "name", plan->name, "how", outcome->how, "why", outcome->why, "exit_code",
        (int)outcome->status, "epochs", (json_int_t)outcome->epochs, "steps",
        (json_int_t)outcome->steps, "best_epoch", (json_int_t)outcome->best_epoch, "results",
        results, "seconds", outcome->seconds, "samples_per_second", outcome->samples_per_second,
        "checkpoint", outcome->checkpoint, "precision", plan->precision, "ranks", plan->ranks,
        "threads", plan->threads, "parameters", (json_int_t)plan->parameters, "batch_size",
        (json_int_t)plan->batch_size, "nnmpi_version", NNMPI_VERSION);
}

void nn_runlog_finish(nn_runlog *log, const nn_run_plan *plan, const nn_outcome *outcome) {
    if (!log) return;
    FILE *file;
    json_t *object = summary(plan, outcome);
    nn_assert(object);
    nn_error_clear();
    if (open_file(&file, log->folder, "summary.json", "w") == NN_OK) {
        json_dumpf(object, file, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
        fputc('\n', file);
        check(log, file);
        fclose(file);
    } else {
        nn_warning("%s", nn_error_message());
        nn_error_clear();
    }
    json_decref(object);
}

void nn_runlog_close(nn_runlog *log) {
    if (!log) return;
    if (log->csv) fclose(log->csv);
    if (log->jsonl) fclose(log->jsonl);
    if (log->steps) fclose(log->steps);
    free(log);
}
