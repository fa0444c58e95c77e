/*
 * Sixteen floats at a time in the compiler's own vector types. The same source serves every instruction set: functions
 * marked STP_CLONES are compiled once per level and picked when the library is loaded.
 */
#ifndef STP_VEC_H
#define STP_VEC_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Multiply and add in one rounding where the processor can: the library as a whole is compiled without. */
#if defined(__clang__)
#pragma clang fp contract(fast)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=fast")
#endif

#define STP_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__gnu_linux__)
#define STP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define STP_CLONES
#endif

typedef float stp_v16 __attribute__((vector_size(64)));
typedef int32_t stp_i16 __attribute__((vector_size(64)));
typedef uint32_t stp_u16 __attribute__((vector_size(64)));
typedef uint16_t stp_h16 __attribute__((vector_size(32)));

#define STP_LANES 16

static const stp_i16 stp_iota = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

STP_INLINE stp_v16 stp_load(const float *p) {
    stp_v16 v;
    memcpy(&v, p, sizeof v);
    return v;
}

STP_INLINE void stp_store(float *p, stp_v16 v) { memcpy(p, &v, sizeof v); }

/* The first n < 16 values; zeros behind them. */
STP_INLINE stp_v16 stp_load_some(const float *p, int64_t n) {
    stp_v16 v = {0};
    memcpy(&v, p, (size_t)n * sizeof(float));
    return v;
}

STP_INLINE stp_v16 stp_load_bf16(const uint16_t *p) {
    stp_h16 h;
    memcpy(&h, p, sizeof h);
    stp_u16 wide = __builtin_convertvector(h, stp_u16) << 16;
    stp_v16 v;
    memcpy(&v, &wide, sizeof v);
    return v;
}

STP_INLINE stp_v16 stp_splat(float x) { return x - (stp_v16){0}; }

STP_INLINE stp_v16 stp_select(stp_i16 mask, stp_v16 a, stp_v16 b) {
    stp_i16 ia, ib;
    memcpy(&ia, &a, sizeof ia);
    memcpy(&ib, &b, sizeof ib);
    stp_i16 r = (mask & ia) | (~mask & ib);
    stp_v16 v;
    memcpy(&v, &r, sizeof v);
    return v;
}

STP_INLINE float stp_sum(stp_v16 v) {
    float s[8];
    for (int i = 0; i < 8; i++) s[i] = v[i] + v[i + 8];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

STP_INLINE float stp_max(stp_v16 v) {
    float m = v[0];
    for (int i = 1; i < STP_LANES; i++) m = v[i] > m ? v[i] : m;
    return m;
}

/* exp within 2 units in the last place; arguments are held to [-87, 88]. */
STP_INLINE stp_v16 stp_exp(stp_v16 x) {
    const stp_v16 low = stp_splat(-87.0f), high = stp_splat(88.0f);
    x = stp_select(x < low, low, x);
    x = stp_select(x > high, high, x);
    const float round = 12582912.0f; /* 1.5 * 2^23: adding it leaves the nearest integer in the low bits */
    stp_v16 n = (x * 1.44269504088896341f + round) - round;
    stp_v16 r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    stp_v16 p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    stp_i16 power = (__builtin_convertvector(n, stp_i16) + 127) << 23;
    stp_v16 scale;
    memcpy(&scale, &power, sizeof scale);
    return p * scale;
}

STP_INLINE stp_v16 stp_silu(stp_v16 x) { return x / (1.0f + stp_exp(-x)); }

/* To nearest, ties to even, as libtorch rounds; NaN stays NaN. */
STP_INLINE uint16_t stp_bf16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fc0;
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

STP_INLINE float stp_float(uint16_t h) {
    uint32_t bits = (uint32_t)h << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
