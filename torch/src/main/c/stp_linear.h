/* Linear maps inside a bigger task: the members of a team share the outputs among them. */
#ifndef STP_LINEAR_H
#define STP_LINEAR_H

#include "stp_decode.h"

/* Rows that few are prepared by every member for itself, which is cheaper than a barrier. */
#define STP_FEW_ROWS 4

/* A bump allocator; with a null base it only counts. */
typedef struct {
    char *base;
    size_t used;
} stp_arena;

void *stp_take(stp_arena *arena, size_t bytes);

static inline float *stp_take_floats(stp_arena *arena, int64_t n) {
    return stp_take(arena, (size_t)n * sizeof(float));
}

/* A member of the team at work. */
typedef struct {
    int32_t member, members;
    void *own;        /* scratch for prepared rows that only this member sees */
    void *shared;     /* scratch for prepared rows that all members fill */
    float *low_rank;  /* scratch for the inner values of low-rank additions, shared */
    stp_counter *counters; /* two, shared, zero at the start: one in use, one for the next product */
    int64_t products;      /* how many products this member has been through */
} stp_worker;

typedef struct {
    int64_t begin, end;
} stp_range;

/* This member's part of n things, in units. */
stp_range stp_share(const stp_worker *w, int64_t n, int64_t unit);

static inline void stp_wait(const stp_worker *w) {
    stp_barrier(w->members);
}

/* Rows to be multiplied, prepared for every format of weights that they meet. */
typedef struct {
    stp_rows exact, halves, bytes; /* for floats, STP_BF16, and STP_I8 or STP_I4 */
} stp_input;

/* Bytes of scratch for prepared rows. */
size_t stp_input_bytes(int64_t rows, int64_t in);

/*
 * Prepares rows for maps. Alone: by this member for itself, no barrier. Otherwise all members take part and wait for
 * each other; x must be complete.
 */
void stp_ready(
    const stp_worker *w, stp_input *input, const stp_linear *const *maps, int n, const float *x, int64_t ldx,
    int64_t rows, int alone);

/* What is to be done with the outputs [begin, end) of all rows as soon as they are there. */
typedef struct {
    void (*run)(const void *argument, int64_t begin, int64_t end);
    const void *argument;
} stp_finish;

/*
 * The outputs of maps that read the same rows: y[i][row * ldy[i] + o]. Members take them in pieces, whoever comes first,
 * so that one that is held up by another program does not hold up the rest; products of little work are split evenly.
 * With something to finish, all maps have the same number of outputs and a piece goes through all of them. Ends without a
 * barrier; there must be one before the next product.
 */
void stp_multiply(
    stp_worker *w, const stp_input *input, const stp_linear *const *maps, int n, float *const *y, const int64_t *ldy,
    const stp_finish *finish);

/*
 * The most rows that one member may have if members work apart, each on rows of its own: they then need neither wait for
 * each other nor fetch half of every map from another core's cache, but each reads all weights, which pays where those come
 * from a cache. With a larger share one would keep the rest waiting.
 */
int64_t stp_most_apart(int64_t rows, int32_t members);

/* What one member does by itself for a part of a task, with two counters that nobody else uses. */
typedef void (*stp_part)(void *part, stp_counter *counters);
/* As many parts as members, of size bytes each; each is done by whoever is free. */
void stp_team_parts(int32_t members, stp_part work, void *parts, size_t size);

/* Bytes of a map's matrix, without scales. */
int64_t stp_weight_bytes(const stp_linear *map);

/* Floats of scratch for the low-rank additions of maps that are multiplied together. */
int64_t stp_low_rank_floats(const stp_linear *const *maps, int n, int64_t rows);

#endif
