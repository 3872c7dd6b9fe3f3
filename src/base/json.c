#include "nnmpi/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/file.h"
#include "nnmpi/text.h"

json_t *nn_json_number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *nn_json_text(const char *text) {
    if (!text) return json_null();
    nn_buffer utf8 = {0};
    nn_text_utf8(&utf8, text);
    json_t *json = json_string(utf8.text);
    nn_buffer_free(&utf8);
    return json;
}

nn_status nn_json_publish(const char *path, const json_t *json, int indent, int digits,
                          bool durable) {
    nn_buffer text = {0};
    char *dumped =
        json_dumps(json, JSON_INDENT((size_t)indent) | JSON_REAL_PRECISION((size_t)digits));
    nn_assert(dumped);
    nn_buffer_add(&text, "%s\n", dumped);
    nn_status status = nn_file_publish(path, text.text, text.length, durable);
    nn_buffer_free(&text);
    free(dumped);
    return status;
}
