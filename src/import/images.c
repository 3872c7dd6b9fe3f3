/* import images: a folder for each class. The headers are read first, so that what does not fit is
 * known before anything is written. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "deal.h"
#include "inside.h"
#include "picture.h"

#define NN_NAMED_MAX 3 /* names of files that are left out */

typedef struct nn_image {
    const char *file;
    const nn_picture_format *format;
    int class;
    int forced; /* the split of its folder; -1: dealt */
} nn_image;

typedef struct nn_images {
    const nn_import_images_options *options;
    nn_arena *arena;
    int n_classes;
    const char **class_name;
    int64_t n, room;
    nn_image *image;
    nn_shape shape; /* height, width, channels */
    int64_t left_out;
    nn_buffer left_out_names; /* of the first few */
} nn_images;

/* ---- folders ---- */

static int no_dots(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* What is in the folder, by name; *n entries, the list by malloc. */
static nn_status list_folder(const char *folder, struct dirent ***entry, int *n) {
    *n = scandir(folder, entry, no_dots, alphasort);
    if (*n >= 0) return NN_OK;
    return nn_error(NN_NO_INPUT, "%s: it cannot be read as a folder", folder);
}

static void free_list(struct dirent **entry, int n) {
    for (int i = 0; i < n; i++) free(entry[i]);
    free(entry);
}

static bool is_named_picture(const char *file) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg"};
    const char *dot = strrchr(file, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0) return true;
    return false;
}

/* A file of no format that is known. */
static nn_status leave_out(nn_images *images, const char *file) {
    if (is_named_picture(file))
        return nn_error(NN_BAD_DATA,
                        "%s: it is neither PNG nor JPEG, though its name says so; mend it or take "
                        "it away",
                        file);
    images->left_out++;
    if (images->left_out > NN_NAMED_MAX) return NN_OK;
    nn_buffer_add(&images->left_out_names, images->left_out > 1 ? ", " : "");
    nn_text_plain(&images->left_out_names, file);
    return NN_OK;
}

static nn_status add_image(nn_images *images, const char *file, int class, int forced) {
    const nn_picture_format *format;
    if (is_folder(file)) return NN_OK;
    NN_TRY(nn_picture_format_of(file, &format));
    if (!format) return leave_out(images, file);
    if (images->n == images->room) {
        images->room = 2 * images->room + 256;
        images->image = realloc(images->image, (size_t)images->room * sizeof *images->image);
        if (!images->image) nn_panic("out of memory");
    }
    images->image[images->n++] = (nn_image){file, format, class, forced};
    return NN_OK;
}

static nn_status add_class(nn_images *images, const char *folder, int class, int forced) {
    struct dirent **entry;
    int n;
    NN_TRY(list_folder(folder, &entry, &n));
    int64_t before = images->n;
    nn_status status = NN_OK;
    for (int i = 0; i < n && status == NN_OK; i++)
        status =
            add_image(images, nn_arena_format(images->arena, "%s/%s", folder, entry[i]->d_name),
                      class, forced);
    free_list(entry, n);
    if (status == NN_OK && images->n == before)
        return nn_error(NN_BAD_DATA, "%s: there is no PNG or JPEG in this folder", folder);
    return status;
}

static int class_named(const nn_images *images, const char *name) {
    for (int i = 0; i < images->n_classes; i++)
        if (strcmp(images->class_name[i], name) == 0) return i;
    return -1;
}

/* The folders in the first one are the classes. */
static nn_status find_classes(nn_images *images, const char *folder) {
    struct dirent **entry;
    int n;
    NN_TRY(list_folder(folder, &entry, &n));
    images->class_name = NN_NEW_ARRAY(images->arena, const char *, n + 1);
    for (int i = 0; i < n; i++)
        if (is_folder(nn_arena_format(images->arena, "%s/%s", folder, entry[i]->d_name)))
            images->class_name[images->n_classes++] =
                nn_arena_text(images->arena, entry[i]->d_name);
    free_list(entry, n);
    if (images->n_classes == 0)
        return nn_error(NN_BAD_DATA, "%s: there are no folders in it; each class has one", folder);
    return NN_OK;
}

static nn_status add_folder(nn_images *images, const char *folder, int forced) {
    struct dirent **entry;
    int n;
    if (!folder) return NN_OK;
    NN_TRY(list_folder(folder, &entry, &n));
    nn_status status = NN_OK;
    for (int i = 0; i < n && status == NN_OK; i++) {
        const char *path = nn_arena_format(images->arena, "%s/%s", folder, entry[i]->d_name);
        int class = class_named(images, entry[i]->d_name);
        if (!is_folder(path)) continue;
        status = class >= 0 ? add_class(images, path, class, forced)
                            : nn_error(NN_BAD_DATA,
                                       "%s: there is no such class in the first folder", path);
    }
    free_list(entry, n);
    return status;
}

/* ---- sizes ---- */

static nn_status other_size(const nn_images *images, const nn_picture *picture, const char *file) {
    return nn_error(NN_BAD_DATA,
                    "%s is %lld x %lld pixels (height x width), but %s is %lld x %lld; --size HxW "
                    "makes all the same",
                    file, (long long)picture->height, (long long)picture->width,
                    images->image[0].file, (long long)images->shape.dim[0],
                    (long long)images->shape.dim[1]);
}

