/* The watchdog of a rank: see nnmpi/watch.h. */
#include "nnmpi/watch.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "group.h"
#include "nnmpi/arena.h"
#include "nnmpi/place.h"
#include "nnmpi/text.h"

#define NN_STALL_LEAST 600.0 /* seconds, when the limit is automatic */
#define NN_STALL_TIMES 10
#define NN_GRACE 5.0 /* seconds that the launcher has to end the job */
#define NN_LINES 16  /* ranks that are listed at most */

/* What a rank shows to the others of its node. */
typedef struct nn_post {
    nn_place place;
    int32_t rank;
    uint64_t space;       /* in which its process has its id; 0: not known */
    _Atomic int32_t told; /* of node rank 0: somebody has said why the job ends */
} nn_post;

struct nn_watch {
    nn_comm *comm;
    nn_comm_window *window; /* NULL: this rank sees only itself */
    nn_post alone, **post;
    int posts;
    struct pollfd
        *fd; /* the eventfd that stops the thread, then the process of each post; -1: none */
    double stall;
    double silent, longest; /* seconds without a change; longest: since the first step began */
    bool begun;             /* it has */
    uint64_t beats;
    pthread_t thread;
    bool running;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- ending the job ---- */

static void say(nn_buffer *text) {
    ssize_t written = write(STDERR_FILENO, text->text, text->length);
    (void)written;
}

/* One rank of the node speaks; all of them end, in case the launcher does not do it. */
static bool mine_to_tell(nn_watch *w) {
    return atomic_exchange(&w->post[0]->told, 1) == 0;
}

_Noreturn static void end_job(void) {
    _exit(NN_INTERNAL);
}

/* Which space of process ids this is: ranks in containers of their own have several. */
static uint64_t id_space(void) {
    struct stat about;
    return stat("/proc/self/ns/pid", &about) == 0 ? (uint64_t)about.st_ino : 0;
}

/* What the system says of a process: R, S, D, T ...; 0: nothing. */
static char state_of(int process) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *end = read ? strrchr(line, ')') : NULL;
    return end && end[1] == ' ' ? end[2] : 0;
}

static const char *state_words(char state) {
    switch (state) {
    case 'T':
    case 't': return " (its process is stopped)";
    case 'D': return " (its process waits for a disk or the network)";
    case 'R': return " (its process is at work)";
    case 'Z':
    case 0: return " (its process has gone)";
    default: return "";
    }
}

/* ---- a rank that has died ---- */

/* A launcher that ends the job ends this process too, within the first moments: then there is
 * nothing to say. */
static void look_for_the_dead(nn_watch *w) {
    for (int r = 0; r < w->posts; r++) {
        struct pollfd *fd = &w->fd[1 + r];
        const nn_post *post = w->post[r];
        if (fd->fd < 0 || !(fd->revents & POLLIN)) continue;
        close(fd->fd);
        fd->fd = -1;
        if (atomic_load(&post->place.finished)) continue;
        usleep(100000);
        if (mine_to_tell(w)) {
            char where[256];
            nn_buffer text = {0};
            nn_place_text(&post->place, where, sizeof where);
            nn_buffer_add(&text, "nnmpi: [rank %d %s] has died %s: the job ends\n", post->rank,
                          w->comm->host, where);
            say(&text);
        }
        usleep((useconds_t)(NN_GRACE * 1e6));
        end_job();
    }
}

/* ---- a job that hangs ---- */

static bool is_behind(const nn_watch *w, int r, int64_t first) {
    const nn_place *place = &w->post[r]->place;
    return atomic_load(&place->step) <= first && !atomic_load(&place->waiting) &&
           !atomic_load(&place->finished);
}

/* What can be seen of its process; nothing where its id means another process here, or none. */
static const char *process_words(const nn_post *post) {
    bool seen = post->space != 0 && post->space == id_space();
    return seen ? state_words(state_of(atomic_load(&post->place.process))) : "";
}

static void describe_ranks(const nn_watch *w, nn_buffer *text) {
    int64_t first = INT64_MAX;
    int lines = 0, behind = 0;
    for (int r = 0; r < w->posts; r++) {
        int64_t step = atomic_load(&w->post[r]->place.step);
        if (step < first) first = step;
        behind += !atomic_load(&w->post[r]->place.waiting);
    }
    for (int pass = 0; pass < 2; pass++) /* first those that the others wait for */
        for (int r = 0; r < w->posts; r++) {
            const nn_post *post = w->post[r];
            char where[256];
            if (is_behind(w, r, first) != (pass == 0) || lines++ >= NN_LINES) continue;
            nn_place_text(&post->place, where, sizeof where);
            nn_buffer_add(text, "\n  rank %d: %s%s", post->rank, where, process_words(post));
        }
    if (lines > NN_LINES) nn_buffer_add(text, "\n  and %d more", lines - NN_LINES);
    if (behind == 0 && w->comm->nodes > 1)
        nn_buffer_add(text, "\n  all ranks of this node wait for those of other nodes");
}

static double limit_of(const nn_watch *w) {
    double least = NN_STALL_TIMES * w->longest;
    if (w->stall >= 0) return w->stall;
    return least > NN_STALL_LEAST ? least : NN_STALL_LEAST;
}

