/* The last words of a rank that crashes. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/place.h"
#include "nnmpi/train.h"

static const struct {
    int number;
    const char *words;
} crash[] = {{SIGSEGV, "a segmentation fault (SIGSEGV) "},
             {SIGBUS, "a bus error (SIGBUS: memory, a file or /dev/shm that is gone) "},
             {SIGFPE, "an arithmetic error (SIGFPE) "},
             {SIGILL, "an illegal instruction (SIGILL) "},
             {SIGABRT, "an abort (SIGABRT) "}};
#define NN_CRASHES ((int)(sizeof crash / sizeof *crash))

static struct sigaction before[NN_CRASHES];
static char stack[64 * 1024]; /* also for a rank whose own one has run over */

static void put(char *line, size_t size, const char *text) {
    strncat(line, text, size - strlen(line) - 1);
}

/* Then the signal is what it was: MPI's handler shows where in the code, and the process ends by
 * the signal, which the launcher takes as its exit code. */
static void tell(int number) {
    char line[1024] = "nnmpi: ", where[256];
    put(line, sizeof line, nn_place_who());
    for (int i = 0; i < NN_CRASHES; i++) {
        if (crash[i].number != number) continue;
        put(line, sizeof line, crash[i].words);
        sigaction(number, &before[i], NULL);
    }
    nn_place_text(nn_here, where, sizeof where);
    put(line, sizeof line, where);
    put(line, sizeof line, "\n");
    ssize_t written = write(STDERR_FILENO, line, strlen(line));
    (void)written;
    raise(number);
}

void nn_crashes_catch(void) {
    static bool caught; /* once: a sweep has many trainings */
    if (caught) return;
    caught = true;
    struct sigaction action = {.sa_handler = tell, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    for (int i = 0; i < NN_CRASHES; i++) sigaction(crash[i].number, &action, &before[i]);
}
