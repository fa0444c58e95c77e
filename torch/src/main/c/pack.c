/*
 * Quantises weights. int8: one scale per output, the largest magnitude over 127. int4: one scale per group of inputs,
 * found by search: for a row of candidate scales the weights are rounded, the scale that then fits best in the sense of
 * least squares is taken, and the candidate with the smallest squared error wins.
 */
#include <math.h>
#include <string.h>

#include "internal.h"

#define MAX_GROUP 64

int64_t stp_packed_bytes(int32_t format, int64_t out, int64_t in) {
    int64_t blocks = (out + STP_BLOCK - 1) / STP_BLOCK;
    int64_t groups = (in + STP_GROUP - 1) / STP_GROUP;
    return format == STP_I8 ? blocks * groups * 512 : format == STP_I4 ? blocks * groups * 256 : 0;
}

int64_t stp_scale_bytes(int32_t format, int64_t out, int64_t in, int32_t group) {
    int64_t blocks = (out + STP_BLOCK - 1) / STP_BLOCK;
    if (format == STP_I8) {
        return blocks * STP_BLOCK * (int64_t)sizeof(float);
    }
    return format == STP_I4 ? blocks * ((in + group - 1) / group) * STP_BLOCK * (int64_t)sizeof(uint16_t) : 0;
}

typedef struct {
    int32_t format;
    int32_t group;
    const float *w;
    float *restored;
    int64_t out;
    int64_t in;
    uint8_t *data;
    void *scales;
    stp_counter blocks;
    int32_t bad;
} packing;

static int all_finite(const float *w, int64_t count) {
    float zero = 0;
    for (int64_t i = 0; i < count; i++) {
        zero += w[i] * 0.0f;
    }
    return zero == 0.0f;
}

static float largest(const float *w, int64_t count) {
    float result = 0;
    for (int64_t i = 0; i < count; i++) {
        float magnitude = fabsf(w[i]);
        result = magnitude > result ? magnitude : result;
    }
    return result;
}

static inline float rounded(float value, float low, float high) {
    /* Adding and taking away 1.5 * 2^23 rounds to nearest, ties to even, in a way that vectorises. */
    float r = (value + 12582912.0f) - 12582912.0f;
    r = r < low ? low : r;
    return r > high ? high : r;
}

/* The scale for one group, as bfloat16. The extreme value may take -8, which the other sign does not have. */
static uint16_t int4_scale(const float *w, int count) {
    float high = -INFINITY;
    float low = INFINITY;
    for (int i = 0; i < count; i++) {
        high = w[i] > high ? w[i] : high;
        low = w[i] < low ? w[i] : low;
    }
    float most = high > -low ? high : -low;
    if (!(most > 0)) {
        return 0;
    }
    float extreme = most == high ? high : low;
    float best_error = INFINITY;
    uint16_t best = stp_float_to_bf16(-extreme / 8);
    for (int step = -9; step <= 9; step++) {
        for (int side = 0; side < 2; side++) {
            float levels = (side ? 7.5f : -7.5f) + 0.125f * (float)step;
            float inverse = levels / extreme;
            float wq = 0;
            float qq = 0;
            for (int i = 0; i < count; i++) {
                float q = rounded(w[i] * inverse, -8, 7);
                wq += w[i] * q;
                qq += q * q;
            }
            if (!(qq > 0)) {
                continue;
            }
            uint16_t candidate = stp_float_to_bf16(wq / qq);
            float scale = stp_bf16_to_float(candidate);
            float back = 1.0f / scale;
            if (scale == 0.0f || !(fabsf(back) < INFINITY)) {
                continue;
            }
            float error = 0;
            for (int i = 0; i < count; i++) {
                float d = w[i] - scale * rounded(w[i] * back, -8, 7);
                error += d * d;
            }
            if (error < best_error) {
                best_error = error;
                best = candidate;
            }
        }
    }
    return best;
}

static void pack_int4(packing *p, int64_t block) {
    int64_t groups = (p->in + STP_GROUP - 1) / STP_GROUP;
    int64_t scale_groups = (p->in + p->group - 1) / p->group;
    uint8_t *data = p->data + block * groups * 256;
    uint16_t *scales = (uint16_t *)p->scales + block * scale_groups * STP_BLOCK;
    memset(data, 0x88, (size_t)groups * 256);
    memset(scales, 0, (size_t)scale_groups * STP_BLOCK * sizeof(uint16_t));
    for (int r = 0; r < STP_BLOCK && block * STP_BLOCK + r < p->out; r++) {
        const float *w = p->w + (block * STP_BLOCK + r) * p->in;
        for (int64_t s = 0; s < scale_groups; s++) {
            int64_t first = s * p->group;
            int count = (int)(p->in - first < p->group ? p->in - first : p->group);
            uint16_t bits = int4_scale(w + first, count);
            scales[s * STP_BLOCK + r] = bits;
            float scale = stp_bf16_to_float(bits);
            float back = scale == 0.0f ? 0.0f : 1.0f / scale;
            for (int i = 0; i < count; i++) {
                uint32_t q = (uint32_t)((int)rounded(w[first + i] * back, -8, 7) + 8);
                int64_t k = first + i;
                int within = (int)(k % STP_GROUP);
                uint8_t *at = data + k / STP_GROUP * 256 + within % 16 / 4 * 64 + r * 4 + within % 4;
                *at = (uint8_t)(within < 16 ? (*at & 0xf0) | q : (*at & 0x0f) | q << 4);
            }
        }
    }
}

