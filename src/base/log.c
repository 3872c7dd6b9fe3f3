#include "nnmpi/log.h"

#include <stdarg.h>
#include <stdio.h>

static nn_level level = NN_NORMAL;
static bool speaks = true;
static const char *who = "";

void (*nn_log_before)(void);

void nn_log_setup(nn_level new_level, bool speaker) {
    level = new_level;
    speaks = speaker;
}

void nn_log_name(const char *name) {
    who = name ? name : "";
}

nn_level nn_log_level(void) {
    return level;
}

bool nn_log_speaks(void) {
    return speaks;
}

static void say(const char *prefix, const char *format, va_list arguments) {
    if (!speaks) return;
    if (nn_log_before) nn_log_before();
    fprintf(stderr, "%s%s", prefix, who);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

#define NN_SAY(function, least, prefix)                                                            \
    void function(const char *format, ...) {                                                       \
        if (level < (least)) return;                                                               \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        say(prefix, format, arguments);                                                            \
        va_end(arguments);                                                                         \
    }
NN_SAY(nn_info, NN_NORMAL, "")
NN_SAY(nn_detail, NN_VERBOSE, "")
NN_SAY(nn_warning, NN_QUIET, "nnmpi: warning: ")
