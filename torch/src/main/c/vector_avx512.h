/* Sums across registers, for the files that may use AVX-512. */
#ifndef STP_VECTOR_AVX512_H
#define STP_VECTOR_AVX512_H

#include <immintrin.h>

/* The sum of sixteen values, halves added to halves. */
static inline __attribute__((always_inline)) float stp_fold(__m512 v) {
    __m256 a = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    b = _mm_add_ss(b, _mm_movehdup_ps(b));
    return _mm_cvtss_f32(b);
}

/* The same of four registers at once, with a third of the instructions; every sum is added up in the same order. */
static inline __attribute__((always_inline)) __m128 stp_fold4(__m512 v0, __m512 v1, __m512 v2, __m512 v3) {
    __m512 a01 = _mm512_add_ps(_mm512_shuffle_f32x4(v0, v1, 0x44), _mm512_shuffle_f32x4(v0, v1, 0xee));
    __m512 a23 = _mm512_add_ps(_mm512_shuffle_f32x4(v2, v3, 0x44), _mm512_shuffle_f32x4(v2, v3, 0xee));
    /* One quarter of the register for each sum. */
    __m512 b = _mm512_add_ps(_mm512_shuffle_f32x4(a01, a23, 0x88), _mm512_shuffle_f32x4(a01, a23, 0xdd));
    b = _mm512_add_ps(b, _mm512_shuffle_ps(b, b, 0xee));
    b = _mm512_add_ps(b, _mm512_movehdup_ps(b));
    return _mm512_castps512_ps128(_mm512_permutexvar_ps(_mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 8, 4, 0), b));
}

/* Writes the sums of one row of x and of so many outputs, with their biases. */
#define STP_STORE_SUMS(outs, sum, m, bias, y) \
    do { \
        if ((outs) % 4 == 0) { \
            for (int fold_o = 0; fold_o < (outs); fold_o += 4) { \
                __m128 four = stp_fold4(sum[fold_o][m], sum[fold_o + 1][m], sum[fold_o + 2][m], sum[fold_o + 3][m]); \
                _mm_storeu_ps((y) + fold_o, (bias) ? _mm_add_ps(four, _mm_loadu_ps((bias) + fold_o)) : four); \
            } \
        } else { \
            for (int fold_o = 0; fold_o < (outs); fold_o++) { \
                float value = stp_fold(sum[fold_o][m]); \
                (y)[fold_o] = (bias) ? value + (bias)[fold_o] : value; \
            } \
        } \
    } while (0)

#endif
