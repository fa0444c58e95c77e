#include "stp_maps.h"

#include "stp_vec.h"

/* Groups of every norm of the image tokenizer. */
#define GROUPS 32

STP_CLONES void stp_row_moments(
    const float *x, int64_t pixels, int64_t ldx, int64_t channels, float *mean, float *squares) {
    for (int64_t c = 0; c < channels; c += STP_LANES) {
        stp_v16 total = {0}, square = {0};
        for (int64_t p = 0; p < pixels; p++) total += stp_load(x + p * ldx + c);
        total = total / (float)pixels;
        for (int64_t p = 0; p < pixels; p++) {
            stp_v16 d = stp_load(x + p * ldx + c) - total;
            square += d * d;
        }
        stp_store(mean + c, total);
        stp_store(squares + c, square);
    }
}

STP_CLONES void stp_norm_factors(
    const float *moments, int64_t rows, int64_t pixels, int64_t channels, const float *weight, const float *bias, double eps,
    double *sums, float *scale, float *shift) {
    double *mean = sums, *square = sums + channels;
    for (int64_t c = 0; c < 2 * channels; c++) sums[c] = 0;
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t c = 0; c < channels; c++) mean[c] += moments[r * 2 * channels + c];
    }
    int64_t width = channels / GROUPS;
    for (int64_t g = 0; g < channels; g += width) {
        double total = 0;
        for (int64_t c = g; c < g + width; c++) total += mean[c];
        total /= (double)(rows * width);
        for (int64_t c = g; c < g + width; c++) mean[c] = total;
    }
    for (int64_t r = 0; r < rows; r++) {
        const float *m = moments + r * 2 * channels;
        for (int64_t c = 0; c < channels; c++) {
            double d = m[c] - mean[c];
            square[c] += m[channels + c] + d * d * (double)pixels;
        }
    }
    for (int64_t g = 0; g < channels; g += width) {
        double total = 0;
        for (int64_t c = g; c < g + width; c++) total += square[c];
        double factor = 1 / sqrt(total / (double)(rows * pixels * width) + eps);
        for (int64_t c = g; c < g + width; c++) {
            scale[c] = (float)(weight[c] * factor);
            shift[c] = (float)(bias[c] - mean[c] * weight[c] * factor);
        }
    }
}

STP_CLONES void stp_norm_row(
    const float *x, int64_t pixels, int64_t channels, const float *scale, const float *shift, int silu, float *y) {
    for (int64_t p = 0; p < pixels; p++, x += channels, y += channels) {
        for (int64_t c = 0; c < channels; c += STP_LANES) {
            stp_v16 v = stp_load(x + c) * stp_load(scale + c) + stp_load(shift + c);
            stp_store(y + c, silu ? stp_silu(v) : v);
        }
    }
}

STP_CLONES void stp_softmax_row(float *x, int64_t n, float factor) {
    int64_t whole = n / STP_LANES * STP_LANES, padded = (n + STP_LANES - 1) / STP_LANES * STP_LANES;
    /* What fills the last vector is smaller than all else and counts as zero. */
    for (int64_t i = n; i < padded; i++) x[i] = -INFINITY;
    stp_v16 high = stp_splat(-INFINITY);
    for (int64_t i = 0; i < padded; i += STP_LANES) {
        stp_v16 v = stp_load(x + i);
        high = stp_select(v > high, v, high);
    }
    stp_v16 total = {0};
    float most = stp_max(high);
    for (int64_t i = 0; i < padded; i += STP_LANES) {
        stp_v16 v = stp_exp((stp_load(x + i) - most) * factor);
        if (i == whole) v = stp_select(stp_iota < (int32_t)(n - whole), v, (stp_v16){0});
        total += v;
        stp_store(x + i, v);
    }
    float inverse = 1.0f / stp_sum(total);
    for (int64_t i = 0; i < padded; i += STP_LANES) stp_store(x + i, stp_load(x + i) * inverse);
}
