/* import csv: columns as inputs and targets. The table is read once to see what is in it, once more
 * for the means of the training samples if they are to fill what is missing, and once to write. */
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "deal.h"
#include "inside.h"

typedef struct nn_csv {
    const nn_import_csv_options *options;
    nn_columns columns;
    bool first;                                  /* the next row is the first of its file */
    int forced;                                  /* the split of this file's rows; -1: dealt */
    int64_t dealt;                               /* rows that are dealt */
    int64_t of_file[NN_SPLITS], seen[NN_SPLITS]; /* rows of files of their own; of this pass */
    int64_t dropped;
    nn_deal deal;
    nn_status (*each)(struct nn_csv *csv, const nn_table_row *row);
    /* of writing */
    int width; /* numbers of an input */
    nn_dtype target_type;
    nn_pieces inputs, targets;
    double *x, *y;
    void *converted;
} nn_csv;

/* ---- going over all rows ---- */

static nn_status visit(void *context, const nn_table_row *row) {
    nn_csv *csv = context;
    bool skip = false, first = csv->first;
    csv->first = false;
    if (first && csv->columns.width == 0)
        NN_TRY(nn_columns_choose(&csv->columns, row));
    else if (first)
        NN_TRY(nn_columns_check(&csv->columns, row));
    if (first && !csv->options->no_header) return NN_OK;
    NN_TRY(nn_columns_skip(&csv->columns, row, &skip));
    csv->dropped += skip;
    return skip ? NN_OK : csv->each(csv, row);
}

static nn_status read_file(nn_csv *csv, const char *file, int forced) {
    if (!file) return NN_OK;
    csv->first = true;
    csv->forced = forced;
    return nn_table_read(file, csv->options->separator, visit, csv);
}

static nn_status for_all(nn_csv *csv, const char *const *files, int n,
                         nn_status (*each)(nn_csv *csv, const nn_table_row *row)) {
    csv->each = each;
    csv->dropped = 0;
    for (int i = 0; i < n; i++) NN_TRY(read_file(csv, files[i], -1));
    NN_TRY(read_file(csv, csv->options->validation_file, NN_VALIDATION));
    return read_file(csv, csv->options->test_file, NN_TEST);
}

/* The place of a class among the categories of the target; 0 if there are none. */
static int class_of(const nn_csv *csv, const nn_table_row *row) {
    const nn_column *target = csv->columns.target;
    if (csv->columns.n_targets != 1 || !target->is_class) return 0;
    return nn_categories_find(&target->categories, row->field[target->at]);
}

static nn_status next_split(nn_csv *csv, const nn_table_row *row, nn_split *split) {
    int class = csv->deal.n_classes > 1 ? class_of(csv, row) : 0;
    *split = NN_TRAIN;
    if (csv->forced >= 0) {
        *split = (nn_split)csv->forced;
        return csv->seen[*split]++ < csv->of_file[*split] ? NN_OK : nn_import_changed(row->file);
    }
    if (!nn_deal_has(&csv->deal, class)) return nn_import_changed(row->file);
    *split = nn_deal_next(&csv->deal, class);
    return NN_OK;
}

/* Goes over all rows once more, with the same splits. */
static nn_status again(nn_csv *csv, const char *const *files, int n,
                       nn_status (*each)(nn_csv *csv, const nn_table_row *row)) {
    nn_deal_restart(&csv->deal);
    memset(csv->seen, 0, sizeof csv->seen);
    NN_TRY(for_all(csv, files, n, each));
    bool same = csv->deal.dealt == csv->dealt;
    for (int split = 0; split < NN_SPLITS; split++) same &= csv->seen[split] == csv->of_file[split];
    return same ? NN_OK : nn_import_changed(files[0]);
}

/* ---- the passes ---- */

static nn_status look(nn_csv *csv, const nn_table_row *row) {
    if (csv->forced < 0)
        csv->dealt++;
    else
        csv->of_file[csv->forced]++;
    return nn_columns_look(&csv->columns, row, csv->forced < 0);
}

