/* What is true of every layer. Each takes a habitat and fails the test where it is not true there;
 * every_layer_test_f64.c claims them of all that nn_layer_kinds holds. */
#ifndef NNMPI_TESTS_LAYER_TRUTHS_H
#define NNMPI_TESTS_LAYER_TRUTHS_H

#include "specimen.h"

typedef void nn_truth(nn_specimen *s);

nn_truth the_gradient_by_input_equals_central_differences;
nn_truth the_gradient_by_parameters_equals_central_differences;
nn_truth the_products_are_adjoint_to_the_derivative; /* <v, Df u> = <v Df, u> */
nn_truth an_activation_taken_off_can_be_applied_after;
nn_truth first_contributions_write_and_later_ones_add;
nn_truth many_samples_at_once_equal_one_at_a_time;
nn_truth two_parts_of_a_batch_equal_the_whole;
nn_truth evaluation_is_a_function_of_inputs_and_weights;
nn_truth no_samples_give_zero_gradients;
nn_truth garbage_in_memory_changes_nothing;
nn_truth in_place_equals_out_of_place;
nn_truth an_input_nobody_asks_for_changes_nothing;
nn_truth one_position_at_a_time_equals_the_sequence; /* stepping.c */
nn_truth chance_depends_on_seed_step_layer_and_sample_only;

/* Every truth with its name, ended by {NULL}. */
typedef struct nn_named_truth {
    const char *name;
    nn_truth *truth;
} nn_named_truth;
extern const nn_named_truth nn_layer_truths[];

#endif
