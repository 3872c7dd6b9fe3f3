/* What a file holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/text.h"

hid_t nn_store_object(nn_store *store, const char *path) {
    return *path ? H5Oopen(store->id, path, H5P_DEFAULT) : -1;
}

static H5I_type_t type_of(nn_store *store, const char *path) {
    NN_GUARD((nn_guard_caught(store), H5I_BADID));
    hid_t id = nn_store_object(store, path);
    H5I_type_t type = id < 0 ? H5I_BADID : H5Iget_type(id);
    if (id >= 0) H5Oclose(id);
    nn_guard_leave();
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

#define NN_FAR 1000
#define NN_OTHER_KIND 1001

typedef struct nn_found {
    char *path;
    bool is_group;
    haddr_t address;
    int distance; /* of nn_store_missing: 0 is nearest; NN_FAR; NN_OTHER_KIND */
} nn_found;

/* The names of a group's hard links. */
typedef struct nn_names {
    int n, room;
    char **name;
} nn_names;

#define NN_DEEPEST 64

/* All memory of it hangs here, so that nothing is lost when HDF5 crashes and is left by a jump. */
typedef struct nn_listing {
    int n, room;
    nn_found *found;
    char *root;                     /* the path of the group that is listed */
    nn_names names[NN_DEEPEST + 1]; /* of the groups on the way down */
    bool too_deep;
} nn_listing;

static void free_names(nn_names *names) {
    for (int i = 0; i < names->n; i++) free(names->name[i]);
    free(names->name);
    *names = (nn_names){0};
}

static void free_listing(nn_listing *list) {
    for (int i = 0; i < list->n; i++) free(list->found[i].path);
    for (int depth = 0; depth <= NN_DEEPEST; depth++) free_names(&list->names[depth]);
    free(list->found);
    free(list->root);
}

static void *enlarged(void *memory, int n, int *room, size_t size) {
    if (n < *room) return memory;
    *room = 2 * *room + 16;
    memory = realloc(memory, (size_t)*room * size);
    if (!memory) nn_panic("out of memory for a list of %d objects", *room);
    return memory;
}

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *link, void *context) {
    nn_names *names = context;
    if (link->type != H5L_TYPE_HARD) return 0;
    names->name = enlarged(names->name, names->n, &names->room, sizeof *names->name);
    names->name[names->n] = strdup(name);
    if (!names->name[names->n++]) nn_panic("out of memory");
    return 0;
}

static bool is_listed(const nn_listing *list, haddr_t address) {
    for (int i = 0; i < list->n; i++)
        if (list->found[i].address == address) return true;
    return false;
}

static bool list_group(nn_listing *list, hid_t group, const char *path, int depth);

/* An object and, if it is a group, all below it. One with several hard links comes once, so that
 * links in a circle end. */
static bool list_object(nn_listing *list, hid_t group, const char *path, const char *name,
                        int depth) {
    H5O_info_t info;
    if (H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return false;
    bool is_group = info.type == H5O_TYPE_GROUP;
    if (!is_group && info.type != H5O_TYPE_DATASET) return true;
    if (info.rc > 1 && is_listed(list, info.addr)) return true;
    nn_found found = {.is_group = is_group, .address = info.addr};
    if (asprintf(&found.path, "%s/%s", path, name) < 0) nn_panic("out of memory");
    list->found = enlarged(list->found, list->n, &list->room, sizeof *list->found);
    list->found[list->n++] = found;
    if (!is_group) return true;
    hid_t child = H5Oopen(group, name, H5P_DEFAULT);
    bool ok = child >= 0 && list_group(list, child, found.path, depth + 1);
    if (child >= 0) H5Oclose(child);
    return ok;
}

static bool list_group(nn_listing *list, hid_t group, const char *path, int depth) {
    if (depth > NN_DEEPEST) {
        list->too_deep = true;
        return false;
    }
    nn_names *names = &list->names[depth];
    bool ok = H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, names) >= 0;
    for (int i = 0; i < names->n && ok; i++)
        ok = list_object(list, group, path, names->name[i], depth);
    free_names(names);
    return ok;
}

/* All objects below `group` in order of name, those that hard links lead to. */
static bool list_objects(nn_store *store, const char *group, nn_listing *list) {
    *list = (nn_listing){0};
    hid_t id = nn_store_object(store, group);
    if (id < 0) return false;
    while (*group == '/') group++;
    size_t length = strlen(group);
    while (length > 0 && group[length - 1] == '/') length--;
    if (asprintf(&list->root, "%s%.*s", length ? "/" : "", (int)length, group) < 0)
        nn_panic("out of memory");
    bool ok = list_group(list, id, list->root, 0);
    H5Oclose(id);
    return ok;
}

