#include "habitats.h"

#include <string.h>

#include "nnmpi/status.h"

#define SHAPE(...)                                                                                 \
    {                                                                                              \
        (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), {                               \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

#define TRY_IDS(kind_, yaml_, n, ids_, ...)                                                        \
    {                                                                                              \
        .kind = kind_, .yaml = yaml_, .n_inputs = n, .ids = ids_, .in = { __VA_ARGS__ }            \
    }

#define TRY(kind_, yaml_, n, ...)                                                                  \
    {                                                                                              \
        .kind = kind_, .yaml = yaml_, .n_inputs = n, .in = { __VA_ARGS__ }                         \
    }

/* Every kind is tried by its example on these, with 2 and with 3 inputs where any number will do.
 */
static const nn_shape usual[] = {SHAPE(6), SHAPE(5, 4), SHAPE(4, 6, 3), SHAPE(3, 4, 2, 2)};

/* And here, where other options or shapes go other ways through the code. To try a new layer with
 * other options add lines here; a layer that takes class ids needs one with `ids`. */
static const nn_habitat more[] = {
    TRY("dense", "{type: dense, units: 4}", 1, SHAPE(3)),
    TRY("dense", "{type: dense, units: 3, use_bias: false, activation: tanh}", 1, SHAPE(2, 4)),
    TRY("dense", "{type: dense, units: 5, activation: gelu}", 1, SHAPE(4)),
    TRY("dense", "{type: dense, units: 5, activation: softmax}", 1, SHAPE(3, 4)),
    TRY("dense", "{type: dense, units: 1, activation: {type: leaky_relu}}", 1, SHAPE(1)),
    TRY("dense", "{type: dense, units: 700, activation: silu}", 1, SHAPE(2)),
    TRY("gelu", "{type: gelu, approximate: true}", 1, SHAPE(7)),
    TRY("elu", "elu", 1, SHAPE(7)),
    TRY("leaky_relu", "{type: leaky_relu, negative_slope: 0}", 1, SHAPE(7)),
    TRY("softmax", "softmax", 1, SHAPE(1)),
    TRY("reshape", "{type: reshape, target_shape: [3, 2]}", 1, SHAPE(2, 3)),
    TRY("reshape", "{type: reshape, target_shape: 6}", 1, SHAPE(2, 3)),
    TRY("dropout", "{type: dropout, rate: 0.1}", 1, SHAPE(37)),
    TRY("concat", "{type: concat, inputs: [a, b]}", 2, SHAPE(2, 3), SHAPE(2, 5)),
    TRY("concat", "{type: concat, axis: 1, inputs: [a, b]}", 2, SHAPE(2, 3), SHAPE(1, 3)),
    TRY("concat", "{type: concat, axis: -2, inputs: [a]}", 3, SHAPE(2, 3), SHAPE(1, 3),
        SHAPE(4, 3)),
    TRY_IDS("embedding", "{type: embedding, input_dim: 50, output_dim: 8}", 1, 50, SHAPE(5)),
    TRY_IDS("embedding", "{type: embedding, input_dim: 3, output_dim: 1}", 1, 3, SHAPE(2, 3)),
    TRY_IDS("embedding", "{type: embedding, input_dim: 4, output_dim: 5}", 1, 4, {0}),
    TRY("lstm", "{type: lstm, units: 3, return_sequences: true}", 1, SHAPE(4, 2)),
    TRY("lstm", "{type: lstm, units: 3}", 1, SHAPE(4, 2)),
    TRY("lstm", "{type: lstm, units: 2, go_backwards: true, use_bias: false}", 1, SHAPE(3, 5)),
    TRY("lstm", "{type: lstm, units: 2, go_backwards: true, return_sequences: true}", 1,
        SHAPE(3, 1)),
    TRY("lstm", "{type: lstm, units: 4, dropout: 0.4, return_sequences: true}", 1, SHAPE(3, 9)),
    TRY("lstm", "{type: lstm, units: 4, activation: gelu, recurrent_activation: silu}", 1,
        SHAPE(3, 2)),
    TRY("lstm", "{type: lstm, units: 4, activation: linear, recurrent_activation: softmax}", 1,
        SHAPE(3, 2)),
    TRY("lstm", "{type: lstm, units: 1}", 1, SHAPE(1, 1)),
};

/* Whether its inputs are ids, as the lines above say. */
static int64_t ids_of(const char *kind) {
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (!strcmp(more[i].kind, kind) && more[i].ids) return more[i].ids;
    return 0;
}

static bool is_accepted(const nn_habitat *habitat) {
    nn_specimen *specimen = nn_specimen_create(habitat, 1);
    nn_specimen_destroy(specimen);
    return specimen != NULL;
}

int nn_habitats_of(const nn_kind *kind, nn_habitat *habitats, int room) {
    int wanted = nn_layer_ops_of(kind)->n_inputs, n = 0;
    int least = wanted == NN_ANY_INPUTS ? 2 : wanted, most = wanted == NN_ANY_INPUTS ? 3 : wanted;
    nn_assert(room >= (int)(2 * sizeof usual / sizeof *usual + sizeof more / sizeof *more));
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        for (int inputs = least; inputs <= most; inputs++) {
            nn_habitat habitat = {
                .kind = kind->name, .n_inputs = inputs, .ids = ids_of(kind->name)};
            for (int k = 0; k < inputs; k++) habitat.in[k] = usual[i];
            if (is_accepted(&habitat)) habitats[n++] = habitat;
        }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        if (strcmp(more[i].kind, kind->name)) continue;
        if (!is_accepted(&more[i])) nn_panic("%s: %s", more[i].yaml, nn_error_message());
        habitats[n++] = more[i];
    }
    return n;
}
