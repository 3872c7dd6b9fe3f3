/* Progress as text: one line that fits. */
#include "console.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *nn_value_text(double value) {
    static char ring[16][32];
    static int at;
    char *text = ring[at++ % 16];
    double size = fabs(value);
    if (value == 0 || (size >= 1e-3 && size < 1e4))
        snprintf(text, 32, "%.4f", value);
    else if (size >= 1e4 && size < 1e9)
        snprintf(text, 32, "%.1f", value);
    else
        snprintf(text, 32, "%.3e", value); /* and nan, inf */
    return text;
}

static int digits(int64_t count) {
    int n = 1;
    while (count >= 10) count /= 10, n++;
    return n;
}

/* "epoch  3/20", as wide for every epoch */
static void epoch_text(const nn_tick *tick, char *text, int size) {
    if (tick->epochs > 0)
        snprintf(text, (size_t)size, "epoch %*lld/%lld", digits(tick->epochs),
                 (long long)tick->epoch, (long long)tick->epochs);
    else
        snprintf(text, (size_t)size, "epoch %lld", (long long)tick->epoch);
}

void nn_progress_bar(double part, int width, nn_buffer *out) {
    int inside = width - 2, done = (int)(part * inside + 0.5);
    nn_buffer_add(out, "[");
    for (int i = 0; i < inside; i++)
        nn_buffer_add(out, "%c", i < done - 1 || done == inside ? '=' : i == done - 1 ? '>' : ' ');
    nn_buffer_add(out, "]");
}

/* The value's name for a terminal: `loss` of train_loss; `valid loss` of validation_loss, the word
 * once in a row of them. */
static const char *brief_name(const nn_tick *tick, int i, const char **prefix) {
    const char *name = tick->value[i].name;
    *prefix = "";
    if (nn_begins(name, "train_")) return name + strlen("train_");
    if (!nn_begins(name, "validation_")) return name;
    if (i == 0 || !nn_begins(tick->value[i - 1].name, "validation_")) *prefix = "valid ";
    return name + strlen("validation_");
}

/* The pieces of a line in order from left to right; the bar comes after the first. */
enum { EPOCH, LOSS, METRIC, SPEED, LEFT, PIECES };
#define NN_BAR_LEAST 8
#define NN_BAR_MOST 32

typedef char nn_piece[48];

static void write_pieces(const nn_progress_line *line, nn_piece *piece) {
    const nn_tick *tick = line->tick;
    const char *prefix;
    epoch_text(tick, piece[EPOCH], sizeof *piece);
    for (int i = 0; i < 2; i++) {
        piece[LOSS + i][0] = '\0';
        if (i < tick->n_values)
            snprintf(piece[LOSS + i], sizeof *piece, "%.24s %s", brief_name(tick, i, &prefix),
                     nn_value_text(tick->value[i].value));
    }
    snprintf(piece[SPEED], sizeof *piece, "%s samples/s",
             nn_text_count((int64_t)(tick->samples_per_second + 0.5)));
    piece[LEFT][0] = '\0';
    if (line->seconds_left >= 0)
        snprintf(piece[LEFT], sizeof *piece, "%s left", nn_text_duration(line->seconds_left));
}

/* Which pieces fit beside a bar of at least `bar` characters, dearest first; the characters used.
 */
static int choose_pieces(const nn_piece *piece, int width, int bar, bool *shown) {
    static const int by_worth[] = {LOSS, LEFT, METRIC, SPEED};
    int used = (int)strlen(piece[EPOCH]);
    for (int i = 0; i < PIECES - 1; i++) {
        int length = (int)strlen(piece[by_worth[i]]);
        shown[by_worth[i]] = length > 0 && used + 2 + length + bar <= width;
        if (shown[by_worth[i]]) used += 2 + length;
    }
    return used;
}

void nn_progress_bar_text(const nn_progress_line *line, int width, nn_buffer *out) {
    nn_piece piece[PIECES];
    bool shown[PIECES];
    write_pieces(line, piece);
    nn_buffer_add(out, "%.*s", width, piece[EPOCH]);
    bool has_bar = line->part >= 0 && (int)strlen(piece[EPOCH]) + 1 + NN_BAR_LEAST <= width;
    int used = choose_pieces(piece, width, has_bar ? 1 + NN_BAR_LEAST : 0, shown);
    if (has_bar) {
        int bar = width - used - 1 < NN_BAR_MOST ? width - used - 1 : NN_BAR_MOST;
        nn_buffer_add(out, " ");
        nn_progress_bar(line->part, bar, out);
    }
    for (int i = LOSS; i < PIECES; i++)
        if (shown[i]) nn_buffer_add(out, "  %s", piece[i]);
}

static void value_text(const nn_tick *tick, int i, bool brief, char *text, int size) {
    const char *prefix = "", *name = brief ? brief_name(tick, i, &prefix) : tick->value[i].name;
    snprintf(text, (size_t)size, "  %s%s %s", prefix, name, nn_value_text(tick->value[i].value));
}

/* Adds the text unless the line would be longer than `width` (0: any length will do). */
static void add_if_it_fits(const char *text, int width, nn_buffer *out) {
    if (width == 0 || (int)(out->length + strlen(text)) <= width) nn_buffer_add(out, "%s", text);
}

void nn_progress_epoch_text(const nn_tick *tick, int width, nn_buffer *out) {
    char text[128];
    epoch_text(tick, text, sizeof text);
    nn_buffer_add(out, "%s", text);
    for (int i = 0; i < tick->n_values; i++) {
        value_text(tick, i, width > 0, text, sizeof text);
        add_if_it_fits(text, width, out);
    }
    snprintf(text, sizeof text, "  %s samples/s",
             nn_text_count((int64_t)(tick->samples_per_second + 0.5)));
    add_if_it_fits(text, width, out);
}
