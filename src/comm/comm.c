/* The group of all ranks: start, finish, agreement, small collectives. */
#include "nnmpi/comm.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"

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

static void abort_world(int exit_code) {
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

nn_status nn_comm_start(nn_comm **out, int *argc, char ***argv) {
    *out = NULL;
    int provided = 0;
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return nn_error(NN_INTERNAL, "MPI cannot start");
    nn_panic_hook = abort_world;
    nn_comm *comm = calloc(1, sizeof *comm);
    nn_assert(comm);
    *out = comm;
    comm->all = MPI_COMM_WORLD;
    MPI_Comm_rank(comm->all, &comm->rank);
    MPI_Comm_size(comm->all, &comm->size);
    find_node(comm);
    return refuse_singletons(comm->size);
}

void nn_comm_finish(nn_comm *comm) {
    if (!comm) return;
    MPI_Comm_free(&comm->node);
    free(comm);
    nn_panic_hook = NULL;
    MPI_Finalize();
}

void nn_comm_abort(nn_comm *comm, int exit_code) {
    MPI_Abort(comm->all, exit_code);
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
    strcpy(host, comm->host);
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
        nn_error(status, "[rank %d %s] %s", root, host, message);
    free(message);
}

nn_status nn_comm_agree(nn_comm *comm, nn_status status) {
    int mine = status == NN_OK ? comm->size : comm->rank, root = 0;
    MPI_Allreduce(&mine, &root, 1, MPI_INT, MPI_MIN, comm->all);
    if (root == comm->size) return NN_OK;
    int code = status;
    nn_comm_broadcast(comm, &code, sizeof code, root);
    share_message(comm, (nn_status)code, root);
    return (nn_status)code;
}

void nn_comm_barrier(nn_comm *comm) {
    MPI_Barrier(comm->all);
}

/* MPI counts are ints: larger arrays go in pieces. */
#define NN_PIECE ((int64_t)1 << 28)

void nn_comm_broadcast(nn_comm *comm, void *data, int64_t bytes, int root) {
    for (int64_t at = 0; at < bytes; at += NN_PIECE) {
        int64_t piece = bytes - at < NN_PIECE ? bytes - at : NN_PIECE;
        MPI_Bcast((char *)data + at, (int)piece, MPI_BYTE, root, comm->all);
    }
}

void nn_comm_sum(nn_comm *comm, double *values, int n) {
    MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_DOUBLE, MPI_SUM, comm->all);
}

void nn_comm_max(nn_comm *comm, double *values, int n) {
    MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_DOUBLE, MPI_MAX, comm->all);
}

void nn_comm_sum_counts(nn_comm *comm, int64_t *values, int64_t n) {
    for (int64_t at = 0; at < n; at += NN_PIECE) {
        int64_t piece = n - at < NN_PIECE ? n - at : NN_PIECE;
        MPI_Allreduce(MPI_IN_PLACE, values + at, (int)piece, MPI_INT64_T, MPI_SUM, comm->all);
    }
}

void nn_comm_gather(nn_comm *comm, const void *mine, void *all, int64_t bytes) {
    nn_assert(bytes < NN_PIECE);
    MPI_Allgather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, comm->all);
}

nn_share nn_share_of(int64_t count, int parts, int index) {
    int64_t each = count / parts, more = count % parts;
    return (nn_share){index * each + (index < more ? index : more), each + (index < more)};
}
