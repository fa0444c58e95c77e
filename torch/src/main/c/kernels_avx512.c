/* AVX-512 with VNNI. */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "internal.h"
#include "vector_avx512.h"

#define INLINE static inline __attribute__((always_inline))
/* Sums live in registers only if their loops are unrolled. */
#define UNROLL _Pragma("GCC unroll 16")

/* ---- rows */

static void quantise(const stp_rows *r, int32_t begin, int32_t end) {
    const __m512 largest_finite = _mm512_set1_ps(3.4e38f);
    for (int32_t row = 0; row < r->rows; row++) {
        for (int32_t g = begin; g < end; g++) {
            const float *x = r->x + row * r->ldx + (int64_t)g * STP_GROUP;
            int32_t width = stp_min(STP_GROUP, r->in - g * STP_GROUP);
            uint32_t mask = width == 32 ? 0xffffffffu : (1u << width) - 1;
            __m512 a = _mm512_maskz_loadu_ps((__mmask16)mask, x);
            __m512 b = _mm512_maskz_loadu_ps((__mmask16)(mask >> 16), x + 16);
            __m512 magnitude = _mm512_max_ps(_mm512_abs_ps(a), _mm512_abs_ps(b));
            /* Not less or equal: larger or not a number. */
            unsigned bad = _mm512_cmp_ps_mask(_mm512_abs_ps(a), largest_finite, _CMP_NLE_UQ) |
                           _mm512_cmp_ps_mask(_mm512_abs_ps(b), largest_finite, _CMP_NLE_UQ);
            float largest = _mm512_reduce_max_ps(magnitude);
            int64_t at = stp_row_group(r, row, g);
            __m128i *q = (__m128i *)(r->values + at * STP_GROUP);
            if (bad || !(largest > STP_TINY)) {
                /* What is not finite must not vanish. */
                _mm_storeu_si128(q, _mm_setzero_si128());
                _mm_storeu_si128(q + 1, _mm_setzero_si128());
                r->scales[at] = bad ? NAN : 0.0f;
                r->sums[at] = 0;
                continue;
            }
            __m512 inverse = _mm512_set1_ps(127.0f / largest);
            __m512i qa = _mm512_cvtps_epi32(_mm512_mul_ps(a, inverse));
            __m512i qb = _mm512_cvtps_epi32(_mm512_mul_ps(b, inverse));
            _mm_storeu_si128(q, _mm512_cvtsepi32_epi8(qa));
            _mm_storeu_si128(q + 1, _mm512_cvtsepi32_epi8(qb));
            r->scales[at] = largest / 127.0f;
            r->sums[at] = -8 * _mm512_reduce_add_epi32(_mm512_add_epi32(qa, qb));
        }
    }
}

static void narrow(const stp_rows *r, int32_t begin, int32_t end) {
    int64_t width = (int64_t)r->groups * STP_GROUP;
    for (int32_t row = 0; row < r->rows; row++) {
        for (int64_t k = (int64_t)begin * STP_GROUP; k < (int64_t)end * STP_GROUP; k += 16) {
            int64_t left = r->in - k;
            __mmask16 mask = left >= 16 ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
            __m512 x = _mm512_maskz_loadu_ps(mask, r->x + row * r->ldx + k);
            __m512i bits = _mm512_castps_si512(x);
            __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
            __m512i even = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
            __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
            even = _mm512_mask_or_epi32(even, nan, bits, _mm512_set1_epi32(0x400000));
            _mm256_storeu_si256(
                (__m256i *)(r->halves + row * width + k), _mm512_cvtepi32_epi16(_mm512_srli_epi32(even, 16)));
        }
    }
}

/* ---- products of rows by rows: float32 and bfloat16 */

INLINE __m512 widen(__m256i halves) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

INLINE __m512 load(const void *from, int64_t at, int half, __mmask16 mask) {
    return half ? widen(_mm256_maskz_loadu_epi16(mask, (const uint16_t *)from + at))
                : _mm512_maskz_loadu_ps(mask, (const float *)from + at);
}

INLINE __m512 load_all(const void *from, int64_t at, int half) {
    return half ? widen(_mm256_loadu_si256((const __m256i *)((const uint16_t *)from + at)))
                : _mm512_loadu_ps((const float *)from + at);
}

/* Weights of so many bytes are asked for while those before them are multiplied: small models come from a cache that the
   processor does not look ahead into by itself. More would push out of the first-level cache what is in use. */
#define NEXT (10 << 10)

