/* A document: from a file or a text to a tree, and its end. */
#include "private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nnmpi/text.h"

/* The folder of the file, absolute; links are followed for the folder, not for the file, so that
 * data beside a linked configuration are found beside the link. */
static const char *folder_of(nn_arena *arena, const char *file) {
    const char *slash = strrchr(file, '/');
    char *folder = nn_arena_text(arena, slash ? file : ".");
    if (slash) folder[slash == file ? 1 : slash - file] = '\0';
    char *real = realpath(folder, NULL);
    if (real) {
        folder = nn_arena_text(arena, real);
        free(real);
        return folder;
    }
    if (folder[0] == '/') return folder; /* not on this machine: paths are made all the same */
    char *here = getcwd(NULL, 0);
    if (here) folder = nn_arena_format(arena, "%s/%s", here, folder);
    free(here);
    return folder;
}

static nn_document *create(const char *text, size_t length, const char *file) {
    nn_arena *arena = nn_arena_create();
    nn_document *document = NN_NEW(arena, nn_document);
    document->arena = arena;
    document->file = nn_arena_text(arena, file ? file : "configuration");
    document->folder = folder_of(arena, document->file);
    if (length > NN_CONFIG_BYTES) return document; /* the guard refuses it, unread */
    char *copy = nn_arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    document->text = copy;
    document->length = length;
    return document;
}

static void read_tree(nn_document *document, size_t length) {
    if (!nn_text_guard(document, document->text, length, document->file)) return;
    size_t mark = document->length >= 3 && memcmp(document->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    document->text += mark;
    document->length -= mark;
    bool empty;
    nn_node *root = nn_yaml_read(document, document->text, document->length, NULL, &empty);
    nn_place start = {document->file, 1, 1};
    if (empty || (root && nn_node_is_null(root)))
        nn_complain_at(document, start, "such as `name: digits`",
                       "the file is empty: a map of keys and values is expected");
    else if (root && root->type != NN_NODE_MAP)
        nn_complain_at(document, nn_place_of(root), "such as `name: digits`",
                       "a map of keys and values is expected, found %s", nn_found(document, root));
    else
        document->root = root;
    nn_node *templates = nn_node_child(document->root, "templates");
    if (templates) nn_node_remove(document->root, templates);
}

nn_status nn_document_parse(nn_document **out, const char *text, size_t length, const char *file,
                            const char *const *sets, int n_sets) {
    nn_document *document = create(text, length, file);
    read_tree(document, length);
    for (int i = 0; i < n_sets && document->root; i++) nn_document_set(document, sets[i]);
    nn_status status = nn_config_verdict(document);
    if (status != NN_OK) {
        nn_document_destroy(document);
        document = NULL;
    }
    *out = document;
    return status;
}

void nn_document_destroy(nn_document *document) {
    if (document) nn_arena_destroy(document->arena);
}

nn_node *nn_document_root(nn_document *document) {
    return document->root;
}

nn_arena *nn_document_arena(nn_document *document) {
    return document->arena;
}

/* ---- reading ---- */

/* At most `room` bytes; -1 and errno when it fails. */
static ssize_t read_all(int file, char *text, size_t room) {
    size_t length = 0;
    while (length < room) {
        ssize_t n = read(file, text + length, room - length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        length += (size_t)n;
    }
    return (ssize_t)length;
}

#define NN_NEIGHBOURS 256

/* What is left of the name without .yaml or .yml, by malloc. */
static char *stem_of(const char *name) {
    size_t length = strlen(name);
    if (nn_ends(name, ".yaml")) length -= 5;
    if (nn_ends(name, ".yml")) length -= 4;
    return strndup(name, length);
}

static bool is_configuration(DIR *folder, const char *name) {
    struct stat about;
    return (nn_ends(name, ".yaml") || nn_ends(name, ".yml")) &&
           fstatat(dirfd(folder), name, &about, 0) == 0 && S_ISREG(about.st_mode);
}

/* The configuration in the folder whose name is nearest to this one, by malloc; NULL: none. */
static char *nearest_in(DIR *folder, const char *name) {
    char *file[NN_NEIGHBOURS], *stem[NN_NEIGHBOURS], *word = stem_of(name), *copy = NULL;
    int n = 0;
    for (struct dirent *entry; n < NN_NEIGHBOURS && (entry = readdir(folder));)
        if (is_configuration(folder, entry->d_name)) {
            file[n] = strdup(entry->d_name);
            stem[n++] = stem_of(entry->d_name);
        }
    const char *nearest = nn_nearest_word(word, (const char *const *)stem, n);
    for (int i = 0; i < n; i++) { /* the same name with another ending is nearer than any */
        bool chosen = strcmp(stem[i], word) == 0 || (stem[i] == nearest && !copy);
        if (chosen) {
            free(copy);
            copy = strdup(file[i]);
        }
    }
    for (int i = 0; i < n; i++) free(file[i]), free(stem[i]);
    free(word);
    return copy;
}

/* There is no such file: is it the folder that is not there, or is another one meant? */
static nn_status no_such_file(const char *name) {
    const char *slash = strrchr(name, '/');
    int length = slash ? (int)(slash - name) : 0;
    nn_buffer folder = {0};
    nn_buffer_add(&folder, "%.*s", slash ? length + !length : 1, slash ? name : ".");
    DIR *open = opendir(folder.text);
    bool missing = !open && (errno == ENOENT || errno == ENOTDIR);
    char *nearest = open ? nearest_in(open, slash ? slash + 1 : name) : NULL;
    if (missing)
        nn_error(NN_NO_INPUT, "%s: there is no such file, nor a folder %s", name, folder.text);
    else if (nearest)
        nn_error(NN_NO_INPUT, "%s: there is no such file; did you mean %.*s%s?", name,
                 slash ? length + 1 : 0, name, nearest);
    else
        nn_error(NN_NO_INPUT, "%s: there is no such file", name);
    if (open) closedir(open);
    free(nearest);
    nn_buffer_free(&folder);
    return NN_NO_INPUT;
}

/* A run folder has the configuration that it is of. */
static nn_status refuse_folder(const char *name) {
    nn_buffer file = {0};
    nn_buffer_add(&file, "%s/config.yaml", name);
    bool has_one = access(file.text, F_OK) == 0;
    nn_error(NN_NO_INPUT, "%s: a configuration file is expected, this is a folder%s%s%s", name,
             has_one ? "; did you mean " : "", has_one ? file.text : "", has_one ? "?" : "");
    nn_buffer_free(&file);
    return NN_NO_INPUT;
}

nn_status nn_document_read_file(const char *name, char **text, size_t *length) {
    *text = NULL;
    *length = 0;
    struct stat about;
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) return no_such_file(name);
    if (file < 0)
        return nn_error(NN_NO_INPUT, "%s: the configuration cannot be read: %s", name,
                        strerror(errno));
    if (fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
        close(file);
        return refuse_folder(name);
    }
    size_t room = NN_CONFIG_BYTES + 1; /* the one byte more tells that there is more */
    *text = malloc(room + 1);
    nn_assert(*text);
    ssize_t n = read_all(file, *text, room);
    int why = errno;
    close(file);
    if (n >= 0 && (size_t)n < room) {
        (*text)[n] = '\0';
        *length = (size_t)n;
        return NN_OK;
    }
    free(*text);
    *text = NULL;
    if (n < 0) return nn_error(NN_NO_INPUT, "%s: cannot be read: %s", name, strerror(why));
    return nn_error(NN_BAD_CONFIG, "%s: the file is too long: a configuration has at most 1 MiB",
                    name);
}
