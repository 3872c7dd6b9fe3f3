/* The file that an importer writes: under another name until it is whole. */
#include <stdio.h>
#include <stdlib.h>

#include "inside.h"
#include "nnmpi/file.h"
#include "nnmpi/log.h"

nn_status nn_output_open(nn_output *output, const nn_import *import) {
    *output = (nn_output){.import = import};
    return nn_file_may_write(import->out, import->force);
}

nn_status nn_output_create(nn_output *output) {
    if (output->store) return NN_OK;
    if (asprintf(&output->temporary, "%s.tmp", output->import->out) < 0) nn_panic("out of memory");
    return nn_store_create(&output->store, output->temporary);
}

nn_status nn_output_close(nn_output *output, nn_status status) {
    if (output->store) status = nn_store_publish(output->store, output->import->out, status);
    if (status == NN_OK && nn_log_level() > NN_QUIET && nn_log_speaks())
        printf("%s:\n%s", output->import->out, output->summary.text ? output->summary.text : "");
    nn_buffer_free(&output->summary);
    free(output->temporary);
    return status;
}

nn_status nn_output_words(nn_output *output, const char *path, const char *const *words, int n,
                          const char *what) {
    nn_buffer_add(&output->summary, "  %-20s %s %s\n", path, nn_text_count(n), what);
    return nn_store_write_words(output->store, path, words, n);
}

/* ---- parts ---- */

static bool is_part(double part) {
    return part >= 0 && part < 1;
}

nn_status nn_parts_of(const nn_import *import, int64_t n, int64_t count[NN_SPLITS]) {
    double part[NN_SPLITS] = {[NN_VALIDATION] = import->validation, [NN_TEST] = import->test};
    nn_assert(is_part(part[NN_VALIDATION]) && is_part(part[NN_TEST]));
    count[NN_TRAIN] = n;
    for (int split = NN_VALIDATION; split < NN_SPLITS; split++) {
        count[split] = (int64_t)(part[split] * (double)n + 0.5);
        count[NN_TRAIN] -= count[split];
        if (part[split] > 0 && count[split] == 0)
            return nn_error(NN_BAD_DATA, "a part of %g of %lld samples is none at all: --%s",
                            part[split], (long long)n, nn_split_name[split]);
    }
    if (count[NN_TRAIN] < 1)
        return nn_error(NN_USAGE,
                        "--validation %g and --test %g leave nothing of %lld samples to "
                        "train on",
                        import->validation, import->test, (long long)n);
    return NN_OK;
}

nn_split nn_part_at(const int64_t count[NN_SPLITS], int64_t i) {
    return i < count[NN_TRAIN]                          ? NN_TRAIN
           : i < count[NN_TRAIN] + count[NN_VALIDATION] ? NN_VALIDATION
                                                        : NN_TEST;
}

nn_status nn_import_changed(const char *file) {
    return nn_error(NN_NO_INPUT, "%s: it was changed while it was read", file);
}

nn_status nn_pieces_create(nn_pieces *pieces, nn_output *output, const char *name, nn_dtype dtype,
                           const int64_t count[NN_SPLITS], const nn_shape *sample) {
    bool root = count[NN_VALIDATION] == 0 && count[NN_TEST] == 0;
    char shape[NN_SHAPE_TEXT_SIZE];
    *pieces = (nn_pieces){0};
    nn_status status = nn_output_create(output);
    for (int split = 0; split < NN_SPLITS && status == NN_OK; split++) {
        if (count[split] == 0) continue;
        nn_buffer path = {0};
        nn_buffer_add(&path, "%s%s/%s", root ? "" : "/", root ? "" : nn_split_name[split], name);
        status = nn_store_rows_create(&pieces->rows[split], output->store, path.text, dtype,
                                      count[split], sample);
        nn_buffer_add(&output->summary, "  %-20s %s x %s%s%s\n", path.text,
                      nn_text_count(count[split]), nn_dtype_name(dtype), sample->rank ? " " : "",
                      sample->rank ? nn_shape_text(sample, shape, sizeof shape) : "");
        nn_buffer_free(&path);
    }
    return status;
}

nn_status nn_pieces_close(nn_pieces *pieces, nn_status status) {
    for (int split = 0; split < NN_SPLITS; split++) {
        if (status == NN_OK)
            status = nn_store_rows_close(pieces->rows[split]);
        else
            nn_store_rows_abandon(pieces->rows[split]);
    }
    return status;
}
