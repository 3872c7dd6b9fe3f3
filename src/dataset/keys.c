/* The section `data:`. */
#include "inside.h"

#define SOURCE(name, type, field, ...)                                                             \
    { name, type, offsetof(nn_source, field), __VA_ARGS__ }

#define FILE_KEYS                                                                                  \
    SOURCE("file", NN_KEY_PATHS, file,                                                             \
           .help = "HDF5 file, glob, or list of them (one data set); default: train's"),           \
        SOURCE("inputs", NN_KEY_TEXT, inputs,                                                      \
               .help = "name of the data set of inputs, axis 0 the samples; default: the first "   \
                       "of inputs, x, X, data, images, features"),                                 \
        SOURCE("targets", NN_KEY_TEXT, targets,                                                    \
               .help = "name of the data set of targets; default: the first of targets, y, Y, "    \
                       "labels, label, target"),                                                   \
        SOURCE("target_file", NN_KEY_PATHS, target_file,                                           \
               .help = "HDF5 file(s) of the targets, if not in `file`"),                           \
        SOURCE("weights", NN_KEY_TEXT, weights,                                                    \
               .help = "name of a data set, beside the targets, of weights: a number >= 0 a "      \
                       "sample, what its loss is multiplied by")

static const nn_key source_keys[] = {FILE_KEYS, {0}};

static const nn_key validation_keys[] = {
    FILE_KEYS,
    SOURCE("split", NN_KEY_REAL, split, .max = 1, .exclusive_min = true,
           .help = "instead of a file: this part of the training samples, chosen by the seed; with "
                   "sequence_length the end"),
    {0}};

static const char *const target_words[] = {"sequence", "next", NULL};

#define DATA(name, type, field, ...)                                                               \
    { name, type, offsetof(nn_data_options, field), __VA_ARGS__ }

const nn_key nn_data_keys[] = {
    DATA("train", NN_KEY_MAP, train, .keys = source_keys, .present = offsetof(nn_source, present),
         .help = "the samples to train on"),
    DATA("validation", NN_KEY_MAP, validation, .keys = validation_keys,
         .present = offsetof(nn_source, present),
         .help = "the samples that are evaluated after every epoch"),
    DATA("test", NN_KEY_MAP, test, .keys = source_keys, .present = offsetof(nn_source, present),
         .help = "the samples that are evaluated once, at the end"),
    DATA("scale", NN_KEY_REAL, scale, .preset = "1",
         .help = "inputs are multiplied by this, before normalize"),
    DATA("normalize", NN_KEY_KIND, normalize, .preset = "none", .kinds = nn_normalizer_kinds,
         .help = "how inputs are normalised, by constants of the training samples"),
    DATA("shuffle", NN_KEY_BOOL, shuffle, .preset = "true",
         .help = "another order of the training samples in every epoch"),
    DATA("sequence_length", NN_KEY_INT, sequence_length, .min = 1,
         .help = "the rows are a text (tokens) or a series: a sample is a window of so many rows"),
    DATA("stride", NN_KEY_INT, stride, .min = 1,
         .help = "rows from one window to the next; default: sequence_length"),
    DATA("context", NN_KEY_INT, context, .preset = "0", .min = 0,
         .help = "of validation and test: so many rows at the start of a window are only read, "
                 "those before the ones that count; a row counts once, in the first window that "
                 "has it"),
    DATA("target", NN_KEY_CHOICE, target, .preset = "sequence", .words = target_words,
         .help = "of a window: a target for each of its rows (sequence), or for its last (next)"),
    DATA("horizon", NN_KEY_INT, horizon, .preset = "1", .max = 1 << 30,
         .help = "rows from a row to its target: 1 is the next row, 0 the same"),
    {0}};
