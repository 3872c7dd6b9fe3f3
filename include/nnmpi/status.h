/* What can go wrong, and how it is said. Floor 0.
 *
 * A status is the exit code of the program (sysexits.h), so nothing is ever translated. Functions
 * that can fail because the world fails (file, memory, config) return one; the message is kept
 * once, by nn_error, and printed once, by the rank that knows. */
#ifndef NNMPI_STATUS_H
#define NNMPI_STATUS_H

#include <stdbool.h>
#include <stddef.h>

/* X(name, exit code, text): the single list that codes, names and help text come from. */
#define NN_STATUS_LIST(X)                                                                          \
    X(NN_OK, 0, "done")                                                                            \
    X(NN_FAILED, 1, "training failed: not finite, or a required target was missed")                \
    X(NN_USAGE, 2, "the command line is wrong")                                                    \
    X(NN_BAD_DATA, 65, "the data or a checkpoint is bad")                                          \
    X(NN_NO_INPUT, 66, "an input file or data set does not exist or cannot be read")               \
    X(NN_INTERNAL, 70, "an internal error: please report it")                                      \
    X(NN_NO_MEMORY, 71, "the system has no memory left")                                           \
    X(NN_CANNOT_WRITE, 73, "an output cannot be created")                                          \
    X(NN_IO, 74, "an input or output error")                                                       \
    X(NN_STOPPED, 75, "stopped by a signal or time limit after a checkpoint: run me again")        \
    X(NN_BAD_CONFIG, 78, "the configuration is wrong")

typedef enum nn_status {
#define NN_STATUS_ENUM(name, code, text) name = code,
    NN_STATUS_LIST(NN_STATUS_ENUM)
#undef NN_STATUS_ENUM
} nn_status;

const char *nn_status_name(nn_status status); /* "NN_BAD_DATA" */
const char *nn_status_text(nn_status status); /* "the data or a checkpoint is bad" */

/* Keeps the message (printf style, no trailing newline; may have several lines) and returns
 * `status`, so that `return nn_error(NN_BAD_DATA, ...)` is how to fail. The first message is kept
 * until nn_error_clear: what failed first is what the user must read. */
nn_status nn_error(nn_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));
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
