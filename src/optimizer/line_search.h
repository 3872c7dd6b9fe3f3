/* A step length along a line, by the value and the slope of phi(a) = L(W + a d). */
#ifndef NNMPI_OPTIMIZER_LINE_SEARCH_H
#define NNMPI_OPTIMIZER_LINE_SEARCH_H

#include <stdint.h>

typedef struct nn_line_point {
    double a, f, slope; /* a, phi(a), phi'(a) */
} nn_line_point;

typedef struct nn_line {
    double decrease;  /* c1: phi(a) <= phi(0) + c1 a phi'(0) */
    double curvature; /* c2: |phi'(a)| <= c2 |phi'(0)|, 0 < c1 < c2 < 1 */
    double noise;     /* differences of phi that are rounding; then slopes decide */
    int64_t most;     /* evaluations */
    nn_line_point (*at)(void *context, double a);
    void *context;
    int64_t evaluations; /* done so far */
} nn_line;

/* A point that satisfies the strong Wolfe conditions, first trying a = `first`. When the
 * evaluations are used up before: the lowest point seen that has the decrease. a = 0: there was
 * none. `start` is the point a = 0 with a negative slope; phi may be infinite elsewhere.
 *
 * Nocedal, Wright, Numerical optimization, 2006, algorithms 3.5 (a bracket) and 3.6 (zoom), cubic
 * interpolation (3.59). Where phi(a) and phi(0) differ by rounding only, the decrease is judged by
 * the slope, as in the approximate Wolfe conditions of Hager, Zhang, SIAM J. Optim. 16, 2005. */
nn_line_point nn_line_search(nn_line *line, nn_line_point start, double first);

#endif