static nn_status list_or_say(nn_store *store, const char *group, nn_listing *list) {
    *list = (nn_listing){0};
    if (!nn_store_has(store, group)) return nn_store_missing(store, group, "group");
    if (!nn_store_is_group(store, group))
        return nn_error(NN_BAD_DATA, "%s: %s is a data set; a group was expected", store->file,
                        group);
    if (list_objects(store, group, list)) return NN_OK;
    if (list->too_deep)
        return nn_error(NN_BAD_DATA, "%s: groups are nested more than %d deep in %s", store->file,
                        NN_DEEPEST, group);
    return nn_error(nn_store_blame(NN_BAD_DATA), "%s: group %s cannot be listed (HDF5: %s)",
                    store->file, group, nn_store_reason());
}

static nn_status list_guarded(nn_store *store, const char *group, nn_listing *list) {
    NN_GUARD(nn_guard_caught(store));
    nn_status status = list_or_say(store, group, list);
    nn_guard_leave();
    return status;
}

nn_status nn_store_walk(nn_store *store, const char *group, nn_store_visitor *visit,
                        void *context) {
    nn_listing list = {0};
    nn_status status = list_guarded(store, group, &list);
    for (int i = 0; i < list.n && status == NN_OK; i++)
        status = visit(context, store, list.found[i].path, list.found[i].is_group);
    free_listing(&list);
    return status;
}

/* ---- there is no such object: what is there instead ---- */

#define NN_SHOWN 12

static const char *last_word(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *whole_path(const char *path) {
    return path + (*path == '/');
}

/* Gives the objects whose `part` is near to that of `wanted` the distances from `first` on. */
static void rank_by(nn_listing *list, const char *wanted, const char *(*part)(const char *),
                    int first) {
    const char **words = calloc((size_t)list->n + 1, sizeof *words);
    if (!words) nn_panic("out of memory");
    for (int rank = first; rank < first + NN_SHOWN; rank++) {
        int n = 0, i = 0;
        for (int k = 0; k < list->n; k++)
            if (list->found[k].distance == NN_FAR) words[n++] = part(list->found[k].path);
        const char *nearest = nn_nearest_word(part(wanted), words, n);
        if (!nearest) break;
        while (part(list->found[i].path) != nearest) i++;
        list->found[i].distance = rank;
    }
    free(words);
}

static int nearer(const void *a, const void *b) {
    const nn_found *x = a, *y = b;
    return x->distance != y->distance ? x->distance - y->distance : strcmp(x->path, y->path);
}

/* It has a name in the file: what cannot be opened is not missing, but damaged. */
static bool is_there(const nn_listing *list, const char *path) {
    for (int i = 0; i < list->n; i++)
        if (strcmp(whole_path(list->found[i].path), whole_path(path)) == 0 &&
            list->found[i].distance == NN_FAR)
            return true;
    return false;
}

nn_status nn_store_missing(nn_store *store, const char *path, const char *what) {
    nn_listing list = {0};
    nn_buffer names = {0};
    bool want_group = strcmp(what, "group") == 0;
    int n = 0;
    bool listed = list_objects(store, "/", &list);
    for (int i = 0; i < list.n; i++) {
        bool fits = list.found[i].is_group == want_group;
        list.found[i].distance = fits ? NN_FAR : NN_OTHER_KIND;
        n += fits;
    }
    if (is_there(&list, path)) {
        free_listing(&list);
        return nn_error(NN_BAD_DATA, "%s: %s is damaged (HDF5: %s)", store->file, path,
                        nn_store_reason());
    }
    rank_by(&list, path, whole_path, 0);
    rank_by(&list, path, last_word, NN_SHOWN);
    if (list.n) qsort(list.found, (size_t)list.n, sizeof *list.found, nearer);
    for (int i = 0; i < n && i < NN_SHOWN; i++)
        nn_buffer_add(&names, "%s%s", i ? ", " : "", list.found[i].path);
    if (n > NN_SHOWN) nn_buffer_add(&names, " and %d more", n - NN_SHOWN);
    nn_status status = nn_error(NN_NO_INPUT, "%s: there is no %s %s%s%s", store->file, what, path,
                                n > 1    ? "; there are "
                                : n      ? "; there is "
                                : listed ? "; the file holds none"
                                         : "; the file is damaged",
                                n ? names.text : "");
    nn_buffer_free(&names);
    free_listing(&list);
    return status;
}
