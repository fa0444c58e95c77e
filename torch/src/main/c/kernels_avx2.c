/* AVX2 with FMA. Sums lie in pairs of registers, so that they are the same sixteen as with AVX-512. */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "internal.h"

#define INLINE static inline __attribute__((always_inline))

typedef struct {
    __m256 low;
    __m256 high;
} sixteen;

INLINE __m256i first(int32_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE float fold(__m256 low, __m256 high) {
    __m256 a = _mm256_add_ps(low, high);
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    b = _mm_add_ss(b, _mm_movehdup_ps(b));
    return _mm_cvtss_f32(b);
}

static void quantise(const stp_rows *r, int32_t begin, int32_t end) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (int32_t row = 0; row < r->rows; row++) {
        for (int32_t g = begin; g < end; g++) {
            const float *x = r->x + row * r->ldx + (int64_t)g * STP_GROUP;
            int32_t width = r->in - g * STP_GROUP;
            __m256 v[4];
            __m256 most = _mm256_setzero_ps();
            __m256 bad = _mm256_setzero_ps();
            for (int i = 0; i < 4; i++) {
                v[i] = width >= STP_GROUP ? _mm256_loadu_ps(x + 8 * i) : _mm256_maskload_ps(x + 8 * i, first(width - 8 * i));
                __m256 magnitude = _mm256_andnot_ps(sign, v[i]);
                most = _mm256_max_ps(most, magnitude);
                bad = _mm256_or_ps(bad, _mm256_cmp_ps(magnitude, _mm256_set1_ps(3.4e38f), _CMP_NLE_UQ));
            }
            __m128 half = _mm_max_ps(_mm256_castps256_ps128(most), _mm256_extractf128_ps(most, 1));
            half = _mm_max_ps(half, _mm_movehl_ps(half, half));
            float largest = _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
            int64_t at = stp_row_group(r, row, g);
            __m256i *q = (__m256i *)(r->values + at * STP_GROUP);
            if (_mm256_movemask_ps(bad) != 0 || !(largest > STP_TINY)) {
                /* What is not finite must not vanish. */
                _mm256_storeu_si256(q, _mm256_setzero_si256());
                r->scales[at] = _mm256_movemask_ps(bad) != 0 ? NAN : 0.0f;
                r->sums[at] = 0;
                continue;
            }
            __m256 inverse = _mm256_set1_ps(127.0f / largest);
            __m256i n[4];
            for (int i = 0; i < 4; i++) {
                n[i] = _mm256_cvtps_epi32(_mm256_mul_ps(v[i], inverse));
            }
            __m256i sums = _mm256_add_epi32(_mm256_add_epi32(n[0], n[1]), _mm256_add_epi32(n[2], n[3]));
            __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(n[0], n[1]), _mm256_packs_epi32(n[2], n[3]));
            _mm256_storeu_si256(q, _mm256_permutevar8x32_epi32(bytes, order));
            __m128i s = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
            s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
            s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
            r->scales[at] = largest / 127.0f;
            r->sums[at] = -8 * _mm_cvtsi128_si32(s);
        }
    }
}

static void narrow(const stp_rows *r, int32_t begin, int32_t end) {
    stp_scalar_kernels.narrow(r, begin, end);
}

/* ---- products of rows by rows: float32 and bfloat16 */

