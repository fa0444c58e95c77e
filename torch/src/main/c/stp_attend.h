/*
 * Attention of one query over cached keys and values, for a group of query heads that share a key/value head.
 *
 * Keys of one head lie in blocks of sixteen positions, [block][dim][16], so that sixteen scores are summed side by side
 * without adding across lanes; values lie position by position, each padded to a multiple of sixteen. Both are float32
 * or bfloat16; products are summed in float32. The capacity of a store is a multiple of STP_SPAN positions.
 */
#ifndef STP_ATTEND_H
#define STP_ATTEND_H

#include <stddef.h>
#include <stdint.h>

/* A run of cached positions of one head in one layer. */
typedef struct {
    const void *keys;
    const void *values;
    int64_t length;
} stp_run;

/* Positions that are scored and mixed together. */
#define STP_SPAN 32
/* Query heads that may share a key/value head. */
#define STP_MAX_GROUP 64

static inline int64_t stp_round16(int64_t n) {
    return (n + 15) & ~(int64_t)15;
}

static inline int64_t stp_round_span(int64_t n) {
    return (n + STP_SPAN - 1) & ~(int64_t)(STP_SPAN - 1);
}

/* Writes one position of one head; bf16 says which type the cache has. */
void stp_cache_put(
    void *keys, void *values, int bf16, int64_t position, int64_t dim, const float *key, const float *value);

/* Floats of scratch that stp_attend wants. */
int64_t stp_attend_scratch(int64_t group, int64_t dim, const stp_run *runs, int n);

/*
 * Mixes the values of all runs by softmax(query . key).
 *
 * query: [group][dim], rotated and scaled; group is at most STP_MAX_GROUP
 * out:   [group][dim]
 */
void stp_attend(
    const float *query, int64_t group, int64_t dim, const stp_run *runs, int n, int bf16, float *scratch, float *out);

#endif
