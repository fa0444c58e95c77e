/*
 * Products of bfloat16 with the instruction for them: it multiplies pairs and adds them to float32 sums. A register holds
 * 32 inputs, so outputs by rows of x are tiled as in the float32 product.
 */
#include <immintrin.h>

#include "internal.h"
#include "vector_avx512.h"

#define INLINE static inline __attribute__((always_inline))

INLINE __m512 dot(__m512 sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

/* Both counts are constants where it is used, so the sums live in registers. Rows of x are padded to 32 with zeros. */
INLINE void tile(
    const int outs, const int rows, const uint16_t *w, const uint16_t *x, int64_t ldx, int32_t in, const float *bias,
    float *y, int64_t ldy) {
    __m512 sum[8][6];
    for (int o = 0; o < outs; o++) {
        for (int m = 0; m < rows; m++) {
            sum[o][m] = _mm512_setzero_ps();
        }
    }
    int32_t whole = in & ~31;
    for (int32_t k = 0; k < whole; k += 32) {
        __m512i a[6];
        for (int m = 0; m < rows; m++) {
            a[m] = _mm512_loadu_si512(x + m * ldx + k);
        }
        for (int o = 0; o < outs; o++) {
            __m512i b = _mm512_loadu_si512(w + (int64_t)o * in + k);
            for (int m = 0; m < rows; m++) {
                sum[o][m] = dot(sum[o][m], b, a[m]);
            }
        }
    }
    if (whole < in) {
        __mmask32 mask = (1u << (in - whole)) - 1;
        for (int m = 0; m < rows; m++) {
            __m512i a = _mm512_loadu_si512(x + m * ldx + whole);
            for (int o = 0; o < outs; o++) {
                sum[o][m] = dot(sum[o][m], _mm512_maskz_loadu_epi16(mask, w + (int64_t)o * in + whole), a);
            }
        }
    }
    for (int m = 0; m < rows; m++) {
        STP_STORE_SUMS(outs, sum, m, bias, y + m * ldy);
    }
}

#define TILE(o, m) \
    case m: \
        tile(o, m, w, x, ldx, in, bias, y, ldy); \
        break;

static void eight(
    const uint16_t *w, const uint16_t *x, int64_t ldx, int32_t rows, int32_t in, const float *bias, float *y, int64_t ldy) {
    switch (rows) { TILE(8, 1) TILE(8, 2) TILE(8, 3) }
}

static void four(
    const uint16_t *w, const uint16_t *x, int64_t ldx, int32_t rows, int32_t in, const float *bias, float *y, int64_t ldy) {
    switch (rows) { TILE(4, 1) TILE(4, 2) TILE(4, 3) TILE(4, 4) TILE(4, 5) TILE(4, 6) }
}

static void one(
    const uint16_t *w, const uint16_t *x, int64_t ldx, int32_t rows, int32_t in, const float *bias, float *y, int64_t ldy) {
    switch (rows) { TILE(1, 1) TILE(1, 2) TILE(1, 3) TILE(1, 4) TILE(1, 5) TILE(1, 6) }
}

/* Bytes of x that stay in the second-level cache while the weights pass by. */
#define CACHED (512 << 10)

void stp_avx512_bf16_native(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    int64_t ldx = (int64_t)r->groups * STP_GROUP;
    int64_t fitting = CACHED / (2 * (ldx > 0 ? ldx : 1)) / 6 * 6;
    int32_t block = fitting < 6 ? 6 : fitting > r->rows ? r->rows : (int32_t)fitting;
    for (int32_t first = 0; first < r->rows; first += block) {
        int32_t last = stp_min(first + block, r->rows);
        int32_t strip;
        for (int32_t o = begin; o < end; o += strip) {
            int32_t left = end - o;
            const uint16_t *w = (const uint16_t *)m->data + (int64_t)o * m->in;
            const float *bias = m->bias ? m->bias + o : NULL;
            strip = left >= 8 && r->rows <= 3 ? 8 : left >= 4 ? 4 : 1;
            int32_t rows;
            for (int32_t row = first; row < last; row += rows) {
                rows = stp_tile_rows(last - row, strip == 8 ? 3 : 6);
                (strip == 8 ? eight : strip == 4 ? four : one)(
                    w, r->halves + row * ldx, ldx, rows, m->in, bias, y + row * ldy + o, ldy);
            }
        }
    }
}
