/* Event files, as TensorBoard reads them: records of protocol buffers.
 *
 *     record    uint64 length, uint32 crc of the length, data, uint32 crc of the data; little
 * endian crc       of CRC-32C c: rotate right by 15, add 0xa282ead8 data      Event {1: double
 * wall_time, 2: int64 step, 3: string file_version, 5: Summary, 7: SessionLog {1: status, START =
 * 1}}; Summary {1: Value {1: tag, 2: float}}
 *
 * From tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto. Rank 0 only. */
#ifndef NNMPI_TRAIN_EVENTS_H
#define NNMPI_TRAIN_EVENTS_H

#include <stdint.h>
#include <stdio.h>

#include "nnmpi/status.h"

typedef struct nn_events nn_events;

/* Opens a new file in the folder. `step`: the steps done before, so that what an earlier part of
 * the run wrote after them is not shown. NN_CANNOT_WRITE. */
nn_status nn_events_open(nn_events **events, const char *folder, int64_t step);
/* One event: begin, any number of values, end, which returns the file for a check of its state. */
void nn_events_begin(nn_events *events, int64_t step);
void nn_events_add(nn_events *events, const char *tag, double value);
FILE *nn_events_end(nn_events *events);
void nn_events_close(nn_events *events); /* NULL is allowed */

#endif
