/* Text files that only grow, on disks that may be full. Floor 0.
 *
 * stdio throws away what it cannot write. A journal keeps it and writes it when there is room
 * again, so that no line of a log is missing in the middle. */
#ifndef NNMPI_JOURNAL_H
#define NNMPI_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "nnmpi/text.h"

typedef struct nn_journal {
    int fd;            /* -1: there is none */
    nn_buffer pending; /* not yet written: add to it */
    int64_t written;   /* bytes in the file */
} nn_journal;

/* Makes the file with that text, in one moment: PATH.tmp becomes PATH when all is written, and who
 * is killed meanwhile leaves what was there. A symbolic link of either name is replaced. False with
 * errno, and then nothing has changed. */
bool nn_journal_open(nn_journal *journal, const char *path, const char *text);
/* Writes what is pending. False with errno: some is left; the next call tries again. Of more than
 * 64 MB that cannot be written the oldest are given up. */
bool nn_journal_flush(nn_journal *journal);
/* The same where enough is pending to be worth it. */
bool nn_journal_flush_some(nn_journal *journal);
/* How long it is, with what is pending. */
int64_t nn_journal_length(const nn_journal *journal);
/* Makes it that long again, which needs no room: what came after is gone. False with errno. */
bool nn_journal_cut(nn_journal *journal, int64_t length);
void nn_journal_close(nn_journal *journal); /* after a last try */

#endif
