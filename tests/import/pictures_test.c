/* Pictures that are cut at whatever byte are refused; those that are damaged are refused or read,
 * and nothing crashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <png.h>

#include "common/scratch.h"
#include "import/picture.h"

#define H 9
#define W 11

static uint8_t pixels[H * W * 3];

static void paint(void) {
    for (int i = 0; i < H * W * 3; i++) pixels[i] = (uint8_t)(i * i / 7 + i);
}

static size_t make_png(unsigned char *bytes, size_t room) {
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = W, .height = H, .format = PNG_FORMAT_RGB};
    assert_true(png_image_write_to_memory(&image, bytes, &room, 0, pixels, 0, NULL));
    return room;
}

static size_t make_jpeg(unsigned char *bytes, size_t room) {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *memory = NULL;
    unsigned long n = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &memory, &n);
    jpeg.image_width = W;
    jpeg.image_height = H;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < H) {
        JSAMPROW row = pixels + jpeg.next_scanline * W * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    assert_true(n < room);
    memcpy(bytes, memory, n);
    free(memory);
    return n;
}

static nn_status status_of(const void *bytes, size_t n) {
    const nn_picture_format *format;
    nn_picture picture;
    scratch_write(scratch("picture"), bytes, n);
    expect_ok(nn_picture_format_of(scratch("picture"), &format));
    if (!format) return NN_BAD_DATA;
    nn_status header = nn_picture_read(&picture, format, scratch("picture"), false);
    nn_error_clear();
    nn_status status = nn_picture_read(&picture, format, scratch("picture"), true);
    if (status == NN_OK) assert_int_equal(header, NN_OK);
    if (status == NN_OK) assert_non_null(picture.pixel);
    nn_picture_free(&picture);
    return status;
}

static void hurt(const unsigned char *bytes, size_t n) {
    unsigned char copy[4096];
    expect_ok(status_of(bytes, n));
    for (size_t end = 0; end < n; end++) {
        assert_int_equal(status_of(bytes, end), NN_BAD_DATA);
        nn_error_clear();
    }
    memcpy(copy, bytes, n);
    for (size_t at = 0; at < n; at++) {
        copy[at] ^= (unsigned char)(1 + at % 255);
        nn_status status = status_of(copy, n);
        assert_true(status == NN_OK || status == NN_BAD_DATA);
        nn_error_clear();
        copy[at] = bytes[at];
    }
}

static void a_png_that_is_cut_or_damaged_is_refused(void **unused) {
    unsigned char bytes[4096];
    paint();
    hurt(bytes, make_png(bytes, sizeof bytes));
}

static void a_jpeg_that_is_cut_or_damaged_is_refused(void **unused) {
    unsigned char bytes[4096];
    paint();
    hurt(bytes, make_jpeg(bytes, sizeof bytes));
}

static void a_picture_that_claims_to_be_huge_is_refused(void **unused) {
    unsigned char bytes[4096], *frame = NULL;
    paint();
    size_t n = make_jpeg(bytes, sizeof bytes);
    for (size_t i = 2; i + 9 < n && !frame; i++)
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) frame = bytes + i;
    assert_non_null(frame);
    memset(frame + 5, 0xfe, 4); /* height, width: 65278 each, 12 GB */
    EXPECT_ERROR(status_of(bytes, n), NN_BAD_DATA, "picture: the JPEG cannot be read");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_that_is_cut_or_damaged_is_refused),
        cmocka_unit_test(a_jpeg_that_is_cut_or_damaged_is_refused),
        cmocka_unit_test(a_picture_that_claims_to_be_huge_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