/* The parts held out, and how. */
static nn_status deal(nn_csv *csv, nn_output *output, const char *file) {
    const nn_import *import = output->import;
    const nn_column *target = csv->columns.target;
    bool classes = csv->columns.n_targets == 1 && target->is_class;
    bool stratified =
        import->split == NN_IMPORT_STRATIFIED || (import->split == NN_IMPORT_AUTO && classes);
    if (csv->dealt == 0)
        return nn_error(NN_BAD_DATA, "%s: there are no rows%s", file,
                        csv->dropped ? " without a missing value" : "");
    if (stratified && !classes)
        return nn_error(NN_USAGE, "--split stratified wants a target that is a class; --classes "
                                  "makes one of numbers");
    bool last = import->split == NN_IMPORT_LAST;
    if (!stratified) return nn_deal_create(&csv->deal, import, last, &csv->dealt, 1);
    const nn_categories *c = &target->categories;
    int64_t *count = NN_NEW_ARRAY(csv->columns.arena, int64_t, c->n);
    for (int i = 0; i < c->n; i++) count[i] = c->category[i].count;
    return nn_deal_create(&csv->deal, import, false, count, c->n);
}

static nn_status add_up(nn_csv *csv, const nn_table_row *row) {
    nn_split split;
    NN_TRY(next_split(csv, row, &split));
    if (split != NN_TRAIN) return NN_OK;
    for (int i = 0; i < csv->columns.n_inputs; i++) {
        nn_column *column = &csv->columns.input[i];
        double number;
        if (column->one_hot || !nn_field_number(&csv->columns, row->field[column->at], &number))
            continue;
        column->sum += number;
        column->fill += 1; /* how many */
    }
    return NN_OK;
}

/* What missing values become. */
static nn_status find_fills(nn_csv *csv, const char *const *files, int n) {
    if (csv->options->missing != NN_MISSING_MEAN) return NN_OK;
    NN_TRY(again(csv, files, n, add_up));
    for (int i = 0; i < csv->columns.n_inputs; i++) {
        nn_column *column = &csv->columns.input[i];
        column->fill = column->fill > 0 ? column->sum / column->fill : 0;
    }
    return NN_OK;
}

/* ---- writing ---- */

static nn_status append(nn_csv *csv, nn_store_rows *rows, const double *x, int n, nn_dtype dtype) {
    for (int i = 0; i < n; i++) switch (dtype) {
        case NN_U8: ((uint8_t *)csv->converted)[i] = (uint8_t)x[i]; break;
        case NN_U16: ((uint16_t *)csv->converted)[i] = (uint16_t)x[i]; break;
        case NN_I64: ((int64_t *)csv->converted)[i] = (int64_t)x[i]; break;
        case NN_F32: ((float *)csv->converted)[i] = (float)x[i]; break;
        default: ((double *)csv->converted)[i] = x[i]; break;
        }
    return nn_store_rows_append(rows, 1, csv->converted);
}

static double *put_input(const nn_csv *csv, const nn_column *column, const char *field, double *x) {
    if (!column->one_hot) {
        if (!nn_field_number(&csv->columns, field, x)) *x = column->fill;
        return x + 1;
    }
    int place = nn_categories_find(&column->categories, field);
    for (int i = 0; i < column->categories.n; i++) *x++ = i == place;
    return x;
}

static nn_status write(nn_csv *csv, const nn_table_row *row) {
    const nn_columns *columns = &csv->columns;
    nn_split split;
    NN_TRY(next_split(csv, row, &split));
    double *x = csv->x;
    for (int i = 0; i < columns->n_inputs; i++)
        x = put_input(csv, &columns->input[i], row->field[columns->input[i].at], x);
    NN_TRY(append(csv, csv->inputs.rows[split], csv->x, csv->width, csv->options->dtype));
    if (columns->n_targets == 0) return NN_OK;
    for (int i = 0; i < columns->n_targets; i++)
        if (columns->target[i].is_class)
            csv->y[i] = class_of(csv, row);
        else
            nn_field_number(columns, row->field[columns->target[i].at], &csv->y[i]);
    return append(csv, csv->targets.rows[split], csv->y, columns->n_targets, csv->target_type);
}

