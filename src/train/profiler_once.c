/* Laps: the clock is read once at the end of each piece of work. */
#include "profiler.h"

#include <sys/resource.h>
#include <time.h>

#include "session.h"

/* Laps kept for the trace: about 100 bytes each in trace.json. */
#define NN_LAPS_A_RANK 20000
#define NN_LAPS_IN_ALL 200000

const char *const nn_phase_word[NN_PHASES] = {
#define NN_PHASE_WORD(name, word, of_step) word,
    NN_PHASE_LIST(NN_PHASE_WORD)
#undef NN_PHASE_WORD
};
const bool nn_phase_of_step[NN_PHASES] = {
#define NN_PHASE_OF_STEP(name, word, of_step) of_step,
    NN_PHASE_LIST(NN_PHASE_OF_STEP)
#undef NN_PHASE_OF_STEP
};

nn_profiler *nn_profiler_create(nn_arena *arena, int n_layers, int64_t laps_a_step, int ranks) {
    nn_profiler *p = NN_NEW(arena, nn_profiler);
    p->n_layers = n_layers;
    p->layer = NN_NEW_ARRAY(arena, nn_profiler_layer, n_layers);
    p->room = NN_LAPS_IN_ALL / ranks < NN_LAPS_A_RANK ? NN_LAPS_IN_ALL / ranks : NN_LAPS_A_RANK;
    if (p->room < 2 * laps_a_step) p->room = 2 * laps_a_step;
    p->trace_steps = p->room / laps_a_step;
    p->lap = NN_NEW_ARRAY(arena, nn_lap, p->room);
    return p;
}

void nn_profiler_begin(nn_profiler *p, nn_comm *comm) {
    nn_comm_barrier(comm);
    p->origin = p->last = nn_clock();
}

/* The trace ends with its last step: the laps after it are not kept. */
static void keep_lap(nn_profiler *p, int phase, int64_t index) {
    if (p->steps > p->trace_steps || p->n_laps == p->room) return;
    p->lap[p->n_laps++] = (nn_lap){p->last, phase, (int32_t)index};
}

void nn_profiler_lap(nn_profiler *p, nn_phase phase, int layer) {
    double now = nn_clock(), seconds = now - p->last;
    p->last = now;
    p->phase[phase] += seconds;
    if (layer >= 0) {
        nn_profiler_layer *l = &p->layer[layer];
        (phase == NN_PHASE_FORWARD ? &l->forward : &l->backward)->seconds += seconds;
    }
    keep_lap(p, (int)phase, layer);
}

void nn_profiler_step(nn_profiler *p) {
    nn_profiler_lap(p, NN_PHASE_OTHER, -1);
    if (p->steps == 0) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        p->first_step = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    }
    p->steps++;
    keep_lap(p, NN_PHASES, p->steps);
}

/* ---- over ranks ---- */

static nn_spread *spread_of(const double *mine, int n, nn_comm *comm, nn_arena *arena) {
    double *sum = NN_NEW_ARRAY(arena, double, n), *ends = NN_NEW_ARRAY(arena, double, 2 * n);
    nn_spread *spread = NN_NEW_ARRAY(arena, nn_spread, n);
    for (int i = 0; i < n; i++) sum[i] = mine[i], ends[i] = mine[i], ends[n + i] = -mine[i];
    nn_comm_sum(comm, sum, n);
    nn_comm_max(comm, ends, 2 * n);
    for (int i = 0; i < n; i++)
        spread[i] = (nn_spread){-ends[n + i], sum[i] / nn_comm_size(comm), ends[i]};
    return spread;
}

static double peak_memory(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? 1024 * (double)usage.ru_maxrss : 0;
}

/* What is looked at of each rank, in the order of these places; then 3 of each layer. */
enum { TOTAL, TRAINING, MEMORY, PHASE, LAYERS = PHASE + NN_PHASES };

static nn_spread *times_of(const nn_profiler *p, nn_comm *comm, nn_arena *arena) {
    int n = LAYERS + 3 * p->n_layers;
    double *mine = NN_NEW_ARRAY(arena, double, n);
    mine[TOTAL] = p->last - p->origin;
    mine[MEMORY] = peak_memory();
    for (int i = 0; i < NN_PHASES; i++) {
        mine[PHASE + i] = p->phase[i];
        if (nn_phase_of_step[i]) mine[TRAINING] += p->phase[i];
    }
    for (int v = 0; v < p->n_layers; v++) {
        double *at = mine + LAYERS + 3 * v;
        at[0] = p->layer[v].forward.seconds;
        at[1] = p->layer[v].backward.seconds;
        at[2] = at[0] + at[1];
    }
    return spread_of(mine, n, comm, arena);
}

/* [ranks, NN_PHASES] */
static const double *phases_of_ranks(const nn_profiler *p, nn_comm *comm, nn_arena *arena) {
    int n = nn_comm_size(comm) * NN_PHASES;
    double *seconds = NN_NEW_ARRAY(arena, double, n);
    for (int i = 0; i < NN_PHASES; i++) seconds[nn_comm_rank(comm) * NN_PHASES + i] = p->phase[i];
    nn_comm_sum(comm, seconds, n);
    return seconds;
}

/* Fills in all but the seconds. Collective. */
static void mean_work(const nn_profiler_way *mine, nn_profile_way *way, nn_comm *comm) {
    double n = (double)mine->samples, calls = (double)mine->calls;
    double sums[] = {calls, n * mine->flops, n * mine->bytes + calls * mine->call_bytes};
    nn_comm_sum(comm, sums, 3);
    int ranks = nn_comm_size(comm);
    *way = (nn_profile_way){
        .calls = sums[0] / ranks, .flops = sums[1] / ranks, .bytes = sums[2] / ranks};
}

nn_profile *nn_profiler_summary(const nn_profiler *p, nn_comm *comm, nn_arena *arena) {
    nn_profile *profile = NN_NEW(arena, nn_profile);
    nn_profile_layer *layer = NN_NEW_ARRAY(arena, nn_profile_layer, p->n_layers);
    const nn_spread *times = times_of(p, comm, arena);
    for (int v = 0; v < p->n_layers; v++) {
        const nn_profiler_layer *mine = &p->layer[v];
        layer[v] = (nn_profile_layer){
            .name = mine->name, .type = mine->type, .seconds = times[LAYERS + 3 * v + 2]};
        mean_work(&mine->forward, &layer[v].forward, comm);
        mean_work(&mine->backward, &layer[v].backward, comm);
        layer[v].forward.seconds = times[LAYERS + 3 * v];
        layer[v].backward.seconds = times[LAYERS + 3 * v + 1];
    }
    int64_t counts[] = {p->samples, p->evaluated};
    nn_comm_sum_counts(comm, counts, 2);
    *profile = (nn_profile){.ranks = nn_comm_size(comm),
                            .steps = p->steps,
                            .samples = counts[0],
                            .evaluated = counts[1],
                            .first_step = p->first_step,
                            .seconds = times[TOTAL],
                            .of_rank = phases_of_ranks(p, comm, arena),
                            .training = times[TRAINING],
                            .peak_memory = times[MEMORY],
                            .n_layers = p->n_layers,
                            .layer = layer,
                            .trace_steps = p->steps < p->trace_steps ? p->steps : p->trace_steps};
    for (int i = 0; i < NN_PHASES; i++) profile->phase[i] = times[PHASE + i];
    return profile;
}
