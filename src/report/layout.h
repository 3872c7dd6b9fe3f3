/* A directed acyclic graph in rows, from top to bottom. Private to src/report.
 *
 * K. Sugiyama, S. Tagawa, M. Toda, IEEE Trans. Systems, Man, and Cybernetics 11, 1981: rows by
 * longest path, a place of no width in each row that an edge crosses, an order of few crossings by
 * barycentres, then positions. */
#ifndef NNMPI_REPORT_LAYOUT_H
#define NNMPI_REPORT_LAYOUT_H

#include "nnmpi/arena.h"

typedef struct nn_edge {
    int from, to; /* nodes; from < to */
} nn_edge;

typedef struct nn_layout {
    int n_places; /* the nodes, then the bends of edges */
    int n_rows;
    int *row;
    double *x; /* of the middle; the least left end is 0 */
    double width;
    int *chain;       /* places on the way of edge e: chain[first[e]] to chain[first[e + 1] - 1] */
    const int *first; /* [edges + 1] */
} nn_layout;

/* `width` of each of the nodes; `gap`: between two in a row. From `arena`. */
nn_layout nn_layout_of(int n_nodes, const double *width, int n_edges, const nn_edge *edge,
                       double gap, nn_arena *arena);

#endif
