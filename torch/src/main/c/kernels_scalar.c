/* Plain C for processors without vector instructions of ours; also what the other kernels are compared with. */
#include <math.h>
#include <string.h>

#include "internal.h"

static void quantise(const stp_rows *r, int32_t begin, int32_t end) {
    for (int32_t g = begin; g < end; g++) {
        int32_t width = stp_min(STP_GROUP, r->in - g * STP_GROUP);
        for (int32_t row = 0; row < r->rows; row++) {
            const float *x = r->x + row * r->ldx + (int64_t)g * STP_GROUP;
            int64_t at = stp_row_group(r, row, g);
            int8_t *q = r->values + at * STP_GROUP;
            float largest = 0;
            int unordered = 0;
            for (int k = 0; k < width; k++) {
                largest = fmaxf(largest, fabsf(x[k]));
                unordered |= x[k] != x[k];
            }
            float inverse = largest > STP_TINY ? 127.0f / largest : 0.0f;
            int32_t sum = 0;
            memset(q, 0, STP_GROUP);
            if (inverse > 0) {
                for (int k = 0; k < width; k++) {
                    float value = x[k] * inverse;
                    q[k] = value == value ? (int8_t)nearbyintf(value) : 0;
                    sum += q[k];
                }
            }
            /* What is not finite must not vanish. */
            r->scales[at] = unordered || largest > 3.4e38f ? NAN : largest > STP_TINY ? largest / 127.0f : 0.0f;
            r->sums[at] = -8 * sum;
        }
    }
}

static void narrow(const stp_rows *r, int32_t begin, int32_t end) {
    int64_t width = (int64_t)r->groups * STP_GROUP;
    for (int32_t row = 0; row < r->rows; row++) {
        for (int64_t k = (int64_t)begin * STP_GROUP; k < (int64_t)end * STP_GROUP; k++) {
            r->halves[row * width + k] = k < r->in ? stp_float_to_bf16(r->x[row * r->ldx + k]) : 0;
        }
    }
}

/* Sixteen sums side by side and then in pairs, as vector units do it, so that all levels agree to the last bit. */
static float fold(float *lane) {
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            lane[i] += lane[i + half];
        }
    }
    return lane[0];
}

static void store(const stp_matrix *m, float *y, int32_t o, float value) {
    y[o] = m->bias ? value + m->bias[o] : value;
}

static void f32(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    for (int32_t o = begin; o < end; o++) {
        const float *w = (const float *)m->data + (int64_t)o * m->in;
        for (int32_t row = 0; row < r->rows; row++) {
            const float *x = r->x + row * r->ldx;
            float lane[16] = {0};
            for (int32_t k = 0; k < m->in; k++) {
                lane[k & 15] = fmaf(w[k], x[k], lane[k & 15]);
            }
            store(m, y + row * ldy, o, fold(lane));
        }
    }
}

static void bf16(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    int64_t width = (int64_t)r->groups * STP_GROUP;
    for (int32_t o = begin; o < end; o++) {
        const uint16_t *w = (const uint16_t *)m->data + (int64_t)o * m->in;
        for (int32_t row = 0; row < r->rows; row++) {
            const uint16_t *x = r->halves + row * width;
            float lane[16] = {0};
            for (int32_t k = 0; k < m->in; k++) {
                lane[k & 15] = fmaf(stp_bf16_to_float(w[k]), stp_bf16_to_float(x[k]), lane[k & 15]);
            }
            store(m, y + row * ldy, o, fold(lane));
        }
    }
}

static void i8(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    const float *scales = m->scales;
    for (int32_t o = begin; o < end; o++) {
        const uint8_t *block = (const uint8_t *)m->data + (int64_t)(o / STP_BLOCK) * r->groups * 512;
        for (int32_t row = 0; row < r->rows; row++) {
            float sum = 0;
            for (int32_t g = 0; g < r->groups; g++) {
                int64_t at = stp_row_group(r, row, g);
                const int8_t *x = r->values + at * STP_GROUP;
                const uint8_t *w = block + (int64_t)g * 512 + o % STP_BLOCK * 4;
                int32_t dot = 16 * r->sums[at];
                for (int k = 0; k < STP_GROUP; k++) {
                    dot += w[k / 4 * 64 + k % 4] * x[k];
                }
                sum = fmaf((float)dot, r->scales[at], sum);
            }
            store(m, y + row * ldy, o, sum * scales[o]);
        }
    }
}

static void i4(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end) {
    int32_t per_scale = m->group / STP_GROUP;
    int32_t scale_groups = (r->groups + per_scale - 1) / per_scale;
    for (int32_t o = begin; o < end; o++) {
        const uint8_t *block = (const uint8_t *)m->data + (int64_t)(o / STP_BLOCK) * r->groups * 256;
        const uint16_t *scales =
            (const uint16_t *)m->scales + (int64_t)(o / STP_BLOCK) * scale_groups * STP_BLOCK + o % STP_BLOCK;
        for (int32_t row = 0; row < r->rows; row++) {
            float sum = 0;
            for (int32_t g = 0; g < r->groups; g++) {
                int64_t at = stp_row_group(r, row, g);
                const int8_t *x = r->values + at * STP_GROUP;
                const uint8_t *w = block + (int64_t)g * 256 + o % STP_BLOCK * 4;
                int32_t dot = r->sums[at];
                for (int k = 0; k < 16; k++) {
                    uint8_t pair = w[k / 4 * 64 + k % 4];
                    dot += (pair & 15) * x[k] + (pair >> 4) * x[k + 16];
                }
                float scale = stp_bf16_to_float(scales[g / per_scale * STP_BLOCK]) * r->scales[at];
                sum = fmaf((float)dot, scale, sum);
            }
            store(m, y + row * ldy, o, sum);
        }
    }
}

static void tiles(const stp_tiles *t) {
    for (int32_t block = 0; block < t->blocks; block++) {
        for (int32_t p = 0; p < t->pixels; p++) {
            const float *w = t->w + block * t->parts * t->run * STP_BLOCK;
            float sum[STP_BLOCK];
            for (int o = 0; o < STP_BLOCK; o++) sum[o] = t->bias ? t->bias[block * STP_BLOCK + o] : 0.0f;
            for (int64_t part = 0; part < t->parts; part++) {
                const float *x = t->x + p * t->pixel + part * t->part;
                for (int64_t k = 0; k < t->run; k++, w += STP_BLOCK) {
                    for (int o = 0; o < STP_BLOCK; o++) sum[o] = fmaf(x[k], w[o], sum[o]);
                }
            }
            int64_t at = p * t->ldy + block * t->block;
            for (int o = 0; o < STP_BLOCK; o++) t->y[at + o] = t->add ? sum[o] + t->add[at + o] : sum[o];
        }
    }
}

static uint64_t sweep(const void *data, int64_t bytes) {
    const uint64_t *words = data;
    uint64_t sum = 0;
    for (int64_t i = 0; i < bytes / 8; i++) {
        sum += words[i];
    }
    return sum;
}

const stp_kernels stp_scalar_kernels = {quantise, narrow, f32, bf16, i8, i4, tiles, sweep};
