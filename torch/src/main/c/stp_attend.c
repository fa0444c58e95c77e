#include "stp_attend.h"

#include <float.h>

#include "stp_vec.h"

void stp_cache_put(
    void *keys, void *values, int bf16, int64_t position, int64_t dim, const float *key, const float *value) {
    int64_t k = (position / STP_LANES) * dim * STP_LANES + position % STP_LANES;
    int64_t v = position * stp_round16(dim);
    if (bf16) {
        uint16_t *to_keys = (uint16_t *)keys + k, *to_values = (uint16_t *)values + v;
        for (int64_t d = 0; d < dim; d++) {
            to_keys[d * STP_LANES] = stp_bf16(key[d]);
            to_values[d] = stp_bf16(value[d]);
        }
    } else {
        float *to_keys = (float *)keys + k;
        for (int64_t d = 0; d < dim; d++) to_keys[d * STP_LANES] = key[d];
        memcpy((float *)values + v, value, (size_t)dim * sizeof(float));
    }
}

STP_INLINE stp_v16 element16(const void *base, int64_t at, int bf16) {
    return bf16 ? stp_load_bf16((const uint16_t *)base + at) : stp_load((const float *)base + at);
}

/*
 * The loops below are written for G heads at once, G being 1, 2 or 4 and known to the compiler. A sum over positions or
 * dimensions runs in order whatever G is, so the value of a head does not depend on how heads are grouped.
 */

/* Scores of one span of keys. */
STP_INLINE void score_span(
    const int G, const int bf16, const float *query, int64_t dim, const void *keys, int64_t first, float *scores,
    int64_t stride) {
    stp_v16 sum[4][2] = {{{0}}};
    int64_t at = first * dim, next = dim * STP_LANES;
    for (int64_t d = 0; d < dim; d++) {
        stp_v16 k0 = element16(keys, at + d * STP_LANES, bf16);
        stp_v16 k1 = element16(keys, at + next + d * STP_LANES, bf16);
        for (int g = 0; g < G; g++) {
            sum[g][0] += k0 * query[g * dim + d];
            sum[g][1] += k1 * query[g * dim + d];
        }
    }
    for (int g = 0; g < G; g++) {
        stp_store(scores + g * stride + first, sum[g][0]);
        stp_store(scores + g * stride + first + STP_LANES, sum[g][1]);
    }
}

/* Adds `count` weighted values to sums, [G][width], in columns of C * 16 from `column`. */
STP_INLINE void mix_span(
    const int G, const int C, const int bf16, const void *values, int64_t first, int64_t count, int64_t width,
    int64_t column, const float *weights, int64_t stride, float *sums) {
    stp_v16 sum[4][4];
    for (int g = 0; g < G; g++) {
        for (int c = 0; c < C; c++) sum[g][c] = stp_load(sums + g * width + column + c * STP_LANES);
    }
    for (int64_t p = 0; p < count; p++) {
        for (int c = 0; c < C; c++) {
            stp_v16 v = element16(values, (first + p) * width + column + c * STP_LANES, bf16);
            for (int g = 0; g < G; g++) sum[g][c] += v * weights[g * stride + first + p];
        }
    }
    for (int g = 0; g < G; g++) {
        for (int c = 0; c < C; c++) stp_store(sums + g * width + column + c * STP_LANES, sum[g][c]);
    }
}

STP_INLINE void score_heads(
    const int bf16, const float *query, int64_t group, int64_t dim, const void *keys, int64_t first, float *scores,
    int64_t stride) {
    int64_t g = 0;
    for (; g + 4 <= group; g += 4) score_span(4, bf16, query + g * dim, dim, keys, first, scores + g * stride, stride);
    if (g + 2 <= group) {
        score_span(2, bf16, query + g * dim, dim, keys, first, scores + g * stride, stride);
        g += 2;
    }
    if (g < group) score_span(1, bf16, query + g * dim, dim, keys, first, scores + g * stride, stride);
}

STP_INLINE void mix_columns(
    const int G, const int bf16, const void *values, int64_t first, int64_t count, int64_t width, const float *weights,
    int64_t stride, float *sums) {
    int64_t column = 0;
    for (; column + 4 * STP_LANES <= width; column += 4 * STP_LANES)
        mix_span(G, 4, bf16, values, first, count, width, column, weights, stride, sums);
    for (; column < width; column += STP_LANES)
        mix_span(G, 1, bf16, values, first, count, width, column, weights, stride, sums);
}

