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

/* Compiled for several instruction sets. Sums have sixteen parts, so that all of them give the same result. */
#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif
#define LANES 16

/* Not finite times zero is not zero. */
WIDE static int all_finite(const float *w, int64_t count) {
    int bad = 0;
    for (int64_t i = 0; i < count; i++) {
        bad |= w[i] * 0.0f != 0.0f;
    }
    return !bad;
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

static float total(const float *lane) {
    float sum = 0;
    for (int i = 0; i < LANES; i++) {
        sum += lane[i];
    }
    return sum;
}

/* Around 7.5 levels for the extreme value, which has eight on one side of zero and seven on the other. */
#define STEPS 7
#define STEP 0.15f

/* The scale for one group, as bfloat16; count is a multiple of 16. With rounded weights q, the scale of least squares is
   sum(w q) / sum(q q), and it takes sum(w q)^2 / sum(q q) off the squared error. */
WIDE static uint16_t int4_scale(const float *w, int count) {
    float high = 0;
    float low = 0;
    for (int i = 0; i < count; i++) {
        high = w[i] > high ? w[i] : high;
        low = w[i] < low ? w[i] : low;
    }
    float extreme = high > -low ? high : low;
    if (!(fabsf(extreme) > STP_TINY)) {
        return 0;
    }
    float best_gain = 0;
    float best = extreme / -8;
    for (int step = -STEPS; step <= STEPS; step++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            float inverse = (float)sign * (7.5f + STEP * (float)step) / extreme;
            float wq[LANES] = {0};
            float qq[LANES] = {0};
            for (int i = 0; i < count; i += LANES) {
#pragma omp simd
                for (int l = 0; l < LANES; l++) {
                    float q = rounded(w[i + l] * inverse, -8, 7);
                    wq[l] += w[i + l] * q;
                    qq[l] += q * q;
                }
            }
            float product = total(wq);
            float norm = total(qq);
            if (norm > 0 && product * product > best_gain * norm) {
                best_gain = product * product / norm;
                best = product / norm;
            }
        }
    }
    return stp_float_to_bf16(best);
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
            float padded[MAX_GROUP] = {0};
            memcpy(padded, w + first, (size_t)count * sizeof(float));
            uint16_t bits = int4_scale(padded, p->group);
            scales[s * STP_BLOCK + r] = bits;
            float scale = stp_bf16_to_float(bits);
            float back = scale == 0.0f ? 0.0f : 1.0f / scale;
            for (int i = 0; i < count; i++) {
                uint32_t q = (uint32_t)((int)rounded(padded[i] * back, -8, 7) + 8);
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
