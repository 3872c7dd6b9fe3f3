/* auc: the area under the ROC curve, the probability that a row of the class has a higher output
 * than one that is not (ties count one half); or under the precision-recall curve. The outputs are
 * counted in a histogram over [0, 1], so that ranks can add: those of one bin are ties. */
#include "row.h"

typedef struct nn_auc_options {
    nn_ignore_option ignore;
    int64_t bins;
    int curve; /* ROC, PR */
} nn_auc_options;

enum { ROC, PR };
static const char *const curves[] = {"ROC", "PR", NULL};

static const nn_key keys[] = {
    NN_IGNORE_KEY,
    {"curve", NN_KEY_CHOICE, offsetof(nn_auc_options, curve), .preset = "ROC", .words = curves,
     .help = "ROC: receiver operating characteristic; PR: precision over recall"},
    {"bins", NN_KEY_INT, offsetof(nn_auc_options, bins), .preset = "1000", .min = 2, .max = 100000,
     .help = "the resolution: outputs within 1/bins may count as ties"},
    {0}};

/* One output means yes or no; of two outputs the second tells all; of more, each class against the
 * rest. */
static int64_t curves_of(int64_t width) {
    return width <= 2 ? 1 : width;
}

/* sums: for each curve `bins` weights of rows that are not of the class, then `bins` that are. */
static int count(const void *options, int64_t width) {
    const nn_auc_options *o = options;
    return (int)(2 * o->bins * curves_of(width));
}

static int64_t bin(double p, int64_t bins) {
    double at = p * (double)bins;
    return at > 0 ? (at < (double)bins ? (int64_t)at : bins - 1) : 0;
}

static void add(const void *options, const nn_rows *rows, double *sums) {
    const nn_auc_options *o = options;
    int64_t n_curves = curves_of(rows->width), first = rows->width - n_curves;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, o->ignore.index);
        for (int64_t c = 0; row.weight != 0 && c < n_curves; c++) {
            bool yes = nn_row_target(&row, first + c) > 0.5;
            int64_t at = bin(nn_row_output(&row, first + c), o->bins);
            sums[(2 * c + yes) * o->bins + at] += row.weight;
        }
    }
}

/* From the lowest bin up: the yes's of a bin beat the no's below it and tie with those in it. */
static double roc(int64_t bins, const double *no, const double *yes) {
    double area = 0, no_all = 0, yes_all = 0;
    for (int64_t b = 0; b < bins; b++) {
        area += yes[b] * (no_all + no[b] / 2);
        no_all += no[b];
        yes_all += yes[b];
    }
    return area / (no_all * yes_all);
}

/* Average precision: sum over bins, from the highest, of (rise of recall) times precision. */
static double precision_recall(int64_t bins, const double *no, const double *yes) {
    double area = 0, no_above = 0, yes_above = 0;
    for (int64_t b = bins - 1; b >= 0; b--) {
        no_above += no[b];
        yes_above += yes[b];
        if (yes[b] > 0) area += yes[b] * yes_above / (yes_above + no_above);
    }
    return area / yes_above;
}

/* The mean over the curves that are defined; NaN if none is (only one class was seen). */
static double value(const void *options, int64_t width, const double *sums) {
    const nn_auc_options *o = options;
    double sum = 0, n = 0;
    for (int64_t c = 0; c < curves_of(width); c++) {
        const double *no = sums + 2 * c * o->bins, *yes = no + o->bins;
        double area = (o->curve == ROC ? roc : precision_recall)(o->bins, no, yes);
        if (area == area) sum += area, n++;
    }
    return sum / n;
}

static const char *unfit(const void *options, int64_t width) {
    return count(options, 1) * curves_of(width) > 2000000
               ? "more than 2 million counters (2 * bins * classes): take fewer bins"
               : NULL;
}

const nn_metric NN_REAL_NAME(nn_metric_auc) = {
    .kind = {.name = "auc",
             .help =
                 "the area under the ROC (or precision-recall) curve: how well the outputs rank",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",
             .formula = "ROC: the probability that a row of the class has a higher output than "
                        "another, ties one half; PR: average precision",
             .source = "Hanley and McNeil, Radiology 143, 1982; AUC of Keras",
             .details = "The outputs, from 0 to 1, are counted in `bins` equal parts (those "
                        "outside in the first and last), so that the sum over ranks is exact; "
                        "outputs in the same part are ties.\n"
                        "Two outputs: the second is the score; more: each class against the rest, "
                        "then the mean.",
             .example = "{type: auc, bins: 1000}",
             .keys = keys,
             .options_size = sizeof(nn_auc_options)},
    .sums = count,
    .add = add,
    .value = value,
    .unfit = unfit,
};
