/* ranks_tool CONFIG [PART]: trains CONFIG again and again, with each optimizer, schedule and metric
 * of the registries and with the other things of the table below (or only with those whose names
 * begin with PART). Rank 0 prints a line "PRECISION/NAME WHAT VALUE" for every running mean of
 * every step and every value of every epoch, for scripts that compare numbers of ranks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/metric.h"
#include "nnmpi/optimizer.h"
#include "nnmpi/schedule.h"
#include "nnmpi/train.h"

#define MOST_SETS 8

static const struct {
    const char *name;
    const char *sets[MOST_SETS];
} variants[] = {
    {"plain", {0}},
    {"plain_all", {"training.batch_size=all"}},
    {"plain_fifty", {"training.batch_size=50", "training.max_steps=29"}},
    {"clip_norm", {"training.clip_norm=0.5"}},
    {"clip_value", {"training.clip_value=0.01"}},
    {"clip_both", {"training.clip_value=0.01", "training.clip_norm=0.1"}},
    {"average", {"training.average={decay: 0.9}"}},
    {"class_weight", {"training.class_weight=balanced"}},
    {"label_smoothing", {"training.loss.label_smoothing=0.1"}},
    {"regularizer", {"model.layers.1.kernel_regularizer={l1: 0.001, l2: 0.01}"}},
    /* the same steps, each in one pass and in many */
    {"accumulate_whole", {"model.layers.2=linear", "training.micro_batch=10000"}},
    {"accumulate_parts", {"model.layers.2=linear", "training.micro_batch=17"}},
    {"accumulate_ones", {"model.layers.2=linear", "training.micro_batch=1"}},
};

static nn_comm *comm;
static char text[1 << 16];
static size_t length;
static const char *file, *part, *precision, *now;

static void print(const char *what, int64_t at, const nn_tick *tick) {
    for (int i = 0; i < tick->n_values; i++)
        printf("%s/%s %s_%lld_%s %.17g\n", precision, now, what, (long long)at, tick->value[i].name,
               tick->value[i].value);
}
static void tell_step(void *unused, const nn_tick *tick) {
    print("step", tick->step, tick);
}
static void tell_epoch(void *unused, const nn_tick *tick) {
    print("epoch", tick->epoch, tick);
}

static nn_status train(const char *const *sets) {
    const char *all[MOST_SETS + 1];
    int n = 0;
    char chosen[64];
    snprintf(chosen, sizeof chosen, "precision=%s", precision);
    all[n++] = chosen;
    while (*sets) all[n++] = *sets++;
    const nn_observer observer = {.step = tell_step, .epoch = tell_epoch};
    nn_document *document = NULL;
    nn_run_options run;
    nn_status status = nn_document_parse(&document, text, length, file, all, n);
    if (status == NN_OK) status = nn_run_options_bind(document, &run);
    if (status == NN_OK) status = nn_engine_of(&run)->train(document, &run, comm, &observer);
    nn_document_destroy(document);
    return status;
}

static bool wanted(const char *name) {
    now = name;
    return !part || strncmp(name, part, strlen(part)) == 0;
}

static void must(nn_status status) {
    if (status != NN_OK) nn_panic("%s: %s", now, nn_error_message());
}

static void try_variants(void) {
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (wanted(variants[i].name)) must(train(variants[i].sets));
}

/* What follows is about the optimizer, the schedule, the metrics: batch_norm is in the table above.
 */
#define WITHOUT_NORM "model.layers.2=linear"

static void try_optimizers(void) {
    for (int i = 0; nn_optimizer_kinds[i]; i++) {
        char name[64], set[128];
        snprintf(name, sizeof name, "optimizer_%s", nn_optimizer_kinds[i]->name);
        snprintf(set, sizeof set, "training.optimizer={type: %s}", nn_optimizer_kinds[i]->name);
        bool searches = nn_optimizer_of(nn_optimizer_kinds[i])->search != NULL;
        const char *all = searches ? "training.batch_size=all" : NULL;
        if (wanted(name)) must(train((const char *[]){WITHOUT_NORM, set, all, NULL}));
    }
}

static void try_schedules(void) {
    for (int i = 0; nn_schedule_kinds[i]; i++) {
        char name[64], set[256];
        snprintf(name, sizeof name, "schedule_%s", nn_schedule_kinds[i]->name);
        snprintf(set, sizeof set, "training.learning_rate_schedule=%s",
                 nn_schedule_kinds[i]->example);
        if (wanted(name)) must(train((const char *[]){WITHOUT_NORM, set, NULL}));
    }
}

/* All that go with ten classes, ten at a time. */
static void try_metrics(void) {
    nn_arena *arena = nn_arena_create();
    nn_buffer list = {0};
    int n = 0, all = 0;
    for (int i = 0; wanted("metrics") && nn_metric_kinds[i]; i++) {
        const nn_metric *metric = nn_metric_of(nn_metric_kinds[i]);
        const char *name = metric->kind.name;
        nn_typed preset = nn_kind_preset(arena, &metric->kind);
        bool good = !metric->unfit || !metric->unfit(preset.options, 10);
        if (good) nn_buffer_add(&list, n++ ? ", %s" : "training.metrics=[%s", name);
        all += good;
        if (n == 0 || (n < 10 && nn_metric_kinds[i + 1])) continue;
        nn_buffer_add(&list, "]");
        must(train((const char *[]){WITHOUT_NORM, list.text, NULL}));
        nn_buffer_free(&list);
        n = 0;
    }
    if (!part && all < 10) nn_panic("only %d metrics go with ten classes", all);
    nn_arena_destroy(arena);
}

int main(int argc, char **argv) {
    if (argc < 2) return NN_USAGE;
    file = argv[1];
    part = argc > 2 ? argv[2] : NULL;
    must(nn_comm_start(&comm, &argc, &argv));
    FILE *config = fopen(file, "r");
    nn_assert(config);
    length = fread(text, 1, sizeof text - 1, config);
    fclose(config);
    for (int double_ = 0; double_ < 2; double_++) {
        precision = double_ ? "float64" : "float32";
        try_variants();
        try_optimizers();
        if (!double_) continue; /* in double they are compared more sharply */
        try_schedules();
        try_metrics();
    }
    nn_comm_finish(comm);
    return 0;
}
