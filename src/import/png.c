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

/* 8 bits a channel, one or three channels. */
static void ask_for_bytes(png_structp png, png_infop info) {
    png_set_expand(png); /* palettes, fewer than 8 bits, tRNS */
    png_set_scale_16(png);
    png_set_strip_alpha(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

static void read_pixels(png_structp png, nn_picture *picture) {
    size_t row = (size_t)(picture->width * picture->channels);
    png_bytep *rows = png_malloc(png, (size_t)picture->height * sizeof *rows);
    if (!nn_picture_allocate(picture)) png_error(png, "it is too large");
    for (int64_t i = 0; i < picture->height; i++) rows[i] = picture->pixel + (size_t)i * row;
    png_read_image(png, rows);
    png_read_end(png, NULL);
    png_free(png, rows);
}

static nn_status read_png(nn_picture *picture, FILE *stream, const char *file, bool pixels) {
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, (void *)file, keep_message, no_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) nn_panic("out of memory");
    if (setjmp(png_jmpbuf(png))) { /* rows of read_pixels are lost: once, on the way out */
        png_destroy_read_struct(&png, &info, NULL);
        return NN_BAD_DATA;
    }
    png_init_io(png, stream);
    png_read_info(png, info);
    ask_for_bytes(png, info);
    picture->height = png_get_image_height(png, info);
    picture->width = png_get_image_width(png, info);
    picture->channels = png_get_channels(png, info);
    if (pixels) read_pixels(png, picture);
    png_destroy_read_struct(&png, &info, NULL);
    return NN_OK;
}

const nn_picture_format nn_picture_png = {
    .name = "PNG", .length = 8, .magic = "\x89PNG\r\n\x1a\n", .read = read_png};
