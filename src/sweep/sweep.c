/* A sweep from its request to its table. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/log.h"
#include "nnmpi/metric.h"
#include "nnmpi/text.h"

/* ---- what is common to all trials ---- */

/* The seed of the draws: of the file, whether or not it is swept. */
static nn_status find_seed(nn_sweep_job *job, uint64_t *seed) {
    const nn_sweep_request *request = job->sweep->request;
    nn_document *document;
    nn_status status = nn_document_parse(&document, request->text, request->length, request->file,
                                         job->common, job->n_common);
    if (status == NN_OK) {
        const nn_node *node = nn_node_child(nn_document_root(document), "seed");
        *seed = node && node->type == NN_NODE_SCALAR ? strtoull(node->text, NULL, 10) : 1;
    }
    nn_document_destroy(document);
    return status;
}

/* YAML and JSON, which name the folder, hold no other text. */
static nn_status check_folder(const char *folder) {
    nn_buffer plain = {0};
    nn_text_plain(&plain, folder);
    nn_status status = NN_OK;
    if (strcmp(plain.text, folder) != 0)
        status = nn_error(NN_BAD_CONFIG,
                          "--out %s: a folder of trials must have a name in UTF-8 without control "
                          "characters",
                          plain.text);
    nn_buffer_free(&plain);
    return status;
}

static nn_status choose_folder(nn_sweep *sweep, const nn_run_options *run) {
    const char *own = run->checkpoint.directory ? run->checkpoint.directory : run->log.directory;
    const char *given = sweep->request->folder;
    char *here = given && *given != '/' ? realpath(".", NULL) : NULL;
    if (!given && !own)
        return nn_error(NN_USAGE,
                        "where shall the trials go? --out FOLDER, or checkpoint.directory "
                        "in the configuration");
    sweep->folder = here    ? nn_arena_format(sweep->arena, "%s/%s", here, given)
                    : given ? nn_arena_text(sweep->arena, given)
                            : nn_arena_format(sweep->arena, "%s_sweep", own);
    free(here);
    return check_folder(sweep->folder);
}

/* train_ or validation_, and loss or a metric; which way it is better. */
static bool is_measured(nn_sweep *sweep, const nn_run_options *run, const char *name) {
    static const char *const prefix[] = {"train_", "validation_"};
    for (int split = 0; split < (run->data.validation.present ? 2 : 1); split++) {
        size_t length = strlen(prefix[split]);
        if (strncmp(name, prefix[split], length) != 0) continue;
        sweep->lower_is_better = true;
        if (strcmp(name + length, "loss") == 0) return true;
        nn_typed_list metrics = run->training.metrics;
        if (strncmp(name + length, "weighted_", 9) == 0)
            length += 9, metrics = run->training.weighted_metrics;
        for (int m = 0; m < metrics.n; m++) {
            const nn_kind *kind = metrics.value[m].kind;
            if (strcmp(name + length, kind->name) != 0) continue;
            sweep->lower_is_better = nn_metric_of(kind)->lower_is_better;
            return true;
        }
    }
    return false;
}

static nn_status choose_monitor(nn_sweep *sweep, const nn_run_options *run) {
    const char *given = sweep->request->monitor;
    sweep->monitor = given                          ? given
                     : run->data.validation.present ? "validation_loss"
                                                    : "train_loss";
    if (is_measured(sweep, run, sweep->monitor)) return NN_OK;
    if (strncmp(given, "validation_", 11) == 0 && !run->data.validation.present)
        return nn_error(NN_USAGE, "--monitor %s: there is no data.validation", given);
    return nn_error(NN_USAGE,
                    "--monitor %s is not measured: train_ or validation_ and loss or one of "
                    "training.metrics is expected",
                    given);
}

/* The message is of the first trial. */
static nn_status none_is_right(const nn_sweep *sweep, nn_status status, const char *message) {
    return nn_error(status, "%s\n(none of the %d trials can begin; this is said of the first)",
                    message, sweep->n_trials);
}

