/* A checkpoint: what it is, how it was made, its layers and its history. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/checkpoint.h"

#define NN_HISTORY_ROWS 8

bool nn_is_checkpoint(nn_store *store) {
    return nn_store_has_attribute(store, "/nnmpi", "format_version");
}

/* ---- layers ---- */

typedef struct nn_layer_list {
    nn_arena *arena;
    const nn_inspect_options *options;
    double numbers;
} nn_layer_list;

/* /model_weights/L/L/kernel:0 */
static nn_status print_weight(void *context, nn_store *store, const char *path, bool is_group) {
    nn_layer_list *list = context;
    nn_seen seen = {.path = path};
    if (is_group) return NN_OK;
    NN_TRY(nn_store_detail(store, path, &seen.details));
    list->numbers += (double)seen.details.elements;
    const char *name = strrchr(path, '/') + 1, *shape = strchr(nn_details_text(&seen.details), '(');
    char begin[64];
    snprintf(begin, sizeof begin, "%.*s", (int)strcspn(name, ":"), name);
    printf("    %-24s %-18s", nn_plain(begin), shape ? shape : "");
    nn_status status = NN_OK;
    if (list->options->statistics) {
        status = nn_statistics_read(store, path, &seen.details, &seen.statistics);
        const nn_statistics *s = &seen.statistics;
        if (status == NN_OK)
            printf(" %10.4g to %-10.4g mean %-10.3g std %.3g", s->low, s->high, s->mean,
                   nn_statistics_deviation(s));
        if (s->first_bad >= 0) printf("  NOT FINITE");
        nn_statistics_free(&seen.statistics);
    }
    printf("\n");
    return status;
}

static nn_status print_layers(nn_store *store, const nn_checkpoint_about *about,
                              nn_layer_list *list) {
    printf("\nlayers\n");
    for (int i = 0; i < about->layers.n; i++) {
        printf("  %-26s %s\n", nn_plain(about->layers.value[i]),
               nn_plain(about->layer_classes.value[i]));
        const char *group =
            nn_arena_format(list->arena, "/model_weights/%s", about->layers.value[i]);
        if (nn_store_is_group(store, group))
            NN_TRY(nn_store_walk(store, group, print_weight, list));
    }
    printf("  %s numbers in weights\n", nn_text_count((int64_t)list->numbers));
    return NN_OK;
}

/* ---- history ---- */

static void print_history(const nn_state *state) {
    if (state->rows == 0) return;
    int64_t first = state->rows > NN_HISTORY_ROWS ? state->rows - NN_HISTORY_ROWS : 0;
    int columns = state->columns;
    printf("\nhistory, the last of %s epochs\n", nn_text_count(state->rows));
    for (int c = 0; c < columns; c++) printf("  %s", nn_plain(state->column_name[c]));
    printf("\n");
    for (int64_t row = first; row < state->rows; row++) {
        for (int c = 0; c < columns; c++)
            printf("  %*.5g", (int)strlen(state->column_name[c]),
                   state->history[row * columns + c]);
        printf("\n");
    }
}

/* ---- facts ---- */

/* The first line of the configuration that has this key at this depth. */
static void print_key(const char *yaml, const char *key) {
    const char *at = strstr(yaml, key);
    if (!at) return;
    at += strlen(key);
    at += strspn(at, " ");
    if (*at == '\n') { /* a map: its type */
        at = strstr(at, "type: ");
        if (!at) return;
        at += 6;
    }
    char value[80];
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\n"), at);
    printf("%s%s", strstr(key, "loss") ? "loss " : ", optimizer ", nn_plain(value));
}

static void print_facts(const nn_checkpoint_about *about) {
    const nn_state *s = &about->state;
    char shape[NN_SHAPE_TEXT_SIZE];
    printf("model     %s, %s, samples of shape %s\n", nn_plain(about->name),
           nn_plain(about->precision), nn_shape_text(&about->input, shape, sizeof shape));
    printf("made by   nnmpi %s (format %lld), seed %lld, ", nn_plain(about->version),
           (long long)about->format, (long long)s->seed);
    print_key(about->config_yaml, "\n  loss:");
    print_key(about->config_yaml, "\n  optimizer:");
    printf("; all of it: --config\n");
    printf("state     epoch %s, step %s, %s of training", nn_text_count(s->epoch),
           nn_text_count(s->step), nn_text_duration(s->elapsed));
    if (s->epoch_step) printf(", %s steps into the next epoch", nn_text_count(s->epoch_step));
    if (s->best_epoch && isfinite(s->best_value))
        printf(", best %.6g in epoch %s", s->best_value, nn_text_count(s->best_epoch));
    printf("\n");
    if (about->constants.n)
        printf("data      normalised by %s constants\n", nn_text_count(about->constants.n));
    if (about->vocabulary.n)
        printf("words     a vocabulary of %s\n", nn_text_count(about->vocabulary.n));
    if (about->class_names.n) {
        printf("classes   ");
        for (int i = 0; i < about->class_names.n && i < 20; i++)
            printf("%s%s", i ? ", " : "", nn_plain(about->class_names.value[i]));
        printf(about->class_names.n > 20 ? ", ...\n" : "\n");
    }
}

/* As it is; ours has no control characters, but a checkpoint may come from anywhere. */
static void print_config(const char *yaml) {
    for (; *yaml; yaml++) {
        bool control =
            ((unsigned char)*yaml < ' ' && *yaml != '\n' && *yaml != '\t') || *yaml == 127;
        printf(control ? "\\x%02x" : "%c", *yaml);
    }
}

static nn_status print_whole(nn_store *store, const nn_inspect_options *options, nn_arena *arena) {
    nn_checkpoint_about about;
    nn_layer_list list = {.arena = arena, .options = options};
    NN_TRY(nn_checkpoint_read_about(nn_store_file(store), false, arena, &about));
    if (options->config) {
        print_config(about.config_yaml);
        return NN_OK;
    }
    print_facts(&about);
    NN_TRY(print_layers(store, &about, &list));
    print_history(&about.state);
    return NN_OK;
}

/* Damage is said first, and then what can still be read. */
nn_status nn_about_print(nn_store *store, const nn_inspect_options *options) {
    const char *file = nn_store_file(store);
    nn_status good = nn_checkpoint_verify(file);
    nn_arena *arena = nn_arena_create();
    if (!options->config)
        printf("%s: a checkpoint; %s\n\n", file,
               good == NN_OK ? "its checksums hold" : "IT IS DAMAGED");
    nn_status status = print_whole(store, options, arena);
    nn_arena_destroy(arena);
    return good != NN_OK ? good : status;
}
