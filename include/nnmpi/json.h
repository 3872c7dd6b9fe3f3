/* Numbers and texts as JSON has them. Floor 0. */
#ifndef NNMPI_JSON_H
#define NNMPI_JSON_H

#include <jansson.h>

#include "nnmpi/status.h"

/* JSON has no NaN and no infinity: they are null. */
json_t *nn_json_number(double value);
/* JSON is UTF-8; names of files and classes may be any bytes: what is none becomes \xff. NULL:
 * null.
 */
json_t *nn_json_text(const char *text);

/* nn_file_publish of it and a newline, indented by so many blanks, reals with so many digits. */
nn_status nn_json_publish(const char *path, const json_t *json, int indent, int digits,
                          bool durable);

#endif