/* From the first trial whose configuration is right; if none is, the error of the first. */
static nn_status find_common(nn_sweep_job *job) {
    nn_sweep *sweep = job->sweep;
    nn_status first = NN_OK;
    const char *message = "";
    for (int t = 0; t < sweep->n_trials; t++) {
        nn_document *document;
        nn_run_options run;
        nn_status status = nn_trial_config(job, t, &document, &run);
        bool bound = status == NN_OK;
        if (bound) status = choose_monitor(sweep, &run);
        if (bound && status == NN_OK) status = choose_folder(sweep, &run);
        if (bound) job->max_time = run.training.max_time;
        if (bound) sweep->report = run.log.report != 0;
        nn_document_destroy(document);
        if (bound) return status;
        if (first == NN_OK) {
            first = status;
            message = nn_arena_text(sweep->arena, nn_error_message());
        }
        nn_error_clear();
    }
    return none_is_right(sweep, first, message);
}

/* ---- every trial ---- */

/* Trials whose configuration is wrong have failed; *epochs: the most of a trial, *sound: one. */
static void bind_all(nn_sweep_job *job, int64_t *epochs, int *sound) {
    nn_sweep *sweep = job->sweep;
    *sound = -1;
    for (int t = 0; t < sweep->n_trials; t++) {
        nn_document *document;
        nn_run_options run;
        nn_status status = nn_trial_config(job, t, &document, &run);
        if (status == NN_OK) {
            int64_t shards = run.training.shards;
            if (run.training.epochs > *epochs) *epochs = run.training.epochs;
            if (shards && (!job->most || shards < job->most)) job->most = shards;
            if (*sound < 0) *sound = t;
        } else
            nn_trial_fail(&sweep->trial[t], status);
        nn_document_destroy(document);
    }
}

static nn_status check_one(nn_sweep_job *job, int trial, int ranks) {
    nn_document *document;
    nn_run_options run;
    nn_status status = nn_trial_config(job, trial, &document, &run);
    if (status == NN_OK) status = nn_engine_of(&run)->check(document, &run, job->comm, NULL, ranks);
    nn_document_destroy(document);
    return status;
}

/* Data and shapes of trials, until one is right: then nothing is wrong with all of them, and the
 * others are checked when they begin. One that has been trained before comes first. */
static nn_status check_until_one_is_right(nn_sweep_job *job, int ranks) {
    nn_sweep *sweep = job->sweep;
    nn_status first = NN_OK;
    const char *message = "";
    for (int pass = 0; pass < 2; pass++)
        for (int t = 0; t < sweep->n_trials; t++) {
            const nn_trial *trial = &sweep->trial[t];
            if ((trial->rungs > 0) != (pass == 0) || nn_trial_failed(trial)) continue;
            nn_status status = nn_comm_agree(job->comm, check_one(job, t, ranks));
            if (status == NN_OK) return NN_OK;
            if (first == NN_OK) {
                first = status;
                message = nn_arena_text(sweep->arena, nn_error_message());
            }
            nn_error_clear();
        }
    return first == NN_OK ? NN_OK : none_is_right(sweep, first, message);
}

static nn_status check(nn_sweep_job *job) {
    int ranks = nn_comm_size(job->comm);
    nn_groups groups = nn_groups_of(job->sweep->arena, ranks, nn_comm_rank(job->comm),
                                    job->sweep->n_trials, job->sweep->request->ranks, job->most);
    nn_log_setup(nn_log_level(), false); /* warnings come when it is trained */
    nn_status status = check_until_one_is_right(job, groups.most);
    nn_log_setup(nn_log_level(), nn_comm_rank(job->comm) == 0);
    return status;
}

/* ---- the parts of a sweep ---- */

static nn_status define(nn_sweep_job *job) {
    nn_sweep *sweep = job->sweep;
    int64_t epochs = 0;
    int sound;
    nn_buffer yaml = {0};
    bind_all(job, &epochs, &sound);
    if (sound < 0)
        return none_is_right(sweep, (nn_status)sweep->trial[0].status, sweep->trial[0].why);
    NN_TRY(nn_sweep_rungs(sweep, epochs));
    NN_TRY(nn_trial_yaml(job, sound, &yaml));
    nn_sweep_define(sweep, yaml.text);
    nn_buffer_free(&yaml);
    return NN_OK;
}

