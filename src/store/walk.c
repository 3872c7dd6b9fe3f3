/* What a file holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inside.h"
#include "nnmpi/text.h"

hid_t nn_store_object(nn_store *store, const char *path) {
    return *path ? H5Oopen(store->id, path, H5P_DEFAULT) : -1;
}

static H5I_type_t type_of(nn_store *store, const char *path) {
    hid_t id = nn_store_object(store, path);
    if (id < 0) return H5I_BADID;
    H5I_type_t type = H5Iget_type(id);
    H5Oclose(id);
    return type;
}

bool nn_store_has(nn_store *store, const char *path) {
    H5I_type_t type = type_of(store, path);
    return type == H5I_GROUP || type == H5I_DATASET;
}

bool nn_store_is_group(nn_store *store, const char *path) {
    return type_of(store, path) == H5I_GROUP;
}

/* ---- listing ---- */

typedef struct nn_found {
    char *path;
    bool is_group;
    int distance; /* of nn_store_missing: 0 is nearest */
} nn_found;

typedef struct nn_listing {
    int n, room;
    nn_found *found;
    char *group; /* "/train"; "" for the root */
} nn_listing;

static void free_listing(nn_listing *list) {
    for (int i = 0; i < list->n; i++) free(list->found[i].path);
    free(list->found);
    free(list->group);
}

static herr_t add_object(hid_t id, const char *name, const H5O_info_t *info, void *context) {
    nn_listing *list = context;
    bool is_group = info->type == H5O_TYPE_GROUP;
    if (strcmp(name, ".") == 0 || (!is_group && info->type != H5O_TYPE_DATASET)) return 0;
    if (list->n == list->room) {
        list->room = 2 * list->room + 16;
        list->found = realloc(list->found, (size_t)list->room * sizeof *list->found);
        if (!list->found) nn_panic("out of memory for a list of %d objects", list->room);
    }
    char *path;
    if (asprintf(&path, "%s/%s", list->group, name) < 0) nn_panic("out of memory");
    list->found[list->n++] = (nn_found){.path = path, .is_group = is_group};
    return 0;
}

/* All objects below `group`, by name. Only hard links are followed, and every object comes once, so
 * that links in a circle end. */
static bool list_objects(nn_store *store, const char *group, nn_listing *list) {
    *list = (nn_listing){0};
    hid_t id = nn_store_object(store, group);
    if (id < 0) return false;
    while (*group == '/') group++;
    size_t length = strlen(group);
    while (length > 0 && group[length - 1] == '/') length--;
    if (asprintf(&list->group, "%s%.*s", length ? "/" : "", (int)length, group) < 0)
        nn_panic("out of memory");
    bool ok = H5Ovisit2(id, H5_INDEX_NAME, H5_ITER_INC, add_object, list, H5O_INFO_BASIC) >= 0;
    H5Oclose(id);
    return ok;
}

nn_status nn_store_walk(nn_store *store, const char *group, nn_store_visitor *visit,
                        void *context) {
    if (!nn_store_has(store, group)) return nn_store_missing(store, group, "group");
    if (!nn_store_is_group(store, group))
        return nn_error(NN_BAD_DATA, "%s: %s is a data set; a group was expected", store->file,
                        group);
    nn_listing list;
    nn_status status = NN_OK;
    if (!list_objects(store, group, &list))
        status = nn_error(nn_store_blame(NN_BAD_DATA), "%s: group %s cannot be listed (HDF5: %s)",
                          store->file, group, nn_store_reason());
    for (int i = 0; i < list.n && status == NN_OK; i++)
        status = visit(context, store, list.found[i].path, list.found[i].is_group);
    free_listing(&list);
    return status;
}

/* ---- there is no such object: what is there instead ---- */

static const char *last_word(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int distance_of(const char *path, const char *wanted) {
    const char *word = last_word(path), *full = path + (*wanted != '/');
    if (strcasecmp(full, wanted) == 0) return 0;
    if (nn_nearest_word(wanted, &full, 1)) return 1;
    if (strcasecmp(word, last_word(wanted)) == 0) return 2;
    return nn_nearest_word(last_word(wanted), &word, 1) ? 3 : 4;
}

static int nearer(const void *a, const void *b) {
    const nn_found *x = a, *y = b;
    return x->distance != y->distance ? x->distance - y->distance : strcmp(x->path, y->path);
}

#define NN_SHOWN 12

nn_status nn_store_missing(nn_store *store, const char *path, const char *what) {
    nn_listing list;
    nn_buffer names = {0};
    bool want_group = strcmp(what, "group") == 0;
    int n = 0;
    bool listed = list_objects(store, "/", &list);
    for (int i = 0; i < list.n; i++) {
        nn_found *found = &list.found[i];
        bool fits = found->is_group == want_group;
        found->distance = fits ? distance_of(found->path, path) : INT32_MAX; /* to the end */
        n += fits;
    }
    if (list.n) qsort(list.found, (size_t)list.n, sizeof *list.found, nearer);
    for (int i = 0; i < n && i < NN_SHOWN; i++)
        nn_buffer_add(&names, "%s%s", i ? ", " : "", list.found[i].path);
    if (n > NN_SHOWN) nn_buffer_add(&names, " and %d more", n - NN_SHOWN);
    nn_status status = nn_error(NN_NO_INPUT, "%s: there is no %s %s%s%s", store->file, what, path,
                                n        ? "; there is "
                                : listed ? "; the file holds none"
                                         : "; the file is damaged",
                                n ? names.text : "");
    nn_buffer_free(&names);
    free_listing(&list);
    return status;
}
