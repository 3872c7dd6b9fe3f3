/* Types of elements: HDF5's <-> ours. */
#include "inside.h"

hid_t nn_store_native(nn_dtype dtype) {
    switch (dtype) {
    case NN_U8: return H5T_NATIVE_UINT8;
    case NN_I8: return H5T_NATIVE_INT8;
    case NN_U16: return H5T_NATIVE_UINT16;
    case NN_I16: return H5T_NATIVE_INT16;
    case NN_U32: return H5T_NATIVE_UINT32;
    case NN_I32: return H5T_NATIVE_INT32;
    case NN_U64: return H5T_NATIVE_UINT64;
    case NN_I64: return H5T_NATIVE_INT64;
    case NN_F32: return H5T_NATIVE_FLOAT;
    case NN_F64: return H5T_NATIVE_DOUBLE;
    }
    nn_panic("no such dtype: %d", dtype);
}

static const char *integer_of(hid_t type, nn_dtype *dtype) {
    static const nn_dtype by_size[][2] = {
        {NN_U8, NN_I8}, {NN_U16, NN_I16}, {NN_U32, NN_I32}, {NN_U64, NN_I64}};
    size_t bits = H5Tget_precision(type);
    if (bits == 0 || bits > 64) return "integers of more than 64 bits";
    int i = bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
    *dtype = by_size[i][H5Tget_sign(type) == H5T_SGN_2];
    return NULL;
}

static const char *float_of(hid_t type, nn_dtype *dtype) {
    size_t sign, exponent_at, exponent = 0, mantissa_at, mantissa = 0;
    if (H5Tget_fields(type, &sign, &exponent_at, &exponent, &mantissa_at, &mantissa) < 0)
        return "floating-point numbers of a damaged type";
    *dtype = exponent <= 8 && mantissa <= 23 ? NN_F32 : NN_F64;
    return NULL;
}

/* An enumeration (h5py's bool is one) is its integers. */
static const char *enum_of(hid_t type, nn_dtype *dtype) {
    hid_t base = H5Tget_super(type);
    const char *wrong = base < 0 ? "an enumeration of a damaged type" : integer_of(base, dtype);
    if (base >= 0) H5Tclose(base);
    return wrong;
}

const char *nn_store_dtype_of(hid_t type, nn_dtype *dtype) {
    switch (H5Tget_class(type)) {
    case H5T_INTEGER: return integer_of(type, dtype);
    case H5T_FLOAT: return float_of(type, dtype);
    case H5T_ENUM: return enum_of(type, dtype);
    case H5T_STRING: return "text";
    case H5T_COMPOUND: return "compounds (records, or complex numbers)";
    case H5T_VLEN: return "lists of varying length (ragged)";
    case H5T_ARRAY: return "arrays as elements";
    case H5T_REFERENCE: return "references";
    case H5T_BITFIELD: return "bit fields";
    case H5T_OPAQUE: return "opaque bytes";
    case H5T_TIME: return "times";
    default: return "elements of an unknown type";
    }
}
