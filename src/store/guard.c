/* Some damaged files make HDF5 divide by zero, read astray, or write beyond a buffer, which the C
 * library sees and aborts (one in a thousand of random damage, with 1.10.8). Such a signal within
 * HDF5 becomes a status, like any other damage. Not in the
 * library: a program's signals are its own, and other threads of it may be the ones that fail. */
#include <setjmp.h>
#include <signal.h>

#include "inside.h"

sigjmp_buf nn_guard_jump;

#define NN_SIGNALS 4
static const int signals[NN_SIGNALS] = {SIGFPE, SIGSEGV, SIGBUS, SIGABRT};
static struct sigaction before[NN_SIGNALS];
static int depth, crashes;

static void jump_out(int signal) {
    siglongjmp(nn_guard_jump, signal);
}

static void restore(void) {
    for (int i = 0; i < NN_SIGNALS; i++) sigaction(signals[i], &before[i], NULL);
}

bool nn_guard_enter(void) {
    if (nn_store_guest || depth++ > 0) return false;
    struct sigaction action = {.sa_handler = jump_out, .sa_flags = SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < NN_SIGNALS; i++) sigaction(signals[i], &action, &before[i]);
    return true;
}

void nn_guard_leave(void) {
    if (depth > 0 && --depth == 0) restore();
}

bool nn_store_failed(const nn_store *store) {
    return store->broken;
}

int nn_guard_crashes(void) {
    return crashes;
}

/* What HDF5 held at that moment stays as it is: nothing of this file is closed, now or at exit. */
nn_status nn_guard_caught(nn_store *store) {
    depth = 0;
    crashes++;
    restore();
    store->broken = true;
    return nn_error(NN_BAD_DATA, "%s: the file is damaged (HDF5 failed in it)", store->file);
}
