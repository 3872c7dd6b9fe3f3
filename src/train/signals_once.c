/* Signals ask; the training loop answers at the end of a step. */
#include <signal.h>

#include "nnmpi/train.h"

static volatile sig_atomic_t pending;

/* A second INT ends at once: the handler gives the signal its old meaning back. */
static void remember(int signal_number) {
    pending = signal_number;
    if (signal_number == SIGINT) signal(SIGINT, SIG_DFL);
}

void nn_signals_catch(void) {
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

int nn_signals_pending(void) {
    return pending;
}
