#include "nnmpi/metric.h"

#include <string.h>

#define X(name) extern const nn_metric NN_REAL_NAME(nn_metric_##name);
#include "metrics.def"
#undef X

const nn_kind *const nn_metric_kinds[] = {
#define X(name) &NN_REAL_NAME(nn_metric_##name).kind,
#include "metrics.def"
#undef X
    NULL};

const nn_metric *nn_metric_of(const nn_kind *kind) {
    for (int i = 0; kind && nn_metric_kinds[i]; i++)
        if (nn_metric_kinds[i] == kind || !strcmp(nn_metric_kinds[i]->name, kind->name))
            return (const nn_metric *)nn_metric_kinds[i];
    return NULL;
}
