/* Round numbers along a line. */
#include <math.h>
#include <stdio.h>

#include "plot.h"

/* 1, 2 or 5 times a power of ten, the least that is not below `least`. */
static double round_step(double least) {
    double power = pow(10, floor(log10(least)));
    for (int i = 0; i < 3; i++) {
        static const double of_ten[] = {1, 2, 5};
        if (of_ten[i] * power >= least * (1 - 1e-9)) return of_ten[i] * power;
    }
    return 10 * power;
}

static void linear_ticks(nn_axis *axis, int wanted, bool whole) {
    double step = round_step((axis->high - axis->low) / wanted);
    if (whole && step < 1) step = 1;
    axis->decimals = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
    double first = ceil(axis->low / step - 1e-9);
    for (int i = 0; i < NN_MOST_TICKS; i++) {
        double value = (first + i) * step;
        if (value > axis->high + 1e-9 * step) break;
        axis->tick[axis->n_ticks++] = value;
    }
}

/* Powers of ten, with 2 and 5 times them where there are few. */
static void logarithmic_ticks(nn_axis *axis, int wanted) {
    static const double between[] = {1, 2, 5};
    double decades = axis->high - axis->low;
    int stride = (int)ceil(decades / wanted), parts = decades < 2.5 ? 3 : 1;
    if (stride < 1) stride = 1;
    for (int power = (int)floor(axis->low); power <= (int)ceil(axis->high); power++)
        for (int i = 0; i < parts && axis->n_ticks < NN_MOST_TICKS; i++) {
            double value = between[i] * pow(10, power), at = log10(value);
            bool shown = at >= axis->low - 1e-9 && at <= axis->high + 1e-9;
            if (shown && power % stride == 0) axis->tick[axis->n_ticks++] = value;
        }
}

nn_axis nn_axis_of(double low, double high, int wanted, bool logarithmic, bool whole) {
    nn_axis axis = {.low = low, .high = high, .logarithmic = logarithmic && low > 0};
    if (!isfinite(low) || !isfinite(high)) axis.low = 0, axis.high = 1, axis.logarithmic = false;
    if (axis.logarithmic) axis.low = log10(axis.low), axis.high = log10(axis.high);
    if (!(axis.high - axis.low > 1e-9 * fmax(fabs(axis.low), fabs(axis.high)))) {
        double room = axis.logarithmic || axis.high == 0 || whole ? 0.5 : 0.1 * fabs(axis.high);
        room = fmax(room, 1e-6 * fabs(axis.high));
        axis.low -= room;
        axis.high += room;
    }
    if (axis.logarithmic)
        logarithmic_ticks(&axis, wanted);
    else
        linear_ticks(&axis, wanted, whole);
    return axis;
}

double nn_axis_place(const nn_axis *axis, double value) {
    return ((axis->logarithmic ? log10(value) : value) - axis->low) / (axis->high - axis->low);
}

const char *nn_axis_label(const nn_axis *axis, double value) {
    static char ring[8][32];
    static int at;
    char *text = ring[at++ % 8];
    double size = fabs(value);
    bool small = axis->decimals > 4; /* a long row of zeros */
    if (size > 0 && (size < 9.99e-4 || size >= 9.99e8 || (small && size < 0.1))) {
        int power = (int)floor(log10(size) + 1e-9);
        snprintf(text, 32, "%.3ge%d", value / pow(10, power), power);
    } else if (size >= 1e6)
        snprintf(text, 32, "%.4gM", value / 1e6);
    else if (size >= 1e4)
        snprintf(text, 32, "%.4gk", value / 1e3);
    else if (axis->logarithmic)
        snprintf(text, 32, "%g", value);
    else
        snprintf(text, 32, "%.*f", small ? 4 : axis->decimals, value);
    return text;
}
