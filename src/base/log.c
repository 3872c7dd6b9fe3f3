#include "nnmpi/log.h"

#include <stdarg.h>
#include <stdio.h>

static nn_level level = NN_NORMAL;
static bool speaks = true;
static const char *who = "";
static nn_listener *listener;
static void *listener_context;

void (*nn_log_before)(void);

void nn_log_setup(nn_level new_level, bool speaker) {
    level = new_level;
    speaks = speaker;
}

void nn_log_listen(nn_listener *new_listener, void *context) {
    listener = new_listener;
    listener_context = context;
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

/* A text longer than this is cut. */
static void tell(const char *format, va_list arguments) {
    char text[4096];
    if (!speaks) return;
    vsnprintf(text, sizeof text, format, arguments);
    listener(listener_context, text);
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

static int warnings;

int nn_log_warnings(void) {
    return warnings;
}

void nn_warning(const char *format, ...) {
    warnings++;
    if (level < NN_QUIET && !listener) return;
    va_list arguments;
    va_start(arguments, format);
    if (listener)
        tell(format, arguments);
    else
        say("nnmpi: warning: ", format, arguments);
    va_end(arguments);
}
