/* The keys of the section `checkpoint:`. */
#include "nnmpi/checkpoint.h"

const nn_key nn_checkpoint_keys[] = {
    {.name = "directory",
     .type = NN_KEY_PATH,
     .offset = offsetof(nn_checkpoint_options, directory),
     .required = true,
     .help = "the run folder; it is made if it is not there"},
    {.name = "every",
     .type = NN_KEY_INTERVAL,
     .offset = offsetof(nn_checkpoint_options, every),
     .preset = "1 epoch",
     .help = "how often: `2 epochs`, `100 steps`, `10m`, `never`; the end of a run is always "
             "saved"},
    {.name = "keep",
     .type = NN_KEY_INT,
     .offset = offsetof(nn_checkpoint_options, keep),
     .preset = "3",
     .min = 0,
     .max = 1000000,
     .help = "newest files kept, beside those that latest.h5 and best.h5 point to; 0: all"},
    {.name = "best",
     .type = NN_KEY_TEXT,
     .offset = offsetof(nn_checkpoint_options, best),
     .help = "the value that decides what best.h5 points to, such as validation_accuracy"},
    {.name = "resume",
     .type = NN_KEY_TEXT,
     .offset = offsetof(nn_checkpoint_options, resume),
     .preset = "auto",
     .help = "auto: from the checkpoint written last in the folder if there is one; never; "
             "required: it "
             "is an error if there is none; or the path of a checkpoint"},
    {.name = "required",
     .type = NN_KEY_BOOL,
     .offset = offsetof(nn_checkpoint_options, required),
     .preset = "false",
     .help = "true: a checkpoint that cannot be written ends the training; false: it is a warning"},
    {0}};
