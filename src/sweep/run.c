/* One trial: its configuration, its training, what came of it. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "inside.h"
#include "nnmpi/log.h"

double nn_sweep_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *nn_sweep_folder_name(int trial) {
    static char name[32];
    snprintf(name, sizeof name, "trial_%03d", trial);
    return name;
}

/* ---- configuration ---- */

#define NN_MORE 4 /* --set beside those of the user, at most */

/* KEY='FOLDER/trial_003', quoted for YAML. */
static const char *set_folder(const nn_sweep *sweep, int trial, const char *key, nn_arena *arena) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "%s='", key);
    for (const char *c = sweep->folder; *c; c++) nn_buffer_add(&text, *c == '\'' ? "''" : "%c", *c);
    nn_buffer_add(&text, "/%s'", nn_sweep_folder_name(trial));
    const char *copy = nn_arena_text(arena, text.text);
    nn_buffer_free(&text);
    return copy;
}

/* `more`: --set of its own, ended by NULL. */
static nn_status parse(const nn_sweep_job *job, int trial, nn_arena *arena, const char **more,
                       nn_document **document) {
    const nn_sweep *sweep = job->sweep;
    const nn_sweep_request *request = sweep->request;
    int n = job->n_common;
    const char **set = NN_NEW_ARRAY(arena, const char *, n + sweep->n_keys + NN_MORE);
    for (int i = 0; i < n; i++) set[i] = job->common[i];
    for (int k = 0; k < sweep->n_keys; k++)
        set[n++] =
            nn_arena_format(arena, "%s=%s", sweep->key[k].key, nn_sweep_text(sweep, trial, k));
    for (; *more; more++) set[n++] = *more;
    return nn_document_parse(document, request->text, request->length, request->file, set, n);
}

/* Where a trial begins is the sweep's to say. */
static nn_status check_resume(nn_document *document, const nn_run_options *run) {
    const char *resume = run->checkpoint.resume;
    nn_node *checkpoint = nn_node_child(nn_document_root(document), "checkpoint");
    if (strcmp(resume, "auto") != 0)
        nn_config_complain(document, nn_node_child(checkpoint, "resume"),
                           "--set checkpoint.resume=auto; a sweep begins anew in another --out, "
                           "and from trained weights with model.init_from",
                           "the trials of a sweep go on by themselves: resume cannot be \"%s\"",
                           resume);
    return nn_config_verdict(document);
}

nn_status nn_trial_config(const nn_sweep_job *job, int trial, nn_document **document,
                          nn_run_options *run) {
    nn_arena *arena = nn_arena_create();
    const char *folders[] = {NULL, NULL, NULL};
    *document = NULL;
    if (job->sweep->folder) {
        folders[0] = set_folder(job->sweep, trial, "checkpoint.directory", arena);
        folders[1] = set_folder(job->sweep, trial, "log.directory", arena);
    }
    nn_status status = parse(job, trial, arena, folders, document);
    if (status == NN_OK) status = nn_run_options_bind(*document, run);
    if (status == NN_OK) status = check_resume(*document, run);
    nn_arena_destroy(arena);
    return status;
}

nn_status nn_trial_yaml(const nn_sweep_job *job, int trial, nn_buffer *yaml) {
    const char *neutral[] = {"training.max_time=none", "training.stall_timeout=auto",
                             "training.threads=auto", "log=null", NULL};
    nn_arena *arena = nn_arena_create();
    nn_document *document = NULL;
    nn_run_options run;
    nn_status status = parse(job, trial, arena, neutral, &document);
    if (status == NN_OK) status = nn_run_options_bind(document, &run);
    if (status == NN_OK) nn_document_write(document, yaml);
    nn_document_destroy(document);
    nn_arena_destroy(arena);
    return status;
}

/* ---- training ---- */

/* What the observer of a trial's training has in its hands. */
typedef struct nn_trial_view {
    const nn_sweep *sweep;
    const nn_trial_hook *hook;
    nn_trial *trial;
    double value;
} nn_trial_view;

