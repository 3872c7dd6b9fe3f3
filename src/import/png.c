/* PNG by libpng. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "picture.h"

static void keep_message(png_structp png, const char *message) {
    nn_error(NN_BAD_DATA, "%s: the PNG cannot be read: %s", (const char *)png_get_error_ptr(png),
             message);
    png_longjmp(png, 1);
}

/* Only what spoils pixels is an error of libpng's. */
static void no_warning(png_structp png, const char *message) {}

/* 8 bits a channel, one or three channels; returns how often the rows must be read. */
static int ask_for_bytes(png_structp png, png_infop info) {
    png_set_expand(png); /* palettes, fewer than 8 bits, tRNS */
    png_set_scale_16(png);
    png_set_strip_alpha(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    return passes;
}

static void read_pixels(png_structp png, nn_picture *picture, int passes) {
    size_t row = (size_t)(picture->width * picture->channels);
    if (!nn_picture_allocate(picture)) png_error(png, "it is too large");
    for (int pass = 0; pass < passes; pass++)
        for (int64_t i = 0; i < picture->height; i++)
            png_read_row(png, picture->pixel + (size_t)i * row, NULL);
    png_read_end(png, NULL);
}

static nn_status read_png(nn_picture *picture, FILE *stream, const char *file, bool pixels) {
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, (void *)file, keep_message, no_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) nn_panic("out of memory");
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return NN_BAD_DATA;
    }
    png_init_io(png, stream);
    png_read_info(png, info);
    int passes = ask_for_bytes(png, info);
    picture->height = png_get_image_height(png, info);
    picture->width = png_get_image_width(png, info);
    picture->channels = png_get_channels(png, info);
    if (pixels) read_pixels(png, picture, passes);
    png_destroy_read_struct(&png, &info, NULL);
    return NN_OK;
}

const nn_picture_format nn_picture_png = {
    .name = "PNG", .length = 8, .magic = "\x89PNG\r\n\x1a\n", .read = read_png};
