/* Ranks into groups, each of which trains a trial at a time: consecutive ranks, so that a group has
 * few nodes.
 *
 * With fewer trials than ranks the groups may differ in size by one, and each has one trial of its
 * own; with more all have the same size. So it never depends on the clock how many ranks a trial
 * has. */
#include "inside.h"

nn_groups nn_groups_of(nn_arena *arena, int ranks, int rank, int trials, int each, int64_t most) {
    nn_groups groups = {.mine = -1};
    int room = each ? ranks / each : ranks;
    groups.n = trials < room ? trials : room;
    groups.lead = NN_NEW_ARRAY(arena, int, groups.n);
    for (int g = 0; g < groups.n; g++) {
        nn_share share = nn_share_of(ranks, groups.n, g);
        if (each) share = (nn_share){g * each, each};
        if (!each && most && share.count > most) share.count = most;
        groups.lead[g] = (int)share.first;
        if (share.count > groups.most) groups.most = (int)share.count;
        if (rank >= share.first && rank < share.first + share.count) groups.mine = g;
    }
    return groups;
}
