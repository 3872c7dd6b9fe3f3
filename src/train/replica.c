/* Every rank has a copy of the weights and takes the same steps: are they still the same bits? */
#include <stdio.h>

#include "nnmpi/hash.h"
#include "session.h"

enum { HOST = 64 }; /* bytes of a host's name that are told */

static uint64_t hash_of(const nn_real *x, int64_t n) {
    return nn_hash(x, (size_t)n * sizeof *x);
}

static uint64_t hash_of_part(const nn_session *s, int64_t at, int64_t n) {
    uint64_t parts[2 + NN_MAX_SLOTS];
    int count = 0;
    parts[count++] = hash_of(s->model->W + at, n);
    for (int i = 0; i < s->n_slots; i++) parts[count++] = hash_of(s->slot[i] + at, n);
    if (s->average) parts[count++] = hash_of(s->average + at, n);
    return nn_hash(parts, (size_t)count * sizeof *parts);
}

static uint64_t hash_of_all(const nn_session *s) {
    uint64_t parts[] = {hash_of_part(s, 0, s->model->size),
                        hash_of(s->model->S, s->model->state_size)};
    return nn_hash(parts, sizeof parts);
}

static int alike(const uint64_t *all, int size, int rank) {
    int n = 0;
    for (int r = 0; r < size; r++) n += all[r] == all[rank];
    return n;
}

/* The rank whose hash the fewest share, the highest of such; -1: all are the same. *other: of the
 * rest the first of those whose hash the most share; *certain: these are more. Collective. */
static int odd_one(const nn_session *s, uint64_t mine, uint64_t *all, int *other, bool *certain) {
    int size = nn_comm_size(s->comm), odd = 0, most = 0;
    nn_comm_gather(s->comm, &mine, all, sizeof mine);
    for (int r = 1; r < size; r++)
        if (alike(all, size, r) <= alike(all, size, odd)) odd = r;
    for (int r = 0; r < size; r++) {
        if (all[r] == all[odd] || alike(all, size, r) <= most) continue;
        most = alike(all, size, r);
        *other = r;
    }
    *certain = most > alike(all, size, odd);
    return most == 0 ? -1 : odd;
}

/* The first tensor that is not the same on all ranks, and on which. Collective. */
static const char *differing(const nn_session *s, uint64_t *all, int *odd, int *other,
                             bool *certain) {
    const nn_model *model = s->model;
    for (int i = 0; i < model->n_params + model->n_state; i++) {
        bool param = i < model->n_params;
        const nn_tensor *t = param ? &model->param[i] : &model->state[i - model->n_params];
        uint64_t mine =
            param ? hash_of_part(s, t->offset, t->size) : hash_of(model->S + t->offset, t->size);
        *odd = odd_one(s, mine, all, other, certain);
        if (*odd >= 0) return t->name; /* all ranks have the same hashes, and leave together */
    }
    return NULL;
}

/* Collective. */
static const char *describe(nn_session *s, uint64_t *all) {
    int odd, other, size = nn_comm_size(s->comm);
    bool certain;
    char host[HOST] = "", *hosts = NN_NEW_ARRAY(s->arena, char, size *HOST);
    snprintf(host, sizeof host, "%s", nn_comm_host(s->comm));
    nn_comm_gather(s->comm, host, hosts, HOST);
    long long step = (long long)s->state.step;
    const char *name = differing(s, all, &odd, &other, &certain);
    if (!name) return "the ranks do not have the same bits between their weights";
    if (certain)
        return nn_arena_format(
            s->arena,
            "after step %lld \"%s\" of rank %d (%s) is not what most ranks have: "
            "its memory, the network, or a processor of another kind",
            step, name, odd, hosts + (int64_t)odd * HOST);
    return nn_arena_format(
        s->arena,
        "after step %lld ranks %d (%s) and %d (%s) differ in \"%s\", and which of "
        "them is right cannot be told: memory, the network, or processors of "
        "different kinds",
        step, other, hosts + (int64_t)other * HOST, odd, hosts + (int64_t)odd * HOST, name);
}

bool nn_replicas_agree(nn_session *s) {
    int size = nn_comm_size(s->comm), other;
    bool certain;
    if (size == 1) return true;
    if (odd_one(s, hash_of_all(s), s->hashes, &other, &certain) < 0) return true;
    s->differs = describe(s, s->hashes);
    return false;
}
