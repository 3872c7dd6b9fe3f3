/* A rung: its trials are handed out to groups of ranks.
 *
 * Rank 0 keeps the list. The first rank of another group sends it a note with what came of its
 * trial and is told the next one; rank 0, which trains too, looks for notes after each step of its
 * own. A group whose trial was stopped (by a signal, by the time) says so with the same note, and
 * rank 0 passes it on to the groups at work. */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "inside.h"
#include "nnmpi/log.h"
#include "nnmpi/place.h"

#define NN_NAP 1000          /* microseconds */
#define NN_NEWS_SECONDS 0.25 /* between two notes of a trial under way */
#define NN_WRITE_SECONDS 1.0 /* a trial that is not in sweep.json yet only has to end once more */
#define NN_NO_TRIAL (-1)

typedef enum nn_note_kind {
    NN_NOTE_READY, /* to rank 0: this trial has ended (none: the first note); what is next? */
    NN_NOTE_NEWS,  /* to rank 0: an epoch has ended */
    NN_NOTE_NEXT,  /* from rank 0: this trial, or none */
    NN_NOTE_STOP   /* from rank 0; to it: a rank that has nothing to do got a signal */
} nn_note_kind;

typedef struct nn_note {
    int32_t kind;
    nn_trial trial; /* NEWS: number, epochs and value[0]; NEXT: number */
} nn_note;

typedef struct nn_round {
    nn_sweep_job *job;
    nn_groups groups;
    nn_comm *group;
    int current; /* trial of this group */
    double told; /* when news were sent last */
    bool was_stopped;
    int64_t told_stop, heard_stop; /* notes STOP that were sent to rank 0; that it has taken */
    /* rank 0 */
    int *trial, *given; /* the rung's trials; whether each is out or need not be done */
    int n, open;        /* open: groups that have not been told that there is nothing more */
    int *busy;          /* trial of each group */
    double written;     /* sweep->seconds when sweep.json was written last */
} nn_round;

static void send_note(nn_round *round, nn_note_kind kind, const nn_trial *trial, int to) {
    nn_note note;
    memset(&note, 0, sizeof note);
    note.kind = kind;
    note.trial = *trial;
    nn_comm_post(round->job->comm, &note, sizeof note, to);
}

/* ---- rank 0: the list ---- */

static void stop_all(nn_round *round) {
    const nn_trial none = {.number = NN_NO_TRIAL};
    nn_sweep *sweep = round->job->sweep;
    if (sweep->stopped) return;
    sweep->stopped = true;
    for (int g = 1; g < round->groups.n; g++)
        if (round->busy[g] != NN_NO_TRIAL)
            send_note(round, NN_NOTE_STOP, &none, round->groups.lead[g]);
    if (!nn_signals_pending()) raise(SIGUSR1); /* our own trial */
}

static bool time_is_up(const nn_sweep_job *job) {
    return job->max_time >= 0 && nn_sweep_clock() - job->began >= job->max_time;
}

/* The next trial of a group. Where there is a group for each, each has its own. */
static int assign(nn_round *round, int group) {
    bool own = round->n <= round->groups.n;
    round->busy[group] = NN_NO_TRIAL;
    for (int i = own ? group : 0; i < (own ? group + 1 : round->n); i++) {
        if (round->given[i]) continue;
        if (nn_signals_pending() || time_is_up(round->job)) stop_all(round);
        if (round->job->sweep->stopped) break;
        round->given[i] = true;
        return round->busy[group] = round->trial[i];
    }
    round->open--;
    return NN_NO_TRIAL;
}

/* A folder that cannot be written is no reason to end what is under way. */
static void write_files(const nn_sweep *sweep) {
    if (nn_sweep_write(sweep) == NN_OK) return;
    nn_warning("%s", nn_error_message());
    nn_error_clear();
}

