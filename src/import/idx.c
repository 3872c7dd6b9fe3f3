/* import idx: the format of MNIST (Y. LeCun, C. Cortes, C. Burges). Two zero bytes, the type of the
 * numbers, how many axes; the length of each axis, 4 bytes; the numbers. The high byte is first. */
#include "arrays.h"

static const struct {
    unsigned char code;
    nn_dtype dtype;
} types[] = {{0x08, NN_U8},  {0x09, NN_I8},  {0x0b, NN_I16},
             {0x0c, NN_I32}, {0x0d, NN_F32}, {0x0e, NN_F64}};

static nn_status find_type(nn_array_file *a, unsigned char code) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].code == code) {
            a->dtype = types[i].dtype;
            return NN_OK;
        }
    return nn_error(NN_BAD_DATA,
                    "%s: this is no IDX file: its third byte, the type of the numbers, is 0x%02x",
                    a->in.file, code);
}

static nn_status read_header(nn_array_file *a) {
    unsigned char magic[4], length[4];
    int64_t dim[256];
    NN_TRY(nn_header_read(a, magic, sizeof magic));
    if (magic[0] || magic[1])
        return nn_error(NN_BAD_DATA,
                        "%s: this is no IDX file: it does not begin with two zero bytes",
                        a->in.file);
    NN_TRY(find_type(a, magic[2]));
    for (int i = 0; i < magic[3]; i++) {
        NN_TRY(nn_header_read(a, length, sizeof length));
        dim[i] = (int64_t)length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3];
    }
    a->swap = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    return nn_header_shape(a, magic[3], dim);
}

nn_status nn_import_idx(const nn_import *import, const nn_import_arrays_options *options) {
    return nn_arrays_import(import, options, read_header, "images");
}