/* Class ids and whole numbers are integers; then they may be class ids for a loss. */
static nn_dtype type_of_target(const nn_csv *csv) {
    const nn_column *target = csv->columns.target;
    if (csv->columns.n_targets != 1) return csv->options->dtype;
    if (target->is_class) return target->categories.n <= 256 ? NN_U8 : NN_U16;
    if (target->fraction) return csv->options->dtype;
    return target->low >= 0 && target->high <= 255 ? NN_U8 : NN_I64;
}

static nn_status create_pieces(nn_csv *csv, nn_output *output) {
    nn_columns *columns = &csv->columns;
    int64_t count[NN_SPLITS], width = 0, n_targets = columns->n_targets;
    for (int split = 0; split < NN_SPLITS; split++)
        count[split] = csv->deal.count[split] + csv->of_file[split];
    for (int i = 0; i < columns->n_inputs; i++)
        width += columns->input[i].one_hot ? columns->input[i].categories.n : 1;
    csv->width = (int)width;
    csv->x = NN_NEW_ARRAY(columns->arena, double, width);
    csv->y = NN_NEW_ARRAY(columns->arena, double, n_targets + 1);
    csv->converted = NN_NEW_ARRAY(columns->arena, double, width + n_targets);
    csv->target_type = type_of_target(csv);
    nn_shape input = nn_shape_of(1, &width), target = nn_shape_of(n_targets > 1, &n_targets);
    NN_TRY(nn_pieces_create(&csv->inputs, output, "inputs", csv->options->dtype, count, &input));
    if (n_targets == 0) return NN_OK;
    const char *name = csv->target_type < NN_F32 ? "labels" : "targets";
    return nn_pieces_create(&csv->targets, output, name, csv->target_type, count, &target);
}

/* ---- names ---- */

static nn_status write_names(nn_csv *csv, nn_output *output) {
    const nn_columns *columns = &csv->columns;
    const nn_column *target = columns->target;
    const char **words = NN_NEW_ARRAY(columns->arena, const char *, csv->width);
    int n = 0;
    for (int i = 0; i < columns->n_inputs; i++) {
        const nn_column *input = &columns->input[i];
        if (!input->one_hot) words[n++] = input->name;
        for (int k = 0; k < input->categories.n && input->one_hot; k++)
            words[n++] = nn_arena_format(columns->arena, "%s=%s", input->name,
                                         input->categories.category[k].name);
    }
    NN_TRY(nn_output_words(output, "/input_names", words, n, "columns"));
    if (columns->n_targets != 1 || !target->is_class) return NN_OK;
    words = NN_NEW_ARRAY(columns->arena, const char *, target->categories.n);
    for (n = 0; n < target->categories.n; n++) words[n] = target->categories.category[n].name;
    return nn_output_words(output, "/class_names", words, n, "classes");
}

static nn_status import_csv(nn_csv *csv, nn_output *output, const char *const *files, int n) {
    NN_TRY(for_all(csv, files, n, look));
    NN_TRY(nn_columns_settle(&csv->columns, files[0]));
    NN_TRY(deal(csv, output, files[0]));
    NN_TRY(find_fills(csv, files, n));
    nn_status status = create_pieces(csv, output);
    if (status == NN_OK) status = again(csv, files, n, write);
    status = nn_pieces_close(&csv->inputs, status);
    status = nn_pieces_close(&csv->targets, status);
    if (csv->dropped)
        nn_buffer_add(&output->summary, "  %s %s left out\n", nn_text_count(csv->dropped),
                      csv->dropped == 1 ? "row with a missing value was"
                                        : "rows with missing values were");
    return status == NN_OK ? write_names(csv, output) : status;
}

nn_status nn_import_csv(const nn_import *import, const nn_import_csv_options *options,
                        const char *const *files, int n) {
    nn_output output;
    nn_csv csv = {.options = options, .columns = {.options = options, .arena = nn_arena_create()}};
    nn_status status = nn_output_open(&output, import);
    if (status == NN_OK) status = import_csv(&csv, &output, files, n);
    status = nn_output_close(&output, status);
    nn_deal_free(&csv.deal);
    nn_columns_free(&csv.columns);
    return status;
}
