#include "truths.h"

#include <math.h>
#include <string.h>

#include "nnmpi/tensor.h"

#define ROUNDING (256 * NN_REAL_EPSILON)

/* ---- comparing two outcomes ---- */

static void claim_gradients_close(const nn_specimen *s, const char *what, const nn_outcome *a,
                                  const nn_outcome *b, double tolerance) {
    for (int k = 0; k < s->layer.n_inputs; k++)
        if (a->dz_in[k] && b->dz_in[k] && s->layer.ops->backward_input)
            nn_claim_close(s, what, a->n * nn_specimen_in(s, k), a->dz_in[k], b->dz_in[k],
                           tolerance);
    for (int k = 0; k < s->layer.n_params; k++)
        nn_claim_close(s, what, nn_specimen_param(s, k), a->dW[k], b->dW[k], tolerance);
}

static void claim_states_close(const nn_specimen *s, const char *what, nn_real *const *a,
                               nn_real *const *b) {
    for (int k = 0; k < s->layer.n_state; k++)
        nn_claim_close(s, what, nn_shape_size(&s->layer.state[k].shape), a[k], b[k], 0);
}

static void claim_close(const nn_specimen *s, const char *what, const nn_outcome *a,
                        const nn_outcome *b, double tolerance) {
    nn_claim_close(s, what, a->n * nn_specimen_out(s), a->z, b->z, tolerance);
    if (a->dz) claim_gradients_close(s, what, a, b, tolerance);
}

/* ---- the truths ---- */

void an_activation_taken_off_can_be_applied_after(nn_specimen *s) {
    nn_typed activation = s->layer.activation;
    const nn_activation *f = nn_activation_of(activation.kind);
    if (!f) return;
    nn_trial forward = {0};
    nn_outcome *whole = nn_specimen_run(s, &forward);
    s->layer.activation.kind = NULL;
    nn_outcome *bare = nn_specimen_run(s, &forward);
    s->layer.activation = activation;
    int64_t width = s->layer.out.rank ? s->layer.out.dim[s->layer.out.rank - 1] : 1;
    f->forward(activation.options, s->n * nn_specimen_out(s) / width, width, bare->z);
    claim_close(s, "its activation is not what it applies last", whole, bare, ROUNDING);
    nn_outcome_destroy(whole);
    nn_outcome_destroy(bare);
}

void first_contributions_write_and_later_ones_add(nn_specimen *s) {
    nn_trial first = {.backward = true};
    nn_outcome *once = nn_specimen_run(s, &first);
    nn_trial second = {.backward = true, .add_to = once};
    nn_outcome *twice = nn_specimen_run(s, &second);
    for (int k = 0; k < s->layer.n_inputs; k++)
        nn_add(s->n * nn_specimen_in(s, k), once->dz_in[k], once->dz_in[k]);
    for (int k = 0; k < s->layer.n_params; k++)
        nn_add(nn_specimen_param(s, k), once->dW[k], once->dW[k]);
    claim_gradients_close(s, "added once and twice", twice, once, ROUNDING);
    nn_outcome_destroy(once);
    nn_outcome_destroy(twice);
}

void many_samples_at_once_equal_one_at_a_time(nn_specimen *s) {
    if (s->layer.coupled) return;
    nn_trial all = {.backward = true};
    nn_outcome *whole = nn_specimen_run(s, &all), *sum = NULL;
    int64_t out = nn_specimen_out(s);
    for (int64_t i = 0; i < s->n; i++) {
        nn_trial one = {.first = i, .n = 1, .backward = true, .add_to = sum};
        nn_outcome *part = nn_specimen_run(s, &one);
        nn_claim_close(s, "z of one sample", out, whole->z + i * out, part->z, ROUNDING);
        for (int k = 0; k < s->layer.n_inputs && s->layer.ops->backward_input; k++) {
            int64_t size = nn_specimen_in(s, k);
            nn_claim_close(s, "dz of one sample", size, whole->dz_in[k] + i * size, part->dz_in[k],
                           ROUNDING);
        }
        if (sum) nn_outcome_destroy(sum);
        sum = part;
        for (int k = 0; k < s->layer.n_inputs; k++)
            if (sum->dz_in[k]) nn_zero(nn_specimen_in(s, k), sum->dz_in[k]); /* only dW is summed */
    }
    for (int k = 0; k < s->layer.n_params; k++)
        nn_claim_close(s, "dW summed over samples", nn_specimen_param(s, k), whole->dW[k],
                       sum->dW[k], ROUNDING);
    nn_outcome_destroy(whole);
    nn_outcome_destroy(sum);
}

void evaluation_is_a_function_of_inputs_and_weights(nn_specimen *s) {
    nn_trial trial = {.evaluation = true};
    nn_outcome *a = nn_specimen_run(s, &trial);
    s->seed += 1, s->step += 1, s->layer.key += 1;
    for (int64_t i = 0; i < s->n; i++) s->sample[i] += 1;
    nn_outcome *b = nn_specimen_run(s, &trial);
    claim_close(s, "two evaluations", a, b, 0);
    claim_states_close(s, "state before and after evaluation", s->state, a->state);
    for (int64_t i = 0; i < s->n * nn_specimen_out(s); i++)
        nn_claim(s, isfinite(a->z[i]), "number %lld of an evaluation is not finite", (long long)i);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
}

