/* nnmpi import images: a folder for each class. */
#include "import.h"

#include <stdlib.h>

static nn_import_images_options images;
static const char *size;
static int channels;

static const char *const channel_words[] = {"auto", "grey", "rgb", NULL};

static const nn_option options[] = {
    NN_IMPORT_OPTIONS,
    {.name = "size",
     .value = "HxW",
     .help = "cut the largest middle part of this shape and scale it to this height and width",
     .type = NN_OPTION_TEXT,
     .target = &size},
    {.name = "channels",
     .value = "WHAT",
     .help = "grey, rgb; default: grey if all images are, else rgb",
     .type = NN_OPTION_WORD,
     .target = &channels,
     .words = channel_words},
    NN_PART_OPTIONS,
    NN_SPLIT_OPTIONS,
    {.name = "validation-folder",
     .value = "FOLDER",
     .help = "with the same folders in it: for validation",
     .type = NN_OPTION_TEXT,
     .target = &images.validation_folder},
    {.name = "test-folder",
     .value = "FOLDER",
     .help = "with the same folders in it: for the test",
     .type = NN_OPTION_TEXT,
     .target = &images.test_folder},
    {0}};

#define NN_SIDE_MAX 16384

/* "28x28" */
static nn_status take_size(void) {
    char *end = NULL;
    if (!size) return NN_OK;
    images.height = strtol(size, &end, 10);
    if (*end == 'x') images.width = strtol(end + 1, &end, 10);
    if (!*end && images.height > 0 && images.width > 0 && images.height <= NN_SIDE_MAX &&
        images.width <= NN_SIDE_MAX)
        return NN_OK;
    return nn_error(NN_USAGE, "--size wants height x width in pixels, such as 32x32, not `%s`",
                    size);
}

static nn_status run(const nn_words *folder) {
    NN_TRY(nn_cli_need_out(nn_command_named("import images")));
    NN_TRY(take_size());
    images.channels = channels == 1 ? 1 : channels == 2 ? 3 : 0;
    return nn_cli_speaks() ? nn_import_images(&nn_cli_import, &images, folder->value[0]) : NN_OK;
}

const nn_command nn_command_import_images = {
    .name = "import images",
    .arguments = "FOLDER",
    .help = "PNG and JPEG, a folder for each class",
    .details =
        "FOLDER/cat/1.png, FOLDER/dog/a.jpg ...: writes /images, uint8 (N, height, width,\n"
        "channels), /labels and /class_names, the folders in order of name, from id 0. All\n"
        "images have the same size, or --size makes it so, by a triangle filter: linear\n"
        "interpolation where they grow, means of pixels where they shrink. Transparency and\n"
        "notes of orientation are left out; 16 bits become 8.\n\n"
        "  nnmpi import images photos --size 64x64 --test 0.2 --out photos.h5\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
