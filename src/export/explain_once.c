/* The layers and what becomes of them, from the tables that the exporter reads. */
#include <string.h>

#include "onnx_use.h"

static void explain(const nn_kind *const *kinds, bool activations, nn_buffer *out) {
    for (int i = 0; kinds[i]; i++) {
        const nn_onnx_rule *rule = nn_onnx_rule_of(kinds[i]);
        if ((nn_activation_of(kinds[i]) != NULL) != activations) continue;
        const char *becomes = !rule ? "-" : activations ? nn_onnx_becomes(kinds[i]) : rule->becomes;
        nn_buffer_add(out, "  %-20s  %s\n", kinds[i]->name, becomes);
    }
}

void nn_export_explain_onnx(nn_buffer *out) {
    nn_buffer_add(out, "what each layer becomes in ONNX\n\nlayers:\n");
    explain(nn_layer_kinds, false, out);
    nn_buffer_add(out, "\nactivations, as layers and as options of layers:\n");
    explain(nn_layer_kinds, true, out);
    nn_buffer_add(out,
                  "\nBetween them: Transpose, where one operator wants channels or time first\n"
                  "and the next one does not.\n");
}
