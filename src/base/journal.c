#include "nnmpi/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SOME = 1 << 12, MOST = 1 << 26 };

static void forget(nn_buffer *text, size_t bytes) {
    text->length -= bytes;
    memmove(text->text, text->text + bytes, text->length + 1);
}

static void forget_end(nn_buffer *text, size_t length) {
    text->length = length;
    if (text->text) text->text[length] = '\0';
}

bool nn_journal_flush(nn_journal *journal) {
    nn_buffer *text = &journal->pending;
    while (journal->fd >= 0 && text->length > 0) {
        ssize_t written = write(journal->fd, text->text, text->length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            int reason = written < 0 ? errno : ENOSPC;
            if (text->length > MOST) forget(text, text->length - MOST);
            errno = reason;
            return false;
        }
        journal->written += written;
        forget(text, (size_t)written);
    }
    return true;
}

bool nn_journal_flush_some(nn_journal *journal) {
    return journal->pending.length < SOME || nn_journal_flush(journal);
}

bool nn_journal_open(nn_journal *journal, const char *path, const char *text) {
    nn_buffer temporary = {0};
    nn_buffer_add(&temporary, "%s.tmp", path);
    unlink(temporary.text); /* left by one that was killed, or a link */
    *journal = (nn_journal){
        .fd = open(temporary.text, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)};
    nn_buffer_add(&journal->pending, "%s", text);
    bool good = journal->fd >= 0 && nn_journal_flush(journal) && rename(temporary.text, path) == 0;
    if (!good) {
        int reason = errno;
        if (journal->fd >= 0) close(journal->fd);
        unlink(temporary.text);
        nn_buffer_free(&journal->pending);
        journal->fd = -1;
        errno = reason;
    }
    nn_buffer_free(&temporary);
    return good;
}

int64_t nn_journal_length(const nn_journal *journal) {
    return journal->written + (int64_t)journal->pending.length;
}

bool nn_journal_cut(nn_journal *journal, int64_t length) {
    int64_t more = length - journal->written;
    if (journal->fd < 0 || length >= nn_journal_length(journal)) return true;
    forget_end(&journal->pending, more > 0 ? (size_t)more : 0);
    if (more >= 0) return true;
    if (ftruncate(journal->fd, length) != 0 || lseek(journal->fd, length, SEEK_SET) < 0)
        return false;
    journal->written = length;
    return true;
}

void nn_journal_close(nn_journal *journal) {
    nn_journal_flush(journal);
    if (journal->fd >= 0) close(journal->fd);
    journal->fd = -1;
    nn_buffer_free(&journal->pending);
}
