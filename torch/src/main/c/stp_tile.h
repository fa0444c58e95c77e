/* Products of a few pixels with blocks of sixteen outputs: what convolutions and attention maps are made of. */
#ifndef STP_TILE_H
#define STP_TILE_H

#include <stdint.h>

/*
 * y[p][o] = bias[o] + sum of x[p][k] * w[k][o] + add[p][o]. The inputs of a pixel are `parts` runs of `run` floats. A sum is
 * added up in the order of k, from the bias on, whatever the number of pixels and outputs: a value depends on its own inputs
 * and weights alone, and every level gives the same bits.
 */
typedef struct {
    const float *x;
    int64_t pixel;             /* floats from one pixel to the next */
    int64_t parts, part, run;  /* floats from one part to the next, and in each */
    const float *w;            /* [blocks][parts * run][16] */
    const float *bias;         /* [blocks * 16], or NULL */
    const float *add;          /* laid out like y and possibly y itself, or NULL */
    float *y;
    int64_t ldy, block; /* floats from one pixel of y to the next, and from one block of outputs to the next */
    int32_t pixels, blocks;
} stp_tiles;

#endif