INLINE __m256 load(const void *from, int64_t at, int half) {
    if (half) {
        __m128i bits = _mm_loadu_si128((const __m128i *)((const uint16_t *)from + at));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
    return _mm256_loadu_ps((const float *)from + at);
}

INLINE __m256 load_some(const void *from, int64_t at, int half, int32_t count) {
    if (half) {
        uint16_t bits[8] = {0};
        memcpy(bits, (const uint16_t *)from + at, 2 * (size_t)(count < 0 ? 0 : count > 8 ? 8 : count));
        return load(bits, 0, 1);
    }
    return _mm256_maskload_ps((const float *)from + at, first(count));
}

INLINE void dot_tile(
    const int outs, const int rows, const int half, const void *w, int64_t ldw, const void *x, int64_t ldx, int32_t in,
    const float *bias, float *y, int64_t ldy) {
    sixteen sum[4][2];
    for (int o = 0; o < outs; o++) {
        for (int m = 0; m < rows; m++) {
            sum[o][m] = (sixteen){_mm256_setzero_ps(), _mm256_setzero_ps()};
        }
    }
    int32_t whole = in & ~15;
    for (int32_t k = 0; k < whole; k += 16) {
        for (int o = 0; o < outs; o++) {
            __m256 low = load(w, o * ldw + k, half);
            __m256 high = load(w, o * ldw + k + 8, half);
            for (int m = 0; m < rows; m++) {
                sum[o][m].low = _mm256_fmadd_ps(low, load(x, m * ldx + k, half), sum[o][m].low);
                sum[o][m].high = _mm256_fmadd_ps(high, load(x, m * ldx + k + 8, half), sum[o][m].high);
            }
        }
    }
    for (int32_t k = whole; k < in; k += 16) {
        for (int o = 0; o < outs; o++) {
            __m256 low = load_some(w, o * ldw + k, half, in - k);
            __m256 high = load_some(w, o * ldw + k + 8, half, in - k - 8);
            for (int m = 0; m < rows; m++) {
                sum[o][m].low = _mm256_fmadd_ps(low, load_some(x, m * ldx + k, half, in - k), sum[o][m].low);
                sum[o][m].high = _mm256_fmadd_ps(high, load_some(x, m * ldx + k + 8, half, in - k - 8), sum[o][m].high);
            }
        }
    }
    for (int m = 0; m < rows; m++) {
        for (int o = 0; o < outs; o++) {
            float value = fold(sum[o][m].low, sum[o][m].high);
            y[m * ldy + o] = bias ? value + bias[o] : value;
        }
    }
}

INLINE void dots(
    const int half, const stp_matrix *m, const void *x, int64_t ldx, int32_t rows, float *y, int64_t ldy, int32_t begin,
    int32_t end) {
    const int64_t size = half ? 2 : 4;
    for (int32_t o = begin; o < end;) {
        int wide = end - o >= 4;
        const void *w = (const char *)m->data + (int64_t)o * m->in * size;
        const float *bias = m->bias ? m->bias + o : NULL;
        int32_t row = 0;
        for (; row + 2 <= rows; row += 2) {
            const void *xs = (const char *)x + row * ldx * size;
            if (wide) {
                dot_tile(4, 2, half, w, m->in, xs, ldx, m->in, bias, y + row * ldy + o, ldy);
            } else {
                dot_tile(1, 2, half, w, m->in, xs, ldx, m->in, bias, y + row * ldy + o, ldy);
            }
        }
        for (; row < rows; row++) {
            const void *xs = (const char *)x + row * ldx * size;
            if (wide) {
                dot_tile(4, 1, half, w, m->in, xs, ldx, m->in, bias, y + row * ldy + o, ldy);
            } else {
                dot_tile(1, 1, half, w, m->in, xs, ldx, m->in, bias, y + row * ldy + o, ldy);
            }
        }
        o += wide ? 4 : 1;
    }
}

static void f32(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    dots(0, m, r->x, r->ldx, r->rows, y, ldy, begin, end);
}

static void bf16(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    dots(1, m, r->halves, (int64_t)r->groups * STP_GROUP, r->rows, y, ldy, begin, end);
}

/* ---- products with packed weights: eight outputs side by side in a register, four inputs in each element */

/* Adds the products of four unsigned weights and four signed values: even ones and odd ones as 16-bit pairs, exactly. */
INLINE __m256i multiply_add(__m256i sum, __m256i weights, const int8_t *x) {
    int32_t four;
    memcpy(&four, x, 4);
    __m256i values = _mm256_set1_epi32(four);
    __m256i even = _mm256_srai_epi16(_mm256_slli_epi16(values, 8), 8);
    __m256i odd = _mm256_srai_epi16(values, 8);
    __m256i even_weights = _mm256_and_si256(weights, _mm256_set1_epi16(255));
    __m256i odd_weights = _mm256_srli_epi16(weights, 8);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(even_weights, even));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(odd_weights, odd));
}

INLINE void store(float *y, const stp_matrix *m, int32_t o, int32_t end, __m256 value) {
    int32_t left = end - o;
    if (left <= 0) {
        return;
    }
    __m256i mask = first(left);
    if (m->bias) {
        value = _mm256_add_ps(value, _mm256_maskload_ps(m->bias + o, mask));
    }
    _mm256_maskstore_ps(y + o, mask, value);
}

