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
    int equal, different;
    double absolute, relative; /* the largest of all */
    bool other;                /* what can have no difference differs: shapes, names */
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

static void say_other(nn_pair_of_files *p, const char *path, const char *what) {
    printf("%-44s %s\n", nn_plain(path + strlen(p->group)), what);
    p->different++;
    p->other = true;
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
        say_other(p, path, "only in the first");
        return NN_OK;
    }
    NN_TRY(nn_store_detail(p->a, path, &a));
    NN_TRY(nn_store_detail(p->b, path, &b));
    char there[512];
    snprintf(there, sizeof there, "%s", nn_details_text(&a));
    if (strcmp(there, nn_details_text(&b)) != 0) {
        strncat(there, " and ", sizeof there - strlen(there) - 1);
        strncat(there, nn_details_text(&b), sizeof there - strlen(there) - 1);
        say_other(p, path, there);
    } else if (a.numbers)
        return compare_numbers(p, path, a.elements);
    else if (!are_words(p->a, path) || !are_words(p->b, path))
        printf("%-44s not compared: neither numbers nor texts\n",
               nn_plain(path + strlen(p->group)));
    else if (same_words(p, path))
        p->equal++;
    else
        say_other(p, path, "other texts");
    return NN_OK;
}

static nn_status find_new(void *context, nn_store *store, const char *path, bool is_group) {
    nn_pair_of_files *p = context;
    if (!is_group && strncmp(path, "/nnmpi/checksums/", 17) != 0 && !nn_store_has(p->a, path))
        say_other(p, path, "only in the second");
    return NN_OK;
}

static nn_status compare_files(nn_pair_of_files *p, const nn_inspect_options *options) {
    bool checkpoints = nn_is_checkpoint(p->a) && nn_is_checkpoint(p->b);
    p->group = checkpoints && !options->all ? "/model_weights" : "";
    const char *group = *p->group ? p->group : "/";
    printf("%-44s %12s %12s %12s\n", *p->group ? "weight" : "data set", "absolute", "relative",
           "numbers");
    NN_TRY(nn_store_walk(p->a, group, compare, p));
    NN_TRY(nn_store_walk(p->b, group, find_new, p));
    if (p->different == 0) {
        printf("%d of %d are equal in all bits\n", p->equal, p->equal);
        return NN_OK;
    }
    printf("%d of %d differ, by %.4g at most (%.4g of the larger)\n", p->different,
           p->different + p->equal, p->absolute, p->relative);
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
