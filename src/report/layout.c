/* Rows, order, positions: see layout.h. */
#include "layout.h"

#include <stdbool.h>
#include <stdlib.h>

#define NN_ORDER_SWEEPS 10
#define NN_PLACE_SWEEPS 24

/* Neighbours of each place in the row above, or below: list[begin[p]] to list[begin[p + 1] - 1]. */
typedef struct nn_beside {
    int *begin, *list;
} nn_beside;

typedef struct nn_work {
    nn_layout *out;
    int *begin, *place; /* row r from left to right: place[begin[r]] to place[begin[r + 1] - 1] */
    nn_beside above, below;
    double *width, *key, gap;
    nn_arena *arena;
} nn_work;

/* ---- rows and bends ---- */

/* The row of a node is the longest path to it. Edges may come in any order: rows are raised until
 * none is too high; nodes are in topological order, so once by node is enough. */
static void find_rows(int n_nodes, int n_edges, const nn_edge *edge, int *row) {
    for (int v = 0; v < n_nodes; v++) row[v] = 0;
    for (int v = 0; v < n_nodes; v++)
        for (int e = 0; e < n_edges; e++)
            if (edge[e].to == v && row[edge[e].from] + 1 > row[v]) row[v] = row[edge[e].from] + 1;
}

static void add_bends(nn_work *w, int n_nodes, int n_edges, const nn_edge *edge, const int *rows) {
    nn_layout *out = w->out;
    int bends = 0, *first = NN_NEW_ARRAY(w->arena, int, n_edges + 1);
    for (int e = 0; e < n_edges; e++) {
        first[e + 1] = first[e] + rows[edge[e].to] - rows[edge[e].from] + 1;
        bends += rows[edge[e].to] - rows[edge[e].from] - 1;
    }
    out->first = first;
    out->chain = NN_NEW_ARRAY(w->arena, int, first[n_edges] + 1);
    out->row = NN_NEW_ARRAY(w->arena, int, n_nodes + bends);
    out->n_places = n_nodes;
    for (int v = 0; v < n_nodes; v++) {
        out->row[v] = rows[v];
        if (rows[v] >= out->n_rows) out->n_rows = rows[v] + 1;
    }
    for (int e = 0; e < n_edges; e++) {
        int at = first[e];
        out->chain[at++] = edge[e].from;
        for (int r = rows[edge[e].from] + 1; r < rows[edge[e].to]; r++) {
            out->row[out->n_places] = r;
            out->chain[at++] = out->n_places++;
        }
        out->chain[at] = edge[e].to;
    }
}

/* Lists by counting: `of(k)` of pair k gets `other(k)`. */
static nn_beside lists_of(nn_work *w, int n_edges, bool above) {
    const nn_layout *out = w->out;
    nn_beside b = {NN_NEW_ARRAY(w->arena, int, out->n_places + 2),
                   NN_NEW_ARRAY(w->arena, int, out->first[n_edges] + 1)};
    for (int fill = 0; fill < 2; fill++) {
        for (int e = 0; e < n_edges; e++)
            for (int i = out->first[e]; i + 1 < out->first[e + 1]; i++) {
                int of = out->chain[above ? i + 1 : i], other = out->chain[above ? i : i + 1];
                if (fill)
                    b.list[b.begin[of + 1]++] = other;
                else
                    b.begin[of + 2]++;
            }
        for (int p = 0; !fill && p < out->n_places; p++) b.begin[p + 2] += b.begin[p + 1];
    }
    return b;
}

static void fill_rows(nn_work *w) {
    const nn_layout *out = w->out;
    w->begin = NN_NEW_ARRAY(w->arena, int, out->n_rows + 2);
    w->place = NN_NEW_ARRAY(w->arena, int, out->n_places);
    for (int p = 0; p < out->n_places; p++) w->begin[out->row[p] + 2]++;
    for (int r = 0; r < out->n_rows; r++) w->begin[r + 2] += w->begin[r + 1];
    for (int p = 0; p < out->n_places; p++) w->place[w->begin[out->row[p] + 1]++] = p;
}

/* ---- order ---- */

static double mean_of(const nn_beside *b, int p, const double *value, double otherwise) {
    double sum = 0;
    int n = b->begin[p + 1] - b->begin[p];
    for (int i = b->begin[p]; i < b->begin[p + 1]; i++) sum += value[b->list[i]];
    return n ? sum / n : otherwise;
}

/* A row in the order of its keys; equal ones stay as they are. */
static void sort_row(nn_work *w, int r) {
    for (int i = w->begin[r] + 1; i < w->begin[r + 1]; i++) {
        int p = w->place[i], k = i;
        for (; k > w->begin[r] && w->key[w->place[k - 1]] > w->key[p]; k--)
            w->place[k] = w->place[k - 1];
        w->place[k] = p;
    }
}

