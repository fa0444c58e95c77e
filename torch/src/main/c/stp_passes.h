/*
 * Passes over a map of the image tokenizer: the members of the team share its pieces, whoever comes first, and wait for each
 * other in the end.
 */
#ifndef STP_PASSES_H
#define STP_PASSES_H

#include "stp_linear.h"
#include "stp_maps.h"
#include "stp_vae.h"

/* Blocks of outputs that a piece of work covers: the weights of two stay in the second-level cache from row to row. */
#define STP_PIECE 2

/* A picture being decoded, as all members see it. */
typedef struct {
    const stp_decoder *d;
    const float *latents;
    int64_t height, width;
    float *pixels;
    float *maps[3]; /* each as large as the largest */
    float *framed;
    float *keys, *values; /* [positions / 16][channels][16] and [channels / 16][positions][16] */
    float *moments;       /* [rows][2][channels] of the map that was written last */
    int64_t most; /* channels of the widest map */
    int64_t row;  /* floats of the longest row */
    char *own;
    size_t own_bytes;
    stp_counter counters[2];
} stp_decoding;

/* A member of the team: what it needs to know of the map at hand, and what only it writes to. */
typedef struct {
    stp_decoding *t;
    int32_t member, members;
    int64_t passes;
    int64_t height, width, channels;
    float *x, *side, *hidden; /* the map, room for another one and for what lies between two convolutions */
    float *scale, *shift, *scores, *row;
    double *sums;
} stp_painter;

static inline int64_t stp_pass_next(stp_painter *w) {
    return stp_next(&w->t->counters[w->passes % 2], 1);
}

/* Everybody has left the pass before the last one: its counter can serve the next one. */
static inline void stp_pass_begin(stp_painter *w) {
    if (w->member == 0) stp_reset(&w->t->counters[(w->passes + 1) % 2]);
}

static inline void stp_pass_end(stp_painter *w) {
    w->passes++;
    stp_barrier(w->members);
}

/* A convolution of one map. */
typedef struct {
    const stp_conv *conv;
    const float *x;
    const float *add; /* added to the outputs, or NULL; may be y */
    float *y;
    int64_t pixel, block; /* floats from one pixel of y to the next, and from one block of outputs to the next */
    int moments;          /* whether to note the moments of each row of y */
} stp_convolution;

static inline stp_convolution stp_plain(const stp_conv *conv, const float *x, float *y) {
    return (stp_convolution){.conv = conv, .x = x, .y = y, .pixel = conv->out, .block = STP_BLOCK};
}

static inline stp_convolution stp_noted(const stp_conv *conv, const float *x, const float *add, float *y) {
    stp_convolution l = stp_plain(conv, x, y);
    l.add = add;
    l.moments = 1;
    return l;
}

/* Words of four bytes that so many inputs take. */
int64_t stp_conv_words(int64_t kind, int64_t in);

/* Blocks that so many outputs fill. */
static inline int64_t stp_conv_blocks(int64_t out) {
    return (out + STP_BLOCK - 1) / STP_BLOCK;
}

/* STP_PIECE blocks of outputs, from block first on, of one row of the result. */
void stp_convolve_row(const stp_painter *w, const stp_convolution *l, int64_t row, int64_t first);

/* Convolutions that do not wait for each other. */
void stp_convolve(stp_painter *w, const stp_convolution *layers, int count);

#endif
