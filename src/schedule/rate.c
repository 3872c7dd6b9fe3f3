#include "warmup.h"

#define X(name) extern const nn_schedule nn_schedule_##name;
#include "schedules.def"
#undef X

const nn_kind *const nn_schedule_kinds[] = {
#define X(name) &nn_schedule_##name.kind,
#include "schedules.def"
#undef X
    NULL};

double nn_warmup_length(const nn_warmup *warmup, const nn_progress *progress) {
    return ceil(warmup->epochs * (double)progress->steps_per_epoch) + (double)warmup->steps;
}

double nn_steps_after_warmup(const nn_warmup *warmup, const nn_progress *progress) {
    return fmax(0, (double)progress->step - nn_warmup_length(warmup, progress));
}

double nn_schedule_rate(const nn_typed *schedule, double base, const nn_progress *progress) {
    if (!schedule || !schedule->kind) return base;
    const nn_warmup *warmup = schedule->options;
    double w = nn_warmup_length(warmup, progress), rest = (double)progress->total_steps - w;
    if ((double)progress->step < w) return base * ((double)progress->step + 1) / w;
    double done = rest > 0 ? nn_steps_after_warmup(warmup, progress) / rest : 1;
    const nn_schedule *ops = (const nn_schedule *)schedule->kind;
    return ops->rate(schedule->options, base, fmin(done, 1), progress);
}

const char *nn_schedule_monitor(const nn_typed *schedule) {
    const nn_schedule *ops = (const nn_schedule *)schedule->kind;
    return ops && ops->monitor ? ops->monitor(schedule->options) : NULL;
}
