/* Tiles with AVX-512. */
#define MULTIPLY_ADD _mm512_fmadd_ps
#include "stp_tile_avx512.h"

void stp_tiles_avx512(const stp_tiles *t) {
    tiles(t);
}
