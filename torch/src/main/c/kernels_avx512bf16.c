/* Products of bfloat16 with the instruction for them. */
#include <immintrin.h>

#include "internal.h"

void stp_avx512_bf16_native(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    stp_avx512_kernels.bf16(m, r, y, ldy, begin, end);
}
