/* Where stdout ends. Under mpirun a rank's stdout is a pseudo terminal of mpirun's own, whatever
 * mpirun's stdout is, so isatty says nothing; what counts is the stdout of mpirun itself. */
#include "console.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const nn_color_words[] = {"auto", "always", "never", NULL};

static bool launched(void) {
    return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMI_SIZE") || getenv("PMIX_RANK");
}

/* The name of the program that started this one, as the kernel knows it. */
static void parent_name(char *name, int size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)getppid());
    FILE *file = fopen(path, "r");
    if (!file || !fgets(name, size, file)) name[0] = '\0';
    if (file) fclose(file);
    name[strcspn(name, "\n")] = '\0';
}

static bool parent_is_launcher(void) {
    static const char *const launchers[] = {"mpirun", "mpiexec", "orterun", "prterun"};
    char name[32];
    parent_name(name, sizeof name);
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
        if (strcmp(name, launchers[i]) == 0) return true;
    return false;
}

/* The terminal that the launcher prints on; -1: none. A parent that is no launcher (a shell that
 * redirects, a daemon on another machine) is not asked. */
static int launcher_terminal(void) {
    if (!parent_is_launcher()) return -1;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/1", (int)getppid());
    struct stat target;
    if (stat(path, &target) != 0 || !S_ISCHR(target.st_mode)) return -1;
    int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || isatty(fd)) return fd;
    close(fd);
    return -1;
}

static bool want_color(nn_color color, int fd) {
    const char *never = getenv("NO_COLOR"), *kind = getenv("TERM");
    if (color != NN_COLOR_AUTO) return color == NN_COLOR_ALWAYS;
    if (never && *never) return false;
    return fd >= 0 && kind && strcmp(kind, "dumb") != 0;
}

nn_terminal nn_terminal_find(nn_color color) {
    nn_terminal terminal = {.fd = -1};
    struct stat out;
    terminal.regular = fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(out.st_mode);
    if (isatty(STDOUT_FILENO))
        terminal.fd = launched() ? launcher_terminal() : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal.color = want_color(color, terminal.fd);
    return terminal;
}

void nn_terminal_close(nn_terminal *terminal) {
    if (terminal->fd >= 0) close(terminal->fd);
    terminal->fd = -1;
}

int nn_terminal_width(const nn_terminal *terminal) {
    struct winsize size = {0};
    if (terminal->fd >= 0 && ioctl(terminal->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

int nn_terminal_height(const nn_terminal *terminal) {
    struct winsize size = {0};
    if (terminal->fd >= 0 && ioctl(terminal->fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        return size.ws_row;
    return 24;
}

const char *nn_terminal_style(const nn_terminal *terminal, nn_style style) {
    static const char *const codes[] = {"\033[0m",  "\033[1m",  "\033[2m",
                                        "\033[32m", "\033[33m", "\033[31m"};
    return terminal->color ? codes[style] : "";
}
