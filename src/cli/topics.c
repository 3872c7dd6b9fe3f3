/* The topics of `nnmpi help`, from the tables that the parser reads. */
#include "topics.h"

#include <string.h>

#include "nnmpi/export.h"
#include "nnmpi/metric.h"
#include "nnmpi/optimizer.h"
#include "nnmpi/reduce.h"
#include "nnmpi/schedule.h"
#include "nnmpi/train.h"

#define NN_LAYER_KEYS "What every layer may have beside these: `nnmpi help layer-keys`.\n"

const nn_registry nn_registries[] = {
    {"layers", "layer", "what model.layers is made of", nn_layer_kinds, NN_LAYER_KEYS},
    {"compositions", "composition", "written like layers: ways to put layers together",
     nn_composite_kinds, NN_LAYER_KEYS},
    {"activations", "activation", "functions of a layer's output", nn_activation_kinds, NULL},
    {"initializers", "initializer", "initial weights", nn_initializer_kinds, NULL},
    {"losses", "loss", "training.loss", nn_loss_kinds, NULL},
    {"metrics", "metric", "training.metrics", nn_metric_kinds, NULL},
    {"normalizers", "normalizer", "data.normalize", nn_normalizer_kinds, NULL},
    {"optimizers", "optimizer", "training.optimizer", nn_optimizer_kinds, NULL},
    {"schedules", "schedule", "training.learning_rate_schedule", nn_schedule_kinds, NULL},
    {"reductions", "reduction", "training.reduction: sums of gradients over ranks", nn_reduce_kinds,
     NULL},
};
#define NN_REGISTRIES (int)(sizeof nn_registries / sizeof *nn_registries)
const int nn_registry_count = NN_REGISTRIES;

/* Topics that are no registry. */
static void explain_config(nn_buffer *out) {
    nn_config_help_keys(nn_run_keys, "the configuration", out);
}
static void explain_layer_keys(nn_buffer *out) {
    nn_config_help_keys(nn_node_keys, "what every layer may have", out);
}
static void explain_exit_codes(nn_buffer *out) {
#define NN_EXIT_CODE(name, code, text) nn_buffer_add(out, "%5d  %s\n", code, text);
    NN_STATUS_LIST(NN_EXIT_CODE)
#undef NN_EXIT_CODE
    nn_buffer_add(out, NN_EXIT_BY_SIGNAL "  " NN_EXIT_BY_SIGNAL_HELP "\n");
}
static const struct {
    const char *name, *help;
    void (*explain)(nn_buffer *out);
} pages[] = {
    {"config", "the sections and keys of a configuration", explain_config},
    {"layer-keys", "what every layer may have: name, inputs ...", explain_layer_keys},
    {"exit-codes", "what the program returns", explain_exit_codes},
    {"environment", "the variables of the environment that are read", nn_explain_environment},
    {"onnx", "what each layer becomes in `nnmpi export --onnx`", nn_export_explain_onnx},
};
#define NN_PAGES (int)(sizeof pages / sizeof *pages)

void nn_topics_list(nn_buffer *out) {
    for (int i = 0; i < NN_REGISTRIES; i++)
        nn_buffer_add(out, "  %-22s  %s\n", nn_registries[i].name, nn_registries[i].help);
    for (int i = 0; i < NN_PAGES; i++)
        nn_buffer_add(out, "  %-22s  %s\n", pages[i].name, pages[i].help);
    nn_buffer_add(out, "  %-22s  any member of these lists, such as dense or sgd\n", "NAME");
    nn_buffer_add(out, "  %-22s  a section or key, such as training.batch_size\n", "KEY");
}

static void list_registry(const nn_registry *registry, nn_buffer *out) {
    int width = 0;
    for (int i = 0; registry->kinds[i]; i++) {
        int length = (int)strlen(registry->kinds[i]->name);
        width = length > width ? length : width;
    }
    nn_buffer_add(out, "%s: %s\n\n", registry->name, registry->help);
    for (int i = 0; registry->kinds[i]; i++)
        nn_buffer_add(out, "  %-*s  %s\n", width, registry->kinds[i]->name,
                      registry->kinds[i]->help);
    nn_buffer_add(out, "\n`nnmpi help NAME` says more of each.\n");
}