/* Grey if all are, unless it is said. */
static nn_status find_shape(nn_images *images) {
    const nn_import_images_options *options = images->options;
    int64_t channels = 1;
    images->shape = nn_shape_of(3, (int64_t[]){options->height, options->width, 1});
    for (int64_t i = 0; i < images->n; i++) {
        const nn_image *image = &images->image[i];
        nn_picture picture;
        NN_TRY(nn_picture_read(&picture, image->format, image->file, false));
        if (picture.channels > channels) channels = picture.channels;
        if (options->height) continue;
        if (i == 0)
            images->shape = nn_shape_of(3, (int64_t[]){picture.height, picture.width, 1});
        else if (picture.height != images->shape.dim[0] || picture.width != images->shape.dim[1])
            return other_size(images, &picture, image->file);
    }
    images->shape.dim[2] = options->channels ? options->channels : channels;
    return NN_OK;
}

/* ---- writing ---- */

typedef struct nn_images_out {
    nn_pieces images, labels;
    nn_dtype label_type;
    nn_deal deal;
} nn_images_out;

static nn_status deal_images(const nn_images *images, nn_deal *deal, const nn_import *import) {
    bool stratified = import->split == NN_IMPORT_AUTO || import->split == NN_IMPORT_STRATIFIED;
    int n = stratified ? images->n_classes : 1;
    int64_t *count = NN_NEW_ARRAY(images->arena, int64_t, n);
    for (int64_t i = 0; i < images->n; i++)
        if (images->image[i].forced < 0) count[stratified ? images->image[i].class : 0]++;
    return nn_deal_create(deal, import, import->split == NN_IMPORT_LAST, count, n);
}

static nn_status write_image(const nn_images *images, nn_images_out *out, const nn_image *image) {
    nn_split split = image->forced >= 0
                         ? (nn_split)image->forced
                         : nn_deal_next(&out->deal, out->deal.n_classes > 1 ? image->class : 0);
    nn_picture picture;
    const int64_t *dim = images->shape.dim;
    uint16_t label = (uint16_t)image->class;
    NN_TRY(nn_picture_read(&picture, image->format, image->file, true));
    nn_picture_convert(&picture, dim[2]);
    if (images->options->height) nn_picture_fit(&picture, dim[0], dim[1]);
    nn_status status = NN_OK;
    if (picture.height != dim[0] || picture.width != dim[1])
        status = nn_import_changed(image->file);
    if (status == NN_OK) status = nn_store_rows_append(out->images.rows[split], 1, picture.pixel);
    nn_picture_free(&picture);
    if (status != NN_OK) return status;
    const void *bytes = out->label_type == NN_U8 ? (void *)&(uint8_t){(uint8_t)label} : &label;
    return nn_store_rows_append(out->labels.rows[split], 1, bytes);
}

static nn_status write_all(nn_images *images, nn_output *output, nn_images_out *out) {
    int64_t count[NN_SPLITS];
    for (int split = 0; split < NN_SPLITS; split++) count[split] = out->deal.count[split];
    for (int64_t i = 0; i < images->n; i++)
        if (images->image[i].forced >= 0) count[images->image[i].forced]++;
    out->label_type = images->n_classes <= 256 ? NN_U8 : NN_U16;
    nn_status status =
        nn_pieces_create(&out->images, output, "images", NN_U8, count, &images->shape);
    if (status == NN_OK)
        status = nn_pieces_create(&out->labels, output, "labels", out->label_type, count,
                                  &(nn_shape){0});
    for (int64_t i = 0; i < images->n && status == NN_OK; i++)
        status = write_image(images, out, &images->image[i]);
    status = nn_pieces_close(&out->images, status);
    status = nn_pieces_close(&out->labels, status);
    if (status == NN_OK)
        status = nn_output_words(output, "/class_names", images->class_name, images->n_classes,
                                 "classes");
    return status;
}

static void say_left_out(const nn_images *images, nn_buffer *out) {
    if (images->left_out == 0) return;
    nn_buffer_add(out, "  %s %s left out: %s%s\n", nn_text_count(images->left_out),
                  images->left_out == 1 ? "file that is no PNG or JPEG was"
                                        : "files that are no PNG or JPEG were",
                  images->left_out_names.text, images->left_out > NN_NAMED_MAX ? ", ..." : "");
}

static nn_status import_images(nn_images *images, nn_output *output, const char *folder) {
    nn_images_out out = {0};
    NN_TRY(find_classes(images, folder));
    NN_TRY(add_folder(images, folder, -1));
    NN_TRY(add_folder(images, images->options->validation_folder, NN_VALIDATION));
    NN_TRY(add_folder(images, images->options->test_folder, NN_TEST));
    NN_TRY(find_shape(images));
    nn_status status = deal_images(images, &out.deal, output->import);
    if (status == NN_OK) status = write_all(images, output, &out);
    nn_deal_free(&out.deal);
    say_left_out(images, &output->summary);
    return status;
}

nn_status nn_import_images(const nn_import *import, const nn_import_images_options *options,
                           const char *folder) {
    nn_output output;
    nn_images images = {.options = options, .arena = nn_arena_create()};
    nn_status status = nn_output_open(&output, import);
    if (status == NN_OK) status = import_images(&images, &output, folder);
    status = nn_output_close(&output, status);
    free(images.image);
    nn_buffer_free(&images.left_out_names);
    nn_arena_destroy(images.arena);
    return status;
}
