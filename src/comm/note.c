/* Notes between single ranks, and waiting without haste. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group.h"

#define NN_NOTE_TAG 1
#define NN_NAP 1000 /* microseconds */

/* A note on its way: MPI reads it until it has gone. */
typedef struct nn_letter {
    struct nn_letter *next;
    MPI_Request request;
    char note[];
} nn_letter;

void nn_comm_posted_free(nn_comm *comm, bool wait) {
    for (nn_letter **at = &comm->posted; *at;) {
        nn_letter *letter = *at;
        int gone = 1;
        if (wait)
            MPI_Wait(&letter->request, MPI_STATUS_IGNORE);
        else
            MPI_Test(&letter->request, &gone, MPI_STATUS_IGNORE);
        if (gone) {
            *at = letter->next;
            free(letter);
        } else
            at = &letter->next;
    }
}

void nn_comm_post(nn_comm *comm, const void *note, int64_t bytes, int to) {
    nn_comm_posted_free(comm, false);
    nn_letter *letter = malloc(sizeof *letter + (size_t)bytes);
    nn_assert(letter);
    memcpy(letter->note, note, (size_t)bytes);
    letter->next = comm->posted;
    comm->posted = letter;
    MPI_Isend(letter->note, (int)bytes, MPI_BYTE, to, NN_NOTE_TAG, comm->all, &letter->request);
}

bool nn_comm_take(nn_comm *comm, void *note, int64_t bytes, int *from) {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, NN_NOTE_TAG, comm->all, &there, &status);
    if (!there) return false;
    *from = status.MPI_SOURCE;
    MPI_Recv(note, (int)bytes, MPI_BYTE, *from, NN_NOTE_TAG, comm->all, MPI_STATUS_IGNORE);
    return true;
}

void nn_comm_rest(nn_comm *comm, void (*look)(void *context), void *context) {
    MPI_Request request;
    int all = 0;
    MPI_Ibarrier(comm->all, &request);
    for (;;) {
        MPI_Test(&request, &all, MPI_STATUS_IGNORE);
        if (all) return;
        if (look) look(context);
        usleep(NN_NAP);
    }
}
