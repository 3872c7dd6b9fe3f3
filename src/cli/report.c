/* nnmpi report RUN...: one HTML file with pictures. */
#include "cli.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "nnmpi/log.h"
#include "nnmpi/report.h"
#include "nnmpi/use.h"

#define NN_WORST 12
#define NN_SPREAD 12

static const char *out;

static const nn_option options[] = {{.name = "out",
                                     .value = "FILE.html",
                                     .help = "the file to write; by default report.html in the "
                                             "first run folder",
                                     .type = NN_OPTION_TEXT,
                                     .target = &out},
                                    {0}};

static bool has_checkpoints(const char *folder, nn_arena *arena) {
    return access(nn_arena_format(arena, "%s/best.h5", folder), F_OK) == 0 ||
           access(nn_arena_format(arena, "%s/latest.h5", folder), F_OK) == 0;
}

/* Where the checkpoints of a run are: in its folder, or where its configuration says, if
 * log.directory is another one. For rank 0. */
static const char *checkpoints_of(const char *folder, nn_arena *arena) {
    nn_document *document = NULL;
    char *text = NULL;
    size_t length;
    const char *file = nn_arena_format(arena, "%s/config.yaml", folder), *found = folder;
    if (has_checkpoints(folder, arena)) return folder;
    if (nn_document_read_file(file, &text, &length) == NN_OK &&
        nn_document_parse(&document, text, length, file, NULL, 0) == NN_OK) {
        nn_node *checkpoint = nn_node_child(nn_document_root(document), "checkpoint");
        nn_node *directory = checkpoint && checkpoint->type == NN_NODE_MAP
                                 ? nn_node_child(checkpoint, "directory")
                                 : NULL;
        const char *other =
            directory && directory->text ? nn_arena_text(arena, directory->text) : "";
        if (has_checkpoints(other, arena)) found = other;
    }
    nn_error_clear(); /* the folder itself will be looked into, and complained of */
    nn_document_destroy(document);
    free(text);
    return found;
}

static nn_status predict(nn_comm *comm, const char *folder, nn_report *report, nn_arena *arena,
                         nn_document **document) {
    nn_run_options run;
    const nn_words no_sets = {0};
    const nn_use_source source = {.split = -1};
    nn_evaluate_request request = {
        .worst = NN_WORST, .spread = NN_SPREAD, .context = report, .tell = nn_report_evaluation};
    if (nn_comm_rank(comm) == 0) folder = checkpoints_of(folder, arena);
    bool best = access(nn_arena_format(arena, "%s/best.h5", folder), F_OK) == 0;
    NN_TRY(nn_cli_read_checkpoint(comm, folder, best, &no_sets, arena, &request.checkpoint,
                                  document, &run));
    NN_TRY(nn_use_data(&run, &source, &request.split));
    return nn_engine_of(&run)->evaluate(*document, &run, comm, &request);
}

/* What is missing for it is said in the report, which goes on without. Collective. */
static void add_predictions(nn_comm *comm, const char *folder, nn_report *report) {
    nn_arena *arena = nn_arena_create();
    nn_document *document = NULL;
    if (predict(comm, folder, report, arena, &document) != NN_OK) {
        if (report) nn_report_no_evaluation(report, nn_error_message());
        nn_error_clear();
    }
    nn_document_destroy(document);
    nn_arena_destroy(arena);
}

/* Rank 0 has the report. Collective. */
static nn_status make(nn_comm *comm, const char *const *folders, int n, const char *file,
                      bool predictions) {
    nn_report *report = NULL;
    nn_status status = NN_OK;
    bool mine = nn_comm_rank(comm) == 0;
    if (mine) status = nn_report_open(&report, folders, n);
    status = nn_comm_agree(comm, status);
    if (status == NN_OK && predictions)
        add_predictions(comm, mine ? nn_report_first(report) : folders[0], report);
    if (status == NN_OK && mine) status = nn_report_write(report, file);
    nn_report_close(report);
    return nn_comm_agree(comm, status);
}

void nn_cli_report_run(nn_comm *comm, const char *folder, bool predictions) {
    nn_buffer file = {0};
    nn_buffer_add(&file, "%s/report.html", folder);
    if (make(comm, &folder, 1, file.text, predictions) != NN_OK) {
        nn_warning("no report: %s", nn_error_message());
        nn_error_clear();
    }
    nn_buffer_free(&file);
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    nn_status status = nn_cli_start(&comm);
    nn_buffer file = {0};
    if (out)
        nn_buffer_add(&file, "%s", out);
    else
        nn_buffer_add(&file, "%s/report.html", arguments->value[0]);
    if (status == NN_OK) status = make(comm, arguments->value, arguments->n, file.text, true);
    if (status == NN_OK) nn_info("%s is written", file.text);
    nn_buffer_free(&file);
    return nn_cli_finish(comm, status);
}

const nn_command nn_command_report = {
    .name = "report",
    .arguments = "RUN...",
    .help = "one HTML file with pictures of a run, or of several side by side",
    .details =
        "RUN is the folder of a run. The file needs nothing beside it: curves, norms by layer,\n"
        "confusion matrix, samples and the largest losses (of best.h5 or latest.h5, if the data\n"
        "are there), the model, times (after `nnmpi --profile`), configuration, versions. Of\n"
        "several runs the curves are in one picture, and runs on several numbers of ranks show\n"
        "how the training scales. Of a sweep RUN is its folder: the table, and the curves of its\n"
        "trials, the predictions of the best. `log.report: html` makes one at the end of a run.\n"
        "  nnmpi report runs/digits\n"
        "  nnmpi report runs/lr_* --out compare.html\n",
    .options = options,
    .least = 1,
    .most = INT_MAX,
    .run = run,
};