/* x: for now the number of the place in its row. */
static void number_row(nn_work *w, int r) {
    for (int i = w->begin[r]; i < w->begin[r + 1]; i++)
        w->out->x[w->place[i]] = i - w->begin[r] - 0.5 * (w->begin[r + 1] - w->begin[r] - 1);
}

static void find_order(nn_work *w) {
    int rows = w->out->n_rows;
    for (int r = 0; r < rows; r++) number_row(w, r);
    for (int sweep = 0; sweep < NN_ORDER_SWEEPS; sweep++)
        for (int i = 1; i < rows; i++) {
            int r = sweep % 2 ? rows - 1 - i : i;
            for (int k = w->begin[r]; k < w->begin[r + 1]; k++) {
                int p = w->place[k];
                w->key[p] = mean_of(sweep % 2 ? &w->below : &w->above, p, w->out->x, w->out->x[p]);
            }
            sort_row(w, r);
            number_row(w, r);
        }
}

/* ---- positions ---- */

static double distance(const nn_work *w, int left, int right) {
    return 0.5 * (w->width[left] + w->width[right]) + w->gap;
}

/* The row as near as may be to what it wants (key), in its order and not nearer than the widths
 * allow: least squares with an order, by pools of neighbours (Ayer et al. 1955). */
static void settle_row(nn_work *w, int r) {
    typedef struct nn_pool {
        double sum;
        int n;
    } nn_pool;
    int n = w->begin[r + 1] - w->begin[r], pools = 0;
    const int *row = w->place + w->begin[r];
    nn_pool *pool = malloc((size_t)(n + 1) * sizeof *pool);
    if (!pool) return;
    double offset = 0;
    for (int i = 0; i < n; i++) {
        if (i) offset += distance(w, row[i - 1], row[i]);
        pool[pools++] = (nn_pool){w->key[row[i]] - offset, 1};
        while (pools > 1 &&
               pool[pools - 2].sum * pool[pools - 1].n > pool[pools - 1].sum * pool[pools - 2].n) {
            pool[pools - 2].sum += pool[pools - 1].sum;
            pool[pools - 2].n += pool[pools - 1].n;
            pools--;
        }
    }
    offset = 0;
    for (int i = 0, k = 0, used = 0; i < n; i++, used++) {
        if (i) offset += distance(w, row[i - 1], row[i]);
        if (used == pool[k].n) k++, used = 0;
        w->out->x[row[i]] = pool[k].sum / pool[k].n + offset;
    }
    free(pool);
}

static void find_positions(nn_work *w) {
    double *x = w->out->x;
    int rows = w->out->n_rows;
    for (int sweep = 0; sweep < NN_PLACE_SWEEPS; sweep++)
        for (int i = 0; i < rows; i++) {
            int r = sweep % 2 ? rows - 1 - i : i;
            for (int k = w->begin[r]; k < w->begin[r + 1]; k++) {
                int p = w->place[k];
                double up = mean_of(&w->above, p, x, x[p]), down = mean_of(&w->below, p, x, x[p]);
                bool top = w->above.begin[p] == w->above.begin[p + 1],
                     bottom = w->below.begin[p] == w->below.begin[p + 1];
                w->key[p] = top ? down : bottom ? up : 0.5 * (up + down);
            }
            settle_row(w, r);
        }
}

static void move_to_zero(nn_work *w) {
    double low = 1e300, high = -1e300;
    for (int p = 0; p < w->out->n_places; p++) {
        double left = w->out->x[p] - 0.5 * w->width[p], right = left + w->width[p];
        low = left < low ? left : low;
        high = right > high ? right : high;
    }
    for (int p = 0; p < w->out->n_places; p++) w->out->x[p] -= low;
    w->out->width = high - low;
}

nn_layout nn_layout_of(int n_nodes, const double *width, int n_edges, const nn_edge *edge,
                       double gap, nn_arena *arena) {
    nn_layout out = {0};
    nn_work w = {.out = &out, .gap = gap, .arena = arena};
    int *rows = NN_NEW_ARRAY(arena, int, n_nodes);
    find_rows(n_nodes, n_edges, edge, rows);
    add_bends(&w, n_nodes, n_edges, edge, rows);
    w.width = NN_NEW_ARRAY(arena, double, out.n_places);
    w.key = NN_NEW_ARRAY(arena, double, out.n_places);
    out.x = NN_NEW_ARRAY(arena, double, out.n_places);
    for (int v = 0; v < n_nodes; v++) w.width[v] = width[v];
    w.above = lists_of(&w, n_edges, true);
    w.below = lists_of(&w, n_edges, false);
    fill_rows(&w);
    find_order(&w);
    find_positions(&w);
    move_to_zero(&w);
    return out;
}
