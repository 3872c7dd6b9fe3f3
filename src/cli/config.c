/* The configuration of a run, the same on every rank. */
#include "cli.h"

#include <stdlib.h>

#include "nnmpi/train.h"

/* The text of the file on every rank, by malloc. Collective. */
static nn_status share_text(nn_comm *comm, const char *file, char **text, size_t *length) {
    nn_status status = NN_OK;
    *text = NULL;
    if (nn_comm_rank(comm) == 0) status = nn_document_read_file(file, text, length);
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

nn_status nn_cli_read_config(nn_comm *comm, const char *file, const nn_words *sets,
                             nn_document **document, nn_run_options *options) {
    char *text;
    size_t length = 0;
    *document = NULL;
    NN_TRY(share_text(comm, file, &text, &length));
    nn_status status = nn_document_parse(document, text, length, file, sets->value, sets->n);
    free(text);
    if (status == NN_OK) status = nn_run_options_bind(*document, options);
    return nn_comm_agree(comm, status);
}
