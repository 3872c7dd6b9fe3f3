/* A text or a series as samples: windows of consecutive rows, and the targets ahead of them. */
#include "inside.h"
#include "nnmpi/log.h"

static const nn_stretch *stretch_of(const nn_windows *windows, int64_t sample) {
    int low = 0, high = windows->n_stretches; /* stretch[low].sample <= sample < that of high */
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        *(windows->stretch[middle].sample <= sample ? &low : &high) = middle;
    }
    return &windows->stretch[low];
}

int64_t nn_window_row(const nn_windows *windows, int64_t sample) {
    const nn_stretch *stretch = stretch_of(windows, sample);
    return stretch->row + (sample - stretch->sample) * windows->stride;
}

int64_t nn_dataset_context(const nn_dataset *set, int64_t sample) {
    const nn_windows *windows = &set->private->windows;
    if (windows->context == 0 || stretch_of(windows, sample)->sample == sample) return 0;
    return windows->context;
}

static nn_status no_window(const nn_windows *windows, const nn_array *array, int64_t needed,
                           int64_t longest) {
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s: data.sequence_length: %lld needs %lld rows with those of its "
                    "targets, but there are only %s%s",
                    array->part[0].file, array->name, (long long)windows->length, (long long)needed,
                    nn_text_count(longest),
                    array->n_parts > 1            ? " in the longest of the files"
                    : windows->rows < array->rows ? " in this part of the split"
                                                  : "");
}

/* The windows of one part: begin is its first row that the split may see, of `rows`. */
static void add_stretch(nn_windows *windows, nn_stretch *stretch, int64_t begin, int64_t rows,
                        int64_t needed) {
    if (rows < needed) return;
    stretch[windows->n_stretches++] = (nn_stretch){windows->count, begin};
    windows->count += (rows - needed) / windows->stride + 1;
}

nn_status nn_windows_make(nn_windows *windows, const nn_data_options *options, int64_t context,
                          const nn_array *array, int64_t first, int64_t rows, nn_arena *arena) {
    bool every = options->target == NN_TARGET_SEQUENCE;
    int64_t length = options->sequence_length, longest = 0;
    int64_t horizon = options->fetched ? 0 : options->horizon; /* nobody asks for the targets */
    nn_stretch *stretch = NN_NEW_ARRAY(arena, nn_stretch, array->n_parts);
    *windows = (nn_windows){.length = length,
                            .stride = context           ? length - context
                                      : options->stride ? options->stride
                                                        : length,
                            .context = context,
                            .ahead = every ? horizon : length - 1 + horizon,
                            .target_length = every ? length : 1,
                            .first = first,
                            .rows = rows,
                            .stretch = stretch};
    int too_short = 0;
    for (int i = 0; i < array->n_parts; i++) {
        const nn_part *part = &array->part[i];
        int64_t begin = part->first > first ? part->first : first;
        int64_t end = part->first + part->rows, last = first + rows;
        int64_t here = (end < last ? end : last) - begin;
        if (here > longest) longest = here;
        too_short += here < length + horizon;
        add_stretch(windows, stretch, begin, here, length + horizon);
    }
    if (windows->count == 0) return no_window(windows, array, length + horizon, longest);
    if (too_short > 0 && rows == array->rows)
        nn_warning("%d of %d files of data set %s are too short for data.sequence_length: nothing "
                   "is learned from them",
                   too_short, array->n_parts, array->name);
    return NN_OK;
}
