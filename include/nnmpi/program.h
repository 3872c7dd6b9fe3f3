/* Other programs. Floor 0. */
#ifndef NNMPI_PROGRAM_H
#define NNMPI_PROGRAM_H

#include "nnmpi/status.h"
#include "nnmpi/text.h"

/* What a shell finds by that name in the absolute folders of PATH (any other is another one where a
 * job starts), links not followed; NULL: nothing. By malloc. */
char *nn_program_find(const char *name);

/* How long a program may run, and how many bytes it may write; beyond either it is killed. */
typedef struct nn_program_limits {
    double seconds;
    size_t bytes;
} nn_program_limits;

/* Runs the program of that path to its end, without a shell: words[0] is what it is called, NULL
 * ends its words. It reads `input`; what it writes is added to `output`, which may have zeros
 * inside. Its complaints are details, or a part of the message where it fails. All three are files
 * without a name: nobody waits for the other side of a pipe. NN_IO: it cannot be started, was
 * killed, or its exit code is not 0. */
nn_status nn_program_run(const char *path, const char *const *words, nn_program_limits limits,
                         const nn_buffer *input, nn_buffer *output);

#endif