static void record(nn_round *round, const nn_trial *trial) {
    nn_sweep_job *job = round->job;
    nn_sweep *sweep = job->sweep;
    bool stopped = trial->status == NN_STOPPED && strcmp(trial->how, "paused") != 0;
    sweep->trial[trial->number] = *trial;
    sweep->done += !stopped;
    sweep->seconds = nn_sweep_clock() - job->began;
    nn_sweep_sort(sweep);
    if (sweep->seconds - round->written >= NN_WRITE_SECONDS) {
        round->written = sweep->seconds;
        write_files(sweep);
    }
    if (job->observer->trial) job->observer->trial(job->observer->context, sweep, trial->number);
    if (stopped) stop_all(round);
}

static void news(nn_round *round, int trial, int64_t epoch, double value) {
    const nn_sweep_observer *observer = round->job->observer;
    if (observer->epoch) observer->epoch(observer->context, round->job->sweep, trial, epoch, value);
}

static int group_of(const nn_round *round, int lead) {
    int g = 0;
    while (round->groups.lead[g] != lead) g++;
    return g;
}

/* Answers all notes that have come. */
static void serve(nn_round *round) {
    nn_note note;
    int from;
    if (nn_signals_pending()) stop_all(round);
    while (nn_comm_take(round->job->comm, &note, sizeof note, &from)) {
        if (note.kind == NN_NOTE_NEWS)
            news(round, note.trial.number, note.trial.epochs, note.trial.value[0]);
        if (note.kind == NN_NOTE_STOP) {
            round->heard_stop++;
            stop_all(round);
        }
        if (note.kind != NN_NOTE_READY) continue;
        if (note.trial.number != NN_NO_TRIAL) record(round, &note.trial);
        nn_trial next = {.number = assign(round, group_of(round, from))};
        send_note(round, NN_NOTE_NEXT, &next, from);
    }
}

/* ---- the first rank of another group ---- */

static void listen(nn_round *round) {
    nn_note note;
    int from;
    while (!round->was_stopped && nn_comm_take(round->job->comm, &note, sizeof note, &from)) {
        round->was_stopped = true; /* nothing else comes while a trial is under way */
        raise(SIGUSR1);
    }
}

static int ask(nn_round *round, const nn_trial *ended) {
    nn_note note = {.kind = NN_NOTE_STOP};
    int from;
    send_note(round, NN_NOTE_READY, ended, 0);
    while (note.kind != NN_NOTE_NEXT)
        if (!nn_comm_take(round->job->comm, &note, sizeof note, &from)) usleep(NN_NAP);
    return note.trial.number;
}

/* ---- training ---- */

static void after_step(void *context) {
    nn_round *round = context;
    if (nn_comm_rank(round->job->comm) == 0)
        serve(round);
    else
        listen(round);
}

static void after_epoch(void *context, int64_t epoch, double value) {
    nn_round *round = context;
    double now = nn_sweep_clock();
    if (now - round->told < NN_NEWS_SECONDS) return;
    round->told = now;
    nn_trial trial = {.number = round->current, .epochs = epoch, .value = {value}};
    if (nn_comm_rank(round->job->comm) == 0)
        news(round, round->current, epoch, value);
    else
        send_note(round, NN_NOTE_NEWS, &trial, 0);
}

/* What is next for this group, on all of its ranks; `ended`: its last trial. */
static int next_trial(nn_round *round, const nn_trial *ended) {
    int32_t next = NN_NO_TRIAL;
    if (nn_comm_rank(round->job->comm) == 0) {
        if (ended->number != NN_NO_TRIAL) record(round, ended);
        next = assign(round, 0);
    } else if (nn_comm_rank(round->group) == 0)
        next = ask(round, ended);
    nn_comm_rest(round->group, NULL, NULL);
    nn_comm_broadcast(round->group, &next, sizeof next, 0);
    return next;
}

static void work(nn_round *round) {
    const nn_trial_hook hook = {round, after_step, after_epoch};
    nn_trial ended = {.number = NN_NO_TRIAL};
    while ((round->current = next_trial(round, &ended)) != NN_NO_TRIAL)
        ended = nn_trial_run(round->job, round->group, round->current, &hook);
}

/* ---- the rung ---- */

