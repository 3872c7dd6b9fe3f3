/* Every class has an order of its own, chosen by the seed; the first places of it are held out. */
#include "deal.h"

#include <stdlib.h>

/* Parts of running sums, so that their roundings do not add up: exactly `held` in all. */
static void share_out(nn_deal *deal, nn_split split, int64_t held, int64_t n) {
    int64_t before = 0, given = 0;
    for (int c = 0; c < deal->n_classes; c++) {
        before += deal->class[c].count;
        int64_t until = (int64_t)((double)before / (double)n * (double)held + 0.5);
        deal->class[c].held[split] = until - given;
        given = until;
    }
}

nn_status nn_deal_create(nn_deal *deal, const nn_import *import, bool last, const int64_t *count,
                         int n_classes) {
    int64_t n = 0;
    *deal = (nn_deal){.last = last, .n_classes = n_classes};
    deal->class = calloc((size_t)n_classes, sizeof *deal->class);
    if (!deal->class) nn_panic("out of memory");
    for (int c = 0; c < n_classes; c++) {
        n += deal->class[c].count = count[c];
        deal->class[c].order =
            nn_sampler_of((uint64_t)import->seed, NN_RANDOM_SPLIT, (uint64_t)c, count[c], true);
    }
    NN_TRY(nn_parts_of(import, n, deal->count));
    for (int split = NN_VALIDATION; split < NN_SPLITS; split++)
        share_out(deal, (nn_split)split, deal->count[split], n);
    return NN_OK;
}

void nn_deal_restart(nn_deal *deal) {
    deal->dealt = 0;
    for (int c = 0; c < deal->n_classes; c++) deal->class[c].seen = 0;
}

bool nn_deal_has(const nn_deal *deal, int class) {
    return class >= 0 && class < deal->n_classes &&
           deal->class[class].seen < deal->class[class].count;
}

nn_split nn_deal_next(nn_deal *deal, int class) {
    nn_deal_class *own = &deal->class[class];
    int64_t place = deal->dealt++;
    nn_assert(nn_deal_has(deal, class));
    own->seen++;
    if (deal->last) return nn_part_at(deal->count, place);
    place = nn_sampler_at(&own->order, own->seen - 1);
    return place < own->held[NN_TEST]                              ? NN_TEST
           : place < own->held[NN_TEST] + own->held[NN_VALIDATION] ? NN_VALIDATION
                                                                   : NN_TRAIN;
}

void nn_deal_free(nn_deal *deal) {
    free(deal->class);
    deal->class = NULL;
}
