/* Signals ask; the training loop answers at the end of a step. */
#include <signal.h>

#include "nnmpi/train.h"

static volatile sig_atomic_t pending, save;

/* A second INT ends at once: the handler gives the signal its old meaning back. */
static void remember(int signal_number) {
    pending = signal_number;
    if (signal_number == SIGINT) signal(SIGINT, SIG_DFL);
}

static void remember_save(int signal_number) {
    save = 1;
}

static void answer(int signal_number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void nn_signals_catch(void) {
    answer(SIGTERM, remember);
    answer(SIGUSR1, remember);
    answer(SIGINT, remember);
    answer(SIGUSR2, remember_save);
}

int nn_signals_pending(void) {
    return pending;
}

bool nn_signals_take_save(void) {
    bool asked = save;
    if (asked) save = 0;
    return asked;
}
