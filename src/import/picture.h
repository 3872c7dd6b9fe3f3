/* Pictures in memory: decoded, made grey or coloured, cut and made smaller or larger. */
#ifndef NNMPI_IMPORT_PICTURE_H
#define NNMPI_IMPORT_PICTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "nnmpi/status.h"

typedef struct nn_picture {
    int64_t height, width, channels; /* 1 or 3 */
    uint8_t *pixel;                  /* [height, width, channels]; NULL: only the header was read */
} nn_picture;

/* A file format: knows its files by their first bytes. */
typedef struct nn_picture_format {
    const char *name;
    int length;
    const char *magic;
    /* Reads height, width and channels, and with `pixels` the pixels (by malloc), from the
     * beginning of the stream. Palettes become colours, 16 bits 8; transparency is left out.
     * NN_BAD_DATA. */
    nn_status (*read)(nn_picture *picture, FILE *stream, const char *file, bool pixels);
} nn_picture_format;
extern const nn_picture_format nn_picture_png, nn_picture_jpeg;

/* NULL: the file is none of them. NN_NO_INPUT. */
nn_status nn_picture_format_of(const char *file, const nn_picture_format **format);
nn_status nn_picture_read(nn_picture *picture, const nn_picture_format *format, const char *file,
                          bool pixels);
/* Memory for the pixels; false: it is too large, or there is none. */
bool nn_picture_allocate(nn_picture *picture);
void nn_picture_free(nn_picture *picture);

/* To so many channels. Grey is L = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded. */
void nn_picture_convert(nn_picture *picture, int64_t channels);
/* The largest middle part that has the shape of height : width, then resampled to it by a triangle
 * filter: linear interpolation where it grows, means over the pixels that fall on one where it
 * shrinks. */
void nn_picture_fit(nn_picture *picture, int64_t height, int64_t width);

#endif
