/*
 * Decoding in two native calls per image token: stp_step runs the transformer on any mix of rows, stp_sample runs the
 * flow head through all steps of the solver for any mix of pictures. Neither allocates; scratch comes from the caller.
 *
 * A row's result depends on that row alone, not on its company, on the number of threads or on how work is split.
 * All fields are eight bytes wide, so that the caller can lay structures out by counting.
 */
#ifndef STP_DECODE_H
#define STP_DECODE_H

#include "stp.h"

/* A linear map, with a low-rank addition scale * up(down(x)) if rank is above 0. */
typedef struct {
    const stp_matrix *matrix;
    const float *down; /* [rank][in] */
    const float *up;   /* [out][rank] */
    int64_t rank;
    double scale;
} stp_linear;

/* ---- the transformer */

typedef struct {
    const float *input_norm; /* [hidden] */
    const float *post_norm;  /* [hidden] */
    stp_linear q, k, v, o, gate, up, down;
} stp_layer;

typedef struct {
    int64_t layers, hidden, heads, kv_heads, head_dim, inner;
    double eps;
    int64_t cache_bf16; /* type of the caches: 0 float32, 1 bfloat16 */
    const float *cos;   /* [positions][head_dim / 2] */
    const float *sin;
    const float *norm; /* [hidden] */
    const stp_layer *layer;
    stp_linear image_in; /* matrix may be NULL if no image tokens are fed */
} stp_backbone;

/*
 * One token to be read. Its keys and values go to slot position - prefix_length of the row's own store; it attends to
 * the first prefix_length positions of a shared store and to its own up to itself. A store holds
 * [layers][kv_heads][capacity] positions (see stp_attend.h), capacity being a multiple of 32.
 */
typedef struct {
    int64_t position;
    int64_t prefix_length;
    int64_t prefix_capacity;
    const void *prefix_keys;
    const void *prefix_values;
    int64_t capacity;
    void *keys;
    void *values;
} stp_row;

/* Elements of the key store and of the value store of a row. */
STP_API int64_t stp_key_elements(const stp_backbone *b, int64_t capacity);
STP_API int64_t stp_value_elements(const stp_backbone *b, int64_t capacity);

/* Bytes of scratch for that many rows, each attending to at most `positions` positions. */
STP_API int64_t stp_step_scratch(const stp_backbone *b, int64_t rows, int64_t positions, int32_t members);

/*
 * Reads one token per row. Several tokens of the same store may be in one call, next to each other and in order: that is
 * a prefill.
 *
 * tokens: [rows][token] to go through image_in, or NULL when x holds embeddings
 * x:      [rows][hidden], overwritten
 * out:    [rows][hidden], final-normed hidden states
 */
STP_API void stp_step(
    const stp_backbone *b, const stp_row *rows, int64_t count, const float *tokens, float *x, float *out, void *scratch,
    int64_t positions, int32_t members);

/* ---- the flow head */

typedef struct {
    const float *norm_weight; /* [dim] */
    const float *norm_bias;
    stp_linear in, out, modulation;
} stp_block;

typedef struct {
    int64_t hidden, dim, inner, token, blocks;
    stp_linear image_out, condition, token_in, final_modulation, final_out;
    const stp_block *block;
} stp_head;

/*
 * One step of a solver: if it evaluates, the last velocity becomes the previous one and the head is asked; then
 * x = point * x + base * (x where the interval began) + velocity * v + previous * (v before the last) + noise * draw.
 */
typedef struct {
    double point, base, velocity, previous, noise;
    int64_t flags;
} stp_update;

enum {
    STP_EVALUATE = 1, /* asks the head; otherwise the last velocity serves again */
    STP_DRAW = 2,     /* takes the next row of noise */
    STP_COMMIT = 4    /* an interval ends after this step */
};

/* One picture whose next token is sampled. Its rows of hidden are consecutive, in guidance blocks. */
typedef struct {
    int64_t branches;          /* 1, 2 or 3 */
    int64_t steps;             /* entries of times and updates */
    const float *times;        /* [steps][dim]: time embeddings; those of steps that do not evaluate are not read */
    const stp_update *updates; /* [steps] */
    const float *noise;        /* [1 + draws][token]: the start, then one row per draw */
    const float *offset;       /* [hidden], added to the hidden states, or NULL */
    double text, image;        /* guidance scales */
    double tolerance;          /* relative change of the velocity below which the next evaluation is spared; 0 never */
    int64_t round;             /* whether the token is rounded to bfloat16 */
    int64_t normalize;         /* whether it is then normalised */
    float *out;                /* [token] */
    float *trace;              /* [steps][3][token]: the point before a step, the one after it, the velocity; or NULL */
    int64_t spent;             /* evaluations that were made; written by stp_sample */
} stp_picture;

/* Bytes of scratch for that many rows in that many pictures. */
STP_API int64_t stp_sample_scratch(const stp_head *h, int64_t rows, int64_t pictures, int32_t members);

/* Samples the next token of every picture from hidden states [rows][hidden]. */
STP_API void stp_sample(
    const stp_head *h, stp_picture *pictures, int64_t count, const float *hidden, void *scratch, int32_t members);

#endif
