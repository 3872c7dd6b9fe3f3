/* Tables in text (UTF-8): lines of fields, with quotes (RFC 4180), one row at a time. */
#ifndef NNMPI_IMPORT_TABLE_H
#define NNMPI_IMPORT_TABLE_H

#include <stdint.h>

#include "nnmpi/status.h"

typedef struct nn_table_row {
    const char *file;
    int64_t line; /* from 1; the last one, if quoted fields have several */
    int n;
    const char *const *field; /* without quotes and blanks around them */
    const char *hint; /* to add to what is wrong: "; is the file separated by tabs? ...", or "" */
} nn_table_row;

typedef nn_status nn_row_visitor(void *context, const nn_table_row *row);

/* Calls `visit` for every row, the header's too; stops at the first failure. Every row has as many
 * fields as the first, and all is UTF-8, or NN_BAD_DATA. A byte order mark is left out; empty lines
 * too. */
nn_status nn_table_read(const char *file, char separator, nn_row_visitor *visit, void *context);

#endif
