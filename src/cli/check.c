/* nnmpi check CONFIG.yaml: everything short of training. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "nnmpi/log.h"
#include "nnmpi/report.h"
#include "nnmpi/train.h"

static nn_words sets;
static int ranks;
static const char *graph;
static int layout;
static bool gradients;

static const nn_option options[] = {
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so: --set training.epochs=5",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {.name = "ranks",
     .value = "N",
     .help = "plan for N ranks, not for those it is started on",
     .type = NN_OPTION_COUNT,
     .target = &ranks},
    {.name = "graph",
     .value = "FILE.svg",
     .help = "also draw the model; FILE.pdf, FILE.png: by Graphviz; FILE.dot: for it",
     .type = NN_OPTION_TEXT,
     .target = &graph},
    {.name = "layout",
     .value = "WHOSE",
     .help = "of --graph: auto (default: Graphviz's, if it is there), graphviz, or own",
     .type = NN_OPTION_WORD,
     .target = &layout,
     .words = nn_graph_layout_words},
    {.name = "gradients",
     .help = "compare the gradient of each weight with differences of the loss",
     .type = NN_OPTION_FLAG,
     .target = &gradients},
    {0}};

/* Where the arithmetic is: each layer's part of a pass forward. */
static void print_operations(const nn_run_plan *plan) {
    double all = 0;
    for (int i = 0; i < plan->n_layers; i++) all += plan->layer[i].flops;
    printf("operations a sample forward\n");
    for (int i = 0; i < plan->n_layers && all > 0; i++)
        printf("  %-32s %16s %6.1f%%\n", plan->layer[i].name,
               nn_text_count((int64_t)(plan->layer[i].flops + 0.5)),
               100 * plan->layer[i].flops / all);
}

/* What check learns of the plan. */
typedef struct nn_checked {
    nn_console *console;
    int64_t memory_model;
    nn_status drawn;        /* how --graph went */
    nn_graph_layout layout; /* who laid it out */
} nn_checked;

static void see_plan(void *context, const nn_run_plan *plan) {
    nn_checked *checked = context;
    checked->memory_model = plan->memory_model;
    if (graph) checked->drawn = nn_plan_draw(plan, graph, &checked->layout);
    if (nn_cli_common.quiet) return;
    nn_console_print_plan(checked->console, plan);
    nn_console_print_data(checked->console, plan);
    print_operations(plan);
}

/* ---- --graph ---- */

static nn_status check_graph(void) {
    if (!graph && layout) return nn_error(NN_USAGE, "--layout is for --graph FILE.svg");
    if (graph && layout && nn_ends(graph, ".dot"))
        return nn_error(NN_USAGE, "--graph %s is not laid out yet: --layout is for a picture",
                        graph);
    if (!graph || nn_plan_can_draw(graph, (nn_graph_layout)layout)) return NN_OK;
    if (nn_plan_can_draw(graph, NN_LAYOUT_AUTO))
        return nn_error(NN_USAGE, "--graph %s: of its own layout nnmpi draws only FILE.svg", graph);
    return nn_error(NN_USAGE, "--graph %s: the name must end in .svg, .pdf, .png or .dot", graph);
}

static void print_drawn(nn_graph_layout by) {
    static const char *const whose[] = {"", ", laid out by Graphviz", ", laid out by nnmpi"};
    nn_info("%s is written%s", graph, whose[by]);
}

/* ---- the run folder, which is not made ---- */

/* The folder, or the nearest above it that there is: `path` is cut. */
static void cut_to_what_is_there(char *path) {
    struct stat about;
    while (stat(path, &about) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        char *slash = strrchr(path, '/');
        if (!slash) return;
        slash[slash == path] = '\0';
        if (slash == path) return;
    }
}

/* checkpoint: bytes of one at most; 0: none is written there. */
static nn_status check_folder(const char *folder, double checkpoint) {
    char there[4096];
    struct stat about;
    struct statvfs disk;
    snprintf(there, sizeof there, "%s", folder);
    cut_to_what_is_there(there);
    if (stat(there, &about) != 0 || !S_ISDIR(about.st_mode))
        return nn_error(NN_CANNOT_WRITE, "%s cannot be made: %s is no folder", folder, there);
    if (access(there, W_OK | X_OK) != 0)
        return nn_error(NN_CANNOT_WRITE, "%s cannot be written: %s: %s", folder, there,
                        strerror(errno));
    if (statvfs(there, &disk) != 0) return NN_OK;
    double room = (double)disk.f_bavail * (double)disk.f_frsize;
    const char *how = strcmp(there, folder) == 0 ? "is there" : "can be made";
    if (checkpoint == 0)
        nn_info("%s %s, %s free", folder, how, nn_text_bytes(room));
    else
        nn_info("%s %s, %s free; a checkpoint has %s at most", folder, how, nn_text_bytes(room),
                nn_text_bytes(checkpoint));
    if (room < 2 * checkpoint) /* the last one stays until the next one is complete */
        nn_warning("%s: there may be no room for two checkpoints", folder);
    return NN_OK;
}

