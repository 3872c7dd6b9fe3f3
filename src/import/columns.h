/* The columns of a table that are imported: which they are, what is in them. */
#ifndef NNMPI_IMPORT_COLUMNS_H
#define NNMPI_IMPORT_COLUMNS_H

#include "categories.h"
#include "nnmpi/arena.h"
#include "nnmpi/import.h"
#include "table.h"

typedef struct nn_column {
    int at; /* the field */
    const char *name;
    bool is_class;            /* one number for each of its values, in their order */
    bool one_hot;             /* as many numbers as it has values */
    nn_categories categories; /* of those two, and of what may become a class */
    int64_t first_text;       /* line of the first value that is no number; 0: all are */
    const char *text;         /* this value */
    bool fraction;            /* some number is no whole one */
    double low, high;
    double sum;  /* of the numbers of the training samples */
    int64_t n;   /* numbers in it */
    double fill; /* what a missing value becomes */
} nn_column;

typedef struct nn_columns {
    const nn_import_csv_options *options;
    nn_arena *arena;
    int width; /* fields of a row */
    const char **name;
    const char *hint; /* of the first row */
    int n_inputs, n_targets;
    nn_column *input, *target;
} nn_columns;

/* Finds the columns that the options name, from the first row of a file. NN_USAGE. */
nn_status nn_columns_choose(nn_columns *columns, const nn_table_row *first);
/* Another file's first row names the same columns. */
nn_status nn_columns_check(const nn_columns *columns, const nn_table_row *first);
void nn_columns_free(nn_columns *columns);

/* The field's number; false if it is none. */
bool nn_field_number(const nn_columns *columns, const char *field, double *number);
bool nn_field_is_missing(const char *field);
/* Whether the row has a missing value among its columns and is to be left out; an error if none may
 * be missing. */
nn_status nn_columns_skip(const nn_columns *columns, const nn_table_row *row, bool *skip);
/* Looks at a row: types, categories, which are counted if `counts`. */
nn_status nn_columns_look(nn_columns *columns, const nn_table_row *row, bool counts);
/* After all rows were looked at: what the columns are. NN_BAD_DATA, NN_USAGE. */
nn_status nn_columns_settle(nn_columns *columns, const char *file);

/* "FILE: line 3, column 2 (age)", static buffer. */
const char *nn_column_place(const nn_column *column, const nn_table_row *row);

#endif
