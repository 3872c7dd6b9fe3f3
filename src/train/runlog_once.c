/* Files for people and programs: see runlog.h. */
#include "runlog.h"

#include "events.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/file.h"
#include "nnmpi/journal.h"
#include "nnmpi/json.h"
#include "nnmpi/log.h"

enum { JOURNALS = 4 };

struct nn_runlog {
    const char *folder;
    nn_journal csv, jsonl, steps, norms;
    int64_t kept[JOURNALS]; /* how long they were */
    nn_events *events;
    bool warned;
};

static bool wanted(const nn_log_options *options, const char *word) {
    for (int i = 0; i < options->metrics.n; i++)
        if (strcmp(options->metrics.value[i], word) == 0) return true;
    return false;
}

static FILE *open_to_read(const char *folder, const char *name) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/%s", folder, name);
    FILE *file = fopen(path.text, "r");
    nn_buffer_free(&path);
    return file;
}

/* A log that cannot be written is said once and does not stop the training. */
static void say(nn_runlog *log) {
    if (!log->warned)
        nn_warning("a log file in %s cannot be written: %s", log->folder, strerror(errno));
    log->warned = true;
}

static void flush(nn_runlog *log, nn_journal *journal) {
    if (!nn_journal_flush(journal)) say(log);
}

static void check(nn_runlog *log, FILE *file) {
    if (fflush(file) == 0 && !ferror(file)) return;
    say(log);
    clearerr(file);
}

static bool is_count(const char *column) {
    return strcmp(column, "epoch") == 0 || strcmp(column, "step") == 0;
}

static void write_csv(nn_runlog *log, const nn_state *state, int64_t row) {
    nn_buffer *text = &log->csv.pending;
    for (int c = 0; c < state->columns; c++) {
        double value = state->history[row * state->columns + c];
        if (c) nn_buffer_add(text, ",");
        if (!isnan(value))
            nn_buffer_add(text, is_count(state->column_name[c]) ? "%.0f" : "%.9g", value);
    }
    nn_buffer_add(text, "\n");
    flush(log, &log->csv);
}

/* JSON has no NaN: a number that is not finite is null. */
static void write_jsonl(nn_runlog *log, const nn_state *state, int64_t row) {
    json_t *object = json_object();
    for (int c = 0; c < state->columns; c++) {
        double value = state->history[row * state->columns + c];
        json_t *number = is_count(state->column_name[c]) ? json_integer((json_int_t)value)
                                                         : nn_json_number(value);
        json_object_set_new(object, state->column_name[c], number);
    }
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    nn_buffer_add(&log->jsonl.pending, "%s\n", text);
    free(text);
    json_decref(object);
    flush(log, &log->jsonl);
}

static void write_row(nn_runlog *log, const nn_state *state, int64_t row) {
    if (log->csv.fd >= 0) write_csv(log, state, row);
    if (log->jsonl.fd >= 0) write_jsonl(log, state, row);
}

/* train_loss is loss/train there: numbers of one prefix are shown side by side. */
static void add_event(nn_events *events, const char *column, double value) {
    const char *under = strchr(column, '_'), *split = NULL;
    for (int i = 0; under && i < NN_SPLITS; i++)
        if (strncmp(column, nn_split_name[i], (size_t)(under - column)) == 0)
            split = nn_split_name[i];
    nn_buffer tag = {0};
    if (split)
        nn_buffer_add(&tag, "%s/%s", under + 1, split);
    else
        nn_buffer_add(&tag, "%s", column);
    nn_events_add(events, tag.text, value);
    nn_buffer_free(&tag);
}

static void write_events(nn_runlog *log, const nn_state *state, int64_t row) {
    if (!log->events) return;
    nn_events_begin(log->events, state->step);
    for (int c = 0; c < state->columns; c++)
        if (strcmp(state->column_name[c], "step") != 0)
            add_event(log->events, state->column_name[c], state->history[row * state->columns + c]);
    check(log, nn_events_end(log->events));
}

