/* The group of all ranks: start, finish, agreement, small collectives. */
#include "nnmpi/comm.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "nnmpi/place.h"

/* What the launcher says the number of processes is, and where it says so; 0 if it says nothing.
 * The first variable that is set decides: mpirun inside a Slurm job is mpirun's word. */
static int launched_size(const char **variable) {
    static const char *const variables[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE",
                                            "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *text = getenv(variables[i]);
        if (!text) continue;
        *variable = variables[i];
        return atoi(text);
    }
    return 0;
}

static nn_status refuse_singletons(int size) {
    const char *variable = "", *ours = getenv("NNMPI_SINGLE");
    int launched = launched_size(&variable);
    if (size > 1 || launched <= 1 || (ours && strcmp(ours, "1") == 0)) return NN_OK;
    return nn_error(
        NN_USAGE,
        "%s says %d processes, but MPI sees only this one: each of them would train "
        "alone.\nStart with `mpirun -np %d nnmpi ...` or `srun --mpi=pmix nnmpi ...`; to "
        "train on one rank all the same, set NNMPI_SINGLE=1.",
        variable, launched, launched);
}

static bool has_any(const char *const *names) {
    for (; *names; names++)
        if (getenv(*names)) return true;
    return false;
}

/* srun starts N processes that know nothing of each other unless it speaks a PMI; Open MPI then
 * ends the job with advice on how to build it. A lone process that is wanted starts as outside
 * Slurm. */
static nn_status refuse_bare_srun(void) {
    static const char *const pmi[] = {"PMIX_RANK", "PMI_RANK", "PMI_FD", "OMPI_COMM_WORLD_RANK",
                                      NULL};
    const char *step = getenv("SLURM_STEP_NUM_TASKS"), *ours = getenv("NNMPI_SINGLE");
    if (!step || !getenv("SLURM_STEPID") || has_any(pmi)) return NN_OK;
    if (atoi(step) <= 1 || (ours && strcmp(ours, "1") == 0)) {
        unsetenv("SLURM_STEPID");
        unsetenv("SLURM_NODELIST"); /* what Open MPI goes by */
        return NN_OK;
    }
    return nn_error(
        NN_USAGE,
        "srun started %s processes without PMIx: MPI would not know of the others.\n"
        "Start with `srun --mpi=pmix nnmpi ...` (`srun --mpi=list` says what it can) or, in the "
        "job, with `mpirun nnmpi ...`; to train on one rank all the same, set NNMPI_SINGLE=1.",
        step);
}

/* No launcher: this process is all there is. */
static bool alone(void) {
    static const char *const launchers[] = {
        "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD", "SLURM_STEPID", NULL};
    return !has_any(launchers);
}

/* The launcher says that all processes are on this host, or there is no launcher. */
static bool one_host(void) {
    const char *size = getenv("OMPI_COMM_WORLD_SIZE"), *here = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (size && here) return strcmp(size, here) == 0;
    return alone();
}

/* What Open MPI (4.1.4) does at each start for nothing. Its layer "cm" looks for network cards of
 * several makes, 0.2 s; within one host there is none between ranks. For a process without a
 * launcher it starts a daemon, which is for MPI_Comm_spawn, and looks for ways to others: two
 * thirds of its work. Without that daemon all such processes of a user would share one folder for
 * files of the job, and those that make it at the same moment fail; they need none. Set in the
 * environment, as `mpirun --mca` does; who has chosen in one of these ways keeps it. */
static void start_lightly(void) {
    if (one_host()) setenv("OMPI_MCA_pml", "^cm", 0);
    if (!alone()) return;
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
    setenv("OMPI_MCA_btl", "self", 0);
}

static void abort_world(int exit_code) {
    int ended = 0;
    atomic_store(&nn_here->finished, 1); /* what is to be said has been */
    MPI_Finalized(&ended);
    if (ended) return;
    MPI_Abort(MPI_COMM_WORLD, exit_code);
}

/* NNMPI_RANKS_PER_NODE=k: groups of k ranks of a host take themselves for the ranks of a node, to
 * try on one host what several nodes do. */
static void cut_node(nn_comm *comm) {
    const char *text = getenv("NNMPI_RANKS_PER_NODE");
    int most = text ? atoi(text) : 0, rank;
    if (most < 1) return;
    MPI_Comm whole = comm->node;
    MPI_Comm_rank(whole, &rank);
    MPI_Comm_split(whole, rank / most, rank, &comm->node);
    MPI_Comm_free(&whole);
}

