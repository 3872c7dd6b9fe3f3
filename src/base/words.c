/* Which of the words that there are somebody may have meant. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "nnmpi/text.h"

#define NN_WORD_MAX 63

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance (optimal string alignment), three rows of the table at a time. */
static int distance(const char *a, const char *b) {
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > NN_WORD_MAX || m > NN_WORD_MAX) return n + m;
    int row[3][NN_WORD_MAX + 1];
    for (int j = 0; j <= m; j++) row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            now[j] = smaller(smaller(last[j] + 1, now[j - 1] + 1), last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == y)
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

/* mse of mean_squared_error */
static bool are_initials(const char *letters, const char *word) {
    for (; *letters; letters++, word++) {
        if (tolower((unsigned char)*letters) != *word) return false;
        word += strcspn(word, "_");
        if (!*word) return !letters[1];
    }
    return false;
}

/* The letters without case and what joins words. */
static int bare(const char *word, char *out) {
    int n = 0;
    for (; *word && n < NN_WORD_MAX; word++)
        if (isalnum((unsigned char)*word)) out[n++] = (char)tolower((unsigned char)*word);
    return n;
}

/* The most letters in a row that both have. */
static int common_letters(const char *word, const char *other) {
    char a[NN_WORD_MAX], b[NN_WORD_MAX];
    int n = bare(word, a), m = bare(other, b), most = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) {
            int k = 0;
            while (i + k < n && j + k < m && a[i + k] == b[j + k]) k++;
            if (k > most) most = k;
        }
    return most;
}

static const char *abbreviated(const char *word, const char *const *words, int n) {
    for (int i = 0; i < n; i++)
        if (strlen(word) > 1 && are_initials(word, words[i])) return words[i];
    return NULL;
}

static const char *closest(const char *word, const char *const *words, int n) {
    const char *best = NULL;
    int length = (int)strlen(word),
        least = length / 3 + 1; /* a slip in three letters, one at least */
    if (least < 2) least = 2;
    for (int i = 0; i < n; i++) {
        int d = distance(word, words[i]);
        bool begins = length >= 3 && strncasecmp(word, words[i], (size_t)length) == 0;
        if (begins && d > 1) d = 1;
        if (d < least && d < (int)strlen(words[i])) least = d, best = words[i];
    }
    return best;
}

/* Five letters, and more than half of them. */
static const char *related(const char *word, const char *const *words, int n) {
    const char *best = NULL;
    char letters[NN_WORD_MAX];
    int length = bare(word, letters), most = 6 * length / 10;
    if (most < 4) most = 4;
    for (int i = 0; i < n; i++) {
        int common = common_letters(word, words[i]);
        if (common > most) most = common, best = words[i];
    }
    return best;
}

/* MSELoss is MSE. */
static const char *without_suffix(const char *word, const char *const *words, int n) {
    char rest[NN_WORD_MAX + 1];
    snprintf(rest, sizeof rest, "%s", word);
    size_t length = strlen(rest);
    if (length < 7 || strcasecmp(rest + length - 4, "loss") != 0) return NULL;
    rest[length - 4] = '\0';
    return abbreviated(rest, words, n);
}

/* What other libraries call it, where letters do not tell. */
static const struct {
    const char *theirs, *ours;
} foreign[] = {
    {"Linear", "dense"},
    {"fc", "dense"},
    {"rnn", "simple_rnn"},
    {"GlobalAveragePooling", "global_avg_pool"},
    {"AdaptiveAvgPool", "global_avg_pool"},
    {"AveragePooling", "avg_pool"},
    {"MaxPooling", "max_pool"},
    {"TransformerEncoderLayer", "transformer_block"},
    {"MultiheadAttention", "multi_head_attention"},
    {"out_features", "units"},
    {"hidden_size", "units"},
    {"out_channels", "filters"},
    {"labels", "targets"},
    {"BatchNormalization", "batch_norm"},
    {"LayerNormalization", "layer_norm"},
    {"GroupNormalization", "group_norm"},
    {"ZeroPadding", "zero_pad"},
    {"Concatenate", "concat"},
    {"swish", "silu"},
    {"xavier", "glorot"},
    {"kaiming", "he"},
    {"input_shape", NULL},
    {"bce", "binary_crossentropy"},
    {"BCELoss", "binary_crossentropy"},
    {"BCEWithLogitsLoss", "binary_crossentropy"},
    {"cce", "categorical_crossentropy"},
    {"NLLLoss", "categorical_crossentropy"},
    {"nll_loss", "categorical_crossentropy"},
    {"SparseCategoricalCrossentropy", "categorical_crossentropy"},
    {"SparseCategoricalAccuracy", "accuracy"},
    {"L1Loss", "mean_absolute_error"},
    {"SmoothL1Loss", "huber"},
    {"KLDivLoss", "kl_divergence"},
    {"ReduceLROnPlateau", "plateau"},
    {"CosineAnnealingLR", "cosine"},
    {"CosineAnnealingWarmRestarts", "cosine_restarts"},
    {"StepLR", "step"},
    {"lr", "learning_rate"},
    {"eps", "epsilon"},
    {"validation_split", "split"},
    {"val", "validation"},
};

/* But for case; Linear is no linear. */
static bool is_theirs(const char *word, const char *theirs) {
    size_t n = strlen(theirs);
    return strcmp(theirs, "Linear") == 0 ? strncmp(word, theirs, n) == 0
                                         : strncasecmp(word, theirs, n) == 0;
}

/* "MaxPooling2D" is theirs of "max_pool2d": what follows the name is the same. */
static bool is_ours(const char *word, const char *theirs, const char *candidate, const char *ours) {
    size_t n = strlen(theirs), m = strlen(ours);
    return strncmp(candidate, ours, m) == 0 && strcasecmp(word + n, candidate + m) == 0;
}

/* 1D, 2D and 3D are one global pool. */
static bool is_dimension(const char *rest) {
    return strlen(rest) == 2 && strchr("123", rest[0]) && strchr("dD", rest[1]);
}

/* False: the word is none of theirs. NULL in *ours: there is no word for it here. */
static bool translated(const char *word, const char *const *words, int n, const char **found) {
    *found = NULL;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        const char *ours = foreign[i].ours, *rest = word + strlen(foreign[i].theirs);
        if (!is_theirs(word, foreign[i].theirs)) continue;
        if (!ours && !*rest) return true;
        for (int k = 0; ours && k < n; k++)
            if (is_ours(word, foreign[i].theirs, words[k], ours) ||
                (is_dimension(rest) && strcmp(words[k], ours) == 0)) {
                *found = words[k];
                return true;
            }
    }
    return false;
}

const char *nn_word_meant(const char *word, const char *const *words, int n) {
    const char *found;
    if (translated(word, words, n, &found)) return found;
    for (int i = 0; i < n; i++)
        if (distance(word, words[i]) <= 1 && strlen(word) > 4) return words[i];
    return NULL;
}

const char *nn_nearest_word(const char *word, const char *const *words, int n) {
    const char *found;
    if (translated(word, words, n, &found)) return found;
    if (strlen(word) <= 4) found = abbreviated(word, words, n);
    if (!found) found = closest(word, words, n);
    if (!found) found = without_suffix(word, words, n);
    return found ? found : related(word, words, n);
}