/* A trial that ended before its epochs were used up has nothing more to do. */
static void pass_on_finished(nn_sweep *sweep, const int *trial, int n) {
    for (int i = 0; i < n; i++) {
        nn_trial *t = &sweep->trial[trial[i]];
        if (!t->finished || t->rungs != sweep->rung || nn_trial_failed(t)) continue;
        t->value[t->rungs] = t->value[t->rungs - 1];
        t->rungs++;
    }
}

static void list_trials(nn_round *round) {
    nn_sweep *sweep = round->job->sweep;
    round->trial = NN_NEW_ARRAY(sweep->arena, int, sweep->n_trials);
    round->given = NN_NEW_ARRAY(sweep->arena, int, sweep->n_trials);
    round->n = nn_sweep_in_rung(sweep, sweep->rung, round->trial);
    pass_on_finished(sweep, round->trial, round->n);
    sweep->in_rung = round->n;
    sweep->done = 0;
    for (int i = 0; i < round->n; i++) {
        const nn_trial *t = &sweep->trial[round->trial[i]];
        round->given[i] = t->finished || t->rungs > sweep->rung;
        sweep->done += round->given[i];
    }
}

/* A rank that has nothing to do any more: a signal to it is for all. */
static void look_for_signal(void *context) {
    const nn_trial none = {.number = NN_NO_TRIAL};
    nn_round *round = context;
    if (round->told_stop || !nn_signals_pending() || nn_comm_rank(round->job->comm) == 0) return;
    round->told_stop = 1;
    send_note(round, NN_NOTE_STOP, &none, 0);
}

/* All ranks come together; rank 0 takes the notes that are still on their way. */
static void come_together(nn_round *round) {
    nn_comm *comm = round->job->comm;
    nn_comm_rest(comm, look_for_signal, round);
    int64_t told = round->told_stop;
    nn_comm_sum_counts(comm, &told, 1);
    while (nn_comm_rank(comm) == 0 && round->heard_stop < told) {
        serve(round);
        usleep(NN_NAP);
    }
}

/* Who was asked to stop when nothing was left to do has done it all. */
static void share_results(nn_round *round) {
    nn_sweep_job *job = round->job;
    nn_sweep *sweep = job->sweep;
    come_together(round);
    bool all = sweep->done == sweep->in_rung && sweep->rung == sweep->n_rungs - 1;
    int32_t stopped = sweep->stopped && !all;
    nn_comm_broadcast(job->comm, sweep->trial,
                      (int64_t)sweep->n_trials * (int64_t)sizeof *sweep->trial, 0);
    nn_comm_broadcast(job->comm, &stopped, sizeof stopped, 0);
    sweep->stopped = stopped;
    nn_sweep_sort(sweep);
    if (nn_comm_rank(job->comm) == 0) write_files(sweep);
}

void nn_sweep_round(nn_sweep_job *job) {
    nn_sweep *sweep = job->sweep;
    int rank = nn_comm_rank(job->comm);
    nn_round round = {.job = job};
    list_trials(&round);
    round.groups = nn_groups_of(sweep->arena, nn_comm_size(job->comm), rank, round.n,
                                sweep->request->ranks, job->most);
    round.open = round.groups.n;
    round.busy = NN_NEW_ARRAY(sweep->arena, int, round.groups.n);
    for (int g = 0; g < round.groups.n; g++) round.busy[g] = NN_NO_TRIAL;
    sweep->groups = round.groups.n;
    sweep->ranks_of_group = round.groups.most;
    if (rank == 0 && job->observer->rung) job->observer->rung(job->observer->context, sweep);
    round.group = nn_comm_split(job->comm, round.groups.mine);
    if (round.group) work(&round);
    while (rank == 0 && round.open > 0) {
        serve(&round);
        usleep(NN_NAP);
    }
    nn_place_name(rank, nn_comm_host(job->comm), NULL, 0); /* the group's names go with it */
    nn_comm_finish(round.group);
    nn_log_setup(nn_log_level(), rank == 0);
    share_results(&round);
}
