#define NN_DOUBLE
#include "onnx_tool.c" /* the same in double */
