/* profile.json. */
#include "profiler.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "nnmpi/file.h"
#include "nnmpi/json.h"
#include "nnmpi/log.h"
#include "nnmpi/text.h"

static json_t *spread_json(nn_spread s) {
    return json_pack("{s:o, s:o, s:o}", "min", nn_json_number(s.min), "mean",
                     nn_json_number(s.mean), "max", nn_json_number(s.max));
}

static json_t *way_json(const nn_profile_way *way) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "calls", nn_json_number(way->calls), "seconds",
                     spread_json(way->seconds), "flops", nn_json_number(way->flops), "bytes",
                     nn_json_number(way->bytes), "gflops_a_second",
                     nn_json_number(1e-9 * way->flops / way->seconds.mean));
}

static json_t *layer_json(const nn_profile *profile, const nn_profile_layer *layer) {
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "name", layer->name, "type", layer->type,
                     "forward", way_json(&layer->forward), "backward", way_json(&layer->backward),
                     "seconds", spread_json(layer->seconds), "share_of_training",
                     nn_json_number(layer->seconds.mean / profile->training.mean));
}

static json_t *phase_json(const nn_profile *profile, int i) {
    return json_pack("{s:s, s:b, s:o, s:o}", "name", nn_phase_word[i], "of_step",
                     (int)nn_phase_of_step[i], "seconds", spread_json(profile->phase[i]), "share",
                     nn_json_number(profile->phase[i].mean / profile->seconds.mean));
}

static json_t *machine_json(const nn_run_plan *plan) {
    return json_pack("{s:i, s:i, s:i, s:s, s:s, s:s, s:s}", "ranks", plan->ranks, "nodes",
                     plan->nodes, "threads", plan->threads, "host", plan->host, "blas", plan->blas,
                     "mpi", plan->mpi, "reduction", plan->reduction);
}

static json_t *memory_json(const nn_profile *profile, const nn_run_plan *plan) {
    return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "peak", spread_json(profile->peak_memory),
                     "planned_program", (json_int_t)plan->memory_program, "planned_weights",
                     (json_int_t)plan->memory_model, "planned_passes",
                     (json_int_t)plan->memory_pass, "planned_others_gradients",
                     (json_int_t)plan->memory_others, "data_of_a_node",
                     (json_int_t)plan->memory_data);
}

/* A row of seconds, in the order of the phases, for each rank. */
static json_t *ranks_json(const nn_profile *profile) {
    json_t *ranks = json_array();
    for (int r = 0; r < profile->ranks; r++) {
        json_t *row = json_array();
        for (int i = 0; i < NN_PHASES; i++)
            json_array_append_new(row, nn_json_number(profile->of_rank[r * NN_PHASES + i]));
        json_array_append_new(ranks, row);
    }
    return ranks;
}

static json_t *profile_json(const nn_profile *profile, const nn_run_plan *plan) {
    json_t *phases = json_array(), *layers = json_array();
    for (int i = 0; i < NN_PHASES; i++) json_array_append_new(phases, phase_json(profile, i));
    for (int i = 0; i < profile->n_layers; i++)
        json_array_append_new(layers, layer_json(profile, &profile->layer[i]));
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}",
        "name", plan->name, "nnmpi_version", NNMPI_VERSION, "precision", plan->precision, "machine",
        machine_json(plan), "batch_size", (json_int_t)plan->batch_size, "micro_batch",
        (json_int_t)plan->micro_batch, "steps", (json_int_t)profile->steps, "samples",
        (json_int_t)profile->samples, "samples_evaluated", (json_int_t)profile->evaluated,
        "first_step_began", nn_json_number(profile->first_step), "seconds",
        spread_json(profile->seconds), "training_seconds", spread_json(profile->training),
        "trace_steps", (json_int_t)profile->trace_steps, "memory_bytes", memory_json(profile, plan),
        "phases", phases, "phases_of_ranks", ranks_json(profile), "layers", layers);
}

void nn_profile_write(const nn_profile *profile, const nn_run_plan *plan, const char *folder) {
    json_t *json = profile_json(profile, plan);
    nn_assert(json);
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/profile.json", folder);
    nn_error_clear();
    if (nn_json_publish(path.text, json, 2, 15, false) != NN_OK)
        nn_warning("%s", nn_error_message());
    nn_error_clear();
    nn_buffer_free(&path);
    json_decref(json);
}
