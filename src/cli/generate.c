/* nnmpi generate CHECKPOINT --prompt TEXT: goes on with a text. */
#include "cli.h"

#include <stdio.h>

#include "nnmpi/use.h"

static nn_words sets;
static const char *prompt;
static int length = 200, top_k, seed = 1;
static double temperature = 1, top_p;
static bool best, no_cache;

static const nn_option options[] = {
    {.name = "prompt",
     .value = "TEXT",
     .help = "how the text begins",
     .type = NN_OPTION_TEXT,
     .target = &prompt},
    {.name = "length",
     .value = "N",
     .help = "how many tokens follow (200)",
     .type = NN_OPTION_COUNT,
     .target = &length},
    {.name = "temperature",
     .value = "T",
     .help = "below 1 more likely ones, above 1 more surprising ones; 0: the most likely (1)",
     .type = NN_OPTION_REAL,
     .target = &temperature},
    {.name = "top-k",
     .value = "K",
     .help = "draw among the K most likely",
     .type = NN_OPTION_COUNT,
     .target = &top_k},
    {.name = "top-p",
     .value = "P",
     .help = "draw among the fewest that have this probability together; 1: among all",
     .type = NN_OPTION_PROBABILITY,
     .target = &top_p},
    {.name = "seed",
     .value = "S",
     .help = "another one gives another text (1)",
     .type = NN_OPTION_COUNT,
     .target = &seed},
    {.name = "no-cache",
     .help = "compute the whole window for each token",
     .type = NN_OPTION_FLAG,
     .target = &no_cache},
    {.name = "best",
     .help = "of a run folder best.h5, not latest.h5",
     .type = NN_OPTION_FLAG,
     .target = &best},
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "as if the configuration said so",
     .type = NN_OPTION_LIST,
     .target = &sets},
    {0}};

static void say(void *context, const char *bytes, int64_t n) {
    fwrite(bytes, 1, (size_t)n, stdout);
    fflush(stdout);
}

static nn_status generate(const nn_cli_model *model, void *context) {
    nn_generate_request request = {.checkpoint = model->checkpoint,
                                   .prompt = prompt,
                                   .length = length,
                                   .temperature = temperature,
                                   .top_k = top_k,
                                   .top_p = top_p,
                                   .no_cache = no_cache,
                                   .seed = seed,
                                   .say = say};
    NN_TRY(nn_engine_of(model->run)->generate(model->document, model->run, model->comm, &request));
    if (nn_cli_speaks()) putchar('\n');
    return NN_OK;
}

static nn_status run(const nn_words *arguments) {
    if (!prompt) return nn_error(NN_USAGE, "`nnmpi generate` wants --prompt TEXT");
    return nn_cli_use_checkpoint(arguments->value[0], best, &sets, generate, NULL);
}

const nn_command nn_command_generate = {
    .name = "generate",
    .arguments = "CHECKPOINT",
    .help = "go on with a text, by a model that tells the next token",
    .details =
        "The model was trained on windows of a text (data.sequence_length); its vocabulary is in\n"
        "the checkpoint. Characters that are not in it are an error.\n"
        "  nnmpi generate runs/bible_lstm --prompt \"In the beginning\" --temperature 0.7\n",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
