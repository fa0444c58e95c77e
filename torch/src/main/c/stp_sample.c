/* Sampling tokens: all members of the team on all pictures together, or each on pictures of its own. */
#include "stp_head.h"

/* Bytes of weights that a flow step reads up to which they come from a cache. */
#define CACHED (8 << 20)

static int64_t most_apart(const stp_head *h, int64_t rows, int32_t members) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < h->blocks; i++) bytes += stp_weight_bytes(&h->block[i].in) + stp_weight_bytes(&h->block[i].out);
    return bytes > CACHED ? 0 : stp_most_apart(rows, members);
}

static void lay_out_apart(stp_head_task *parts, int64_t most, int32_t members, stp_arena *arena) {
    for (int32_t i = 0; i < members; i++) {
        /* As for the largest share that there can be, so that the size does not depend on who gets what. */
        int64_t rows = parts[i].rows, count = parts[i].count;
        parts[i].rows = parts[i].count = most;
        stp_head_lay_out(&parts[i], 1, arena);
        parts[i].rows = rows;
        parts[i].count = count;
    }
}

/* Shares the pictures out, neighbours to the same member; returns the rows of the one that has most. */
static int64_t share_out(const stp_head_task *t, int32_t members, stp_head_task *parts) {
    int64_t row = 0, most = 0;
    for (int32_t i = 0; i < members; i++) parts[i] = (stp_head_task){.h = t->h};
    for (int64_t i = 0; i < t->count; i++) {
        stp_head_task *part = &parts[row * members / t->rows];
        if (part->count == 0) {
            part->pictures = t->pictures + i;
            part->hidden = t->hidden + row * t->h->hidden;
        }
        part->count++;
        part->rows += t->pictures[i].branches;
        row += t->pictures[i].branches;
        most = part->rows > most ? part->rows : most;
    }
    return most;
}

static void work_alone(void *part, stp_counter *counters) {
    stp_head_task *t = part;
    t->counters = counters;
    if (t->count > 0) stp_head_work(t, 0, 1);
}

int64_t stp_sample_scratch(const stp_head *h, int64_t rows, int64_t pictures, int32_t members) {
    stp_head_task t = {.h = h, .rows = rows, .count = pictures}, parts[members];
    for (int32_t i = 0; i < members; i++) parts[i] = t;
    stp_arena together = {0}, apart = {0};
    stp_head_lay_out(&t, members, &together);
    lay_out_apart(parts, most_apart(h, rows, members), members, &apart);
    return (int64_t)(apart.used > together.used ? apart.used : together.used);
}

void stp_sample(
    const stp_head *h, stp_picture *pictures, int64_t count, const float *hidden, void *scratch, int32_t members) {
    stp_head_task t = {.h = h, .pictures = pictures, .count = count, .hidden = hidden}, parts[members];
    for (int64_t i = 0; i < count; i++) t.rows += pictures[i].branches;
    stp_arena arena = {.base = scratch};
    int64_t most = most_apart(h, t.rows, members);
    if (share_out(&t, members, parts) <= most) {
        lay_out_apart(parts, most, members, &arena);
        stp_team_parts(members, work_alone, parts, sizeof parts[0]);
        return;
    }
    stp_counter counters[2] = {{0}, {0}};
    t.counters = counters;
    stp_head_lay_out(&t, members, &arena);
    stp_team_run(members, stp_head_work, &t);
}