/* The members of that name in every registry. A layer that is an activation is told once. */
static bool explain_members(const char *topic, nn_buffer *out) {
    bool found = false;
    for (int i = 0; i < NN_REGISTRIES; i++)
        for (int k = 0; nn_registries[i].kinds[k]; k++) {
            const nn_kind *kind = nn_registries[i].kinds[k];
            bool told = found && nn_registries[i].kinds == nn_activation_kinds;
            if (strcmp(kind->name, topic) != 0 || told) continue;
            if (found) nn_buffer_add(out, "\n");
            nn_config_help_kind(kind, nn_registries[i].member, out);
            if (nn_registries[i].also) nn_buffer_add(out, "\n%s", nn_registries[i].also);
            found = true;
        }
    return found;
}

/* ---- keys by their dotted paths; kept until the program ends ---- */

#define NN_MAX_PATHS 256
static char *paths[NN_MAX_PATHS];
static int n_paths;

static void collect_paths(const nn_key *keys, const char *prefix) {
    for (const nn_key *k = keys; k->name && n_paths < NN_MAX_PATHS; k++) {
        nn_buffer path = {0};
        nn_buffer_add(&path, "%s%s%s", prefix, *prefix ? "." : "", k->name);
        paths[n_paths++] = path.text;
        if (k->type == NN_KEY_MAP) collect_paths(k->keys, path.text);
    }
}