static nn_status prepare(nn_sweep_job *job) {
    nn_sweep *sweep = job->sweep;
    const nn_sweep_request *request = sweep->request;
    uint64_t seed;
    if (request->ranks > nn_comm_size(job->comm))
        return nn_error(NN_USAGE, "--ranks-per-trial %d: there %s %d in all", request->ranks,
                        nn_comm_size(job->comm) == 1 ? "is" : "are", nn_comm_size(job->comm));
    if (request->eta < 2) return nn_error(NN_USAGE, "--eta %d: 2 at least", request->eta);
    if (request->first && request->method != NN_SWEEP_HALVING)
        return nn_error(NN_USAGE, "--first is for --method halving");
    NN_TRY(nn_sweep_keys(sweep, &job->common, &job->n_common));
    NN_TRY(find_seed(job, &seed));
    NN_TRY(nn_sweep_trials(sweep, seed));
    NN_TRY(find_common(job));
    return define(job);
}

static nn_status adopt_earlier(nn_sweep_job *job) {
    nn_sweep *sweep = job->sweep;
    nn_status status = nn_comm_rank(job->comm) == 0 ? nn_sweep_read(sweep) : NN_OK;
    NN_TRY(nn_comm_agree(job->comm, status));
    nn_comm_broadcast(job->comm, sweep->trial,
                      (int64_t)sweep->n_trials * (int64_t)sizeof *sweep->trial, 0);
    return NN_OK;
}

static nn_status begin(nn_sweep_job *job) {
    nn_status status = nn_comm_agree(job->comm, prepare(job));
    if (status == NN_OK) status = adopt_earlier(job);
    if (status == NN_OK) status = check(job);
    if (status == NN_OK) status = nn_checkpoint_folder(job->sweep->folder, job->comm);
    if (status == NN_OK) status = nn_checkpoint_hold(job->sweep->folder, job->comm, &job->lock);
    if (status == NN_OK && nn_comm_rank(job->comm) == 0) status = nn_sweep_write(job->sweep);
    return nn_comm_agree(job->comm, status);
}

/* ---- the end ---- */

static nn_status fail_for(const nn_trial *trial, const char *before) {
    return nn_error((nn_status)trial->status, "%s%s: %s", before,
                    nn_sweep_folder_name(trial->number), trial->why);
}

/* A trial that another start may bring to its end (the disk was full) counts; one that cannot be
 * trained is a line of the table, if there are others. */
static nn_status verdict(const nn_sweep *sweep) {
    if (sweep->stopped) return NN_STOPPED;
    for (int t = 0; t < sweep->n_trials; t++)
        if (nn_trial_failed(&sweep->trial[t]) && !sweep->trial[t].finished)
            return fail_for(&sweep->trial[t], "");
    if (nn_sweep_best(sweep) >= 0) return NN_OK;
    for (int t = 0; t < sweep->n_trials; t++)
        if (nn_trial_failed(&sweep->trial[t]))
            return fail_for(&sweep->trial[t], "no trial came to its end; ");
    return nn_error(NN_FAILED, "no trial can be compared: %s of none is a number", sweep->monitor);
}

static nn_status end(nn_sweep_job *job) {
    nn_sweep *sweep = job->sweep;
    bool mine = nn_comm_rank(job->comm) == 0;
    nn_status status = verdict(sweep);
    sweep->seconds = nn_sweep_clock() - job->began;
    if (mine && nn_sweep_write(sweep) != NN_OK && status == NN_OK) status = NN_IO;
    if (mine && job->observer->end) job->observer->end(job->observer->context, sweep);
    return nn_comm_agree(job->comm, status);
}

nn_status nn_sweep_run(nn_comm *comm, const nn_sweep_request *request,
                       const nn_sweep_observer *observer, char **folder, bool *report) {
    nn_sweep sweep = {.request = request, .arena = nn_arena_create()};
    nn_sweep_job job = {
        .comm = comm, .sweep = &sweep, .observer = observer, .began = nn_sweep_clock()};
    *folder = NULL;
    nn_status status = begin(&job);
    if (status == NN_OK) {
        job.threads = nn_threads_for_rank(comm);
        *folder = strdup(sweep.folder);
        for (; sweep.rung < sweep.n_rungs && !sweep.stopped; sweep.rung++) nn_sweep_round(&job);
        status = end(&job);
    }
    *report = sweep.report;
    nn_checkpoint_release(job.lock);
    nn_arena_destroy(sweep.arena);
    return status;
}
