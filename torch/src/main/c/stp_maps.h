/* Operations on rows of feature maps, the channels of a pixel side by side; channels are a multiple of 16. */
#ifndef STP_MAPS_H
#define STP_MAPS_H

#include <stdint.h>

/* What a group norm needs to know of one row: for each channel the mean, and the sum of squared distances from it. */
void stp_row_moments(const float *x, int64_t pixels, int64_t ldx, int64_t channels, float *mean, float *squares);

/*
 * Brings the moments of the rows of a map, float [rows][2][channels], together in one order and gives scale and shift of
 * each channel: a group norm of 32 groups is x * scale + shift. sums: double [2][channels]
 */
void stp_norm_factors(
    const float *moments, int64_t rows, int64_t pixels, int64_t channels, const float *weight, const float *bias, double eps,
    double *sums, float *scale, float *shift);

/* y = x * scale + shift, then silu if asked for, of so many pixels. */
void stp_norm_row(
    const float *x, int64_t pixels, int64_t channels, const float *scale, const float *shift, int silu, float *y);

/* x = softmax(factor * x) of n values; zeros behind them up to a multiple of 16. */
void stp_softmax_row(float *x, int64_t n, float factor);

#endif