static void pack_int8(packing *p, int64_t block) {
    int64_t groups = (p->in + STP_GROUP - 1) / STP_GROUP;
    uint8_t *data = p->data + block * groups * 512;
    float *scales = (float *)p->scales + block * STP_BLOCK;
    memset(data, 128, (size_t)groups * 512);
    memset(scales, 0, STP_BLOCK * sizeof(float));
    for (int r = 0; r < STP_BLOCK && block * STP_BLOCK + r < p->out; r++) {
        const float *w = p->w + (block * STP_BLOCK + r) * p->in;
        float most = largest(w, p->in);
        float back = most > STP_TINY ? 127.0f / most : 0.0f;
        scales[r] = most > STP_TINY ? most / 127.0f : 0.0f;
        for (int64_t k = 0; k < p->in; k++) {
            int within = (int)(k % STP_GROUP);
            data[k / STP_GROUP * 512 + within / 4 * 64 + r * 4 + within % 4] =
                (uint8_t)((int)rounded(w[k] * back, -127, 127) + 128);
        }
    }
}

static void pack_blocks(void *argument, int32_t member, int32_t members) {
    (void)member;
    (void)members;
    packing *p = argument;
    int64_t blocks = (p->out + STP_BLOCK - 1) / STP_BLOCK;
    for (int64_t block; (block = stp_next(&p->blocks, 1)) < blocks;) {
        int64_t first = block * STP_BLOCK;
        int64_t count = p->out - first < STP_BLOCK ? p->out - first : STP_BLOCK;
        if (!all_finite(p->w + first * p->in, count * p->in)) {
            __atomic_store_n(&p->bad, 1, __ATOMIC_RELAXED);
        } else if (p->format == STP_I4) {
            pack_int4(p, block);
        } else {
            pack_int8(p, block);
        }
    }
}

int32_t stp_pack(int32_t format, int32_t group, const float *w, int64_t out, int64_t in, void *data, void *scales, int32_t members) {
    packing p = {.format = format, .group = group, .w = w, .out = out, .in = in, .data = data, .scales = scales};
    stp_team_run(members, pack_blocks, &p);
    return p.bad ? -1 : 0;
}

static void unpack_blocks(void *argument, int32_t member, int32_t members) {
    (void)member;
    (void)members;
    packing *p = argument;
    int64_t blocks = (p->out + STP_BLOCK - 1) / STP_BLOCK;
    int64_t groups = (p->in + STP_GROUP - 1) / STP_GROUP;
    for (int64_t block; (block = stp_next(&p->blocks, 1)) < blocks;) {
        for (int r = 0; r < STP_BLOCK && block * STP_BLOCK + r < p->out; r++) {
            float *w = p->restored + (block * STP_BLOCK + r) * p->in;
            for (int64_t k = 0; k < p->in; k++) {
                int within = (int)(k % STP_GROUP);
                if (p->format == STP_I8) {
                    uint8_t q = p->data[(block * groups + k / STP_GROUP) * 512 + within / 4 * 64 + r * 4 + within % 4];
                    w[k] = (float)(q - 128) * ((const float *)p->scales)[block * STP_BLOCK + r];
                } else {
                    uint8_t pair = p->data[(block * groups + k / STP_GROUP) * 256 + within % 16 / 4 * 64 + r * 4 + within % 4];
                    int64_t scale_groups = (p->in + p->group - 1) / p->group;
                    uint16_t bits = ((const uint16_t *)p->scales)[(block * scale_groups + k / p->group) * STP_BLOCK + r];
                    w[k] = (float)((within < 16 ? pair & 15 : pair >> 4) - 8) * stp_bf16_to_float(bits);
                }
            }
        }
    }
}

void stp_unpack(const stp_matrix *m, float *w, int32_t members) {
    packing p = {
        .format = m->format,
        .group = m->group,
        .restored = w,
        .out = m->out,
        .in = m->in,
        .data = (uint8_t *)m->data,
        .scales = (void *)m->scales};
    stp_team_run(members, unpack_blocks, &p);
}
