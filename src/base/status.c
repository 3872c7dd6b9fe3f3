#include "nnmpi/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static char message[64 * 1024];

void (*nn_panic_hook)(int exit_code);

const char *nn_status_name(nn_status status) {
    switch (status) {
#define NN_STATUS_CASE(name, code, text)                                                           \
    case name: return #name;
        NN_STATUS_LIST(NN_STATUS_CASE)
#undef NN_STATUS_CASE
    }
    return "unknown status";
}

const char *nn_status_text(nn_status status) {
    switch (status) {
#define NN_STATUS_CASE(name, code, text)                                                           \
    case name: return text;
        NN_STATUS_LIST(NN_STATUS_CASE)
#undef NN_STATUS_CASE
    }
    return "unknown status";
}

nn_status nn_error(nn_status status, const char *format, ...) {
    if (message[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message, sizeof message, format, arguments);
        va_end(arguments);
    }
    return status;
}

const char *nn_error_message(void) {
    return message;
}

void nn_error_clear(void) {
    message[0] = '\0';
}

void nn_panic_at(const char *file, int line, const char *format, ...) {
    va_list arguments;
    fprintf(stderr, "nnmpi: internal error at %s:%d: ", file, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    fflush(stderr);
    if (nn_panic_hook) nn_panic_hook(NN_INTERNAL);
    _Exit(NN_INTERNAL);
}