STP_INLINE void mix_heads(
    const int bf16, const void *values, int64_t first, int64_t count, int64_t group, int64_t width,
    const float *weights, int64_t stride, float *sums) {
    int64_t g = 0;
    for (; g + 4 <= group; g += 4)
        mix_columns(4, bf16, values, first, count, width, weights + g * stride, stride, sums + g * width);
    if (g + 2 <= group) {
        mix_columns(2, bf16, values, first, count, width, weights + g * stride, stride, sums + g * width);
        g += 2;
    }
    if (g < group) mix_columns(1, bf16, values, first, count, width, weights + g * stride, stride, sums + g * width);
}

/* Turns scores into weights that sum to one after division by the returned total; lanes past a run's end become 0. */
STP_INLINE float soften(float *scores, const stp_run *runs, int n) {
    stp_v16 top = stp_splat(-FLT_MAX);
    float *at = scores;
    for (int r = 0; r < n; r++) {
        for (int64_t p = 0; p < runs[r].length; p += STP_LANES) {
            int64_t left = runs[r].length - p;
            stp_v16 s = stp_load(at + p);
            if (left < STP_LANES) s = stp_select(stp_iota < (int32_t)left, s, stp_splat(-FLT_MAX));
            top = stp_select(s > top, s, top);
        }
        at += stp_round_span(runs[r].length);
    }
    float max = stp_max(top);
    stp_v16 total = {0};
    at = scores;
    for (int r = 0; r < n; r++) {
        for (int64_t p = 0; p < runs[r].length; p += STP_LANES) {
            int64_t left = runs[r].length - p;
            stp_v16 e = stp_exp(stp_load(at + p) - max);
            if (left < STP_LANES) e = stp_select(stp_iota < (int32_t)left, e, (stp_v16){0});
            stp_store(at + p, e);
            total += e;
        }
        at += stp_round_span(runs[r].length);
    }
    return stp_sum(total);
}

STP_INLINE void attend(
    const int bf16, const float *query, int64_t group, int64_t dim, const stp_run *runs, int n, float *scratch,
    float *out) {
    int64_t width = stp_round16(dim), stride = 0, at = 0;
    float *sums = scratch, *scores = scratch + group * width;
    for (int r = 0; r < n; r++) stride += stp_round_span(runs[r].length);
    for (int r = 0; r < n; r++) {
        for (int64_t p = 0; p < runs[r].length; p += STP_SPAN)
            score_heads(bf16, query, group, dim, runs[r].keys, p, scores + at, stride);
        at += stp_round_span(runs[r].length);
    }
    float total[STP_MAX_GROUP];
    for (int64_t g = 0; g < group; g++) total[g] = soften(scores + g * stride, runs, n);
    memset(sums, 0, (size_t)(group * width) * sizeof(float));
    at = 0;
    for (int r = 0; r < n; r++) {
        for (int64_t p = 0; p < runs[r].length; p += STP_SPAN) {
            int64_t count = runs[r].length - p < STP_SPAN ? runs[r].length - p : STP_SPAN;
            mix_heads(bf16, runs[r].values, p, count, group, width, scores + at, stride, sums);
        }
        at += stp_round_span(runs[r].length);
    }
    for (int64_t g = 0; g < group; g++) {
        for (int64_t d = 0; d < dim; d++) out[g * dim + d] = sums[g * width + d] / total[g];
    }
}

STP_CLONES static void attend_f32(
    const float *query, int64_t group, int64_t dim, const stp_run *runs, int n, float *scratch, float *out) {
    attend(0, query, group, dim, runs, n, scratch, out);
}

STP_CLONES static void attend_bf16(
    const float *query, int64_t group, int64_t dim, const stp_run *runs, int n, float *scratch, float *out) {
    attend(1, query, group, dim, runs, n, scratch, out);
}

int64_t stp_attend_scratch(int64_t group, int64_t dim, const stp_run *runs, int n) {
    int64_t stride = 0;
    for (int r = 0; r < n; r++) stride += stp_round_span(runs[r].length);
    return group * (stp_round16(dim) + stride);
}

void stp_attend(
    const float *query, int64_t group, int64_t dim, const stp_run *runs, int n, int bf16, float *scratch, float *out) {
    if (bf16) attend_bf16(query, group, dim, runs, n, scratch, out);
    else attend_f32(query, group, dim, runs, n, scratch, out);
}
