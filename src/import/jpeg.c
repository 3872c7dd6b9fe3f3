/* JPEG by libjpeg. */
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>

#include "picture.h"

typedef struct nn_jpeg_errors {
    struct jpeg_error_mgr manager; /* first: libjpeg knows only this */
    const char *file;
    jmp_buf jump;
} nn_jpeg_errors;

static void leave(j_common_ptr jpeg) {
    nn_jpeg_errors *errors = (nn_jpeg_errors *)jpeg->err;
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    nn_error(NN_BAD_DATA, "%s: the JPEG cannot be read: %s", errors->file, message);
    longjmp(errors->jump, 1);
}

/* A warning of libjpeg's is damage that it would paint over in grey. */
static void no_excuse(j_common_ptr jpeg, int level) {
    if (level < 0) leave(jpeg);
}

static void read_pixels(struct jpeg_decompress_struct *jpeg, nn_picture *picture) {
    size_t row = (size_t)(picture->width * picture->channels);
    jpeg_start_decompress(jpeg);
    if (!nn_picture_allocate(picture)) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW line = picture->pixel + jpeg->output_scanline * row;
        jpeg_read_scanlines(jpeg, &line, 1);
    }
    jpeg_finish_decompress(jpeg);
}

static nn_status read_jpeg(nn_picture *picture, FILE *stream, const char *file, bool pixels) {
    struct jpeg_decompress_struct jpeg;
    nn_jpeg_errors errors = {.file = file};
    jpeg.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = leave;
    errors.manager.emit_message = no_excuse;
    if (setjmp(errors.jump)) {
        jpeg_destroy_decompress(&jpeg);
        return NN_BAD_DATA;
    }
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, stream);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_calc_output_dimensions(&jpeg);
    picture->height = jpeg.output_height;
    picture->width = jpeg.output_width;
    picture->channels = jpeg.out_color_components;
    if (pixels) read_pixels(&jpeg, picture);
    jpeg_destroy_decompress(&jpeg);
    return NN_OK;
}

const nn_picture_format nn_picture_jpeg = {
    .name = "JPEG", .length = 3, .magic = "\xff\xd8\xff", .read = read_jpeg};