static void i8(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    for (int32_t o = begin; o < end; o += STP_BLOCK) {
        const uint8_t *w = (const uint8_t *)m->data + (int64_t)(o / STP_BLOCK) * r->groups * 512;
        const float *scales = (const float *)m->scales + o;
        for (int32_t row = 0; row < r->rows; row++) {
            __m256 low = _mm256_setzero_ps();
            __m256 high = low;
            for (int32_t g = 0; g < r->groups; g++) {
                int64_t at = stp_row_group(r, row, g);
                const int8_t *x = r->values + at * STP_GROUP;
                const __m256i *v = (const __m256i *)(w + (int64_t)g * 512);
                __m256i a = _mm256_set1_epi32(16 * r->sums[at]);
                __m256i b = a;
                for (int j = 0; j < 8; j++) {
                    a = multiply_add(a, _mm256_loadu_si256(v + 2 * j), x + 4 * j);
                    b = multiply_add(b, _mm256_loadu_si256(v + 2 * j + 1), x + 4 * j);
                }
                __m256 scale = _mm256_set1_ps(r->scales[at]);
                low = _mm256_fmadd_ps(_mm256_cvtepi32_ps(a), scale, low);
                high = _mm256_fmadd_ps(_mm256_cvtepi32_ps(b), scale, high);
            }
            store(y + row * ldy, m, o, end, _mm256_mul_ps(low, _mm256_loadu_ps(scales)));
            store(y + row * ldy, m, o + 8, end, _mm256_mul_ps(high, _mm256_loadu_ps(scales + 8)));
        }
    }
}

static void i4(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    const __m256i nibble = _mm256_set1_epi8(15);
    int32_t per_scale = m->group / STP_GROUP;
    int32_t scale_groups = (r->groups + per_scale - 1) / per_scale;
    for (int32_t o = begin; o < end; o += STP_BLOCK) {
        const uint8_t *w = (const uint8_t *)m->data + (int64_t)(o / STP_BLOCK) * r->groups * 256;
        const uint16_t *scales = (const uint16_t *)m->scales + (int64_t)(o / STP_BLOCK) * scale_groups * STP_BLOCK;
        for (int32_t row = 0; row < r->rows; row++) {
            __m256 low = _mm256_setzero_ps();
            __m256 high = low;
            for (int32_t g = 0; g < r->groups; g++) {
                int64_t at = stp_row_group(r, row, g);
                const int8_t *x = r->values + at * STP_GROUP;
                const __m256i *v = (const __m256i *)(w + (int64_t)g * 256);
                __m256i a = _mm256_set1_epi32(r->sums[at]);
                __m256i b = a;
                for (int j = 0; j < 4; j++) {
                    __m256i p = _mm256_loadu_si256(v + 2 * j);
                    __m256i q = _mm256_loadu_si256(v + 2 * j + 1);
                    a = multiply_add(a, _mm256_and_si256(p, nibble), x + 4 * j);
                    b = multiply_add(b, _mm256_and_si256(q, nibble), x + 4 * j);
                    a = multiply_add(a, _mm256_and_si256(_mm256_srli_epi16(p, 4), nibble), x + 16 + 4 * j);
                    b = multiply_add(b, _mm256_and_si256(_mm256_srli_epi16(q, 4), nibble), x + 16 + 4 * j);
                }
                __m256 scale = _mm256_set1_ps(r->scales[at]);
                const uint16_t *s = scales + (int64_t)(g / per_scale) * STP_BLOCK;
                low = _mm256_fmadd_ps(_mm256_cvtepi32_ps(a), _mm256_mul_ps(load(s, 0, 1), scale), low);
                high = _mm256_fmadd_ps(_mm256_cvtepi32_ps(b), _mm256_mul_ps(load(s, 8, 1), scale), high);
            }
            store(y + row * ldy, m, o, end, low);
            store(y + row * ldy, m, o + 8, end, high);
        }
    }
}

static uint64_t sweep(const void *data, int64_t bytes) {
    const __m256i *p = data;
    __m256i a = _mm256_setzero_si256();
    __m256i b = a;
    int64_t i = 0;
    for (; i + 2 <= bytes / 32; i += 2) {
        _mm_prefetch((const char *)(p + i) + 2048, _MM_HINT_T0);
        a = _mm256_add_epi64(a, _mm256_loadu_si256(p + i));
        b = _mm256_add_epi64(b, _mm256_loadu_si256(p + i + 1));
    }
    uint64_t part[4];
    _mm256_storeu_si256((__m256i *)part, _mm256_add_epi64(a, b));
    return part[0] + part[1] + part[2] + part[3] + stp_scalar_kernels.sweep((const char *)data + i * 32, bytes - i * 32);
}

const stp_kernels stp_avx2_kernels = {quantise, narrow, f32, bf16, i8, i4, stp_tiles_avx2, sweep};