static void end_stall(nn_watch *w) {
    if (mine_to_tell(w)) {
        nn_buffer text = {0};
        nn_buffer_add(&text,
                      "nnmpi: %sno rank on %s has gone on for %.3g s (training.stall_timeout): the "
                      "job ends",
                      nn_place_who(), w->comm->host, w->silent);
        describe_ranks(w, &text);
        nn_buffer_add(&text, "\n");
        say(&text);
    } else
        usleep((useconds_t)(NN_GRACE * 1e6)); /* the one who speaks ends first */
    end_job();
}

/* Before the first step one rank, or a slower disk, may keep whole nodes waiting, and its own node
 * looks after it. */
static bool leaves_it_to_others(const nn_watch *w) {
    bool all = w->comm->nodes > 1;
    for (int r = 0; r < w->posts && all; r++) {
        const nn_place *place = &w->post[r]->place;
        int activity = atomic_load(&place->activity);
        all = atomic_load(&place->waiting) && (activity == NN_AT_START || activity == NN_AT_LOAD);
    }
    return all;
}

/* How long it took to get ready says nothing of how long a step may take. */
static void look_for_the_first_step(nn_watch *w) {
    for (int r = 0; r < w->posts && !w->begun; r++)
        w->begun = atomic_load(&w->post[r]->place.step) > 0;
    if (!w->begun) w->longest = 0;
}

static void look_for_a_stall(nn_watch *w, double passed) {
    uint64_t beats = 0;
    for (int r = 0; r < w->posts; r++)
        beats += atomic_load_explicit(&w->post[r]->place.beats, memory_order_relaxed);
    if (beats != w->beats || leaves_it_to_others(w)) {
        if (w->silent > w->longest) w->longest = w->silent;
        w->silent = 0;
        w->beats = beats;
        look_for_the_first_step(w);
        return;
    }
    w->silent += passed;
    double limit = limit_of(w);
    if (limit > 0 && w->silent >= limit) end_stall(w);
}

/* ---- the thread ---- */

static void *watch(void *context) {
    nn_watch *w = context;
    double tick = w->stall > 0 && w->stall < 20 ? w->stall / 20 : 1, last = now();
    for (;;) {
        int ready = poll(w->fd, (nfds_t)(1 + w->posts), (int)(1000 * tick) + 1);
        if (w->fd[0].revents & POLLIN) return NULL;
        if (ready > 0) look_for_the_dead(w);
        double time = now(), passed = time - last;
        last = time;
        look_for_a_stall(w, passed < 2 * tick ? passed : tick); /* more: we were stopped too */
    }
}

/* Where a process can be seen by its id; not, say, where each rank has a container of its own. */
static int open_process(const nn_post *post) {
#ifdef SYS_pidfd_open
    int process = atomic_load(&post->place.process);
    if (post->space == 0 || post->space != id_space()) return -1;
    if (process > 0 && process != getpid()) return (int)syscall(SYS_pidfd_open, process, 0);
#endif
    return -1;
}

/* Signals are the main thread's. */
static void start_thread(nn_watch *w) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    w->running = pthread_create(&w->thread, NULL, watch, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

nn_watch *nn_watch_start(nn_comm *comm, double stall) {
    nn_watch *w = calloc(1, sizeof *w);
    nn_assert(w);
    w->comm = comm;
    w->stall = stall;
    /* Asked of all ranks alike: a rank may have a node of its own beside others that share one. */
    if (comm->nodes < comm->size &&
        nn_comm_window_create(comm, sizeof(nn_post), &w->window) != NN_OK)
        nn_error_clear();
    w->posts = w->window ? comm->node_size : 1;
    w->post = calloc((size_t)w->posts, sizeof *w->post);
    w->fd = calloc((size_t)w->posts + 1, sizeof *w->fd);
    nn_assert(w->post && w->fd);
    for (int r = 0; r < w->posts; r++)
        w->post[r] = w->window ? nn_comm_window_part(w->window, r) : &w->alone;
    nn_post *mine = w->post[w->window ? comm->node_rank : 0];
    mine->rank = comm->number;
    mine->space = id_space();
    atomic_store(&mine->place.process, getpid());
    nn_place_move(&mine->place);
    nn_comm_barrier(comm); /* every process has left its id */
    w->fd[0] = (struct pollfd){.fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN};
    for (int r = 0; r < w->posts; r++)
        w->fd[1 + r] = (struct pollfd){.fd = open_process(w->post[r]), .events = POLLIN};
    start_thread(w);
    return w;
}

void nn_watch_stop(nn_watch *w) {
    if (!w) return;
    uint64_t one = 1;
    nn_comm_barrier(w->comm); /* before it nobody is late, after it nobody is missed */
    atomic_store(&nn_here->finished, 1);
    nn_place_move(NULL);
    if (w->running && write(w->fd[0].fd, &one, sizeof one) == sizeof one)
        pthread_join(w->thread, NULL);
    for (int r = 0; r <= w->posts; r++)
        if (w->fd[r].fd >= 0) close(w->fd[r].fd);
    nn_comm_window_destroy(w->window);
    free(w->fd);
    free(w->post);
    free(w);
}
