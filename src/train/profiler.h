/* The laps of one rank, and what is made of them: see nnmpi/profile.h. */
#ifndef NNMPI_TRAIN_PROFILER_H
#define NNMPI_TRAIN_PROFILER_H

#include "nnmpi/arena.h"
#include "nnmpi/comm.h"
#include "nnmpi/profile.h"
#include "nnmpi/train.h"

/* One direction of a layer, on this rank. */
typedef struct nn_profiler_way {
    double flops, bytes; /* of a sample */
    double call_bytes;   /* of a call, beside its samples: the weights */
    double seconds;
    int64_t calls, samples;
} nn_profiler_way;

typedef struct nn_profiler_layer {
    const char *name, *type;
    nn_profiler_way forward, backward;
} nn_profiler_layer;

/* For the trace: a lap, from the end of the one before it. */
typedef struct nn_lap {
    double end;    /* nn_clock */
    int32_t phase; /* nn_phase; NN_PHASES: a step begins */
    int32_t index; /* of the layer, or -1; of the step */
} nn_lap;

typedef struct nn_profiler {
    double origin, last; /* nn_clock: of the run and of the last lap */
    double first_step;   /* seconds since 1970 */
    double phase[NN_PHASES];
    int64_t steps, samples, evaluated;
    int n_layers;
    nn_profiler_layer *layer;
    nn_lap *lap; /* the first ones */
    int64_t n_laps, room, trace_steps;
} nn_profiler;

/* With room for the laps of as many steps as make a trace of reasonable size, at least two, where a
 * step has `laps_a_step` of them at most. Logically collective. */
nn_profiler *nn_profiler_create(nn_arena *arena, int n_layers, int64_t laps_a_step, int ranks);
/* Starts the clock, on all ranks at the same moment. Collective. */
void nn_profiler_begin(nn_profiler *p, nn_comm *comm);
/* The time since the last lap was spent on this phase, in this layer (-1: in none). */
void nn_profiler_lap(nn_profiler *p, nn_phase phase, int layer);
/* A step begins: what was before it is NN_PHASE_OTHER. */
void nn_profiler_step(nn_profiler *p);

/* The profile of all ranks, from `arena`. Collective. */
nn_profile *nn_profiler_summary(const nn_profiler *p, nn_comm *comm, nn_arena *arena);
/* trace.json in the folder: complete events of Chrome's trace format, one thread a rank. Rank 0
 * writes; a failure is a warning. Collective. */
void nn_profiler_trace(const nn_profiler *p, const char *name, const char *folder, nn_arena *arena,
                       nn_comm *comm);
/* profile.json in the folder; a failure is a warning. Not collective. */
void nn_profile_write(const nn_profile *profile, const nn_run_plan *plan, const char *folder);

#endif
