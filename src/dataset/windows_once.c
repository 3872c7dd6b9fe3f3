/* A text as samples: windows of consecutive tokens, each with the tokens that come next. */
#include "inside.h"
#include "nnmpi/log.h"

int64_t nn_window_row(const nn_windows *windows, int64_t sample) {
    int low = 0, high = windows->n_stretches; /* stretch[low].sample <= sample < that of high */
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        *(windows->stretch[middle].sample <= sample ? &low : &high) = middle;
    }
    const nn_stretch *stretch = &windows->stretch[low];
    return stretch->row + (sample - stretch->sample) * windows->stride;
}

static nn_status no_window(const nn_windows *windows, const nn_array *array, int64_t longest) {
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s: a window of data.sequence_length: %lld tokens and the next "
                    "one do not fit into %s tokens%s",
                    array->part[0].file, array->name, (long long)windows->length,
                    nn_text_count(longest),
                    array->n_parts > 1            ? ", the longest of the files"
                    : windows->rows < array->rows ? ", this part of the text"
                                                  : "");
}

nn_status nn_windows_make(nn_windows *windows, const nn_data_options *options,
                          const nn_array *array, int64_t first, int64_t rows, nn_arena *arena) {
    bool every = options->target == NN_TARGET_SEQUENCE;
    int64_t length = options->sequence_length, needed = length + 1, longest = 0;
    nn_stretch *stretch = NN_NEW_ARRAY(arena, nn_stretch, array->n_parts);
    *windows = (nn_windows){.length = length,
                            .stride = options->stride ? options->stride : length,
                            .ahead = every ? 1 : length,
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
        too_short += part->rows < needed;
        if (here < needed) continue;
        stretch[windows->n_stretches++] = (nn_stretch){windows->count, begin};
        windows->count += (here - needed) / windows->stride + 1;
    }
    if (windows->count == 0) return no_window(windows, array, longest);
    if (too_short > 0)
        nn_warning("%d of %d files of data set %s have fewer than data.sequence_length + 1 tokens: "
                   "nothing is learned from them",
                   too_short, array->n_parts, array->name);
    return NN_OK;
}
