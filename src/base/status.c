#include "nnmpi/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/place.h"

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

/* Names in a hostile file could otherwise write to the terminal what it obeys: bytes below 32 and
 * U+0080 to U+009F. */
static void hide_controls(unsigned char *text) {
    for (; *text; text++) {
        bool c1 = text[0] == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f;
        if (c1) text[1] = '?';
        if (c1 || *text == 127 || (*text < ' ' && *text != '\n' && *text != '\t')) *text = '?';
    }
}

nn_status nn_error(nn_status status, const char *format, ...) {
    if (message[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message, sizeof message, format, arguments);
        va_end(arguments);
        hide_controls((unsigned char *)message);
    }
    return status;
}

nn_status nn_error_add(nn_status status, const char *format, ...) {
    size_t length = strlen(message);
    if (length == 0) return status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + length, sizeof message - length, format, arguments);
    va_end(arguments);
    hide_controls((unsigned char *)message + length);
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
    char where[256];
    nn_place_text(nn_here, where, sizeof where);
    fprintf(stderr, "nnmpi: %sinternal error at %s:%d, %s: ", nn_place_who(), file, line, where);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    fflush(stderr);
    if (nn_panic_hook) nn_panic_hook(NN_INTERNAL);
    _Exit(NN_INTERNAL);
}
