/* Tiles with AVX2 and FMA. */
#include <immintrin.h>

#define VECTOR __m256
#define LANES 8
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define SPREAD _mm256_set1_ps
#define ADD _mm256_add_ps
#define MULTIPLY_ADD _mm256_fmadd_ps
#define PIXELS 6
#define CASES CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#include "stp_tile_body.h"

void stp_tiles_avx2(const stp_tiles *t) {
    tiles(t);
}
