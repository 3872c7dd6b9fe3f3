/* The model on paper: layers as they are written, before shapes are known. */
#ifndef NNMPI_MODEL_DRAFT_H
#define NNMPI_MODEL_DRAFT_H

#include "nnmpi/layer.h"
#include "nnmpi/model.h"
#include "rules.h"

#define nn_builder_add NN_REAL_NAME(nn_builder_add)
#define nn_builder_name NN_REAL_NAME(nn_builder_name)
#define nn_builder_scope NN_REAL_NAME(nn_builder_scope)
#define nn_builder_find NN_REAL_NAME(nn_builder_find)
#define nn_builder_suggest NN_REAL_NAME(nn_builder_suggest)
#define nn_builder_names NN_REAL_NAME(nn_builder_names)
#define nn_expand_list NN_REAL_NAME(nn_expand_list)
#define nn_expand_simple NN_REAL_NAME(nn_expand_simple)
#define nn_expand_preset NN_REAL_NAME(nn_expand_preset)
#define nn_expand_option NN_REAL_NAME(nn_expand_option)
#define nn_draft_order NN_REAL_NAME(nn_draft_order)
#define nn_model_wire NN_REAL_NAME(nn_model_wire)

#define NN_MAX_DRAFTS 10000
#define NN_MAX_NESTING 64

/* Where a draft's input comes from: another draft, the data, or a name still to be looked up. */
typedef struct nn_ref {
    int draft; /* NN_REF_DATA, NN_REF_NAME, or the draft */
    const char *name;
} nn_ref;
enum { NN_REF_DATA = -1, NN_REF_NAME = -2, NN_REF_BAD = -3, NN_REF_NONE = -4 };

typedef struct nn_draft {
    nn_typed chosen; /* which layer, with its options */
    nn_node *node;   /* for complaints */
    const char *name;
    int scope;
    const nn_rules *rules;
    double l1, l2; /* of activity_regularizer */
    int n_inputs;
    nn_ref *input;
    const char *shares; /* the name of the layer whose weights it uses, or NULL */
    int shares_draft;   /* the same, looked up; -1: its own */
    nn_ref width_of;    /* its `units` are the length of the last axis of this, which stands before
                           it; NN_REF_NONE: as written */
} nn_draft;

/* A name in a scope; a scope is one turn of a `repeat`. */
typedef struct nn_label {
    const char *name;
    int scope, draft;
    bool composite; /* names the output of several layers */
} nn_label;

typedef struct nn_scope {
    int parent;
    const char *suffix; /* of the names in it: "", "_1", "_2_1" */
} nn_scope;

typedef struct nn_builder {
    nn_document *document;
    nn_arena *arena;
    int n_drafts, n_labels, n_scopes;
    nn_draft draft[NN_MAX_DRAFTS];
    nn_label label[2 * NN_MAX_DRAFTS];
    nn_scope scope[NN_MAX_DRAFTS];
    int current, depth;    /* scope, nesting */
    const nn_rules *rules; /* of what is being expanded */
    bool overflow;
    const nn_kind *const *kinds; /* composites and layers */
} nn_builder;

/* A way to compose: expands `node` into drafts that read `in`; returns its output. */
typedef struct nn_composite {
    nn_kind kind;
    nn_ref (*expand)(nn_builder *b, nn_node *node, const nn_node_options *common,
                     const void *options, nn_ref in);
} nn_composite;

/* A new draft in the current scope; NN_REF_BAD when there are too many. */
nn_ref nn_builder_add(nn_builder *b, nn_typed chosen, nn_node *node, const nn_ref *input,
                      int n_inputs);
/* Gives the thing that ends in `output` the name the user wrote. */
void nn_builder_name(nn_builder *b, nn_node *node, const char *name, nn_ref output, bool composite);
/* A new scope inside the current one. */
int nn_builder_scope(nn_builder *b, nn_node *node, int turn);
/* The label that `name` means in `scope`: the innermost first; NULL if there is none. */
const nn_label *nn_builder_find(const nn_builder *b, int scope, const char *name);
/* "did you mean ..." or NULL */
const char *nn_builder_suggest(nn_builder *b, const char *name);
/* Unique names for the drafts that have none. False after complaints. */
bool nn_builder_names(nn_builder *b);

/* A list of layers as a composition that reads `in`. */
nn_ref nn_expand_list(nn_builder *b, nn_node *list, nn_ref in);
/* The layer `type` with the presets of its options, and the place of one of them, to be set. */
nn_typed nn_expand_preset(nn_builder *b, const char *type);
void *nn_expand_option(nn_typed chosen, const char *key);
/* A layer without options of its own ("add"). */
nn_ref nn_expand_simple(nn_builder *b, const char *type, nn_node *node, const nn_ref *input,
                        int n_inputs);

/* Looks names up and sorts: order[0..n) are the drafts that the output needs, each after its
 * inputs. False after complaints (unknown name, cycle, a layer that leads nowhere). */
bool nn_draft_order(nn_builder *b, nn_ref output, int *order, int *n);

/* Makes the layers, shapes and parameters. False after complaints. */
bool nn_model_wire(nn_model *model, nn_builder *b, const int *order, int n);

#endif
