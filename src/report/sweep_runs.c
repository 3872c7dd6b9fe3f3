/* The folder of a sweep stands for its trials. */
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "page.h"

#define NN_TRIALS 12 /* the best ones are drawn; the table has all */

static nn_status read_sweep(const char *path, json_t **sweep) {
    json_error_t error;
    *sweep = json_load_file(path, 0, &error);
    if (!*sweep) return nn_error(NN_BAD_DATA, "%s:%d: %s", path, error.line, error.text);
    if (json_is_array(json_object_get(*sweep, "order"))) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s: the order of the trials is missing", path);
}

/* The trials that have anything to show, the best first. */
static int add_trials(const json_t *sweep, const char *folder, nn_arena *arena, const char **run) {
    const json_t *order = json_object_get(sweep, "order");
    int n = 0;
    for (size_t i = 0; i < json_array_size(order) && n < NN_TRIALS; i++) {
        int trial = (int)json_integer_value(json_array_get(order, i));
        const char *path = nn_arena_format(arena, "%s/%s", folder, nn_sweep_folder_name(trial));
        if (access(nn_arena_format(arena, "%s/plan.json", path), F_OK) == 0) run[n++] = path;
    }
    return n;
}

nn_status nn_report_runs(nn_report *report, const char *const *given, int n, const char ***run,
                         int *n_runs) {
    *run = NN_NEW_ARRAY(report->arena, const char *, n + NN_TRIALS);
    *n_runs = 0;
    for (int i = 0; i < n; i++) {
        const char *path = nn_arena_format(report->arena, "%s/sweep.json", given[i]);
        if (report->sweep || access(path, F_OK) != 0) {
            (*run)[(*n_runs)++] = given[i];
            continue;
        }
        NN_TRY(read_sweep(path, &report->sweep));
        *n_runs += add_trials(report->sweep, given[i], report->arena, *run + *n_runs);
    }
    if (*n_runs) return NN_OK;
    return nn_error(NN_NO_INPUT, "%s: no trial of this sweep has begun", given[0]);
}
