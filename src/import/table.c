/* libcsv, fed line by line so that a complaint can name the line. */
#include "table.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "nnmpi/text.h"

#define NN_FIELD_MAX                                                                               \
    ((size_t)16 << 20) /* bytes; a quote that is not closed would take the file                    \
                        */

typedef struct nn_table {
    nn_characters characters;
    struct csv_parser parser;
    nn_table_row row;
    nn_row_visitor *visit;
    void *context;
    nn_status status;
    int width; /* fields of the first row; 0: there was none */
    int room;
    size_t *at; /* where each field of the row begins in `text` */
    const char **field;
    char *text;
    size_t length, text_room;
} nn_table;

static void *enlarged(void *memory, size_t n, size_t size) {
    memory = realloc(memory, n * size);
    if (!memory) nn_panic("out of memory for a row of a table");
    return memory;
}

static void end_field(void *text, size_t length, void *context) {
    nn_table *table = context;
    if (table->status != NN_OK) return;
    if (table->row.n == table->room) {
        table->room = 2 * table->room + 32;
        table->at = enlarged(table->at, (size_t)table->room, sizeof *table->at);
        table->field = enlarged(table->field, (size_t)table->room, sizeof *table->field);
    }
    if (table->length + length + 1 > table->text_room) {
        table->text_room = 2 * (table->length + length + 1);
        table->text = enlarged(table->text, table->text_room, 1);
    }
    table->at[table->row.n++] = table->length;
    if (length > 0) memcpy(table->text + table->length, text, length);
    table->length += length;
    table->text[table->length++] = '\0';
}

/* The hint where the first row is one field with what may be the separator in it; else "". */
static const char *other_separator(nn_table *table) {
    static const struct {
        char separator;
        const char *hint;
    } others[] = {{';', "; is the file separated by `;`? --separator ';'"},
                  {'\t', "; is the file separated by tabs? --separator tab"},
                  {'|', "; is the file separated by `|`? --separator '|'"},
                  {',', "; is the file separated by commas? --separator ,"}};
    unsigned char separator = csv_get_delim(&table->parser);
    for (size_t i = 0; i < sizeof others / sizeof *others && table->row.n == 1; i++)
        if (others[i].separator != separator && strchr(table->field[0], others[i].separator))
            return others[i].hint;
    return "";
}

static void end_row(int newline, void *context) {
    nn_table *table = context;
    if (table->status != NN_OK || table->row.n == 0) return;
    for (int i = 0; i < table->row.n; i++) table->field[i] = table->text + table->at[i];
    table->row.field = table->field;
    if (table->width == 0) {
        table->width = table->row.n;
        table->row.hint = other_separator(table);
    }
    if (table->row.n != table->width)
        table->status = nn_error(NN_BAD_DATA, "%s: line %lld has %d fields, the first row has %d%s",
                                 table->row.file, (long long)table->row.line, table->row.n,
                                 table->width, table->row.hint);
    else
        table->status = table->visit(table->context, &table->row);
    table->row.n = 0;
    table->length = 0;
}

/* Not after the parser failed, and not when a field grows and grows. */
static nn_status check_parser(nn_table *table) {
    const char *file = table->row.file;
    long long line = table->row.line;
    if (table->status != NN_OK) return table->status;
    if (csv_error(&table->parser) == CSV_EPARSE)
        return nn_error(NN_BAD_DATA,
                        "%s: line %lld: a quote stands where none may be, or is not closed; within "
                        "quotes it is written twice",
                        file, line);
    if (csv_error(&table->parser) != CSV_SUCCESS)
        return nn_error(NN_NO_MEMORY, "%s: line %lld: %s", file, line,
                        csv_strerror(csv_error(&table->parser)));
    if (csv_get_buffer_size(&table->parser) <= NN_FIELD_MAX && table->length <= NN_FIELD_MAX)
        return NN_OK;
    return nn_error(NN_BAD_DATA, "%s: line %lld: a row of more than %s: is a quote not closed?",
                    file, line, nn_text_bytes((double)NN_FIELD_MAX));
}

static nn_status feed(nn_table *table, const char *bytes, size_t n) {
    while (n > 0) {
        const char *newline = memchr(bytes, '\n', n);
        size_t some = newline ? (size_t)(newline - bytes) + 1 : n;
        size_t taken = csv_parse(&table->parser, bytes, some, end_field, end_row, table);
        (void)taken; /* fewer than `some`: csv_error says why */
        NN_TRY(check_parser(table));
        table->row.line += newline != NULL;
        bytes += some;
        n -= some;
    }
    return NN_OK;
}

static nn_status feed_all(nn_table *table) {
    const char *text;
    int64_t n;
    do {
        NN_TRY(nn_characters_block(&table->characters, &text, &n));
        NN_TRY(feed(table, text, (size_t)n));
    } while (n > 0);
    csv_fini(&table->parser, end_field, end_row, table);
    return check_parser(table);
}

nn_status nn_table_read(const char *file, char separator, nn_row_visitor *visit, void *context) {
    nn_table table = {.row = {.file = file, .line = 1}, .visit = visit, .context = context};
    NN_TRY(nn_characters_open(&table.characters, file, false));
    if (csv_init(&table.parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        nn_panic("out of memory");
    csv_set_delim(&table.parser, (unsigned char)separator);
    csv_set_blk_size(&table.parser, 1 << 16); /* a long field grows in few steps */
    nn_status status = feed_all(&table);
    csv_free(&table.parser);
    free(table.at);
    free(table.field);
    free(table.text);
    nn_characters_close(&table.characters);
    return status;
}
