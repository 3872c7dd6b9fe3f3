/* What can go wrong, and how it is said. Floor 0.
 *
 * A status is the exit code of the program (sysexits.h), so nothing is ever translated. Functions
 * that can fail because the world fails (file, memory, config) return one; the message is kept
 * once, by nn_error, and printed once, by the rank that knows. */
#ifndef NNMPI_STATUS_H
#define NNMPI_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "nnmpi/codes.h"

/* Keeps the message (printf style, no trailing newline; may have several lines) and returns
 * `status`, so that `return nn_error(NN_BAD_DATA, ...)` is how to fail. The first message is kept
 * until nn_error_clear: what failed first is what the user must read. */
nn_status nn_error(nn_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, but the words are added to a message that is kept already (without one: nothing). */
nn_status nn_error_add(nn_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The message kept, "" if none. Owned by the library. */
const char *nn_error_message(void);
void nn_error_clear(void);

/* The programmer failed: prints rank, file, line and the message, then ends the whole job with
 * exit code 70. `nn_panic_hook`, if set, is how the job is ended (comm sets it to MPI_Abort). */
_Noreturn void nn_panic_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
extern void (*nn_panic_hook)(int exit_code);
#define nn_panic(...) nn_panic_at(__FILE__, __LINE__, __VA_ARGS__)

/* An assertion that is alive in release builds. Not for inner loops. */
#define nn_assert(condition)                                                                       \
    ((condition) ? (void)0 : nn_panic_at(__FILE__, __LINE__, "assertion failed: %s", #condition))

/* Leaves the function with the status of a call that failed. */
#define NN_TRY(call)                                                                               \
    do {                                                                                           \
        nn_status nn_try_status = (call);                                                          \
        if (nn_try_status != NN_OK) return nn_try_status;                                          \
    } while (0)

#endif