/* {"epoch":1,"step":23,"weights":{"dense":4.5},"gradients":{"dense":0.01}} */
static void write_norms(nn_runlog *log, const nn_state *state, const nn_norm *norm, int n) {
    json_t *weights = json_object(), *gradients = json_object();
    for (int i = 0; i < n; i++) {
        json_object_set_new(weights, norm[i].layer, nn_json_number(norm[i].weights));
        json_object_set_new(gradients, norm[i].layer, nn_json_number(norm[i].gradient));
    }
    json_t *object = json_pack("{s:I, s:I, s:o, s:o}", "epoch", (json_int_t)state->epoch, "step",
                               (json_int_t)state->step, "weights", weights, "gradients", gradients);
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    nn_buffer_add(&log->norms.pending, "%s\n", text);
    free(text);
    json_decref(object);
    flush(log, &log->norms);
}

void nn_runlog_norms(nn_runlog *log, const nn_state *state, const nn_norm *norm, int n) {
    if (log->norms.fd >= 0) write_norms(log, state, norm, n);
    if (!log->events) return;
    nn_events_begin(log->events, state->step);
    for (int i = 0; i < n; i++) {
        nn_buffer tag = {0};
        nn_buffer_add(&tag, "weight_norm/%s", norm[i].layer);
        nn_events_add(log->events, tag.text, norm[i].weights);
        tag.length = 0;
        nn_buffer_add(&tag, "gradient_norm/%s", norm[i].layer);
        nn_events_add(log->events, tag.text, norm[i].gradient);
        nn_buffer_free(&tag);
    }
    check(log, nn_events_end(log->events));
}

static void write_header(nn_runlog *log, const nn_state *state) {
    if (log->csv.fd < 0) return;
    for (int c = 0; c < state->columns; c++)
        nn_buffer_add(&log->csv.pending, c ? ",%s" : "%s", state->column_name[c]);
    nn_buffer_add(&log->csv.pending, "\n");
    flush(log, &log->csv);
}

static nn_status write_config(const char *folder, const char *config_yaml) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/config.yaml", folder);
    nn_status status = nn_file_publish(path.text, config_yaml, strlen(config_yaml), false);
    nn_buffer_free(&path);
    return status;
}

static nn_status open_journal(nn_journal *journal, const char *folder, const char *name,
                              const char *text) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/%s", folder, name);
    nn_status status = NN_OK;
    if (!nn_journal_open(journal, path.text, text))
        status = nn_error(NN_CANNOT_WRITE, "%s cannot be written: %s", path.text, strerror(errno));
    nn_buffer_free(&path);
    return status;
}

/* Opens a log whose lines are not in the state: those of an earlier part of the run stay, those
 * after the checkpoint are done again. `count`: what a line counts, or -1. */
static nn_status reopen(nn_journal *journal, const char *folder, const char *name,
                        const char *heading, long long (*count)(const char *line), int64_t done) {
    nn_buffer kept = {0};
    nn_buffer_add(&kept, "%s", heading);
    FILE *old = done > 0 ? open_to_read(folder, name) : NULL;
    if (old) {
        char *line = NULL;
        size_t room = 0;
        while (getline(&line, &room, old) > 0)
            if (count(line) > 0 && count(line) <= done && strchr(line, '\n'))
                nn_buffer_add(&kept, "%s", line);
        free(line);
        fclose(old);
    }
    nn_status status = open_journal(journal, folder, name, kept.text);
    nn_buffer_free(&kept);
    return status;
}

static long long step_of(const char *line) {
    return atoll(line);
}
static long long epoch_of(const char *line) {
    long long epoch;
    return sscanf(line, "{\"epoch\":%lld", &epoch) == 1 ? epoch : -1;
}

