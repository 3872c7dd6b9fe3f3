#include "nnmpi/place.h"

#include <stdio.h>
#include <string.h>

static nn_place own = {.layer = -1};
nn_place *nn_here = &own;

static int my_rank = -1;
static char who[320];
static const char *const *layer_name;
static _Atomic int layers; /* names there are; told after the names, for a thread that reads them */

static const char *const words[] = {
#define NN_ACTIVITY_WORDS(name, words) [name] = words,
    NN_ACTIVITY_LIST(NN_ACTIVITY_WORDS)
#undef NN_ACTIVITY_WORDS
};

void nn_place_name(int rank, const char *host, const char *const *layer, int n_layers) {
    char name[sizeof who];
    snprintf(name, sizeof name, "[rank %d %s] ", rank, host);
    my_rank = rank;
    if (strcmp(name, who) != 0) strcpy(who, name);
    atomic_store(&layers, 0);
    layer_name = layer;
    atomic_store(&layers, n_layers);
}

void nn_place_move(nn_place *to) {
    if (!to) to = &own;
    if (to == nn_here) return;
    atomic_store(&to->step, atomic_load(&nn_here->step));
    atomic_store(&to->activity, atomic_load(&nn_here->activity));
    atomic_store(&to->layer, atomic_load(&nn_here->layer));
    atomic_store(&to->waiting, atomic_load(&nn_here->waiting));
    nn_here = to;
}

int nn_place_rank(void) {
    return my_rank;
}

const char *nn_place_who(void) {
    return who;
}

/* ---- text without stdio, as a signal handler needs it ---- */

typedef struct nn_line {
    char *text;
    size_t size, length;
} nn_line;

static void add(nn_line *line, const char *text) {
    while (*text && line->length + 1 < line->size) line->text[line->length++] = *text++;
    if (line->size) line->text[line->length] = '\0';
}

static void add_number(nn_line *line, int64_t number) {
    char digits[24], *at = digits + sizeof digits;
    *--at = '\0';
    do *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    add(line, at);
}

size_t nn_place_text(const nn_place *place, char *text, size_t size) {
    nn_line line = {text, size, 0};
    int64_t step = atomic_load(&place->step);
    int activity = atomic_load(&place->activity), layer = atomic_load(&place->layer);
    if (step > 0) {
        add(&line, "in step ");
        add_number(&line, step);
        add(&line, ", ");
    } else if (step == 0)
        add(&line, "before the first step, ");
    bool known = activity >= 0 && activity < (int)(sizeof words / sizeof *words);
    add(&line, known ? words[activity] : "somewhere");
    if (layer >= 0 && layer < atomic_load(&layers)) {
        add(&line, " of \"");
        add(&line, layer_name[layer]);
        add(&line, "\"");
    }
    if (atomic_load(&place->waiting)) add(&line, ", waiting for other ranks");
    return line.length;
}