static void find_node(nn_comm *comm) {
    MPI_Comm_split_type(comm->all, MPI_COMM_TYPE_SHARED, comm->rank, MPI_INFO_NULL, &comm->node);
    cut_node(comm);
    MPI_Comm_rank(comm->node, &comm->node_rank);
    MPI_Comm_size(comm->node, &comm->node_size);
    int leader = comm->node_rank == 0;
    MPI_Allreduce(&leader, &comm->nodes, 1, MPI_INT, MPI_SUM, comm->all);
    int length = 0;
    MPI_Get_processor_name(comm->host, &length);
}

static nn_comm *create(MPI_Comm all, bool adopted) {
    nn_panic_hook = abort_world;
    nn_comm *comm = calloc(1, sizeof *comm);
    nn_assert(comm);
    comm->all = all;
    comm->adopted = adopted;
    MPI_Comm_rank(comm->all, &comm->rank);
    MPI_Comm_size(comm->all, &comm->size);
    find_node(comm);
    comm->number = comm->rank;
    comm->crowd = comm->node_size;
    nn_place_name(comm->rank, comm->host, NULL, 0);
    return comm;
}

nn_status nn_comm_start(nn_comm **out, int *argc, char ***argv) {
    *out = NULL;
    int provided = 0;
    NN_TRY(refuse_bare_srun());
    start_lightly();
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return nn_error(NN_INTERNAL, "MPI cannot start");
    *out = create(MPI_COMM_WORLD, false);
    return refuse_singletons((*out)->size);
}

/* A failure within MPI ends the job, whatever the communicator's own handler does: nothing here
 * could go on after it. */
nn_status nn_comm_adopt(nn_comm **out, const void *communicator) {
    const MPI_Comm *theirs = communicator;
    int started = 0, ended = 0, inter = 0;
    *out = NULL;
    MPI_Initialized(&started);
    MPI_Finalized(&ended);
    if (!started || ended)
        return nn_error(NN_USAGE, "MPI %s: the program has to %s",
                        ended ? "has ended" : "is not there",
                        ended ? "train before MPI_Finalize" : "call MPI_Init first");
    if (*theirs == MPI_COMM_NULL)
        return nn_error(NN_USAGE, "the communicator is MPI_COMM_NULL: this rank is in no group");
    MPI_Comm_test_inter(*theirs, &inter);
    if (inter)
        return nn_error(NN_USAGE, "the communicator joins two groups: one of a single group is "
                                  "needed (MPI_Intercomm_merge)");
    MPI_Comm all;
    MPI_Comm_dup(*theirs, &all);
    MPI_Comm_set_errhandler(all, MPI_ERRORS_ARE_FATAL);
    *out = create(all, true);
    return NN_OK;
}

void nn_comm_finish(nn_comm *comm) {
    if (!comm) return;
    bool adopted = comm->adopted;
    nn_comm_posted_free(comm, true);
    MPI_Comm_free(&comm->node);
    if (adopted) MPI_Comm_free(&comm->all);
    free(comm);
    if (adopted) return;
    nn_panic_hook = NULL;
    MPI_Finalize();
}

nn_comm *nn_comm_split(nn_comm *comm, int group) {
    MPI_Comm all;
    MPI_Comm_split(comm->all, group < 0 ? MPI_UNDEFINED : group, comm->rank, &all);
    if (group < 0) return NULL;
    nn_comm *part = create(all, true);
    part->number = comm->number;
    part->crowd = comm->crowd;
    nn_place_name(part->number, part->host, NULL, 0);
    return part;
}

void nn_comm_abort(nn_comm *comm, int exit_code) {
    abort_world(exit_code);
    _Exit(exit_code);
}

const char *nn_comm_version(void) {
    static char text[MPI_MAX_LIBRARY_VERSION_STRING + 32];
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0, version = 0, subversion = 0;
    MPI_Get_library_version(library, &length);
    MPI_Get_version(&version, &subversion);
    library[strcspn(library, ",\n")] = '\0';
    snprintf(text, sizeof text, "%s (MPI %d.%d)", library, version, subversion);
    return text;
}

int nn_comm_rank(const nn_comm *comm) {
    return comm->rank;
}
int nn_comm_number(const nn_comm *comm) {
    return comm->number;
}
int nn_comm_size(const nn_comm *comm) {
    return comm->size;
}
const char *nn_comm_host(const nn_comm *comm) {
    return comm->host;
}
int nn_comm_node_rank(const nn_comm *comm) {
    return comm->node_rank;
}
int nn_comm_node_size(const nn_comm *comm) {
    return comm->node_size;
}
int nn_comm_nodes(const nn_comm *comm) {
    return comm->nodes;
}
const void *nn_comm_handle(const nn_comm *comm) {
    return &comm->all;
}

