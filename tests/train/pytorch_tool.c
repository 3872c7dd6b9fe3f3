/* pytorch_tool ORACLE LOSS/OPTIMIZER FOLDER TOLERANCE: compares steps.csv and latest.h5 of a run
 * with the losses and final weights that PyTorch got (tests/oracle/make_training_oracle.py). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/store.h"

typedef struct comparison {
    const char *group;
    nn_store *ours;
    double worst;
    int arrays;
} comparison;

static double difference(const double *a, const double *b, int64_t n) {
    double worst = 0;
    for (int64_t i = 0; i < n; i++) {
        double d = fabs(a[i] - b[i]);
        if (!(d <= worst)) worst = d;
    }
    return worst;
}

static nn_status compare_losses(nn_store *oracle, const char *path, int64_t n, const char *folder,
                                double *worst) {
    double theirs[1000], ours[1000];
    char file[4096], line[256];
    NN_TRY(nn_store_read(oracle, path, NN_F64, n, theirs));
    snprintf(file, sizeof file, "%s/steps.csv", folder);
    FILE *csv = fopen(file, "r");
    int64_t rows = -1; /* the header */
    while (csv && fgets(line, sizeof line, csv) && rows < n) {
        if (rows >= 0) ours[rows] = atof(strchr(line, ',') + 1);
        rows++;
    }
    if (csv) fclose(csv);
    if (rows != n) return nn_error(NN_FAILED, "%s has %lld steps", file, (long long)rows);
    *worst = difference(ours, theirs, n);
    return NN_OK;
}

static nn_status compare_array(void *context, nn_store *oracle, const char *path, bool is_group) {
    comparison *c = context;
    if (is_group || strstr(path, "/losses")) return NN_OK;
    char layer[100], weight[100], ours_path[400];
    if (sscanf(path + strlen(c->group), "/%99[^/]/%99s", layer, weight) != 2) return NN_INTERNAL;
    snprintf(ours_path, sizeof ours_path, "/model_weights/%s/%s/%s:0", layer, layer, weight);
    double theirs[1000], ours[1000], worst;
    nn_store_info info;
    NN_TRY(nn_store_describe(oracle, path, &info));
    int64_t n = info.dim[0] * (info.rank > 1 ? info.dim[1] : 1);
    NN_TRY(nn_store_read(oracle, path, NN_F64, n, theirs));
    NN_TRY(nn_store_read(c->ours, ours_path, NN_F64, n, ours));
    worst = difference(ours, theirs, n);
    if (!(worst <= c->worst)) c->worst = worst;
    c->arrays++;
    return NN_OK;
}

static nn_status compare(const char *oracle_file, const char *which, const char *folder,
                         double tolerance) {
    char group[400], path[500], latest[4096];
    nn_store *oracle;
    nn_store_info info;
    double losses = 0;
    snprintf(group, sizeof group, "/expected/%s", which);
    snprintf(path, sizeof path, "%s/losses", group);
    snprintf(latest, sizeof latest, "%s/latest.h5", folder);
    comparison c = {.group = group};
    NN_TRY(nn_store_open(&oracle, oracle_file));
    nn_status status = nn_store_open(&c.ours, latest);
    if (status == NN_OK) status = nn_store_describe(oracle, path, &info);
    if (status == NN_OK) status = compare_losses(oracle, path, info.dim[0], folder, &losses);
    if (status == NN_OK) status = nn_store_walk(oracle, group, compare_array, &c);
    nn_store_close(oracle);
    nn_store_close(c.ours);
    NN_TRY(status);
    printf("%-45s losses %.1e, %d arrays of weights %.1e\n", which, losses, c.arrays, c.worst);
    if (c.arrays < 4 || !(losses <= tolerance) || !(c.worst <= tolerance))
        return nn_error(NN_FAILED, "more than %g", tolerance);
    return NN_OK;
}

int main(int argc, char **argv) {
    if (argc != 5) return NN_USAGE;
    nn_status status = compare(argv[1], argv[2], argv[3], atof(argv[4]));
    if (status != NN_OK) fprintf(stderr, "%s: %s\n", argv[2], nn_error_message());
    return status;
}