static const char *last_word(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static void explain_path(const char *path, nn_buffer *out) {
    const nn_key *key = nn_config_find_key(nn_run_keys, path);
    nn_key alone[2] = {*key, {0}};
    nn_config_help_keys(key->type == NN_KEY_MAP ? key->keys : alone, path, out);
}

/* A whole path, or the last word of one or more. */
static bool explain_keys(const char *topic, nn_buffer *out) {
    if (nn_config_find_key(nn_run_keys, topic)) {
        explain_path(topic, out);
        return true;
    }
    bool found = false;
    if (n_paths == 0) collect_paths(nn_run_keys, "");
    for (int i = 0; i < n_paths; i++)
        if (strcmp(last_word(paths[i]), topic) == 0) {
            if (found) nn_buffer_add(out, "\n");
            explain_path(paths[i], out);
            found = true;
        }
    return found;
}

/* What every layer may have. */
static bool explain_layer_key(const char *topic, nn_buffer *out) {
    for (const nn_key *key = nn_node_keys; key->name; key++) {
        if (strcmp(key->name, topic) != 0) continue;
        nn_key alone[2] = {*key, {0}};
        nn_config_help_keys(alone, "of any layer", out);
        return true;
    }
    return false;
}

/* ---- whose option that is: units of dense, lstm ... ---- */

#define NN_OWNERS 128

typedef struct nn_owner {
    const char *member, *kind, *help; /* help NULL: told */
} nn_owner;

static const char *help_of(const nn_kind *kind, const char *option) {
    for (const nn_key *key = kind->keys; key && key->name; key++)
        if (strcmp(key->name, option) == 0) return key->help ? key->help : "";
    return NULL;
}

static int find_owners(const char *option, nn_owner *owner) {
    int n = 0;
    for (int i = 0; i < NN_REGISTRIES; i++)
        for (int k = 0; nn_registries[i].kinds[k]; k++) {
            const nn_kind *kind = nn_registries[i].kinds[k];
            const char *help = help_of(kind, option);
            if (help && n < NN_OWNERS)
                owner[n++] = (nn_owner){nn_registries[i].member, kind->name, help};
        }
    return n;
}

/* The first that is not told, and all that say the same of it. */
static void add_owners(nn_owner *owner, int n, nn_buffer *out) {
    nn_buffer names = {0};
    const char *member = owner->member, *help = owner->help;
    for (int i = 0; i < n; i++) {
        bool same = owner[i].help && strcmp(owner[i].help, help) == 0 &&
                    strcmp(owner[i].member, member) == 0;
        if (!same) continue;
        nn_buffer_add(&names, "%s%s", names.length ? ", " : "", owner[i].kind);
        owner[i].help = NULL;
    }
    nn_buffer_add(out, "  %s ", member);
    nn_config_help_text(names.text, 4, 3 + (int)strlen(member), out);
    nn_buffer_add(out, "      ");
    nn_config_help_text(help, 6, 6, out);
    nn_buffer_free(&names);
}

static bool explain_option(const char *topic, nn_buffer *out) {
    nn_owner owner[NN_OWNERS];
    int n = find_owners(topic, owner);
    if (n == 0) return false;
    nn_buffer_add(out, "%s%s, an option of\n\n", out->length ? "\n" : "", topic);
    for (int i = 0; i < n; i++)
        if (owner[i].help) add_owners(owner + i, n - i, out);
    nn_buffer_add(out, "\n`nnmpi help %s`%s says more.\n", owner[0].kind,
                  n > 1 ? " (or of another)" : "");
    return true;
}

bool nn_topics_explain(const char *topic, nn_buffer *out) {
    for (int i = 0; i < NN_REGISTRIES; i++)
        if (strcmp(topic, nn_registries[i].name) == 0) {
            list_registry(&nn_registries[i], out);
            return true;
        }
    for (int i = 0; i < NN_PAGES; i++)
        if (strcmp(topic, pages[i].name) == 0) {
            pages[i].explain(out);
            return true;
        }
    if (explain_members(topic, out)) return true;
    bool key = explain_keys(topic, out) || explain_layer_key(topic, out);
    return explain_option(topic, out) || key;
}

/* ---- all of it on one page ---- */

/* A layer that is an activation stands among the activations. */
static bool stands_here(const nn_registry *registry, const nn_kind *kind) {
    return registry->kinds != nn_layer_kinds || !nn_activation_of(kind);
}

static const char *section_of(const nn_kind *const *kinds) {
    for (int i = 0; i < NN_REGISTRIES; i++)
        if (nn_registries[i].kinds == kinds) return nn_registries[i].name;
    return NULL;
}

static void add_contents(nn_buffer *out) {
    for (int i = 0; i < NN_REGISTRIES; i++) {
        const nn_registry *r = &nn_registries[i];
        nn_buffer_add(out, "* [%s](#%s):", r->name, r->name);
        const char *comma = "";
        for (int k = 0; r->kinds[k]; k++) {
            if (!stands_here(r, r->kinds[k])) continue;
            const char *name = r->kinds[k]->name;
            nn_buffer_add(out, "%s [%s](#%s-%s)", comma, name, r->member, name);
            comma = ",";
        }
        nn_buffer_add(out, "\n");
    }
    nn_buffer_add(out, "* [what every layer may have](#layer-keys)\n\n");
}

void nn_topics_page(nn_buffer *out) {
    nn_buffer_add(out,
                  "# What a configuration is made of\n\n"
                  "<!-- Written by `nnmpi help --markdown` from the tables that the parser "
                  "reads: change those. -->\n\n"
                  "Every layer, loss, metric, optimizer and so on: its shapes, its formula and "
                  "where it is from, its options with their defaults, and an example. "
                  "`nnmpi help NAME` says the same on a terminal.\n\n"
                  "Shapes are those of one sample, channels last; the axis of the samples is "
                  "left out. `z(j-1)` and `z(j)` are the input and the output of layer `j`, "
                  "`dz(j)` the gradient of the loss by its output, and a point between two "
                  "arrays multiplies them number by number.\n\n");
    add_contents(out);
    for (int i = 0; i < NN_REGISTRIES; i++) {
        const nn_registry *r = &nn_registries[i];
        nn_buffer_add(out, "## %s\n\n%s\n\n", r->name, r->help);
        for (int k = 0; r->kinds[k]; k++)
            if (stands_here(r, r->kinds[k]))
                nn_config_markdown_kind(r->kinds[k], r->member, section_of, out);
    }
    nn_buffer_add(out, "## layer-keys\n\nwhat every layer may have; more in "
                       "[config.md](config.md#how-a-layer-is-trained)\n\n");
    nn_config_markdown_keys(nn_node_keys, section_of, out);
}

/* Several registries have a `constant`, and several sections a `name`. */
static int add_once(const char *word, const char **words, int n, int room) {
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0) return n;
    if (n < room) words[n++] = word;
    return n;
}

static int add_kind(const nn_kind *kind, const char **words, int n, int room) {
    n = add_once(kind->name, words, n, room);
    for (const nn_key *key = kind->keys; key && key->name; key++)
        n = add_once(key->name, words, n, room);
    return n;
}

int nn_topics_words(const char *topic, const char **words, int n, int room) {
    for (int i = 0; i < NN_REGISTRIES; i++) {
        n = add_once(nn_registries[i].name, words, n, room);
        for (int k = 0; nn_registries[i].kinds[k]; k++)
            n = add_kind(nn_registries[i].kinds[k], words, n, room);
    }
    for (int i = 0; i < NN_PAGES; i++) n = add_once(pages[i].name, words, n, room);
    for (const nn_key *key = nn_node_keys; key->name; key++)
        n = add_once(key->name, words, n, room);
    if (n_paths == 0) collect_paths(nn_run_keys, "");
    for (int i = 0; i < n_paths; i++)
        n = add_once(strchr(topic, '.') ? paths[i] : last_word(paths[i]), words, n, room);
    return n;
}
