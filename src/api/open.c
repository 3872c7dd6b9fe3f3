/* Opening a trainer: a communicator and a configuration. */
#include <stdlib.h>
#include <string.h>

#include "nnmpi/log.h"
#include "nnmpi/store.h"
#include "trainer.h"

/* The section `data`, which every file must have, may be left out where data are given: it is set
 * to an empty one before all else. */
static nn_status parse(nn_trainer *t, const char *text, size_t length, const char *file,
                       const char *const *sets) {
    int n = 0;
    while (sets && sets[n]) n++;
    const char **all = malloc((size_t)(n + 1) * sizeof *all);
    nn_assert(all);
    all[0] = "data={}";
    for (int i = 0; i < n; i++) all[i + 1] = sets[i];
    nn_status status = nn_document_parse(&t->document, text, length, file, all + 1, n);
    if (status == NN_OK && !nn_node_child(nn_document_root(t->document), "data")) {
        nn_document_destroy(t->document);
        status = nn_document_parse(&t->document, text, length, file, all, n + 1);
    }
    free(all);
    return status;
}

static nn_status bind(nn_trainer *t, const char *text, size_t length, const char *file,
                      const char *const *sets) {
    NN_TRY(parse(t, text, length, file, sets));
    NN_TRY(nn_run_options_bind(t->document, &t->options));
    t->options.embedded = true;
    t->embedding = nn_engine_of(&t->options)->embedding;
    return NN_OK;
}

static nn_status read_config(nn_trainer *t, nn_status status, char *text, const char *file,
                             const char *const *sets) {
    size_t length = text ? strlen(text) : 0;
    status = nn_comm_share_text(t->comm, status, &text, &length);
    if (status == NN_OK) status = nn_comm_agree(t->comm, bind(t, text, length, file, sets));
    free(text);
    return status;
}

static nn_status create(nn_trainer **out, MPI_Comm communicator) {
    nn_error_clear();
    *out = NULL;
    nn_comm *comm;
    NN_TRY(nn_comm_adopt(&comm, &communicator));
    nn_log_setup(NN_SILENT, nn_comm_rank(comm) == 0);
    nn_store_guest = true;
    nn_trainer *t = calloc(1, sizeof *t);
    nn_assert(t);
    t->comm = comm;
    *out = t;
    return NN_OK;
}

static nn_status close_unless(nn_status status, nn_trainer **trainer) {
    if (status == NN_OK) return NN_OK;
    nn_trainer_close(*trainer);
    *trainer = NULL;
    return status;
}

nn_status nn_trainer_open_file(nn_trainer **trainer, MPI_Comm communicator, const char *file,
                               const char *const *sets) {
    NN_TRY(create(trainer, communicator));
    char *text = NULL;
    size_t length;
    nn_status status = NN_OK;
    if (nn_comm_rank((*trainer)->comm) == 0) status = nn_document_read_file(file, &text, &length);
    return close_unless(read_config(*trainer, status, text, file, sets), trainer);
}

nn_status nn_trainer_open_text(nn_trainer **trainer, MPI_Comm communicator, const char *text,
                               const char *const *sets) {
    NN_TRY(create(trainer, communicator));
    char *copy = NULL;
    if (nn_comm_rank((*trainer)->comm) == 0) copy = strdup(text ? text : "");
    return close_unless(read_config(*trainer, NN_OK, copy, "configuration", sets), trainer);
}

static nn_status restore(nn_trainer *t, const char *path, nn_arena *arena) {
    char *text = NULL;
    nn_status status = NN_OK;
    if (nn_comm_rank(t->comm) == 0)
        status = nn_checkpoint_read_config(path, false, arena, &path, &text);
    NN_TRY(read_config(t, status, text, path, NULL));
    t->restored = true;
    return t->embedding->restore(&t->run, t->document, &t->options, t->comm, path);
}

nn_status nn_trainer_open_checkpoint(nn_trainer **trainer, MPI_Comm communicator,
                                     const char *path) {
    NN_TRY(create(trainer, communicator));
    nn_arena *arena = nn_arena_create();
    nn_status status = restore(*trainer, path ? path : "", arena);
    nn_arena_destroy(arena);
    return close_unless(status, trainer);
}

void nn_trainer_warnings(nn_trainer_warning *warning, void *context) {
    nn_log_listen(warning, context);
}

void nn_trainer_close(nn_trainer *t) {
    if (!t) return;
    if (t->run) t->embedding->close(t->run);
    nn_document_destroy(t->document);
    nn_comm_finish(t->comm);
    free(t);
}

const char *nn_trainer_message(void) {
    return nn_error_message();
}

const char *nn_trainer_version(void) {
    return NNMPI_VERSION;
}
