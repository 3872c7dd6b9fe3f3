/* What is in the columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "columns.h"
#include "inside.h"

bool nn_field_is_missing(const char *field) {
    static const char *const words[] = {"", "?", "na", "n/a", "nan", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(field, words[i]) == 0) return true;
    return false;
}

bool nn_field_number(const nn_columns *columns, const char *field, double *number) {
    char copy[64], *end;
    char mark = columns->options->decimal;
    if (strlen(field) >= sizeof copy) return false;
    strcpy(copy, field);
    if (strpbrk(copy, "xXiInN")) return false; /* hexadecimal, inf, nan */
    char *decimal = mark != '.' ? strchr(copy, mark) : NULL;
    if (mark != '.' && strchr(copy, '.')) return false;
    if (decimal) *decimal = '.';
    *number = strtod(copy, &end);
    return end != copy && !*end && isfinite(*number);
}

static nn_status missing_value(const nn_column *column, const nn_table_row *row) {
    return nn_error(NN_BAD_DATA,
                    "%s: the value is missing (`%s`); --missing drop, mean or zero says what to do",
                    nn_column_place(column, row), row->field[column->at]);
}

/* A target or a category has no mean and no zero. */
static nn_status find_missing(const nn_columns *columns, const nn_column *column, int n,
                              bool target, const nn_table_row *row, bool *skip) {
    int missing = columns->options->missing;
    for (int i = 0; i < n; i++, column++) {
        if (!nn_field_is_missing(row->field[column->at])) continue;
        if (missing == NN_MISSING_ERROR) return missing_value(column, row);
        if (missing == NN_MISSING_DROP) *skip = true;
        if (missing != NN_MISSING_DROP && (target || column->one_hot))
            return nn_error(NN_BAD_DATA,
                            "%s: the value is missing, and %s cannot be filled: "
                            "--missing drop leaves such rows out",
                            nn_column_place(column, row), target ? "a target" : "a category");
    }
    return NN_OK;
}

nn_status nn_columns_skip(const nn_columns *columns, const nn_table_row *row, bool *skip) {
    *skip = false;
    NN_TRY(find_missing(columns, columns->input, columns->n_inputs, false, row, skip));
    return find_missing(columns, columns->target, columns->n_targets, true, row, skip);
}

/* The column as --targets takes it. */
static void add_word(nn_buffer *out, const nn_column *column) {
    if (!*column->name || strchr(column->name, ','))
        nn_buffer_add(out, "%d", column->at + 1);
    else
        nn_text_shell(out, column->name);
}

static nn_status no_number(const nn_columns *columns, const nn_column *column, bool input,
                           const nn_table_row *row) {
    nn_status status = nn_error(NN_BAD_DATA, "%s: `%s` is no number%s",
                                nn_column_place(column, row), row->field[column->at], row->hint);
    if (*row->hint || !input) return status;
    nn_error_add(status, "; --one-hot makes numbers of categories, --inputs chooses columns");
    if (columns->n_targets > 0) return status;
    nn_buffer word = {0};
    add_word(&word, column);
    nn_error_add(status, ", --targets %s --classes predicts it", word.text);
    nn_buffer_free(&word);
    return status;
}

static nn_status look(nn_columns *columns, nn_column *column, bool input, bool category,
                      bool counts, const nn_table_row *row) {
    const char *field = row->field[column->at];
    double number;
    if (category) nn_categories_add(&column->categories, field, counts);
    if (nn_field_is_missing(field)) return NN_OK;
    if (!nn_field_number(columns, field, &number)) {
        if (column->first_text == 0) {
            column->first_text = row->line;
            column->text = nn_arena_text(columns->arena, field);
        }
        if (category) return NN_OK;
        return no_number(columns, column, input, row);
    }
    column->fraction |= number != floor(number) || fabs(number) > 0x1p53;
    if (column->n == 0) column->low = column->high = number;
    column->low = fmin(column->low, number);
    column->high = fmax(column->high, number);
    column->n++;
    return NN_OK;
}

nn_status nn_columns_look(nn_columns *columns, const nn_table_row *row, bool counts) {
    for (int i = 0; i < columns->n_inputs; i++)
        NN_TRY(look(columns, &columns->input[i], true, columns->input[i].one_hot, counts, row));
    bool class = columns->n_targets == 1; /* it may become one */
    for (int i = 0; i < columns->n_targets; i++)
        NN_TRY(look(columns, &columns->target[i], false, class, counts, row));
    return NN_OK;
}

static nn_status check_categories(const nn_column *column, const char *file) {
    if (column->categories.too_many)
        return nn_error(NN_BAD_DATA,
                        "%s: column %d (%s) has more than %d different values: is it a category?",
                        file, column->at + 1, column->name, NN_CATEGORIES_MAX);
    return NN_OK;
}

nn_status nn_columns_settle(nn_columns *columns, const char *file) {
    for (int i = 0; i < columns->n_inputs; i++) {
        nn_column *column = &columns->input[i];
        NN_TRY(check_categories(column, file));
        if (columns->options->missing == NN_MISSING_MEAN && !column->one_hot && column->n == 0)
            return nn_error(NN_BAD_DATA, "%s: column %d (%s) has no value, so it has no mean", file,
                            column->at + 1, column->name);
    }
    if (columns->n_targets != 1) return NN_OK;
    nn_column *target = columns->target;
    target->is_class = columns->options->classes || target->first_text > 0;
    if (target->is_class) return check_categories(target, file);
    nn_categories_free(&target->categories);
    return NN_OK;
}
