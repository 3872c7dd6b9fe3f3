#include "counts.h"

enum { MACRO, MICRO, WEIGHTED };
static const char *const averages[] = {"macro", "micro", "weighted", NULL};
static const char *const all_classes[] = {"all", NULL};

const nn_key nn_counts_keys[] = {
    NN_IGNORE_KEY,
    {"average", NN_KEY_CHOICE, offsetof(nn_counts_options, average), .preset = "macro",
     .words = averages, .help = "how the classes make one number"},
    {"class_id", NN_KEY_COUNT, offsetof(nn_counts_options, class_id), .preset = "all", .min = 0,
     .max = INT32_MAX, .words = all_classes, .help = "of this class alone"},
    {"threshold", NN_KEY_REAL, offsetof(nn_counts_options, threshold), .preset = "0.5", .min = 0,
     .max = 1, .help = "for yes/no outputs: above it is a yes"},
    {"multi_label", NN_KEY_BOOL, offsetof(nn_counts_options, multi_label), .preset = "false",
     .help = "each output is a yes/no of its own: several classes may be right"},
    {0}};

int nn_counts_sums(const void *options, int64_t width) {
    return (int)(3 * width);
}

static void count(nn_counts *counts, double weight, bool decided, bool actual) {
    if (decided && actual) counts->right += weight;
    if (decided) counts->decided += weight;
    if (actual) counts->actual += weight;
}

void nn_counts_add(const void *options, const nn_rows *rows, double *sums) {
    const nn_counts_options *o = options;
    nn_counts *counts = (nn_counts *)sums;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, o->ignore.index);
        if (row.weight == 0) continue;
        if (row.width == 1 || o->multi_label) {
            for (int64_t j = 0; j < row.width; j++)
                count(&counts[j], row.weight, nn_row_output(&row, j) > o->threshold,
                      nn_row_target(&row, j) > 0.5);
        } else {
            int64_t decision = nn_row_decision(&row), answer = nn_row_answer(&row);
            count(&counts[decision], row.weight, true, decision == answer);
            if (decision != answer) count(&counts[answer], row.weight, false, true);
        }
    }
}

double nn_counts_value(const void *options, int64_t width, const double *sums,
                       double (*score)(const nn_counts *counts)) {
    const nn_counts_options *o = options;
    const nn_counts *counts = (const nn_counts *)sums;
    if (o->class_id >= 0) return score(&counts[o->class_id]);
    nn_counts all = {0, 0, 0};
    double sum = 0, weight = 0;
    for (int64_t j = 0; j < width; j++) {
        all.right += counts[j].right;
        all.decided += counts[j].decided;
        all.actual += counts[j].actual;
        bool occurs = counts[j].decided > 0 || counts[j].actual > 0;
        double w = o->average == WEIGHTED ? counts[j].actual : (double)occurs;
        sum += w * score(&counts[j]);
        weight += w;
    }
    return o->average == MICRO ? score(&all) : nn_share(sum, weight);
}

const char *nn_counts_unfit(const void *options, int64_t width) {
    const nn_counts_options *o = options;
    return o->class_id >= width ? "class_id: the model has no such output" : NULL;
}
