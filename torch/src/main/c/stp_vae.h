/*
 * The image tokenizer's decoder from latents to pixels in one call, in float32, its wide products in
 * bfloat16 if that is wanted. A picture's result depends on its latents
 * alone, not on the number of threads. Maps lie in memory row by row with the channels of a pixel side by side, those that a
 * convolution of 3x3 reads with a frame of zeros around them.
 *
 * All fields are eight bytes wide, so that the caller can lay structures out by counting.
 */
#ifndef STP_VAE_H
#define STP_VAE_H

#include "stp.h"

enum {
    STP_CONV1 = 1, /* 1x1 */
    STP_CONV3 = 3, /* 3x3 with zeros around */
    /* 3x3 on a map of twice the size, each pixel of which is there four times: for each of the four positions in such a
       square 2x2 on the map as it is, with sums of weights */
    STP_DOUBLING = 4,
    /* Added to one of the last two: weights and maps in bfloat16, sums in float32; where stp_has_bf16 says so */
    STP_HALVES = 16
};

/* A convolution with packed weights; the width of a map is a multiple of 32, but at the ends of the decoder. */
typedef struct {
    const float *weight; /* see stp_conv_pack; NULL if there is none */
    const float *bias;   /* [out padded to 16] */
    int64_t kind, in, out;
} stp_conv;

/* Floats of packed weights (words of four bytes with two values each for STP_HALVES), to be aligned to 64 bytes. */
STP_API int64_t stp_conv_floats(int64_t kind, int64_t in, int64_t out);

/* Packs float [out][in][side][side]: [positions][out / 16][rows][columns][in][16], with zeros where outputs are missing. */
STP_API void stp_conv_pack(int64_t kind, int64_t in, int64_t out, const float *weight, float *packed);

/* Rounds packed weights with an even number of inputs: [...][in / 2][16][2] of bfloat16. */
STP_API void stp_conv_halve(const float *packed, int64_t floats, uint16_t *to);

typedef struct {
    const float *weight, *bias; /* [channels] */
} stp_group_norm;

typedef struct {
    stp_group_norm norm1;
    stp_conv conv1;
    stp_group_norm norm2;
    stp_conv conv2, shortcut;
} stp_resnet;

typedef struct {
    int64_t levels, blocks; /* blocks per level */
    double eps;
    stp_conv conv_in;
    stp_resnet middle1;
    stp_group_norm attention_norm;
    stp_conv q, k, v, projection;
    stp_resnet middle2;
    const stp_resnet *resnet; /* [levels][blocks], the coarsest level first */
    const stp_conv *doubling; /* [levels - 1] */
    stp_group_norm norm_out;
    stp_conv conv_out;
} stp_decoder;

/* Bytes of scratch for a latent of that size. */
STP_API int64_t stp_vae_scratch(const stp_decoder *d, int64_t height, int64_t width, int32_t members);

/*
 * Decodes one picture.
 *
 * latents: [channels][height][width]; pixels: [out][height << (levels - 1)][width << (levels - 1)]; scratch: aligned to 64
 */
STP_API void stp_vae_decode(
    const stp_decoder *d, const float *latents, int64_t height, int64_t width, float *pixels, void *scratch,
    int32_t members);

#endif