static double monitored(const nn_sweep *sweep, const nn_value *value, int n) {
    for (int i = 0; i < n; i++)
        if (strcmp(value[i].name, sweep->monitor) == 0) return value[i].value;
    return NAN;
}

static void see_step(void *context, const nn_tick *tick) {
    nn_trial_view *view = context;
    view->hook->step(view->hook->context);
}

static void see_epoch(void *context, const nn_tick *tick) {
    nn_trial_view *view = context;
    double value = monitored(view->sweep, tick->value, tick->n_values);
    view->hook->epoch(view->hook->context, tick->epoch, value);
}

/* The first line, cut between two characters. */
static void set_why(nn_trial *trial, const char *why) {
    size_t n = strcspn(why, "\n"), cut = nn_utf8_cut(why, sizeof trial->why - 1);
    if (n > cut) n = cut;
    memcpy(trial->why, why, n);
    trial->why[n] = '\0';
}

static void see_end(void *context, const nn_outcome *outcome) {
    nn_trial_view *view = context;
    nn_trial *trial = view->trial;
    view->value = monitored(view->sweep, outcome->value, outcome->n_values);
    trial->epochs = outcome->epochs;
    trial->steps = outcome->steps;
    trial->seconds = outcome->seconds;
    snprintf(trial->how, sizeof trial->how, "%s", outcome->how);
    set_why(trial, outcome->why);
}

/* A reason that lies in the trial itself would be the same the next time. */
static bool is_final(nn_status status) {
    return status == NN_OK || status == NN_FAILED || status == NN_BAD_DATA ||
           status == NN_NO_INPUT || status == NN_BAD_CONFIG;
}

/* "bad_config" of NN_BAD_CONFIG */
static void name_status(nn_status status, char *text, size_t size) {
    snprintf(text, size, "%s", nn_status_name(status) + 3);
    for (; *text; text++) *text = (char)tolower((unsigned char)*text);
}

void nn_trial_fail(nn_trial *trial, nn_status status) {
    trial->status = status;
    trial->finished = is_final(status);
    name_status(status, trial->how, sizeof trial->how);
    set_why(trial, nn_error_message());
    nn_error_clear();
}

/* What is left of max_time. */
static double time_left(const nn_sweep_job *job, double max_time) {
    if (max_time < 0) return max_time;
    return fmax(0, max_time - (nn_sweep_clock() - job->began));
}

static nn_status train(const nn_sweep_job *job, nn_comm *group, int trial,
                       const nn_observer *observer) {
    nn_document *document;
    nn_run_options run;
    nn_status status = nn_comm_agree(group, nn_trial_config(job, trial, &document, &run));
    if (status == NN_OK) {
        run.in_sweep = true;
        run.pause_epoch = job->sweep->budget[job->sweep->rung];
        run.training.max_time = time_left(job, run.training.max_time);
        if (run.training.threads < 0 && !run.training.shards) run.training.threads = job->threads;
        status = nn_engine_of(&run)->train(document, &run, group, observer);
    }
    nn_document_destroy(document);
    return status;
}

nn_trial nn_trial_run(const nn_sweep_job *job, nn_comm *group, int number,
                      const nn_trial_hook *hook) {
    const nn_sweep *sweep = job->sweep;
    nn_trial trial = sweep->trial[number];
    nn_trial_view view = {sweep, hook, &trial, NAN};
    const nn_observer observer = {&view, NULL, see_step, see_epoch, see_end};
    char name[40];
    snprintf(name, sizeof name, "%s: ", nn_sweep_folder_name(number));
    trial.how[0] = '\0';
    nn_log_name(name);
    nn_log_setup(nn_log_level(), nn_comm_rank(group) == 0);
    nn_status status = train(job, group, number, &observer);
    nn_log_name(NULL);
    if (!trial.how[0]) nn_trial_fail(&trial, status);
    nn_error_clear();
    bool paused = strcmp(trial.how, "paused") == 0;
    trial.status = status;
    trial.finished = !paused && is_final(status);
    bool missed = strcmp(trial.how, "target_missed") == 0;
    if (paused || status == NN_OK || (missed && sweep->rung == sweep->n_rungs - 1))
        trial.value[trial.rungs++] = view.value;
    return trial;
}
