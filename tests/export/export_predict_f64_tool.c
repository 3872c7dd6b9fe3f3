/* export_predict_tool for runs of float64. */
#define NN_DOUBLE
#include "export_predict_tool.c"
