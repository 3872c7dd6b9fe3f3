/* What the files of this folder share. */
#ifndef NNMPI_INSPECT_INSIDE_H
#define NNMPI_INSPECT_INSIDE_H

#include "nnmpi/arena.h"
#include "nnmpi/inspect.h"
#include "nnmpi/store.h"
#include "nnmpi/text.h"
#include "statistics.h"

/* A data set of the file, and what was found. */
typedef struct nn_seen {
    const char *path;
    nn_store_details details;
    nn_statistics statistics;
    bool known; /* statistics are */
} nn_seen;
typedef struct nn_tree {
    int n, room;
    nn_seen *seen;
    nn_arena *arena;
    const nn_inspect_options *options;
} nn_tree;

/* tree.c: prints the objects below `group`, and remembers the data sets. */
nn_status nn_tree_print(nn_tree *tree, nn_store *store, const char *group);
const nn_seen *nn_tree_find(const nn_tree *tree, const char *path); /* NULL: none */
void nn_tree_free(nn_tree *tree);
/* "uint8 (1437, 8, 8)"; static. */
const char *nn_details_text(const nn_store_details *details);
/* proposal.c: prints a section `data:` for the file. */
void nn_proposal_print(const nn_tree *tree, nn_store *store);
/* about.c: a checkpoint. */
bool nn_is_checkpoint(nn_store *store);
nn_status nn_about_print(nn_store *store, const nn_inspect_options *options);
/* plain.c: text from a file as it can be printed: \\n, \\x1b; for the next 7 calls. */
const char *nn_plain(const char *text);

#endif
