/* The truths of truths.h for every layer that is registered, in every habitat. A layer is tested by
 * being registered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "habitats.h"
#include "truths.h"

#define MOST_HABITATS 256
#define SAMPLES 3

typedef struct nn_case {
    const nn_kind *kind;
    nn_truth *truth;
} nn_case;

static void hold(void **state) {
    const nn_case *c = *state;
    nn_habitat habitats[MOST_HABITATS];
    int n = nn_habitats_of(c->kind, habitats, MOST_HABITATS);
    if (n == 0) fail_msg("%s: no shape was accepted: %s", c->kind->name, nn_error_message());
    for (int i = 0; i < n; i++) {
        nn_specimen *specimen = nn_specimen_create(&habitats[i], SAMPLES);
        c->truth(specimen);
        nn_specimen_destroy(specimen);
    }
}

/* Those of a layer inside, which is any, are told by what stands before their names. */
static bool is_told(const char *shapes, const char *weight) {
    static const char *const before[] = {"forward_", "backward_"};
    for (int i = 0; i < 2; i++)
        if (strncmp(weight, before[i], strlen(before[i])) == 0) return strstr(shapes, before[i]);
    return strstr(shapes, weight);
}

static void its_weights_are_told_by_name(nn_specimen *s) {
    const char *shapes = s->layer.ops->kind.shapes;
    for (int k = 0; k < s->layer.n_params; k++)
        nn_claim(s, is_told(shapes, s->layer.param[k].name), "its shapes do not tell of %s",
                 s->layer.param[k].name);
    for (int k = 0; k < s->layer.n_state; k++)
        nn_claim(s, is_told(shapes, s->layer.state[k].name), "its shapes do not tell of %s",
                 s->layer.state[k].name);
}

static void add_test(struct CMUnitTest *test, const nn_kind *kind, const char *claim,
                     nn_truth *truth) {
    char name[200];
    nn_case *c = malloc(sizeof *c);
    *c = (nn_case){kind, truth};
    snprintf(name, sizeof name, "%s: %s", kind->name, claim);
    *test = (struct CMUnitTest){.name = strdup(name), .test_func = hold, .initial_state = c};
}

int main(void) {
    mallopt(M_MMAP_THRESHOLD, 1 << 26); /* the large blocks of convolutions are asked for */
    mallopt(M_TRIM_THRESHOLD, 1 << 28); /* thousands of times: no system call for each */
    static struct CMUnitTest tests[2000];
    size_t n = 0;
    mallopt(M_TRIM_THRESHOLD, 1 << 28); /* thousands of runs: keep their memory between them */
    mallopt(M_MMAP_THRESHOLD, 1 << 28);
    for (int i = 0; nn_layer_kinds[i]; i++) {
        add_test(&tests[n++], nn_layer_kinds[i], "its_weights_are_told_by_name",
                 its_weights_are_told_by_name);
        for (const nn_named_truth *t = nn_layer_truths; t->name; t++)
            add_test(&tests[n++], nn_layer_kinds[i], t->name, t->truth);
    }
    int failed = _cmocka_run_group_tests("every layer", tests, n, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        free((void *)tests[i].name);
        free(tests[i].initial_state);
    }
    return failed;
}
