/* Operations on one row of float32 activations: norms, activations, rotary positions. */
#ifndef STP_ROWS_H
#define STP_ROWS_H

#include <stdint.h>

/* out = x / rms(x) * weight. */
void stp_rms_norm(const float *x, const float *weight, float eps, int64_t n, float *out);

/*
 * out = layer_norm(x) * (1 + scale) + shift, with an affine norm where weight and bias are given. Without shift and
 * scale (both null) the norm alone.
 */
void stp_layer_norm(
    const float *x, const float *weight, const float *bias, const float *shift, const float *scale, float eps,
    int64_t n, float *out);

/* x = silu(x). */
void stp_silu_row(float *x, int64_t n);

/* out = silu(a + b). */
void stp_silu_sum(const float *a, const float *b, int64_t n, float *out);

/* gate = silu(gate) * up. */
void stp_silu_mul(float *gate, const float *up, int64_t n);

/* x += y. */
void stp_add(float *x, const float *y, int64_t n);

/* x += gate * y. */
void stp_add_gated(float *x, const float *gate, const float *y, int64_t n);

/* The half-split rotation of one head of 2 * half values, times a factor. */
void stp_rotate(float *x, const float *cos, const float *sin, float factor, int64_t half);

/* Inner product of float32 rows. */
float stp_dot(const float *a, const float *b, int64_t n);

/* Rounds to bfloat16 and back. */
void stp_round_bf16(float *x, int64_t n);

#endif
