/* Event files: see events.h. */
#include "events.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "nnmpi/proto.h"
#include "nnmpi/text.h"

struct nn_events {
    FILE *file;
    nn_proto event;
    size_t summary; /* where it begins in the event */
};

/* ---- CRC-32C (Castagnoli), reflected polynomial 0x82f63b78 ---- */

static uint32_t crc32c(const uint8_t *data, size_t n) {
    static uint32_t table[256];
    for (uint32_t i = 0; table[255] == 0 && i < 256; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0x82f63b78u : 0);
    }
    uint32_t crc = ~0u;
    for (size_t i = 0; i < n; i++) crc = crc >> 8 ^ table[(crc ^ data[i]) & 255];
    return ~crc;
}

static uint32_t masked(uint32_t crc) {
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

/* ---- records ---- */

static void start_event(nn_proto *p, int64_t step) {
    struct timeval now;
    gettimeofday(&now, NULL);
    nn_proto_clear(p);
    nn_proto_double(p, 1, (double)now.tv_sec + 1e-6 * (double)now.tv_usec);
    nn_proto_int(p, 2, step);
}

static void write_record(nn_events *e) {
    unsigned char head[12], tail[4];
    nn_little_endian(e->event.length, 8, head);
    nn_little_endian(masked(crc32c(head, 8)), 4, head + 8);
    nn_little_endian(masked(crc32c(e->event.bytes, e->event.length)), 4, tail);
    fwrite(head, 1, sizeof head, e->file);
    fwrite(e->event.bytes, 1, e->event.length, e->file);
    fwrite(tail, 1, sizeof tail, e->file);
}

/* A name that no earlier part of the run has used. */
static nn_status create(nn_events *e, const char *folder) {
    char host[128] = "localhost";
    gethostname(host, sizeof host - 1);
    struct timeval now;
    gettimeofday(&now, NULL);
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/events.out.tfevents.%010lld.%s.%d.%06ld", folder,
                  (long long)now.tv_sec, host, (int)getpid(), (long)now.tv_usec);
    e->file = fopen(path.text, "wbx");
    nn_status status = NN_OK;
    if (!e->file)
        status = nn_error(NN_CANNOT_WRITE, "%s cannot be written: %s", path.text, strerror(errno));
    nn_buffer_free(&path);
    return status;
}

nn_status nn_events_open(nn_events **events, const char *folder, int64_t step) {
    nn_events *e = calloc(1, sizeof *e);
    nn_assert(e);
    nn_status status = create(e, folder);
    if (status != NN_OK) {
        nn_events_close(e);
        return status;
    }
    *events = e;
    start_event(&e->event, 0);
    nn_proto_text(&e->event, 3, "brain.Event:2");
    write_record(e);
    start_event(&e->event, step + 1);
    size_t session = nn_proto_begin(&e->event, 7);
    nn_proto_int(&e->event, 1, 1); /* status: START */
    nn_proto_end(&e->event, session);
    write_record(e);
    return NN_OK;
}

void nn_events_begin(nn_events *e, int64_t step) {
    start_event(&e->event, step);
    e->summary = nn_proto_begin(&e->event, 5);
}

void nn_events_add(nn_events *e, const char *tag, double value) {
    size_t begun = nn_proto_begin(&e->event, 1);
    nn_proto_text(&e->event, 1, tag);
    nn_proto_float(&e->event, 2, (float)value);
    nn_proto_end(&e->event, begun);
}

FILE *nn_events_end(nn_events *e) {
    nn_proto_end(&e->event, e->summary);
    write_record(e);
    return e->file;
}

void nn_events_close(nn_events *e) {
    if (!e) return;
    if (e->file) fclose(e->file);
    nn_proto_free(&e->event);
    free(e);
}