static nn_status open_all(nn_runlog *log, const nn_log_options *options, const nn_state *state,
                          const char *config_yaml) {
    NN_TRY(write_config(log->folder, config_yaml));
    if (wanted(options, "csv")) NN_TRY(open_journal(&log->csv, log->folder, "metrics.csv", ""));
    if (wanted(options, "jsonl"))
        NN_TRY(open_journal(&log->jsonl, log->folder, "metrics.jsonl", ""));
    if (options->steps)
        NN_TRY(reopen(&log->steps, log->folder, "steps.csv", "step,loss\n", step_of, state->step));
    if (options->norms)
        NN_TRY(reopen(&log->norms, log->folder, "norms.jsonl", "", epoch_of, state->epoch));
    if (options->tensorboard) NN_TRY(nn_events_open(&log->events, log->folder, state->step));
    write_header(log, state);
    for (int64_t row = 0; row < state->rows; row++) write_row(log, state, row);
    return NN_OK;
}

nn_status nn_runlog_open(nn_runlog **out, const nn_log_options *options, const char *folder,
                         const nn_state *state, const char *config_yaml) {
    nn_runlog *log = calloc(1, sizeof *log);
    nn_assert(log);
    log->folder = folder;
    log->csv.fd = log->jsonl.fd = log->steps.fd = log->norms.fd = -1;
    *out = log;
    return open_all(log, options, state, config_yaml);
}

void nn_runlog_flush(nn_runlog *log) {
    if (!log) return;
    flush(log, &log->csv);
    flush(log, &log->jsonl);
    flush(log, &log->steps);
    flush(log, &log->norms);
}

static nn_journal *journal_at(nn_runlog *log, int i) {
    nn_journal *const all[JOURNALS] = {&log->csv, &log->jsonl, &log->steps, &log->norms};
    return all[i];
}

void nn_runlog_keep(nn_runlog *log) {
    for (int i = 0; log && i < JOURNALS; i++) log->kept[i] = nn_journal_length(journal_at(log, i));
}

/* TensorBoard is told by a new file; where there is no room for one, nothing is taken back. */
static void return_events(nn_runlog *log, const nn_state *state) {
    nn_events *events = NULL;
    if (!log->events) return;
    if (nn_events_open(&events, log->folder, state->step) == NN_OK) {
        nn_events_close(log->events);
        log->events = events;
        return;
    }
    nn_warning("%s", nn_error_message());
    nn_error_clear();
}

void nn_runlog_return(nn_runlog *log, const nn_state *state) {
    if (!log) return;
    for (int i = 0; i < JOURNALS; i++)
        if (!nn_journal_cut(journal_at(log, i), log->kept[i])) say(log);
    return_events(log, state);
}

void nn_runlog_epoch(nn_runlog *log, const nn_state *state) {
    if (log) write_row(log, state, state->rows - 1);
    if (log) write_events(log, state, state->rows - 1);
    nn_runlog_flush(log);
}

void nn_runlog_step(nn_runlog *log, int64_t step, double loss) {
    if (!log || log->steps.fd < 0) return;
    nn_buffer_add(&log->steps.pending, "%lld,%.17g\n", (long long)step, loss);
    if (!nn_journal_flush_some(&log->steps)) say(log);
}

static json_t *summary(const nn_run_plan *plan, const nn_outcome *outcome) {
    json_t *results = json_object();
    for (int i = 0; i < outcome->n_values; i++)
        json_object_set_new(results, outcome->value[i].name,
                            nn_json_number(outcome->value[i].value));
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
    nn_buffer path = {0};
    json_t *object = summary(plan, outcome);
    nn_assert(object);
    nn_buffer_add(&path, "%s/summary.json", log->folder);
    nn_error_clear();
    if (nn_json_publish(path.text, object, 2, 9, false) != NN_OK)
        nn_warning("%s", nn_error_message());
    nn_error_clear();
    nn_buffer_free(&path);
    json_decref(object);
}

void nn_runlog_close(nn_runlog *log) {
    if (!log) return;
    nn_runlog_flush(log);
    nn_journal_close(&log->csv);
    nn_journal_close(&log->jsonl);
    nn_journal_close(&log->steps);
    nn_journal_close(&log->norms);
    nn_events_close(log->events);
    free(log);
}
