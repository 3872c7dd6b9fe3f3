/* What can go wrong, as numbers. Floor 0; a part of the library's interface (nnmpi/nnmpi.h). */
#ifndef NNMPI_CODES_H
#define NNMPI_CODES_H

#if defined(__GNUC__)
#define NN_PUBLIC __attribute__((visibility("default"))) /* in the shared library too */
#else
#define NN_PUBLIC
#endif

/* X(name, exit code, text): the single list that codes, names and help text come from. */
#define NN_STATUS_LIST(X)                                                                          \
    X(NN_OK, 0, "done")                                                                            \
    X(NN_FAILED, 1,                                                                                \
      "training failed: not finite, or a required target missed; inspect: not equal")              \
    X(NN_USAGE, 2, "the command line is wrong")                                                    \
    X(NN_BAD_DATA, 65, "the data or a checkpoint is bad")                                          \
    X(NN_NO_INPUT, 66, "an input file or data set does not exist or cannot be read")               \
    X(NN_INTERNAL, 70, "an internal error: please report it (or the job hung, or a rank died)")    \
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

NN_PUBLIC const char *nn_status_name(nn_status status); /* "NN_BAD_DATA" */
NN_PUBLIC const char *nn_status_text(nn_status status); /* "the data or a checkpoint is bad" */

#endif
