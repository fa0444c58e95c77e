/* The loops over tiles with AVX-512, included by the files that say how a product is added (MULTIPLY_ADD). */
#include <immintrin.h>

#define VECTOR __m512
#define LANES 16
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define SPREAD _mm512_set1_ps
#define ADD _mm512_add_ps
#define PIXELS 8
#define CASES CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#include "stp_tile_body.h"