/* Outputs by rows of x at once; both are constants where it is used, so the sums live in registers. */
INLINE void dot_tile(
    const int outs, const int rows, const int half, const void *w, int64_t ldw, const void *x, int64_t ldx, int32_t in,
    const float *bias, float *y, int64_t ldy) {
    const int64_t size = half ? 2 : 4, strip = outs * ldw * size, ahead = strip > NEXT ? 0 : strip;
    __m512 sum[8][6];
    for (int o = 0; o < outs; o++) {
        for (int m = 0; m < rows; m++) {
            sum[o][m] = _mm512_setzero_ps();
        }
    }
    int32_t whole = in & ~15;
    for (int32_t k = 0; k < whole; k += 16) {
        __m512 a[6];
        for (int m = 0; m < rows; m++) {
            a[m] = load_all(x, m * ldx + k, half);
        }
        for (int o = 0; o < outs; o++) {
            __m512 b = load_all(w, o * ldw + k, half);
            _mm_prefetch((const char *)w + (o * ldw + k) * size + ahead, _MM_HINT_T0);
            for (int m = 0; m < rows; m++) {
                sum[o][m] = _mm512_fmadd_ps(b, a[m], sum[o][m]);
            }
        }
    }
    if (whole < in) {
        __mmask16 mask = (__mmask16)((1u << (in - whole)) - 1);
        for (int m = 0; m < rows; m++) {
            __m512 a = load(x, m * ldx + whole, half, mask);
            for (int o = 0; o < outs; o++) {
                sum[o][m] = _mm512_mask3_fmadd_ps(load(w, o * ldw + whole, half, mask), a, sum[o][m], mask);
            }
        }
    }
    for (int m = 0; m < rows; m++) {
        STP_STORE_SUMS(outs, sum, m, bias, y + m * ldy);
    }
}

/* All rows of a block against a strip of outputs. */
INLINE void dot_rows(
    const int outs, const int half, const void *w, int64_t ldw, const void *x, int64_t ldx, int32_t rows, int32_t in,
    const float *bias, float *y, int64_t ldy) {
    const int64_t size = half ? 2 : 4;
    const int most = outs > 4 ? 3 : 6;
    while (rows > 0) {
        int take = stp_tile_rows(rows, most);
        switch (take) {
            case 1:
                dot_tile(outs, 1, half, w, ldw, x, ldx, in, bias, y, ldy);
                break;
            case 2:
                dot_tile(outs, 2, half, w, ldw, x, ldx, in, bias, y, ldy);
                break;
            case 3:
                dot_tile(outs, 3, half, w, ldw, x, ldx, in, bias, y, ldy);
                break;
            case 4:
                dot_tile(outs > 4 ? 1 : outs, 4, half, w, ldw, x, ldx, in, bias, y, ldy);
                break;
            case 5:
                dot_tile(outs > 4 ? 1 : outs, 5, half, w, ldw, x, ldx, in, bias, y, ldy);
                break;
            default:
                dot_tile(outs > 4 ? 1 : outs, 6, half, w, ldw, x, ldx, in, bias, y, ldy);
        }
        rows -= take;
        x = (const char *)x + take * ldx * size;
        y += take * ldy;
    }
}

/* Bytes of x that stay in the second-level cache while the weights pass by. */
#define CACHED (512 << 10)

INLINE void dots(
    const int half, const stp_matrix *m, const void *x, int64_t ldx, int32_t rows, float *y, int64_t ldy, int32_t begin,
    int32_t end) {
    const int64_t size = half ? 2 : 4;
    int64_t fitting = CACHED / (size * (m->in > 0 ? m->in : 1)) / 6 * 6;
    int32_t block = fitting < 6 ? 6 : fitting > rows ? rows : (int32_t)fitting;
    for (int32_t row = 0; row < rows; row += block) {
        int32_t count = stp_min(block, rows - row);
        const void *xs = (const char *)x + row * ldx * size;
        float *ys = y + row * ldy;
        for (int32_t o = begin; o < end;) {
            const void *w = (const char *)m->data + (int64_t)o * m->in * size;
            const float *bias = m->bias ? m->bias + o : NULL;
            int32_t left = end - o;
            if (left >= 8 && count <= 3) {
                dot_rows(8, half, w, m->in, xs, ldx, count, m->in, bias, ys + o, ldy);
                o += 8;
            } else if (left >= 4) {
                dot_rows(4, half, w, m->in, xs, ldx, count, m->in, bias, ys + o, ldy);
                o += 4;
            } else {
                dot_rows(1, half, w, m->in, xs, ldx, count, m->in, bias, ys + o, ldy);
                o += 1;
            }
        }
    }
}

