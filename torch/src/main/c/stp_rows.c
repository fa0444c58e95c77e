#include "stp_rows.h"

#include "stp_vec.h"

/*
 * Walks n values sixteen at a time; the body sees the offset i, the count left k (16 but at the end) and uses GET and
 * PUT, which touch no memory past n.
 */
#define GET(p) (k == STP_LANES ? stp_load((p) + i) : stp_load_some((p) + i, k))
#define PUT(p, v)                                          \
    do {                                                   \
        stp_v16 put_value = (v);                           \
        if (k == STP_LANES) stp_store((p) + i, put_value); \
        else memcpy((p) + i, &put_value, (size_t)k * sizeof(float)); \
    } while (0)
#define WALK(n) \
    for (int64_t i = 0, k = 0; i < (n) && (k = (n) - i < STP_LANES ? (n) - i : STP_LANES); i += STP_LANES)

STP_CLONES void stp_rms_norm(const float *x, const float *weight, float eps, int64_t n, float *out) {
    stp_v16 squares = {0};
    WALK(n) {
        stp_v16 v = GET(x);
        squares += v * v;
    }
    float factor = 1.0f / sqrtf(stp_sum(squares) / (float)n + eps);
    WALK(n) PUT(out, GET(x) * factor * GET(weight));
}

STP_CLONES void stp_layer_norm(
    const float *x, const float *weight, const float *bias, const float *shift, const float *scale, float eps,
    int64_t n, float *out) {
    stp_v16 total = {0};
    WALK(n) total += GET(x);
    float mean = stp_sum(total) / (float)n;
    stp_v16 squares = {0};
    WALK(n) {
        stp_v16 d = GET(x) - mean;
        if (k < STP_LANES) d = stp_select(stp_iota < (int32_t)k, d, (stp_v16){0});
        squares += d * d;
    }
    float factor = 1.0f / sqrtf(stp_sum(squares) / (float)n + eps);
    WALK(n) {
        stp_v16 v = (GET(x) - mean) * factor;
        if (weight) v = v * GET(weight) + GET(bias);
        if (shift) v = v * (1.0f + GET(scale)) + GET(shift);
        PUT(out, v);
    }
}

STP_CLONES void stp_silu_row(float *x, int64_t n) { WALK(n) PUT(x, stp_silu(GET(x))); }

STP_CLONES void stp_silu_sum(const float *a, const float *b, int64_t n, float *out) {
    WALK(n) PUT(out, stp_silu(GET(a) + GET(b)));
}

STP_CLONES void stp_silu_mul(float *gate, const float *up, int64_t n) {
    WALK(n) PUT(gate, stp_silu(GET(gate)) * GET(up));
}

STP_CLONES void stp_add(float *x, const float *y, int64_t n) { WALK(n) PUT(x, GET(x) + GET(y)); }

STP_CLONES void stp_add_gated(float *x, const float *gate, const float *y, int64_t n) {
    WALK(n) PUT(x, GET(x) + GET(gate) * GET(y));
}

STP_CLONES void stp_rotate(float *x, const float *cos, const float *sin, float factor, int64_t half) {
    float *high = x + half;
    WALK(half) {
        stp_v16 c = GET(cos), s = GET(sin), a = GET(x), b = GET(high);
        PUT(x, (a * c - b * s) * factor);
        PUT(high, (b * c + a * s) * factor);
    }
}

STP_CLONES float stp_dot(const float *a, const float *b, int64_t n) {
    stp_v16 total = {0};
    WALK(n) total += GET(a) * GET(b);
    return stp_sum(total);
}

void stp_round_bf16(float *x, int64_t n) {
    for (int64_t i = 0; i < n; i++) x[i] = stp_float(stp_bf16(x[i]));
}
