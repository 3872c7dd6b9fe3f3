#include "line_search.h"

#include <math.h>
#include <stdbool.h>

#define NN_GROW 10.0 /* the most that a step grows at once before there is a bracket */
#define NN_EDGE 0.1  /* of a bracket's width: no trial is nearer to its ends */

/* The minimum of the cubic through two points (N&W 3.59); not finite if it has none. */
static double cubic_minimum(nn_line_point p, nn_line_point q) {
    double d1 = p.slope + q.slope - 3 * (p.f - q.f) / (p.a - q.a);
    double d2 = copysign(sqrt(d1 * d1 - p.slope * q.slope), q.a - p.a);
    return q.a - (q.a - p.a) * (q.slope + d2 - d1) / (q.slope - p.slope + 2 * d2);
}

/* Within [low, high] as the cubic says; `otherwise` if it says nothing. */
static double trial(nn_line_point p, nn_line_point q, double low, double high, double otherwise) {
    double a = isfinite(p.f) && isfinite(q.f) ? cubic_minimum(p, q) : NAN;
    if (!isfinite(a)) return otherwise;
    return fmin(fmax(a, low), high);
}

static nn_line_point evaluate(nn_line *line, double a) {
    line->evaluations++;
    return line->at(line->context, a);
}

static bool may_go_on(const nn_line *line) {
    return line->evaluations < line->most;
}

/* phi(a) <= phi(0) + c1 a phi'(0), or the same of its slope where the values are equal but for
 * rounding. */
static bool decreases(const nn_line *line, nn_line_point start, nn_line_point p) {
    if (!isfinite(p.f)) return false;
    if (p.f <= start.f + line->decrease * p.a * start.slope) return true;
    return fabs(p.f - start.f) <= line->noise && p.slope <= (2 * line->decrease - 1) * start.slope;
}

static bool flat(const nn_line *line, nn_line_point start, nn_line_point p) {
    return fabs(p.slope) <= -line->curvature * start.slope;
}

/* N&W 3.6: `low` has the decrease and the lower value, and phi falls from it towards `high`. */
static nn_line_point zoom(nn_line *line, nn_line_point start, nn_line_point low,
                          nn_line_point high) {
    while (may_go_on(line) && low.a != high.a) {
        double width = high.a - low.a, near = low.a + NN_EDGE * width,
               far = high.a - NN_EDGE * width;
        double middle = isfinite(high.f) ? low.a + width / 2 : near;
        nn_line_point p =
            evaluate(line, trial(low, high, fmin(near, far), fmax(near, far), middle));
        if (!decreases(line, start, p) || p.f > low.f + line->noise) {
            high = p;
            continue;
        }
        if (flat(line, start, p)) return p;
        if (p.slope * width >= 0) high = low;
        low = p;
    }
    return low;
}

/* N&W 3.5 */
nn_line_point nn_line_search(nn_line *line, nn_line_point start, double first) {
    nn_line_point last = start;
    double a = first;
    while (may_go_on(line)) {
        nn_line_point p = evaluate(line, a);
        if (!decreases(line, start, p) || (last.a > 0 && p.f > last.f + line->noise))
            return zoom(line, start, last, p);
        if (flat(line, start, p)) return p;
        if (p.slope >= 0) return zoom(line, start, p, last);
        a = trial(last, p, 2 * p.a, NN_GROW * p.a, NN_GROW * p.a);
        last = p;
    }
    return last;
}
