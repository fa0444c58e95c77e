/* Convolutions with packed weights, see stp_vae.h. */
#include <string.h>

#include "internal.h"
#include "stp_passes.h"

/* ---- weights */

static int64_t form(int64_t kind) {
    return kind & ~STP_HALVES;
}

int64_t stp_conv_words(int64_t kind, int64_t in) {
    return kind & STP_HALVES ? in / 2 : in;
}

/* Sides of the square that is read for one output. */
static int64_t side(int64_t kind) {
    return form(kind) == STP_CONV1 ? 1 : form(kind) == STP_CONV3 ? 3 : 2;
}

static int64_t positions(int64_t kind) {
    return form(kind) == STP_DOUBLING ? 4 : 1;
}

/* Words of the packed weights of one block of outputs. */
static int64_t block_words(int64_t kind, int64_t in) {
    return side(kind) * side(kind) * stp_conv_words(kind, in) * STP_BLOCK;
}

int64_t stp_conv_floats(int64_t kind, int64_t in, int64_t out) {
    return positions(kind) * stp_conv_blocks(out) * block_words(kind, in);
}

void stp_conv_pack(int64_t kind, int64_t in, int64_t out, const float *weight, float *packed) {
    int64_t sides = side(kind), from = kind == STP_CONV1 ? 1 : 3;
    memset(packed, 0, (size_t)stp_conv_floats(kind, in, out) * sizeof(float));
    for (int64_t position = 0; position < positions(kind); position++) {
        for (int64_t block = 0; block < stp_conv_blocks(out); block++) {
            float *to = packed + (position * stp_conv_blocks(out) + block) * block_words(kind, in);
            const float *w = weight + block * STP_BLOCK * in * from * from;
            int64_t lanes = out - block * STP_BLOCK < STP_BLOCK ? out - block * STP_BLOCK : STP_BLOCK;
            for (int64_t tap = 0; tap < from * from; tap++) {
                int64_t row = tap / from, column = tap % from;
                if (kind == STP_DOUBLING) {
                    /* Where the tap falls on the map as it is, seen from that position of the square. */
                    row = (position / 2 + row + 1) / 2 - position / 2;
                    column = (position % 2 + column + 1) / 2 - position % 2;
                }
                float *at = to + (row * sides + column) * in * STP_BLOCK;
                for (int64_t c = 0; c < in; c++, at += STP_BLOCK) {
                    for (int64_t o = 0; o < lanes; o++) at[o] += w[(o * in + c) * from * from + tap];
                }
            }
        }
    }
}

void stp_conv_halve(const float *packed, int64_t floats, uint16_t *to) {
    for (int64_t at = 0; at < floats; at += 2 * STP_BLOCK) {
        for (int64_t o = 0; o < STP_BLOCK; o++) {
            *to++ = stp_float_to_bf16(packed[at + o]);
            *to++ = stp_float_to_bf16(packed[at + STP_BLOCK + o]);
        }
    }
}

/* ---- products */

void stp_convolve_row(const stp_painter *w, const stp_convolution *l, int64_t row, int64_t first) {
    const stp_conv *c = l->conv;
    int64_t in = stp_conv_words(c->kind, c->in), sides = side(c->kind), framed = (w->width + 2) * in, width = w->width;
    int64_t count = stp_conv_blocks(c->out) - first;
    stp_tiles t = {
        .pixel = in, .parts = sides, .part = framed, .run = sides * in, .bias = c->bias + first * STP_BLOCK,
        .block = l->block, .pixels = (int32_t)width, .blocks = (int32_t)(count < STP_PIECE ? count : STP_PIECE)};
    int64_t columns = form(c->kind) == STP_DOUBLING ? 2 : 1;
    t.ldy = l->pixel * columns;
    for (int64_t column = 0; column < columns; column++) {
        int64_t at = (row * columns * width + column) * l->pixel + first * l->block;
        int64_t position = columns == 2 ? row % 2 * 2 + column : 0;
        t.w = c->weight + (position * stp_conv_blocks(c->out) + first) * block_words(c->kind, c->in);
        t.x = form(c->kind) == STP_CONV1 ? l->x + row * width * in
            : form(c->kind) == STP_CONV3 ? l->x + row * framed
                                         : l->x + (row / 2 + row % 2) * framed + column * in;
        t.y = l->y + at;
        t.add = l->add ? l->add + at : NULL;
        (c->kind & STP_HALVES ? stp_tiles_halves : stp_use()->tiles)(&t);
    }
    if (l->moments) {
        float *mean = w->t->moments + row * 2 * c->out + first * STP_BLOCK;
        const float *y = l->y + row * columns * width * l->pixel + first * STP_BLOCK;
        stp_row_moments(y, width * columns, l->pixel, t.blocks * STP_BLOCK, mean, mean + c->out);
    }
}

void stp_convolve(stp_painter *w, const stp_convolution *layers, int count) {
    stp_pass_begin(w);
    int64_t at = stp_pass_next(w), before = 0;
    for (int i = 0; i < count; i++) {
        int64_t rows = w->height * (form(layers[i].conv->kind) == STP_DOUBLING ? 2 : 1);
        int64_t pieces = (stp_conv_blocks(layers[i].conv->out) + STP_PIECE - 1) / STP_PIECE * rows;
        for (; at - before < pieces; at = stp_pass_next(w)) {
            stp_convolve_row(w, &layers[i], (at - before) % rows, (at - before) / rows * STP_PIECE);
        }
        before += pieces;
    }
    stp_pass_end(w);
}
