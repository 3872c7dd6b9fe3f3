/* The configuration of a run, the same on every rank. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include "nnmpi/train.h"

static nn_status bind_text(nn_comm *comm, char *text, size_t length, const char *file,
                           const nn_words *sets, nn_document **document, nn_run_options *options) {
    nn_status status = nn_document_parse(document, text, length, file, sets->value, sets->n);
    free(text);
    if (status == NN_OK) status = nn_run_options_bind(*document, options);
    return nn_comm_agree(comm, status);
}

nn_status nn_cli_share_file(nn_comm *comm, const char *file, char **text, size_t *length) {
    nn_status status = NN_OK;
    *text = NULL;
    *length = 0;
    if (nn_comm_rank(comm) == 0) status = nn_document_read_file(file, text, length);
    return nn_comm_share_text(comm, status, text, length);
}

nn_status nn_cli_read_config(nn_comm *comm, const char *file, const nn_words *sets,
                             nn_document **document, nn_run_options *options) {
    char *text = NULL;
    size_t length = 0;
    *document = NULL;
    NN_TRY(nn_cli_share_file(comm, file, &text, &length));
    return bind_text(comm, text, length, file, sets, document, options);
}

nn_status nn_cli_read_checkpoint(nn_comm *comm, const char *given, bool best, const nn_words *sets,
                                 nn_arena *arena, const char **path, nn_document **document,
                                 nn_run_options *options) {
    char *text = NULL;
    nn_status status = NN_OK;
    *document = NULL;
    *path = given;
    if (nn_comm_rank(comm) == 0)
        status = nn_checkpoint_read_config(given, best, arena, path, &text);
    size_t length = text ? strlen(text) : 0;
    NN_TRY(nn_comm_share_text(comm, status, &text, &length));
    return bind_text(comm, text, length, *path, sets, document, options);
}

nn_status nn_cli_use_checkpoint(const char *given, bool best, const nn_words *sets,
                                nn_status (*use)(const nn_cli_model *model, void *context),
                                void *context) {
    nn_run_options run;
    nn_cli_model model = {.run = &run};
    nn_status status = nn_cli_start(&model.comm);
    nn_arena *arena = nn_arena_create();
    if (status == NN_OK)
        status = nn_cli_read_checkpoint(model.comm, given, best, sets, arena, &model.checkpoint,
                                        &model.document, &run);
    if (status == NN_OK) status = use(&model, context);
    nn_document_destroy(model.document);
    nn_arena_destroy(arena);
    return nn_cli_finish(model.comm, status);
}
