/* UTF-8 is read as iconv reads it, and refused where iconv refuses it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "import/characters.h"

/* What iconv makes of it: code points, and how many bytes it took. */
static size_t by_iconv(const char *bytes, size_t n, uint32_t *code, size_t *codes) {
    iconv_t to = iconv_open("UTF-32LE", "UTF-8");
    assert_true(to != (iconv_t)-1);
    char *in = (char *)bytes, *out = (char *)code;
    size_t left = n, room = 64 * sizeof *code;
    iconv(to, &in, &left, &out, &room);
    iconv_close(to);
    *codes = 64 - room / sizeof *code;
    return n - left;
}

static void expect_as_iconv(const char *bytes, size_t n) {
    static nn_characters c;
    uint32_t code[64];
    size_t codes, good = by_iconv(bytes, n, code, &codes);
    scratch_write(scratch("utf8"), bytes, n);
    expect_ok(nn_characters_open(&c, scratch("utf8"), false));
    int32_t next = 0;
    for (size_t i = 0; i < codes; i++) {
        expect_ok(nn_characters_next(&c, &next));
        assert_int_equal(next, code[i]);
    }
    char where[64];
    snprintf(where, sizeof where, "at offset %zu is not UTF-8", good);
    if (good < n)
        EXPECT_ERROR(nn_characters_next(&c, &next), NN_BAD_DATA, "utf8: line 1:", where);
    else {
        expect_ok(nn_characters_next(&c, &next));
        assert_int_equal(next, -1);
    }
    nn_characters_close(&c);
}

static void what_iconv_refuses_is_refused_at_the_same_byte(void **unused) {
    const unsigned char lead[] = {0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
                                  0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xf8, 0xff};
    const unsigned char next[] = {0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2};
    for (size_t i = 0; i < sizeof lead; i++)
        for (size_t k = 0; k < sizeof next; k++)
            for (int rest = 0; rest < 4; rest++) {
                char bytes[] = {'a', (char)lead[i], (char)next[k], (char)0x80,
                                (char)(rest == 3 ? 0x41 : 0xbf)};
                expect_as_iconv(bytes, 3 + (size_t)(rest > 2 ? 2 : rest));
            }
}

static void every_code_point_goes_there_and_back(void **unused) {
    for (int32_t code = 1; code < NN_CODE_POINTS; code++) {
        if (code >= 0xd800 && code < 0xe000) continue;
        nn_utf8 u = nn_utf8_of(code);
        assert_int_equal(nn_utf8_code(u.text), code);
        if (code % 997 == 0 && code != 0xfeff) expect_as_iconv(u.text, strlen(u.text));
    }
    assert_int_equal(nn_utf8_code("ab"), -1);
    assert_int_equal(nn_utf8_code(""), -1);
}

/* Characters that lie across the borders of blocks, whatever their place. */
static void blocks_end_in_the_middle_of_characters(void **unused) {
    const char *const parts[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    const int32_t code[] = {'a', 0xe9, 0x20ac, 0x1f600};
    static char bytes[300000];
    static nn_characters c;
    for (int shift = 0; shift < 4; shift++) {
        size_t n = 0;
        int k = shift;
        for (; n < sizeof bytes - 8; k++) {
            size_t length = strlen(parts[k % 4]);
            memcpy(bytes + n, parts[k % 4], length);
            n += length;
        }
        scratch_write(scratch("long"), bytes, n);
        expect_ok(nn_characters_open(&c, scratch("long"), false));
        int32_t next;
        for (int i = shift; i < k; i++) {
            expect_ok(nn_characters_next(&c, &next));
            assert_int_equal(next, code[i % 4]);
        }
        expect_ok(nn_characters_next(&c, &next));
        assert_int_equal(next, -1);
        nn_characters_close(&c);
    }
}

/* What a file holds of this many bytes comes back in blocks of whole characters. */
static void expect_blocks(const char *bytes, size_t n, size_t mark) {
    static nn_characters c;
    const char *text;
    int64_t some = 1;
    size_t at = mark;
    scratch_write(scratch("blocks"), bytes, n);
    expect_ok(nn_characters_open(&c, scratch("blocks"), false));
    for (; some > 0; at += (size_t)some) {
        expect_ok(nn_characters_block(&c, &text, &some));
        assert_memory_equal(text, bytes + at, (size_t)some);
        assert_true(some == 0 || (text[0] & 0xc0) != 0x80);
    }
    assert_int_equal(at, n);
    nn_characters_close(&c);
}

static void blocks_are_of_whole_characters_without_the_mark(void **unused) {
    static char bytes[3 + 200000];
    memcpy(bytes, "\xef\xbb\xbf", 3);
    for (size_t i = 3; i < sizeof bytes; i++) bytes[i] = "\xf0\x9f\x98\x80"[(i - 3) % 4];
    for (size_t mark = 0; mark <= 3; mark += 3)
        for (size_t n = 0; n <= 200000; n += n < 8 ? 4 : 50000)
            expect_blocks(bytes + 3 - mark, mark + n, mark);
    for (size_t from = 0; from < 3; from++) {
        static char shifted[3 + 200000];
        memset(shifted, 'a', from);
        memcpy(shifted + from, bytes + 3, 200000);
        expect_blocks(shifted, from + 200000, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_iconv_refuses_is_refused_at_the_same_byte),
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(blocks_end_in_the_middle_of_characters),
        cmocka_unit_test(blocks_are_of_whole_characters_without_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