static void f32(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    dots(0, m, r->x, r->ldx, r->rows, y, ldy, begin, end);
}

static void bf16(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    dots(1, m, r->halves, (int64_t)r->groups * STP_GROUP, r->rows, y, ldy, begin, end);
}

/* ---- products with packed weights: sixteen outputs side by side in a register */

/* Adds to each of sixteen sums the products of four weights and the same four values. The compiler would load the values
   into a register of their own first, which costs a third of the speed. */
INLINE __m512i multiply_add(__m512i sum, __m512i weights, const int8_t *x) {
    __asm__("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(weights), "m"(*(const int32_t(*)[1])x));
    return sum;
}

/* Thirty-two weights of sixteen outputs by up to four rows. A sum waits for the one before it: one row is added up in two
   halves to shorten the wait. */
INLINE void multiply_group(const int rows, __m512i *dot, const __m512i *v, const int8_t *x) {
    __m512i half = _mm512_setzero_si512();
    for (int j = 0; j < (rows == 1 ? 4 : 8); j++) {
        UNROLL
        for (int m = 0; m < rows; m++) {
            dot[m] = multiply_add(dot[m], v[j], x + m * STP_GROUP + j * 4);
        }
        if (rows == 1) {
            half = multiply_add(half, v[j + 4], x + j * 4 + 16);
        }
    }
    if (rows == 1) {
        dot[0] = _mm512_add_epi32(dot[0], half);
    }
}

/* How far ahead to ask for weights: the processor's own look-ahead ends at the page. */
#define AHEAD 4096

/* Rows that are added up at once; a whole tile needs every register that there is. */
#define MOST 8

INLINE void store16(float *y, __m512 sum, __mmask16 mask) {
    _mm512_mask_storeu_ps(y, mask, sum);
}

INLINE void i8_tile(
    const int rows, const uint8_t *w, const float *scales, const int8_t *x, const float *xs, const int32_t *sums,
    int32_t groups, int32_t stride, __m512 bias, float *y, int64_t ldy, __mmask16 mask) {
    __m512 sum[STP_TILE];
    UNROLL
    for (int m = 0; m < rows; m++) {
        sum[m] = _mm512_setzero_ps();
    }
    for (int32_t g = 0; g < groups; g++) {
        __m512i v[8];
        UNROLL
        for (int j = 0; j < 8; j++) {
            v[j] = _mm512_loadu_si512(w + j * 64);
            _mm_prefetch((const char *)w + AHEAD + j * 64, _MM_HINT_T0);
        }
        /* Four rows at a time: a sum waits for the one before it, and four of them cover the wait. */
        UNROLL
        for (int first = 0; first < rows; first += 4) {
            int some = rows - first < 4 ? rows - first : 4;
            __m512i dot[4];
            UNROLL
            for (int m = 0; m < some; m++) {
                dot[m] = _mm512_slli_epi32(_mm512_set1_epi32(sums[first + m]), 4);
            }
            multiply_group(some, dot, v, x + first * STP_GROUP);
            UNROLL
            for (int m = 0; m < some; m++) {
                __m512 scale = _mm512_set1_ps(xs[first + m]);
                sum[first + m] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot[m]), scale, sum[first + m]);
            }
        }
        w += 512;
        x += stride * STP_GROUP;
        xs += stride;
        sums += stride;
    }
    __m512 scale = _mm512_loadu_ps(scales);
    UNROLL
    for (int m = 0; m < rows; m++) {
        __m512 value = _mm512_mul_ps(sum[m], scale);
        store16(y + m * ldy, _mm512_add_ps(value, bias), mask);
    }
}

