/*
 * The loops over tiles, included by the file of each vector unit, which says what a vector is: VECTOR of LANES floats with
 * LOAD, STORE, SPREAD (one value everywhere), ADD, MULTIPLY_ADD (a * b + c in one rounding), and how many pixels a tile has
 * at most (PIXELS). A tile is two vectors wide: two blocks of outputs, or the halves of one.
 */
#include "internal.h"

#define INLINE static inline __attribute__((always_inline))
/* Sums live in registers only if their loops are unrolled. */
#define UNROLL _Pragma("GCC unroll 16")
#define BLOCKS (LANES * 2 / STP_BLOCK)

/* Both counts are constants where it is used, so the sums live in registers. */
INLINE void tile(
    const int pixels, const int vectors, const stp_tiles *t, const float *x, const float *w, const float *bias,
    const float *add, float *y) {
    const int64_t outs = BLOCKS == 1 ? LANES : t->block, weights = BLOCKS == 1 ? LANES : t->parts * t->run * STP_BLOCK;
    VECTOR sum[PIXELS][2];
    UNROLL
    for (int v = 0; v < vectors; v++) {
        VECTOR start = bias ? LOAD(bias + v * LANES) : SPREAD(0.0f);
        UNROLL
        for (int p = 0; p < pixels; p++) sum[p][v] = start;
    }
    for (int64_t part = 0; part < t->parts; part++) {
        const float *in = x + part * t->part, *end = in + t->run;
        for (; in < end; in++, w += STP_BLOCK) {
            VECTOR weight[2];
            UNROLL
            for (int v = 0; v < vectors; v++) weight[v] = LOAD(w + v * weights);
            UNROLL
            for (int p = 0; p < pixels; p++) {
                VECTOR value = SPREAD(in[p * t->pixel]);
                UNROLL
                for (int v = 0; v < vectors; v++) sum[p][v] = MULTIPLY_ADD(value, weight[v], sum[p][v]);
            }
        }
    }
    UNROLL
    for (int p = 0; p < pixels; p++) {
        UNROLL
        for (int v = 0; v < vectors; v++) {
            int64_t at = p * t->ldy + v * outs;
            STORE(y + at, add ? ADD(sum[p][v], LOAD(add + at)) : sum[p][v]);
        }
    }
}

#define CASE(n) \
    case n: \
        if (vectors == 2) tile(n, 2, t, x, w, bias, add, y); \
        else tile(n, 1, t, x, w, bias, add, y); \
        break;

static void tiles(const stp_tiles *t) {
    for (int32_t block = 0; block < t->blocks; block += BLOCKS) {
        int vectors = BLOCKS == 1 || block + 1 < t->blocks ? 2 : 1;
        const float *w = t->w + block * t->parts * t->run * STP_BLOCK, *bias = t->bias ? t->bias + block * STP_BLOCK : NULL;
        for (int32_t pixel = 0; pixel < t->pixels;) {
            int32_t count = stp_tile_rows(t->pixels - pixel, PIXELS);
            const float *x = t->x + pixel * t->pixel;
            int64_t at = pixel * t->ldy + block * t->block;
            const float *add = t->add ? t->add + at : NULL;
            float *y = t->y + at;
            switch (count) {
                CASES
            }
            pixel += count;
        }
    }
}
