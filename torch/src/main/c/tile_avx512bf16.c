/* Tiles of bfloat16 with AVX-512 and the instruction for it: what is one float elsewhere is a pair of inputs here. */
#define MULTIPLY_ADD(a, b, c) _mm512_dpbf16_ps(c, (__m512bh)(a), (__m512bh)(b))
#include "stp_tile_avx512.h"

void stp_tiles_halves(const stp_tiles *t) {
    tiles(t);
}

void stp_halve(const float *x, int64_t count, uint16_t *y) {
    int64_t i = 0;
    for (; i + 32 <= count; i += 32) {
        _mm512_storeu_si512(y + i, (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + i + 16), _mm512_loadu_ps(x + i)));
    }
    for (; i < count; i++) y[i] = stp_float_to_bf16(x[i]);
}
