/* Which columns: names, or numbers from 1, or ranges of numbers. */
#include "columns.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/log.h"

const char *nn_column_place(const nn_column *column, const nn_table_row *row) {
    static char text[1024];
    snprintf(text, sizeof text, "%s: line %lld, column %d (%s)", row->file, (long long)row->line,
             column->at + 1, column->name);
    return text;
}

static int named(const nn_columns *columns, const char *name) {
    for (int i = 0; i < columns->width; i++)
        if (strcmp(columns->name[i], name) == 0) return i;
    return -1;
}

/* "a, b, c", 20 at most. */
static void add_names(nn_buffer *out, const nn_columns *columns) {
    for (int i = 0; i < columns->width && i < 20; i++) {
        nn_buffer_add(out, i ? ", " : "");
        nn_text_plain(out, columns->name[i]);
    }
    if (columns->width > 20) nn_buffer_add(out, ", ...");
}

static nn_status no_column(const nn_columns *columns, const char *word, const char *option) {
    const char *nearest =
        *columns->hint ? NULL : nn_nearest_word(word, columns->name, columns->width);
    nn_buffer there = {0};
    add_names(&there, columns);
    nn_status status =
        nn_error(NN_USAGE, "--%s: there is no column `%s`; %s%s%sthere %s %s%s", option, word,
                 nearest ? "did you mean `" : "", nearest ? nearest : "", nearest ? "`? " : "",
                 columns->width == 1 ? "is" : "are", there.text, columns->hint);
    nn_buffer_free(&there);
    return status;
}

/* "age", "3" or "3-5" as the fields [first, last]. */
static nn_status find_word(const nn_columns *columns, const char *word, const char *option,
                           int *first, int *last) {
    *first = *last = named(columns, word);
    if (*first >= 0) return NN_OK;
    char *end;
    long a = strtol(word, &end, 10), b = a;
    if (end != word && *end == '-' && end[1]) b = strtol(end + 1, &end, 10);
    if (end == word || *end || a < 1 || b < a || b > columns->width)
        return no_column(columns, word, option);
    *first = (int)a - 1;
    *last = (int)b - 1;
    return NN_OK;
}

/* Calls each field that a list names, separated by commas; chosen[field] counts them. */
static nn_status choose(const nn_columns *columns, const char *list, const char *option, int *order,
                        int *n) {
    *n = 0;
    for (const char *at = list; list;) {
        size_t length = strcspn(at, ",");
        const char *word = nn_arena_format(columns->arena, "%.*s", (int)length, at);
        int first, last;
        NN_TRY(find_word(columns, word, option, &first, &last));
        for (int i = first; i <= last; i++) {
            for (int k = 0; k < *n; k++)
                if (order[k] == i)
                    return nn_error(NN_USAGE, "--%s names the column `%s` twice", option,
                                    columns->name[i]);
            order[(*n)++] = i;
        }
        if (!at[length]) break;
        at += length + 1;
    }
    return NN_OK;
}

static nn_column *make(const nn_columns *columns, const int *order, int n) {
    nn_column *made = NN_NEW_ARRAY(columns->arena, nn_column, n > 0 ? n : 1);
    for (int i = 0; i < n; i++)
        made[i] = (nn_column){.at = order[i], .name = columns->name[order[i]]};
    return made;
}

static void take_names(nn_columns *columns, const nn_table_row *first) {
    columns->width = first->n;
    columns->hint = first->hint;
    columns->name = NN_NEW_ARRAY(columns->arena, const char *, first->n);
    for (int i = 0; i < first->n; i++)
        columns->name[i] = columns->options->no_header
                               ? nn_arena_format(columns->arena, "%d", i + 1)
                               : nn_arena_text(columns->arena, first->field[i]);
}

/* Names that are numbers, all of them or one with a fraction, seem to be data, unless they count
 * the columns. */
static void doubt_names(const nn_columns *columns, const char *file) {
    bool all = true, fraction = false, from_0 = true, from_1 = true;
    for (int i = 0; i < columns->width; i++) {
        double number;
        bool is_number = nn_field_number(columns, columns->name[i], &number);
        all &= is_number;
        fraction |= is_number && number != floor(number);
        from_0 &= is_number && number == i;
        from_1 &= is_number && number == i + 1;
    }
    if ((!all && !fraction) || from_0 || from_1) return;
    nn_buffer names = {0};
    add_names(&names, columns);
    nn_warning("%s: the first row (%s) was taken for names; --no-header if it is data", file,
               names.text);
    nn_buffer_free(&names);
}

/* Those of --one-hot are inputs. */
static nn_status mark_one_hot(nn_columns *columns, const int *order, int n) {
    for (int i = 0; i < n; i++) {
        bool found = false;
        for (int k = 0; k < columns->n_inputs; k++)
            if (columns->input[k].at == order[i]) found = columns->input[k].one_hot = true;
        if (!found)
            return nn_error(NN_USAGE, "--one-hot: `%s` is no input", columns->name[order[i]]);
    }
    return NN_OK;
}

nn_status nn_columns_choose(nn_columns *columns, const nn_table_row *first) {
    const nn_import_csv_options *options = columns->options;
    take_names(columns, first);
    if (!options->no_header) doubt_names(columns, first->file);
    int *order = NN_NEW_ARRAY(columns->arena, int, columns->width), n;
    NN_TRY(choose(columns, options->targets, "targets", order, &n));
    columns->n_targets = n;
    columns->target = make(columns, order, n);
    if (options->inputs) {
        NN_TRY(choose(columns, options->inputs, "inputs", order, &n));
    } else { /* all that are no targets */
        n = 0;
        for (int i = 0; i < columns->width; i++) {
            bool target = false;
            for (int k = 0; k < columns->n_targets; k++) target |= columns->target[k].at == i;
            if (!target) order[n++] = i;
        }
    }
    columns->n_inputs = n;
    columns->input = make(columns, order, n);
    if (n == 0)
        return nn_error(NN_USAGE, "all columns are targets; none is left for the inputs%s",
                        columns->hint);
    if (options->classes && columns->n_targets != 1)
        return nn_error(NN_USAGE, "--classes wants one target: --targets COLUMN");
    NN_TRY(choose(columns, options->one_hot, "one-hot", order, &n));
    return mark_one_hot(columns, order, n);
}

nn_status nn_columns_check(const nn_columns *columns, const nn_table_row *first) {
    if (first->n != columns->width)
        return nn_error(NN_BAD_DATA, "%s has %d columns, but the first file has %d", first->file,
                        first->n, columns->width);
    for (int i = 0; i < first->n && !columns->options->no_header; i++)
        if (strcmp(first->field[i], columns->name[i]) != 0)
            return nn_error(
                NN_BAD_DATA, "%s: line %lld: column %d is `%s`, but in the first file it is `%s`",
                first->file, (long long)first->line, i + 1, first->field[i], columns->name[i]);
    return NN_OK;
}

void nn_columns_free(nn_columns *columns) {
    for (int i = 0; i < columns->n_inputs; i++) nn_categories_free(&columns->input[i].categories);
    for (int i = 0; i < columns->n_targets; i++) nn_categories_free(&columns->target[i].categories);
    nn_arena_destroy(columns->arena);
}