INLINE void i4_tile(
    const int rows, const int per_scale, const uint8_t *w, const uint16_t *scales, const int8_t *x, const float *xs,
    const int32_t *sums, int32_t groups, int32_t stride, __m512 bias, float *y, int64_t ldy, __mmask16 mask) {
    const __m512i low = _mm512_set1_epi8(15);
    __m512 sum[STP_TILE];
    UNROLL
    for (int m = 0; m < rows; m++) {
        sum[m] = _mm512_setzero_ps();
    }
    for (int32_t g = 0; g < groups; g++) {
        __m512i v[8];
        UNROLL
        for (int j = 0; j < 4; j++) {
            __m512i pair = _mm512_loadu_si512(w + j * 64);
            _mm_prefetch((const char *)w + AHEAD + j * 64, _MM_HINT_T0);
            v[j] = _mm512_and_si512(pair, low);
            v[j + 4] = _mm512_and_si512(_mm512_srli_epi16(pair, 4), low);
        }
        __m512 scale = widen(_mm256_loadu_si256((const __m256i *)scales));
        UNROLL
        for (int first = 0; first < rows; first += 4) {
            int some = rows - first < 4 ? rows - first : 4;
            __m512i dot[4];
            UNROLL
            for (int m = 0; m < some; m++) {
                dot[m] = _mm512_set1_epi32(sums[first + m]);
            }
            multiply_group(some, dot, v, x + first * STP_GROUP);
            UNROLL
            for (int m = 0; m < some; m++) {
                __m512 both = _mm512_mul_ps(scale, _mm512_set1_ps(xs[first + m]));
                sum[first + m] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot[m]), both, sum[first + m]);
            }
        }
        w += 256;
        if (per_scale == 1 || g % per_scale == per_scale - 1) {
            scales += STP_BLOCK;
        }
        x += stride * STP_GROUP;
        xs += stride;
        sums += stride;
    }
    UNROLL
    for (int m = 0; m < rows; m++) {
        store16(y + m * ldy, _mm512_add_ps(sum[m], bias), mask);
    }
}

/* One block of outputs with so many rows. */
#define I8(n) i8_tile(n, w, scales, x, xs, sums, r->groups, height, bias, to, ldy, mask)
#define I4(n) \
    (m->group == STP_GROUP ? i4_tile(n, 1, w, scales, x, xs, sums, r->groups, height, bias, to, ldy, mask) \
                           : i4_tile(n, 2, w, scales, x, xs, sums, r->groups, height, bias, to, ldy, mask))
#define CASE(n, tile) \
    case n: \
        tile(n); \
        break;
#define CASES(tile) \
    CASE(1, tile) CASE(2, tile) CASE(3, tile) CASE(4, tile) CASE(5, tile) CASE(6, tile) CASE(7, tile) CASE(8, tile) \
    CASE(16, tile)

#define PACKED(name, type, weight_bytes, scale_stride, CHOICE) \
    static void name(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) { \
        for (int32_t o = begin; o < end; o += STP_BLOCK) { \
            const uint8_t *w = (const uint8_t *)m->data + (int64_t)(o / STP_BLOCK) * r->groups * weight_bytes; \
            const type *scales = (const type *)m->scales + (int64_t)(o / STP_BLOCK) * (scale_stride); \
            int32_t outs = end - o; \
            __mmask16 mask = outs >= 16 ? 0xffff : (__mmask16)((1u << outs) - 1); \
            /* Without a bias, minus zero: adding it changes no value, not even the sign of a zero. */ \
            __m512 bias = m->bias ? _mm512_maskz_loadu_ps(mask, m->bias + o) : _mm512_set1_ps(-0.0f); \
            for (int32_t row = 0; row < r->rows; row += STP_TILE) { \
                int32_t height = stp_min(STP_TILE, r->rows - row); \
                int64_t at = stp_row_group(r, row, 0); \
                const int8_t *x = r->values + at * STP_GROUP; \
                const float *xs = r->scales + at; \
                const int32_t *sums = r->sums + at; \
                float *to = y + row * ldy + o; \
                for (int32_t left = height; left > 0;) { \
                    int32_t take = left == STP_TILE ? STP_TILE : stp_min(left, MOST); \
                    switch (take) { CHOICE } \
                    left -= take; \
                    x += take * STP_GROUP; \
                    xs += take; \
                    sums += take; \
                    to += take * ldy; \
                } \
            } \
        } \
    }

PACKED(i8, float, 512, STP_BLOCK, CASES(I8))
PACKED(i4, uint16_t, 256, (int64_t)((m->in + m->group - 1) / m->group) * STP_BLOCK, CASES(I4))

static uint64_t sweep(const void *data, int64_t bytes) {
    const char *p = data;
    __m512i a = _mm512_setzero_si512();
    __m512i b = a;
    int64_t i = 0;
    for (; i + 128 <= bytes; i += 128) {
        _mm_prefetch(p + i + AHEAD, _MM_HINT_T0);
        _mm_prefetch(p + i + AHEAD + 64, _MM_HINT_T0);
        a = _mm512_add_epi64(a, _mm512_loadu_si512(p + i));
        b = _mm512_add_epi64(b, _mm512_loadu_si512(p + i + 64));
    }
    uint64_t sum = (uint64_t)_mm512_reduce_add_epi64(_mm512_add_epi64(a, b));
    return sum + stp_scalar_kernels.sweep(p + i, bytes - i);
}

const stp_kernels stp_avx512_kernels = {quantise, narrow, f32, bf16, i8, i4, stp_tiles_avx512, sweep};
