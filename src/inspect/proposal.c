/* A section `data:` that trains on the file: the data sets that would be found by their names, else
 * the largest one and another with as many rows. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/dataset.h"

typedef struct nn_pair {
    const nn_seen *inputs, *targets; /* NULL: none */
} nn_pair;

static bool is_samples(const nn_seen *seen) {
    return seen && seen->details.numbers && seen->details.rank > 0 && seen->details.dim[0] > 0;
}

static nn_pair usual_pair(const nn_tree *tree, nn_store *store, nn_split split) {
    const char *inputs = nn_usual_inputs(store, split, split == NN_TRAIN, tree->arena);
    nn_pair pair = {.inputs = nn_tree_find(tree, inputs)};
    if (!is_samples(pair.inputs)) return (nn_pair){0};
    pair.targets = nn_tree_find(tree, nn_usual_targets(store, split, inputs, tree->arena));
    if (!is_samples(pair.targets)) pair.targets = NULL;
    return pair;
}

/* The largest data set, and the smallest of those with as many rows. */
static nn_pair guessed_pair(const nn_tree *tree) {
    nn_pair pair = {0};
    for (int i = 0; i < tree->n; i++) {
        const nn_seen *seen = &tree->seen[i];
        if (is_samples(seen) &&
            (!pair.inputs || seen->details.elements > pair.inputs->details.elements))
            pair.inputs = seen;
    }
    for (int i = 0; pair.inputs && i < tree->n; i++) {
        const nn_seen *seen = &tree->seen[i];
        if (seen != pair.inputs && is_samples(seen) &&
            seen->details.dim[0] == pair.inputs->details.dim[0] &&
            (!pair.targets || seen->details.elements < pair.targets->details.elements))
            pair.targets = seen;
    }
    return pair;
}

static bool is_integer(const nn_seen *seen) {
    return nn_dtype_is_integer(seen->details.dtype);
}
static bool is_text(const nn_pair *pair) {
    return pair->inputs->details.rank == 1 && is_integer(pair->inputs) && !pair->targets;
}

/* ---- printing ---- */

static void print_quoted(const char *text) {
    putchar('"');
    for (; *text; text++)
        printf(*text == '"' || *text == '\\'                ? "\\%c"
               : (unsigned char)*text < ' ' || *text == 127 ? "\\x%02x"
                                                            : "%c",
               *text);
    putchar('"');
}

static void print_source(const char *split, const char *file, const nn_pair *pair) {
    printf("  %s: {file: ", split);
    print_quoted(file);
    printf(", inputs: ");
    print_quoted(pair->inputs->path);
    if (pair->targets) {
        printf(", targets: ");
        print_quoted(pair->targets->path);
    }
    printf("}\n");
}

/* Pixels become numbers up to 1; numbers of any size get mean 0 and variance 1. */
static void print_scale(const nn_pair *pair) {
    const nn_statistics *s = &pair->inputs->statistics;
    bool known = pair->inputs->known && s->n > 0;
    if (is_text(pair)) return;
    if (pair->inputs->details.dtype == NN_U8 && known && s->high > 1)
        printf("  scale: %.9g    # 1/%g\n", 1 / s->high, s->high);
    else if (!is_integer(pair->inputs) && known && (s->low < -10 || s->high > 10))
        printf("  normalize: standard\n");
}

/* So many rows in a window that there are some, in the validation part too. */
static void print_windows(const nn_pair *pair) {
    int64_t rows = pair->inputs->details.dim[0] / 20, length = 64;
    while (length > 2 && length + 1 > rows) length /= 2;
    printf("  sequence_length: %lld\n", (long long)length);
}

/* Ids of classes, rather than whole numbers to regress on: each id from 0 on is there. */
static bool are_ids(const nn_statistics *s) {
    for (int64_t c = 0; c < s->classes; c++)
        if (s->count[c] == 0) return false;
    return s->classes > 1;
}

static void print_hint(const nn_pair *pair) {
    const nn_seen *y = pair->targets ? pair->targets : is_text(pair) ? pair->inputs : NULL;
    if (!y) {
        printf("# there are no targets of as many rows: data.train.targets must name some\n");
        return;
    }
    const nn_statistics *s = &y->statistics;
    int64_t width = 1;
    for (int i = 1; i < y->details.rank; i++) width *= y->details.dim[i];
    if (!y->known)
        printf("# without statistics nobody knows what the targets are\n");
    else if (s->one_hot || (is_integer(y) && width == 1 && (are_ids(s) || is_text(pair))))
        printf("# the last layer: {type: dense, units: %lld, activation: softmax}; loss: "
               "categorical_crossentropy\n",
               (long long)(s->one_hot ? y->details.dim[1] : s->classes));
    else
        printf("# the last layer: {type: dense, units: %lld}; loss: mean_squared_error\n",
               (long long)width);
}

static void warn_of_bad(const nn_pair *pair) {
    const nn_seen *both[] = {pair->inputs, pair->targets};
    for (int i = 0; i < 2; i++)
        if (both[i] && both[i]->known && both[i]->statistics.first_bad >= 0)
            printf("# %s has numbers that are not finite: training will refuse them\n",
                   nn_plain(both[i]->path));
}

void nn_proposal_print(const nn_tree *tree, nn_store *store) {
    char whole[PATH_MAX];
    const char *file = realpath(nn_store_file(store), whole) ? whole : nn_store_file(store);
    nn_pair train = usual_pair(tree, store, NN_TRAIN);
    bool usual = train.inputs != NULL;
    if (!usual) train = guessed_pair(tree);
    if (!train.inputs) {
        printf("\nThere is no data set of numbers to train on.\n");
        return;
    }
    printf("\n# for a configuration%s\ndata:\n",
           usual ? "" : ": a guess, since no data set has a usual name (docs/data.md)");
    print_source("train", file, &train);
    nn_pair validation = usual_pair(tree, store, NN_VALIDATION);
    nn_pair test = usual_pair(tree, store, NN_TEST);
    if (validation.inputs && usual)
        print_source("validation", file, &validation);
    else if (train.inputs->details.dim[0] > 1)
        printf("  validation: {split: 0.1}\n");
    if (test.inputs && usual) print_source("test", file, &test);
    print_scale(&train);
    if (is_text(&train)) print_windows(&train);
    print_hint(&train);
    warn_of_bad(&train);
}
