/* Two files, data set by data set. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/checkpoint.h"

typedef struct nn_pair_of_files {
    nn_store *a, *b;
    const char *group;
    int equal, different, not_compared; /* data sets that are in both */
    int measured;                       /* of those that differ: by their numbers */
    double absolute, relative;          /* the largest of all */
    int only_first, only_second;
} nn_pair_of_files;

/* The largest |a - b| and |a - b| / max(|a|, |b|); where only one is a number: infinity. */
static void measure(const double *a, const double *b, int64_t n, double *absolute, double *relative,
                    int64_t *changed) {
    *absolute = *relative = 0;
    *changed = 0;
    for (int64_t i = 0; i < n; i++) {
        if (memcmp(&a[i], &b[i], sizeof a[i]) == 0) continue;
        ++*changed;
        double d = fabs(a[i] - b[i]), size = fmax(fabs(a[i]), fabs(b[i]));
        if (!(d <= INFINITY) || isinf(d)) d = INFINITY, size = 1;
        *absolute = fmax(*absolute, d);
        if (d > 0) *relative = fmax(*relative, d / size);
    }
}

static nn_status read_numbers(nn_store *store, const char *path, int64_t n, double **x) {
    *x = malloc((size_t)n * sizeof **x + 1);
    if (!*x) return nn_error(NN_NO_MEMORY, "no memory to compare %s", path);
    return nn_store_read(store, path, NN_F64, n, *x);
}

/* What is no difference of numbers; counts it. */
static void say_other(nn_pair_of_files *p, const char *path, const char *what, int *count) {
    printf("%-44s %s\n", nn_plain(path + strlen(p->group)), what);
    ++*count;
}

static nn_status compare_numbers(nn_pair_of_files *p, const char *path, int64_t n) {
    double *a = NULL, *b = NULL, absolute, relative;
    int64_t changed;
    nn_status status = read_numbers(p->a, path, n, &a);
    if (status == NN_OK) status = read_numbers(p->b, path, n, &b);
    if (status == NN_OK) {
        measure(a, b, n, &absolute, &relative, &changed);
        p->equal += changed == 0;
        p->different += changed > 0;
        p->measured += changed > 0;
        p->absolute = fmax(p->absolute, absolute);
        p->relative = fmax(p->relative, relative);
        if (changed)
            printf("%-44s %12.4g %12.4g %12s of %s\n", nn_plain(path + strlen(p->group)), absolute,
                   relative, nn_text_count(changed), nn_text_count(n));
    }
    free(a);
    free(b);
    return status;
}

static bool are_words(nn_store *store, const char *path) {
    char **words = NULL;
    int n = 0;
    bool good = nn_store_read_words(store, path, &words, &n) == NN_OK;
    free(words);
    if (!good) nn_error_clear();
    return good;
}

static bool same_words(nn_pair_of_files *p, const char *path) {
    char **a = NULL, **b = NULL;
    int n = 0, m = 0;
    bool same = nn_store_read_words(p->a, path, &a, &n) == NN_OK &&
                nn_store_read_words(p->b, path, &b, &m) == NN_OK && n == m;
    for (int i = 0; same && i < n; i++) same = strcmp(a[i], b[i]) == 0;
    free(a);
    free(b);
    return same;
}

static nn_status compare(void *context, nn_store *store, const char *path, bool is_group) {
    nn_pair_of_files *p = context;
    nn_store_details a, b;
    if (is_group || strncmp(path, "/nnmpi/checksums/", 17) == 0) return NN_OK;
    if (!nn_store_has(p->b, path) || nn_store_is_group(p->b, path)) {
        say_other(p, path, "only in the first", &p->only_first);
        return NN_OK;
    }
    NN_TRY(nn_store_detail(p->a, path, &a));
    NN_TRY(nn_store_detail(p->b, path, &b));
    char there[512];
    snprintf(there, sizeof there, "%s", nn_details_text(&a));
    if (strcmp(there, nn_details_text(&b)) != 0) {
        strncat(there, " and ", sizeof there - strlen(there) - 1);
        strncat(there, nn_details_text(&b), sizeof there - strlen(there) - 1);
        say_other(p, path, there, &p->different);
    } else if (a.numbers)
        return compare_numbers(p, path, a.elements);
    else if (!are_words(p->a, path) || !are_words(p->b, path))
        say_other(p, path, "not compared: neither numbers nor texts", &p->not_compared);
    else if (same_words(p, path))
        p->equal++;
    else
        say_other(p, path, "other texts", &p->different);
    return NN_OK;
}

static nn_status find_new(void *context, nn_store *store, const char *path, bool is_group) {
    nn_pair_of_files *p = context;
    if (!is_group && strncmp(path, "/nnmpi/checksums/", 17) != 0 && !nn_store_has(p->a, path))
        say_other(p, path, "only in the second", &p->only_second);
    return NN_OK;
}

static void say_result(const nn_pair_of_files *p, const char *what) {
    int both = p->equal + p->different + p->not_compared;
    if (both == 0)
        printf("no %s is in both", what);
    else if (p->different == 0)
        printf("%d of %d are equal in all bits", p->equal, both);
    else
        printf("%d of %d differ", p->different, both);
    if (p->measured > 0) printf(", by %.4g at most (%.4g of the larger)", p->absolute, p->relative);
    if (p->only_first + p->only_second > 0)
        printf("; only in the first: %d, only in the second: %d", p->only_first, p->only_second);
    printf("\n");
}

static nn_status compare_files(nn_pair_of_files *p, const nn_inspect_options *options) {
    bool checkpoints = nn_is_checkpoint(p->a) && nn_is_checkpoint(p->b);
    p->group = checkpoints && !options->all ? "/model_weights" : "";
    const char *group = *p->group ? p->group : "/", *what = *p->group ? "weight" : "data set";
    printf("%-44s %12s %12s %12s\n", what, "absolute", "relative", "numbers");
    NN_TRY(nn_store_walk(p->a, group, compare, p));
    NN_TRY(nn_store_walk(p->b, group, find_new, p));
    say_result(p, what);
    if (p->different + p->only_first + p->only_second == 0) return NN_OK;
    fflush(stdout);
    return nn_error(NN_FAILED, "%s and %s differ", nn_store_file(p->a), nn_store_file(p->b));
}

static nn_status open_one(const char *given, bool best, nn_arena *arena, nn_store **store) {
    const char *file;
    NN_TRY(nn_checkpoint_locate(given, best, arena, &file));
    return nn_store_open(store, nn_checkpoint_follow(file, arena));
}

nn_status nn_inspect_differences(const char *a, const char *b, const nn_inspect_options *options) {
    nn_arena *arena = nn_arena_create();
    nn_pair_of_files p = {0};
    nn_status status = open_one(a, options->best, arena, &p.a);
    if (status == NN_OK) status = open_one(b, options->best, arena, &p.b);
    if (status == NN_OK) status = compare_files(&p, options);
    nn_store_close(p.a);
    nn_store_close(p.b);
    nn_arena_destroy(arena);
    return status;
}
