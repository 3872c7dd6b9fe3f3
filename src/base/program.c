#include "nnmpi/program.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nnmpi/log.h"

#define NN_NAP 0.005 /* seconds */

extern char **environ;

/* ---- PATH ---- */

static bool can_be_run(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, X_OK) == 0;
}

char *nn_program_find(const char *name) {
    const char *folder = getenv("PATH");
    while (folder && *folder) {
        int length = (int)strcspn(folder, ":");
        nn_buffer path = {0};
        nn_buffer_add(&path, "%.*s/%s", length, folder, name);
        if (*folder == '/' && can_be_run(path.text)) return path.text;
        nn_buffer_free(&path);
        folder += length + (folder[length] == ':');
    }
    return NULL;
}

/* ---- its stdin, stdout and stderr ---- */

enum { INPUT, OUTPUT, COMPLAINTS, FILES };

static void close_files(FILE *file[FILES]) {
    for (int i = 0; i < FILES; i++)
        if (file[i]) fclose(file[i]);
}

static bool open_files(FILE *file[FILES], const nn_buffer *input) {
    for (int i = 0; i < FILES; i++)
        if (!(file[i] = tmpfile())) return false;
    if (input->length == 0) return true;
    return fwrite(input->text, 1, input->length, file[INPUT]) == input->length &&
           fflush(file[INPUT]) == 0 && fseek(file[INPUT], 0, SEEK_SET) == 0;
}

static size_t size_of(FILE *file) {
    struct stat about;
    return fstat(fileno(file), &about) == 0 ? (size_t)about.st_size : 0;
}

static bool add_file(nn_buffer *text, FILE *file) {
    size_t more = size_of(file);
    text->room = text->length + more + 1;
    text->text = realloc(text->text, text->room);
    if (!text->text) nn_panic("out of memory for %zu bytes of another program", text->room);
    bool good =
        fseek(file, 0, SEEK_SET) == 0 && fread(text->text + text->length, 1, more, file) == more;
    text->length += good ? more : 0;
    text->text[text->length] = '\0';
    return good;
}

/* ---- the process ---- */

static bool start(pid_t *process, const char *path, const char *const *words, FILE *file[FILES]) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < FILES; i++) posix_spawn_file_actions_adddup2(&actions, fileno(file[i]), i);
    errno = posix_spawn(process, path, &actions, NULL, (char *const *)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return errno == 0;
}

/* Whether it ended by itself, as `how` says. */
static bool wait_for(pid_t process, nn_program_limits limits, FILE *file[FILES], int *how) {
    struct timespec nap = {.tv_nsec = (long)(1e9 * NN_NAP)};
    for (double slept = 0; slept < limits.seconds; slept += NN_NAP) {
        if (waitpid(process, how, WNOHANG) == process) return true;
        if (size_of(file[OUTPUT]) + size_of(file[COMPLAINTS]) > limits.bytes) break;
        nanosleep(&nap, NULL);
    }
    kill(process, SIGKILL);
    while (waitpid(process, how, 0) < 0 && errno == EINTR) continue;
    return false;
}

/* Nothing else of this process takes the end of the other one meanwhile, and nobody who started us
 * with SIGCHLD ignored hides it. */
static bool run(const char *path, const char *const *words, nn_program_limits limits,
                FILE *file[FILES], bool *by_itself, int *how) {
    struct sigaction before, plain = {.sa_handler = SIG_DFL};
    pid_t process;
    sigemptyset(&plain.sa_mask);
    sigaction(SIGCHLD, &plain, &before);
    bool started = start(&process, path, words, file);
    int reason = errno;
    if (started) *by_itself = wait_for(process, limits, file, how);
    sigaction(SIGCHLD, &before, NULL);
    errno = reason;
    return started;
}

/* ---- how it went ---- */

/* With the first line of its complaints. */
static nn_status judge(const char *name, nn_program_limits limits, bool by_itself, int how,
                       const char *complaints) {
    char text[96];
    if (by_itself && WIFEXITED(how) && WEXITSTATUS(how) == 0) return NN_OK;
    if (!by_itself)
        snprintf(text, sizeof text, "was killed: it may take %s and write %s",
                 nn_text_duration(limits.seconds), nn_text_bytes((double)limits.bytes));
    else if (WIFEXITED(how))
        snprintf(text, sizeof text, "ended with exit code %d", WEXITSTATUS(how));
    else
        snprintf(text, sizeof text, "was ended by signal %d", WTERMSIG(how));
    size_t line = strcspn(complaints, "\n");
    int length = (int)nn_utf8_cut(complaints, line < 300 ? line : 300);
    return nn_error(NN_IO, "%s %s%s%.*s", name, text, length ? ": " : "", length, complaints);
}

static void tell(const char *name, const char *complaints) {
    nn_buffer line = {0};
    nn_text_plain(&line, complaints);
    if (line.length > 0) nn_detail("%s: %s", name, line.text);
    nn_buffer_free(&line);
}

nn_status nn_program_run(const char *path, const char *const *words, nn_program_limits limits,
                         const nn_buffer *input, nn_buffer *output) {
    FILE *file[FILES] = {0};
    nn_buffer name = {0}, complaints = {0};
    bool by_itself = false;
    int how = 0;
    nn_buffer_add(&name, "%s", path);
    for (int i = 1; words[i]; i++) nn_buffer_add(&name, " %s", words[i]);
    nn_status status = NN_OK;
    if (!open_files(file, input) || !run(path, words, limits, file, &by_itself, &how) ||
        !add_file(&complaints, file[COMPLAINTS]))
        status = nn_error(NN_IO, "%s cannot be run: %s", name.text, strerror(errno));
    if (status == NN_OK) status = judge(name.text, limits, by_itself, how, complaints.text);
    if (status == NN_OK) tell(name.text, complaints.text);
    if (status == NN_OK && !add_file(output, file[OUTPUT]))
        status = nn_error(NN_IO, "what %s wrote cannot be read: %s", name.text, strerror(errno));
    close_files(file);
    nn_buffer_free(&name);
    nn_buffer_free(&complaints);
    return status;
}