/* The message of rank `root`, on every rank, prefixed unless it is rank 0's. */
static void share_message(nn_comm *comm, nn_status status, int root) {
    char host[MPI_MAX_PROCESSOR_NAME];
    int number = comm->number;
    strcpy(host, comm->host);
    nn_comm_broadcast(comm, &number, sizeof number, root);
    nn_comm_broadcast(comm, host, sizeof host, root);
    int64_t length = (int64_t)strlen(nn_error_message()) + 1;
    nn_comm_broadcast(comm, &length, sizeof length, root);
    char *message = malloc((size_t)length);
    nn_assert(message);
    if (comm->rank == root) memcpy(message, nn_error_message(), (size_t)length);
    nn_comm_broadcast(comm, message, length, root);
    nn_error_clear();
    if (root == 0)
        nn_error(status, "%s", message);
    else
        nn_error(status, "[rank %d %s] %s", number, host, message);
    free(message);
}

nn_status nn_comm_agree(nn_comm *comm, nn_status status) {
    int mine = status == NN_OK ? comm->size : comm->rank, root = 0;
    nn_place_wait(true);
    MPI_Allreduce(&mine, &root, 1, MPI_INT, MPI_MIN, comm->all);
    nn_place_wait(false);
    if (root == comm->size) return NN_OK;
    int code = status;
    nn_comm_broadcast(comm, &code, sizeof code, root);
    share_message(comm, (nn_status)code, root);
    return (nn_status)code;
}

void nn_comm_barrier(nn_comm *comm) {
    nn_place_wait(true);
    MPI_Barrier(comm->all);
    nn_place_wait(false);
}

/* MPI counts are ints: larger arrays go in pieces. */
#define NN_PIECE ((int64_t)1 << 28)

void nn_comm_broadcast(nn_comm *comm, void *data, int64_t bytes, int root) {
    nn_place_wait(true);
    for (int64_t at = 0; at < bytes; at += NN_PIECE) {
        int64_t piece = bytes - at < NN_PIECE ? bytes - at : NN_PIECE;
        MPI_Bcast((char *)data + at, (int)piece, MPI_BYTE, root, comm->all);
    }
    nn_place_wait(false);
}

nn_status nn_comm_share_text(nn_comm *comm, nn_status status, char **text, size_t *length) {
    NN_TRY(nn_comm_agree(comm, status));
    int64_t bytes = (int64_t)*length;
    nn_comm_broadcast(comm, &bytes, sizeof bytes, 0);
    *length = (size_t)bytes;
    if (!*text) *text = malloc(*length + 1);
    nn_assert(*text);
    nn_comm_broadcast(comm, *text, bytes, 0);
    (*text)[bytes] = '\0';
    return NN_OK;
}

void nn_comm_sum(nn_comm *comm, double *values, int n) {
    nn_place_wait(true);
    MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_DOUBLE, MPI_SUM, comm->all);
    nn_place_wait(false);
}

void nn_comm_max(nn_comm *comm, double *values, int n) {
    nn_place_wait(true);
    MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_DOUBLE, MPI_MAX, comm->all);
    nn_place_wait(false);
}

void nn_comm_sum_counts(nn_comm *comm, int64_t *values, int64_t n) {
    for (int64_t at = 0; at < n; at += NN_PIECE) {
        int64_t piece = n - at < NN_PIECE ? n - at : NN_PIECE;
        nn_place_wait(true);
        MPI_Allreduce(MPI_IN_PLACE, values + at, (int)piece, MPI_INT64_T, MPI_SUM, comm->all);
        nn_place_wait(false);
    }
}

void nn_comm_gather(nn_comm *comm, const void *mine, void *all, int64_t bytes) {
    nn_assert(bytes < NN_PIECE);
    nn_place_wait(true);
    MPI_Allgather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, comm->all);
    nn_place_wait(false);
}

void nn_comm_deliver(nn_comm *comm, void *data, int64_t bytes, int from) {
    if (from == 0) return;
    for (int64_t at = 0; at < bytes; at += NN_PIECE) {
        int piece = (int)(bytes - at < NN_PIECE ? bytes - at : NN_PIECE);
        nn_place_wait(true);
        if (comm->rank == 0)
            MPI_Recv((char *)data + at, piece, MPI_BYTE, from, 0, comm->all, MPI_STATUS_IGNORE);
        else
            MPI_Send((const char *)data + at, piece, MPI_BYTE, 0, 0, comm->all);
        nn_place_wait(false);
    }
}

nn_share nn_share_of(int64_t count, int parts, int index) {
    int64_t each = count / parts, more = count % parts;
    return (nn_share){index * each + (index < more ? index : more), each + (index < more)};
}
