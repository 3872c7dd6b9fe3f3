/* Diagnostics, on stderr. Results go to stdout with printf by who has them. Floor 0. */
#ifndef NNMPI_LOG_H
#define NNMPI_LOG_H

#include <stdbool.h>

/* Silent: as a part of another program. */
typedef enum nn_level { NN_SILENT = -1, NN_QUIET, NN_NORMAL, NN_VERBOSE } nn_level;

/* Only the speaker (rank 0) writes. Called once, early. */
void nn_log_setup(nn_level level, bool speaker);
nn_level nn_log_level(void);
bool nn_log_speaks(void);

/* What is put before each line: who speaks ("trial_003: "). Borrowed; NULL: nobody in particular.
 */
void nn_log_name(const char *name);

/* One line each, newline added. info: unless -q. detail: with -v. warning: unless silent,
 * "warning: ". */
void nn_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void nn_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void nn_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* How many warnings this process has given. */
int nn_log_warnings(void);

/* Who is told warnings instead, without the prefix and whatever the level; the speaker's only.
 * NULL: nobody. */
typedef void nn_listener(void *context, const char *text);
void nn_log_listen(nn_listener *listener, void *context);

/* Called before each line, NULL: nothing is. The console takes its redrawn line away with it. */
extern void (*nn_log_before)(void);

#endif