void no_samples_give_zero_gradients(nn_specimen *s) {
    nn_trial nothing = {.n = -1, .backward = true};
    nn_outcome *o = nn_specimen_run(s, &nothing);
    nn_trial something = {.backward = true};
    nn_outcome *whole = nn_specimen_run(s, &something);
    nn_trial more = {.n = -1, .backward = true, .add_to = whole};
    nn_outcome *after = nn_specimen_run(s, &more);
    for (int k = 0; k < s->layer.n_params; k++)
        for (int64_t i = 0; i < nn_specimen_param(s, k); i++)
            nn_claim(s, o->dW[k][i] == 0 && after->dW[k][i] == whole->dW[k][i],
                     "dW of no samples is not 0");
    if (!s->layer.coupled) claim_states_close(s, "state after no samples", s->state, o->state);
    for (int k = 0; k < s->layer.n_state; k++)
        for (int64_t i = 0; i < nn_shape_size(&s->layer.state[k].shape); i++)
            nn_claim(s, isfinite(o->state[k][i]), "state after no samples is not finite");
    nn_outcome_destroy(o);
    nn_outcome_destroy(whole);
    nn_outcome_destroy(after);
}

void garbage_in_memory_changes_nothing(nn_specimen *s) {
    nn_trial garbage = {.backward = true}, zeros = {.backward = true, .zero_filled = true};
    nn_outcome *a = nn_specimen_run(s, &garbage), *b = nn_specimen_run(s, &zeros);
    claim_close(s, "with NaN and with 0 in memory", a, b, 0);
    claim_states_close(s, "state with NaN and with 0 in memory", a->state, b->state);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
}

/* What overwrites its input cannot read it again, so a layer that keeps it is not run in place. */
void in_place_equals_out_of_place(nn_specimen *s) {
    const nn_layer *l = &s->layer;
    if (!(l->in_place || l->view)) return;
    nn_trial apart = {.backward = true}, together = {.backward = true, .in_place = true};
    nn_claim(s, nn_specimen_in(s, 0) == nn_specimen_out(s), "in place, but of another size");
    if (l->keeps_input) apart.backward = together.backward = false;
    nn_outcome *a = nn_specimen_run(s, &apart), *b = nn_specimen_run(s, &together);
    claim_close(s, "out of place and in place", a, b, 0);
    if (l->view)
        nn_claim_close(s, "a view and its input", s->n * nn_specimen_out(s), a->z, s->z_in[0], 0);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
}

void an_input_nobody_asks_for_changes_nothing(nn_specimen *s) {
    nn_trial all = {.backward = true};
    nn_outcome *a = nn_specimen_run(s, &all);
    for (unsigned asked = 0; asked + 1 < 1u << s->layer.n_inputs; asked++) {
        nn_trial some = {.backward = true, .unasked = ~asked};
        nn_outcome *b = nn_specimen_run(s, &some);
        claim_close(s, "with all and with some dz asked for", a, b, 0);
        nn_outcome_destroy(b);
    }
    nn_outcome_destroy(a);
}

/* True if training with the specimen as it is now differs from the outcome given. */
static bool differs(nn_specimen *s, const nn_outcome *from) {
    nn_trial forward = {0};
    nn_outcome *o = nn_specimen_run(s, &forward);
    bool differ = memcmp(o->z, from->z, (size_t)(s->n * nn_specimen_out(s)) * sizeof *o->z) != 0;
    nn_outcome_destroy(o);
    return differ;
}

void chance_depends_on_seed_step_layer_and_sample_only(nn_specimen *s) {
    nn_trial forward = {0};
    bool random = s->layer.random;
    nn_outcome *o = nn_specimen_run(s, &forward);
    nn_claim(s, !differs(s, o), "the same training twice differs");
    s->seed++;
    nn_claim(s, differs(s, o) == random, "seed: flag `random` is %d", random);
    s->seed--, s->step++;
    nn_claim(s, differs(s, o) == random, "step: flag `random` is %d", random);
    s->step--, s->layer.key++;
    nn_claim(s, differs(s, o) == random, "layer key: flag `random` is %d", random);
    s->layer.key--;
    for (int64_t i = 0; i < s->n; i++) s->sample[i]++;
    nn_claim(s, differs(s, o) == random, "sample: flag `random` is %d", random);
    nn_outcome_destroy(o);
}

const nn_named_truth nn_layer_truths[] = {
#define TRUTH(name)                                                                                \
    { #name, name }
    TRUTH(the_gradient_by_input_equals_central_differences),
    TRUTH(the_gradient_by_parameters_equals_central_differences),
    TRUTH(the_products_are_adjoint_to_the_derivative),
    TRUTH(an_activation_taken_off_can_be_applied_after),
    TRUTH(first_contributions_write_and_later_ones_add),
    TRUTH(many_samples_at_once_equal_one_at_a_time),
    TRUTH(two_parts_of_a_batch_equal_the_whole),
    TRUTH(evaluation_is_a_function_of_inputs_and_weights),
    TRUTH(no_samples_give_zero_gradients),
    TRUTH(garbage_in_memory_changes_nothing),
    TRUTH(in_place_equals_out_of_place),
    TRUTH(an_input_nobody_asks_for_changes_nothing),
    TRUTH(one_position_at_a_time_equals_the_sequence),
    TRUTH(chance_depends_on_seed_step_layer_and_sample_only),
#undef TRUTH
    {0}};