static nn_status check_folders(const nn_run_options *run, int64_t memory_model) {
    const nn_checkpoint_options *checkpoint = &run->checkpoint;
    if (run->log.directory) NN_TRY(check_folder(run->log.directory, 0));
    if (!checkpoint->present || !checkpoint->directory) return NN_OK;
    return check_folder(checkpoint->directory, (double)memory_model);
}

/* ---- --gradients ---- */

static void print_gradients(const nn_gradient_table *table) {
    if (nn_cli_common.quiet) return;
    printf("gradients against central differences, float64, the first %lld samples\n",
           (long long)table->samples);
    printf("  %-32s %14s %7s %7s %12s\n", "weight", "numbers", "tried", "kinks", "difference");
    for (int i = 0; i < table->rows; i++) {
        const nn_gradient_row *row = &table->row[i];
        printf("  %-32s %14s %7d %7d %12.1e%s\n", row->tensor, nn_text_count(row->size), row->tried,
               row->kinks, row->difference,
               !(row->difference <= NN_GRADIENT_TOLERANCE) ? "  wrong"
               : row->kinks == row->tried                  ? "  nothing to compare"
                                                           : "");
    }
}

/* What is warned of was warned of before. */
static void hear_again(void *context, const char *text) {}

/* The configuration once more, in float64. */
static nn_status check_gradients(nn_comm *comm, const char *file) {
    nn_words doubled = {0, calloc((size_t)sets.n + 1, sizeof *doubled.value)};
    nn_document *document;
    nn_run_options run;
    if (!doubled.value) nn_panic("out of memory");
    for (int i = 0; i < sets.n; i++) doubled.value[doubled.n++] = sets.value[i];
    doubled.value[doubled.n++] = "precision=float64";
    nn_status status = nn_cli_read_config(comm, file, &doubled, &document, &run);
    nn_log_listen(hear_again, NULL);
    if (status == NN_OK)
        status = nn_engine_of(&run)->gradients(document, &run, comm, print_gradients);
    nn_log_listen(NULL, NULL);
    nn_document_destroy(document);
    free(doubled.value);
    return status;
}

/* n: warnings */
static void print_verdict(const char *file, int n) {
    if (n == 0)
        nn_info("%s: nothing is wrong with it", file);
    else
        nn_info("%s: it can be trained; %d warning%s: see above", file, n, n == 1 ? "" : "s");
}

static nn_status check(nn_comm *comm, const char *file, nn_checked *checked) {
    nn_document *document;
    nn_run_options run;
    const nn_observer observer = {.context = checked, .begin = see_plan};
    nn_status status = nn_cli_read_config(comm, file, &sets, &document, &run);
    run.rehearse = true;
    if (status == NN_OK) status = nn_engine_of(&run)->check(document, &run, comm, &observer, ranks);
    if (status == NN_OK) status = checked->drawn;
    if (status == NN_OK && graph) print_drawn(checked->layout);
    if (status == NN_OK && nn_comm_rank(comm) == 0)
        status = check_folders(&run, checked->memory_model);
    status = nn_comm_agree(comm, status);
    int warnings = nn_log_warnings();
    if (status == NN_OK && gradients) status = check_gradients(comm, file);
    if (status == NN_OK) print_verdict(file, warnings);
    nn_document_destroy(document);
    return status;
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    NN_TRY(check_graph());
    nn_console *console = nn_console_create((nn_color)nn_cli_common.color);
    nn_status status = nn_cli_start(&comm);
    nn_checked checked = {.console = console, .layout = (nn_graph_layout)layout};
    if (status == NN_OK) status = check(comm, arguments->value[0], &checked);
    nn_console_destroy(console);
    return nn_cli_finish(comm, status);
}

const nn_command nn_command_check = {
    .name = "check",
    .arguments = "CONFIG.yaml",
    .help = "everything short of training: data, shapes, parameters, memory",
    .details =
        "Reads the configuration and the data, builds the model and prints the plan of the run,\n"
        "what the data are like, the operations of each layer, and whether the run folder can be "
        "written and has room;\n"
        "nothing is written but the picture of --graph. Ends with the exit code that training "
        "would have failed with.\n"
        "--graph FILE.svg is laid out by Graphviz (graphviz.org) where PATH has its program `dot`, "
        "and else by\nnnmpi; --layout says who does it. FILE.pdf and FILE.png are for Graphviz "
        "alone: without it the exit\ncode is 73. FILE.dot is the text that it reads.\n"
        "--gradients computes the gradient for the first samples in float64, and for some numbers "
        "of "
        "each\nweight the difference of the loss on both sides of it. Both are the same to 1e-5, "
        "or the "
        "exit code\nis 70; numbers where the loss has a kink (relu, max_pool) are counted.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .parallel = true,
    .run = run,
};
