/* trace.json: the first laps of every rank for Perfetto and chrome://tracing.
 *
 * Chrome's trace format, complete events ("ph": "X"), times in microseconds since the run began.
 * Slices nest by their times: a step, in it its phases, in them layers. An outer slice is written
 * before those in it. */
#include "profiler.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/file.h"
#include "nnmpi/json.h"
#include "nnmpi/log.h"
#include "nnmpi/text.h"

#define NN_PROCESS 1 /* one for all ranks; the threads are the ranks, counted from 1 */

/* What a rank sends before its laps. */
typedef struct nn_track {
    int64_t n;
    double origin;
    char host[64];
} nn_track;

static char *quoted(const char *text) {
    json_t *string = nn_json_text(text);
    char *quotes = json_dumps(string, JSON_ENCODE_ANY);
    nn_assert(quotes);
    json_decref(string);
    return quotes;
}

static void write_name(FILE *file, const char *kind, int thread, const char *name) {
    char *text = quoted(name);
    fprintf(file, "{\"ph\":\"M\",\"name\":\"%s\",\"pid\":%d,\"tid\":%d,\"args\":{\"name\":%s}},\n",
            kind, NN_PROCESS, thread, text);
    free(text);
}

/* The name has no quotes in it. Begin and end in seconds; written in whole nanoseconds, so that
 * what nests does so to the digit.
 */
static void write_slice(FILE *file, int thread, const char *name, const char *category,
                        double begin, double end) {
    long long from = llround(1e9 * begin), length = llround(1e9 * end) - from;
    fprintf(file,
            "{\"ph\":\"X\",\"name\":\"%s\",\"cat\":\"%s\",\"pid\":%d,\"tid\":%d,"
            "\"ts\":%lld.%03lld,\"dur\":%lld.%03lld},\n",
            name, category, NN_PROCESS, thread, from / 1000, from % 1000, length / 1000,
            length % 1000);
}

static bool is_step(const nn_lap *lap) {
    return lap->phase == NN_PHASES;
}

/* Where the laps of one phase that begin at i end. */
static int64_t end_of_phase(const nn_lap *lap, int64_t n, int64_t i) {
    int64_t k = i + 1;
    while (k < n && lap[k].phase == lap[i].phase) k++;
    return k;
}

static void write_step(FILE *file, int thread, const nn_lap *lap, int64_t n, int64_t i,
                       double origin) {
    char name[32];
    int64_t last = i;
    for (int64_t k = i + 1; k < n && !is_step(&lap[k]); k++)
        if (nn_phase_of_step[lap[k].phase]) last = k;
    snprintf(name, sizeof name, "step %d", (int)lap[i].index);
    write_slice(file, thread, name, "step", lap[i].end - origin, lap[last].end - origin);
}

static void write_laps(FILE *file, int thread, const nn_profiler *p, const nn_lap *lap, int64_t n,
                       double origin) {
    double begin = 0;
    for (int64_t i = 0, next; i < n; i = next) {
        next = end_of_phase(lap, n, i);
        double end = lap[next - 1].end - origin;
        if (is_step(&lap[i]))
            write_step(file, thread, lap, n, i, origin);
        else if (lap[i].phase != NN_PHASE_OTHER)
            write_slice(file, thread, nn_phase_word[lap[i].phase], "phase", begin, end);
        for (int64_t k = i; k < next; k++) {
            double layer_end = lap[k].end - origin;
            if (!is_step(&lap[k]) && lap[k].index >= 0)
                write_slice(file, thread, p->layer[lap[k].index].name, "layer", begin, layer_end);
            begin = layer_end;
        }
    }
}

static FILE *open_trace(const char *folder, const char *name) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/trace.json", folder);
    FILE *file = nn_file_create(path.text);
    if (!file) nn_warning("%s cannot be written: %s", path.text, strerror(errno));
    nn_buffer_free(&path);
    if (!file) return NULL;
    fprintf(file, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n");
    write_name(file, "process_name", 0, name);
    return file;
}

/* A list wants no comma after its last event: that is a mark of the end. */
static void close_trace(FILE *file, const char *folder) {
    fprintf(file,
            "{\"ph\":\"M\",\"name\":\"process_labels\",\"pid\":%d,\"tid\":0,\"args\":"
            "{\"labels\":\"nnmpi " NNMPI_VERSION "\"}}\n]}\n",
            NN_PROCESS);
    bool bad = ferror(file);
    if ((fclose(file) != 0) | bad)
        nn_warning("%s/trace.json cannot be written: %s", folder, strerror(errno));
}

void nn_profiler_trace(const nn_profiler *p, const char *name, const char *folder, nn_arena *arena,
                       nn_comm *comm) {
    int me = nn_comm_rank(comm);
    nn_lap *lap = NN_NEW_ARRAY(arena, nn_lap, p->room);
    FILE *file = me == 0 ? open_trace(folder, name) : NULL;
    for (int rank = 0; rank < nn_comm_size(comm); rank++) {
        nn_track track = {.n = p->n_laps, .origin = p->origin};
        snprintf(track.host, sizeof track.host, "%s", nn_comm_host(comm));
        nn_comm_broadcast(comm, &track, sizeof track, rank);
        if (me == rank) memcpy(lap, p->lap, (size_t)track.n * sizeof *lap);
        nn_comm_broadcast(comm, lap, track.n * (int64_t)sizeof *lap, rank);
        if (!file) continue;
        char title[96];
        snprintf(title, sizeof title, "rank %d (%s)", rank, track.host);
        write_name(file, "thread_name", rank + 1, title);
        write_laps(file, rank + 1, p, lap, track.n, track.origin);
    }
    if (file) close_trace(file, folder);
}
