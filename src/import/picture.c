/* What all formats of pictures have in common. */
#include "picture.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const nn_picture_format *const formats[] = {&nn_picture_png, &nn_picture_jpeg};

static nn_status open_file(FILE **stream, const char *file) {
    *stream = fopen(file, "rbe");
    return *stream ? NN_OK : nn_error(NN_NO_INPUT, "%s: %s", file, strerror(errno));
}

nn_status nn_picture_format_of(const char *file, const nn_picture_format **format) {
    FILE *stream;
    char bytes[8];
    *format = NULL;
    NN_TRY(open_file(&stream, file));
    size_t n = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (n >= (size_t)formats[i]->length &&
            memcmp(bytes, formats[i]->magic, (size_t)formats[i]->length) == 0)
            *format = formats[i];
    return NN_OK;
}

nn_status nn_picture_read(nn_picture *picture, const nn_picture_format *format, const char *file,
                          bool pixels) {
    FILE *stream;
    *picture = (nn_picture){0};
    NN_TRY(open_file(&stream, file));
    nn_status status = format->read(picture, stream, file, pixels);
    fclose(stream);
    if (status != NN_OK) nn_picture_free(picture);
    return status;
}

#define NN_PICTURE_MAX ((int64_t)1 << 30) /* bytes */

bool nn_picture_allocate(nn_picture *picture) {
    int64_t row = picture->width * picture->channels;
    if (picture->height <= NN_PICTURE_MAX / row)
        picture->pixel = calloc((size_t)picture->height, (size_t)row);
    return picture->pixel != NULL;
}

void nn_picture_free(nn_picture *picture) {
    free(picture->pixel);
    picture->pixel = NULL;
}

static void *allocate(int64_t n, size_t size) {
    void *memory = calloc((size_t)n, size);
    if (!memory) nn_panic("out of memory for a picture");
    return memory;
}

void nn_picture_convert(nn_picture *picture, int64_t channels) {
    int64_t n = picture->height * picture->width;
    if (picture->channels == channels) return;
    uint8_t *to = allocate(n * channels, 1), *from = picture->pixel;
    for (int64_t i = 0; i < n; i++)
        if (channels == 3)
            to[3 * i] = to[3 * i + 1] = to[3 * i + 2] = from[i];
        else
            to[i] = (uint8_t)((19595 * from[3 * i] + 38470 * from[3 * i + 1] +
                               7471 * from[3 * i + 2] + 0x8000) >>
                              16);
    free(from);
    picture->pixel = to;
    picture->channels = channels;
}

/* One axis of n pixels of which [from, from + part) becomes m: weight[i, k] of pixel first[i] + k.
 */
typedef struct nn_filter {
    int64_t taps;
    int64_t *first;
    double *weight;
} nn_filter;

static nn_filter filter_of(int64_t n, double from, double part, int64_t m) {
    double scale = part / (double)m, reach = scale > 1 ? scale : 1;
    nn_filter f = {.taps = 2 * (int64_t)ceil(reach) + 1};
    f.first = allocate(m, sizeof *f.first);
    f.weight = allocate(m * f.taps, sizeof *f.weight);
    for (int64_t i = 0; i < m; i++) {
        double centre = from + ((double)i + 0.5) * scale, sum = 0;
        double *weight = f.weight + i * f.taps;
        int64_t low = (int64_t)(centre - reach + 0.5), high = (int64_t)(centre + reach + 0.5);
        if (low < 0) low = 0;
        if (high > n) high = n;
        f.first[i] = low;
        for (int64_t k = 0; k < high - low; k++) {
            double distance = fabs((double)(low + k) + 0.5 - centre) / reach;
            sum += weight[k] = distance < 1 ? 1 - distance : 0;
        }
        for (int64_t k = 0; k < f.taps; k++) weight[k] /= sum;
    }
    return f;
}

static void free_filter(nn_filter *f) {
    free(f->first);
    free(f->weight);
}

/* Lines of n pixels, `step` apart from each other, each pixel of `channels` numbers `pixel_step`
 * apart: each line becomes m pixels. Both arrays have their lines and pixels in the same order of
 * axes. */
static void resample(const nn_filter *f, const float *from, int64_t lines, int64_t line,
                     int64_t pixel, int64_t channels, int64_t m, float *to, int64_t to_line,
                     int64_t to_pixel) {
    for (int64_t l = 0; l < lines; l++)
        for (int64_t i = 0; i < m; i++)
            for (int64_t c = 0; c < channels; c++) {
                const float *at = from + l * line + f->first[i] * pixel + c;
                double sum = 0;
                for (int64_t k = 0; k < f->taps; k++)
                    if (f->weight[i * f->taps + k] != 0)
                        sum += f->weight[i * f->taps + k] * (double)at[k * pixel];
                to[l * to_line + i * to_pixel + c] = (float)sum;
            }
}

void nn_picture_fit(nn_picture *p, int64_t height, int64_t width) {
    if (p->height == height && p->width == width) return;
    double h = (double)p->height, w = (double)p->width, ratio = (double)width / (double)height;
    double part_w = w / h > ratio ? h * ratio : w, part_h = w / h > ratio ? h : w / ratio;
    int64_t c = p->channels, n = p->height * p->width * c;
    float *x = allocate(n, sizeof *x), *wide = allocate(p->height * width * c, sizeof *wide);
    float *out = allocate(height * width * c, sizeof *out);
    for (int64_t i = 0; i < n; i++) x[i] = p->pixel[i];
    nn_filter across = filter_of(p->width, (w - part_w) / 2, part_w, width);
    nn_filter down = filter_of(p->height, (h - part_h) / 2, part_h, height);
    resample(&across, x, p->height, p->width * c, c, c, width, wide, width * c, c);
    resample(&down, wide, width, c, width * c, c, height, out, c, width * c);
    free(p->pixel);
    p->pixel = allocate(height * width * c, 1);
    for (int64_t i = 0; i < height * width * c; i++) p->pixel[i] = (uint8_t)(out[i] + 0.5f);
    p->height = height;
    p->width = width;
    free_filter(&across);
    free_filter(&down);
    free(x);
    free(wide);
    free(out);
}
