/* nnmpi slurm CONFIG.yaml: a job script for Slurm, filled in from the plan of the run. */
#include "cli.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/log.h"
#include "nnmpi/program.h"
#include "nnmpi/train.h"

static nn_words sets;
static int ranks = 1, nodes = 1, cores = 1, launcher;
static const char *time_limit;
static const char *const launchers[] = {"srun", "mpirun", NULL};

static const nn_option options[] = {
    {.name = "ranks",
     .value = "N",
     .help = "of the whole job; default: 1",
     .type = NN_OPTION_COUNT,
     .target = &ranks},
    {.name = "nodes",
     .value = "N",
     .help = "on so many nodes; default: 1",
     .type = NN_OPTION_COUNT,
     .target = &nodes},
    {.name = "cores",
     .value = "N",
     .help = "of a rank, for threads of the BLAS; default: 1",
     .type = NN_OPTION_COUNT,
     .target = &cores},
    {.name = "time",
     .value = "TIME",
     .help = "limit of one start: 2:00:00, 1-12, 90 (minutes) ..., as sbatch takes it, or 1h50m; "
             "default: training.max_time and a bit, or 1 h",
     .type = NN_OPTION_TEXT,
     .target = &time_limit},
    {.name = "launcher",
     .value = "WHICH",
     .help = "srun (default) or mpirun",
     .type = NN_OPTION_WORD,
     .target = &launcher,
     .words = launchers},
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so; the job is given it too",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {0}};

/* What is asked of Slurm. */
typedef struct nn_job {
    const char *program, *file;
    int ranks_of_node;
    double max_time; /* seconds; -1: none */
    int64_t memory;  /* MB of a node */
} nn_job;

/* ---- pieces of the script ---- */

/* A name that sbatch takes: letters, digits, - and _. */
static void add_name(nn_buffer *out, const char *name) {
    for (; *name; name++)
        nn_buffer_add(out, "%c", isalnum((unsigned char)*name) || *name == '-' ? *name : '_');
}

/* [days-]hours:minutes:seconds, whole minutes. */
static void add_time(nn_buffer *out, double seconds) {
    long minutes = (long)(seconds / 60) + 1;
    if (minutes >= 24 * 60) nn_buffer_add(out, "%ld-", minutes / (24 * 60));
    nn_buffer_add(out, "%02ld:%02ld:00", minutes / 60 % 24, minutes % 60);
}

/* What sbatch takes: minutes, minutes:seconds, hours:minutes:seconds,
 * days-hours[:minutes[:seconds]]. */
static bool is_slurm_time(const char *text) {
    regex_t form;
    nn_assert(regcomp(&form, "^([0-9]+-)?[0-9]+(:[0-9]+){0,2}$|^(UNLIMITED|INFINITE)$",
                      REG_EXTENDED | REG_NOSUB | REG_ICASE) == 0);
    bool fits = regexec(&form, text, 0, NULL, 0) == 0;
    regfree(&form);
    return fits;
}

/* A duration with its unit: 90 alone is another thing to sbatch. */
static bool is_duration(const char *text, double *seconds) {
    return strpbrk(text, "dhms") && nn_parse_duration(text, seconds) && *seconds > 0 &&
           *seconds < 366 * 86400.0;
}

static nn_status check_time(void) {
    double seconds;
    if (!time_limit || is_slurm_time(time_limit) || is_duration(time_limit, &seconds)) return NN_OK;
    return nn_error(
        NN_USAGE,
        "--time wants a time such as 2:00:00, 1-12:00:00, 90 (minutes) or 1h50m, not `%s`",
        time_limit);
}

static void add_limit(nn_buffer *out, double max_time) {
    double seconds;
    if (time_limit && is_slurm_time(time_limit))
        nn_buffer_add(out, "%s", time_limit);
    else if (time_limit && is_duration(time_limit, &seconds))
        add_time(out, seconds - 1);
    else if (max_time > 0) /* and time to write a checkpoint */
        add_time(out, max_time * 1.05 + 240);
    else
        nn_buffer_add(out, "01:00:00");
}

static void add_head(nn_buffer *out, const nn_run_plan *plan, const nn_job *job) {
    nn_buffer_add(out, "#!/bin/bash\n#SBATCH --job-name=");
    add_name(out, plan->name);
    nn_buffer_add(out, "\n#SBATCH --nodes=%d\n#SBATCH --ntasks-per-node=%d\n", nodes,
                  job->ranks_of_node);
    nn_buffer_add(out, "#SBATCH --cpus-per-task=%d\n#SBATCH --mem=%lldM\n#SBATCH --time=", cores,
                  (long long)job->memory);
    add_limit(out, job->max_time);
    nn_buffer_add(out,
                  "\n#SBATCH --signal=%sUSR1@120   # before the end: a checkpoint, exit code 75\n"
                  "#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH --output=%%x-%%j.out\n"
                  "restarts=${NNMPI_RESTARTS:-10}     # how often at most it is put back\nprogram=",
                  launcher ? "B:" : "");
    nn_text_shell(out, job->program);
    nn_buffer_add(out, "     # NNMPI in the environment names another one\n");
}

static void add_command(nn_buffer *out, const nn_job *job) {
    nn_buffer_add(out,
                  launcher ? "$tied setsid mpirun --bind-to core --map-by slot:PE=%d"
                           : "srun --mpi=pmix --cpus-per-task=%d --kill-on-bad-exit=1",
                  cores);
    nn_buffer_add(out, " \"${NNMPI:-$program}\" ");
    nn_text_shell(out, job->file);
    for (int i = 0; i < sets.n; i++) {
        nn_buffer_add(out, " --set ");
        nn_text_shell(out, sets.value[i]);
    }
    nn_buffer_add(out, launcher ? " &\n" : "\n");
}

/* Of an array of jobs squeue tells more than one end, and nothing is set. */
static const char end_time[] =
    "# for training.max_time: auto; Slurm itself says it since 23.02\n"
    "NNMPI_END_TIME=${SLURM_JOB_END_TIME:-$(SLURM_TIME_FORMAT=standard \\\n"
    "  squeue -h -j \"$SLURM_JOB_ID\" -o %e | date -f - +%s 2>/dev/null)}\n"
    "export NNMPI_END_TIME\n";

/* Slurm's signals are for the script alone (setsid): TERM to mpirun itself would be answered by a
 * second for the ranks and an exit code of its own. One that comes before the ranks listen is kept.
 * setpriv: mpirun ends with the script, however that ends. */
static const char keep_signals[] =
    "ranks='' told=no\n"
    "hand_on() {\n"
    "  told=yes\n"
    "  [ -n \"$ranks\" ] || return\n"
    "  while [ $SECONDS -lt 10 ]; do sleep 1; done # until the ranks listen\n"
    "  kill -USR1 \"$ranks\" 2>/dev/null\n"
    "}\n"
    "trap hand_on USR1 TERM\n"
    "tied=$(setpriv --pdeathsig TERM echo setpriv --pdeathsig TERM 2>/dev/null)\n";

/* A signal ends `wait` early: once more. */
static const char hand_on[] = "ranks=$!\n"
                              "[ $told = no ] || hand_on\n"
                              "told=yes\n"
                              "while [ $told = yes ]; do told=no; wait $ranks; code=$?; done\n"
                              "ranks=''\n";

static const char requeue[] =
    "# 75: stopped with a checkpoint. The same command goes on from there; a job that was "
    "cancelled\n"
    "# (COMPLETING) does not.\n"
    "if [ $code = 75 ] && [ \"${SLURM_RESTART_COUNT:-0}\" -lt \"$restarts\" ] &&\n"
    "  [[ $(squeue -h -j \"$SLURM_JOB_ID\" -o '%T %r') =~ ^RUNNING|TimeLimit$ ]]; then\n"
    "  scontrol requeue \"$SLURM_JOB_ID\" && sleep 300 # Slurm ends this script; its own end would "
    "be "
    "the end of the job\n"
    "fi\n"
    "exit $code\n";

/* ---- the program that the job starts ---- */

/* By its name where PATH has this very program, else by its whole path. By malloc. */
static char *this_program(void) {
    char *self = realpath("/proc/self/exe", NULL), *found = nn_program_find("nnmpi");
    char *whole = found ? realpath(found, NULL) : NULL;
    bool named = !self || (whole && strcmp(self, whole) == 0);
    free(found);
    free(whole);
    if (!named) return self;
    free(self);
    return strdup("nnmpi");
}

/* ---- from the plan ---- */

/* A quarter more than is known of, in steps of 100 MB, 500 at least. */
static int64_t megabytes(const nn_run_plan *plan, int ranks_of_node) {
    double rank = (double)(nn_plan_memory(plan) - plan->memory_others); /* another rank's own */
    double bytes = 1.25 * (rank * ranks_of_node + (double)plan->memory_data);
    int64_t hundreds = (int64_t)(bytes / 1e8) + 1;
    return 100 * (hundreds < 5 ? 5 : hundreds);
}

static void print_job(void *context, const nn_run_plan *plan) {
    nn_job *job = context;
    nn_buffer out = {0};
    job->memory = megabytes(plan, job->ranks_of_node);
    add_head(&out, plan, job);
    nn_buffer_add(&out, "%s%s\n", launcher ? keep_signals : "", end_time);
    add_command(&out, job);
    nn_buffer_add(&out, "%s\n%s", launcher ? hand_on : "code=$?\n", requeue);
    fputs(out.text, stdout);
    nn_buffer_free(&out);
}

/* Is what is named the newest checkpoint of the run folder: latest.h5 in it, or the folder? */
static bool is_newest(const nn_checkpoint_options *checkpoint) {
    const char *resume = checkpoint->resume, *slash = strrchr(resume, '/');
    bool latest = strcmp(slash ? slash + 1 : resume, "latest.h5") == 0;
    if (latest && !slash) return true; /* it is looked for there */
    char *named = latest ? strndup(resume, (size_t)(slash - resume)) : strdup(resume);
    char *is = realpath(named, NULL), *folder = realpath(checkpoint->directory, NULL);
    bool same = is && folder && strcmp(is, folder) == 0;
    free(named);
    free(is);
    free(folder);
    return same;
}

/* The job is the same command at each start. */
static void warn_of_restarts(const nn_checkpoint_options *checkpoint) {
    const char *resume = checkpoint->resume ? checkpoint->resume : "auto";
    if (!checkpoint->present)
        nn_warning("there is no section `checkpoint`: a job that is put back begins anew");
    else if (strcmp(resume, "never") == 0)
        nn_warning("checkpoint.resume is \"never\": a job that is put back begins anew\n"
                   "  write resume: auto, and a checkpoint.directory that is not there yet");
    else if (strcmp(resume, "auto") != 0 && strcmp(resume, "required") != 0 &&
             !is_newest(checkpoint))
        nn_warning("checkpoint.resume is \"%s\": a job that is put back begins there again\n"
                   "  write resume: auto, and copy that checkpoint into a new "
                   "checkpoint.directory; or name it in\n"
                   "  model.init_from, if its weights alone are wanted",
                   resume);
}

static nn_status print_script(nn_comm *comm, const char *file) {
    nn_document *document;
    nn_run_options run;
    nn_job job = {.ranks_of_node = ranks / nodes};
    if (ranks % nodes)
        return nn_error(NN_USAGE, "%d ranks are not the same number on each of %d nodes", ranks,
                        nodes);
    char *program = this_program();
    char *path = realpath(file, NULL); /* the job may start elsewhere */
    job.file = path ? path : file;
    job.program = program;
    nn_status status = nn_cli_read_config(comm, file, &sets, &document, &run);
    if (status == NN_OK) job.max_time = run.training.max_time;
    if (status == NN_OK) warn_of_restarts(&run.checkpoint);
    nn_observer observer = {.context = &job, .begin = print_job};
    if (status == NN_OK) status = nn_engine_of(&run)->check(document, &run, comm, &observer, ranks);
    nn_document_destroy(document);
    free(path);
    free(program);
    return status;
}

static nn_status run(const nn_words *arguments) {
    nn_comm *comm;
    NN_TRY(check_time());
    nn_status status = nn_cli_start(&comm);
    if (status == NN_OK) status = print_script(comm, arguments->value[0]);
    return nn_cli_finish(comm, status);
}

const nn_command nn_command_slurm = {
    .name = "slurm",
    .arguments = "CONFIG.yaml",
    .help = "a job script for Slurm, filled in for a configuration",
    .details =
        "  nnmpi slurm digits.yaml --ranks 8 --time 2:00:00 > job.sh && sbatch job.sh\n"
        "Memory comes from the plan that `nnmpi check` prints. The job writes a checkpoint\n"
        "before its time ends and is put back into the queue, ten times at most. It starts this\n"
        "program, or the one that NNMPI in the environment names. More in docs/cluster.md;\n"
        "longer scripts with comments are in scripts/slurm.\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
