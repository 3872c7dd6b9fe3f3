#include "rules.h"

#include <string.h>

#include "nnmpi/model.h"

/* Which weights a regularizer is for: by the end of their names, the first line that fits. */
static const struct {
    const char *key, *weight, *also;
    bool multiplies; /* `regularizer` is for it too */
} table[NN_REGULARIZERS - 1] = {
    {"recurrent_regularizer", "recurrent_kernel", NULL, true},
    {"depthwise_regularizer", "depthwise_kernel", NULL, true},
    {"pointwise_regularizer", "pointwise_kernel", NULL, true},
    {"kernel_regularizer", "kernel", NULL, true},
    {"embeddings_regularizer", "embeddings", NULL, true},
    {"bias_regularizer", "bias", NULL, false},
    {"gamma_regularizer", "gamma", "scale", false},
    {"beta_regularizer", "beta", NULL, false},
    {"alpha_regularizer", "alpha", NULL, false},
};
enum { ANY = NN_REGULARIZERS - 1, NONE = -1 };

static bool ends_in(const char *name, const char *end) {
    size_t n = strlen(name), m = end ? strlen(end) : 0;
    return end && m <= n && strcmp(name + n - m, end) == 0;
}

static int place_of(const char *weight) {
    for (int i = 0; i < ANY; i++)
        if (ends_in(weight, table[i].weight) || ends_in(weight, table[i].also)) return i;
    return NONE;
}

const char *nn_regularizer_key(const char *weight) {
    int i = place_of(weight);
    return i == NONE ? NULL : table[i].key;
}

nn_rules nn_rules_plain(void) {
    return (nn_rules){.trainable = true, .learning_rate_factor = 1, .weight_decay_factor = 1};
}

bool nn_rules_are_plain(const nn_rules *rules) {
    for (int i = 0; i < NN_REGULARIZERS; i++)
        if (rules->regularizer[i].present) return false;
    return rules->trainable && rules->learning_rate_factor == 1 && rules->weight_decay_factor == 1;
}

nn_rules nn_rules_inside(const nn_rules *outer, const nn_rules *inner, bool pass_on) {
    nn_rules rules = *outer;
    rules.trainable = outer->trainable && inner->trainable;
    rules.learning_rate_factor *= inner->learning_rate_factor;
    rules.weight_decay_factor *= inner->weight_decay_factor;
    for (int i = 0; i < NN_REGULARIZERS; i++) {
        bool own = inner->regularizer[i].present;
        if (own || (i != ANY && table[i].multiplies && inner->regularizer[ANY].present))
            rules.regularizer[i] = inner->regularizer[i];
        rules.regularizer[i].inherited = pass_on || !own;
    }
    return rules;
}

const nn_regularizer *nn_rules_regularizer(const nn_rules *rules, const char *weight) {
    int i = place_of(weight);
    if (i == NONE) return NULL;
    if (!rules->regularizer[i].present && table[i].multiplies) i = ANY;
    return rules->regularizer[i].present ? &rules->regularizer[i] : NULL;
}

const char *nn_rules_unused(const nn_rules *rules, const char *const *weights, int n) {
    for (int i = 0; i < NN_REGULARIZERS; i++) {
        if (!rules->regularizer[i].present || rules->regularizer[i].inherited) continue;
        bool used = false;
        for (int k = 0; k < n; k++)
            used |= nn_rules_regularizer(rules, weights[k]) == &rules->regularizer[i];
        if (!used) return i == ANY ? "regularizer" : table[i].key;
    }
    return NULL;
}
