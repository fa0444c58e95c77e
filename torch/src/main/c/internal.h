/* What the files of the matrix products share. */
#ifndef STP_INTERNAL_H
#define STP_INTERNAL_H

#include "stp.h"
#include "stp_tile.h"

/* The kernels of one instruction set. */
typedef struct {
    void (*quantise)(const stp_rows *rows, int32_t begin, int32_t end);
    void (*narrow)(const stp_rows *rows, int32_t begin, int32_t end);
    void (*f32)(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end);
    void (*bf16)(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end);
    void (*i8)(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end);
    void (*i4)(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end);
    void (*tiles)(const stp_tiles *t);
    /* Adds up the bytes as whatever is fastest to read; the sum keeps the compiler from leaving the loads out. */
    uint64_t (*sweep)(const void *data, int64_t bytes);
} stp_kernels;

extern const stp_kernels stp_scalar_kernels;
#if defined(__x86_64__)
extern const stp_kernels stp_avx2_kernels;
extern const stp_kernels stp_avx512_kernels;
/* Products with the bfloat16 instruction, which not every processor with AVX-512 has. */
void stp_avx512_bf16_native(const stp_matrix *m, const stp_rows *r, float *y, int64_t ldy, int32_t begin, int32_t end);
void stp_tiles_avx2(const stp_tiles *t);
void stp_tiles_avx512(const stp_tiles *t);
/* The same of bfloat16, where stp_has_bf16 says so: runs, weights and distances within x count pairs of inputs. */
void stp_tiles_halves(const stp_tiles *t);
void stp_halve(const float *x, int64_t count, uint16_t *y);
#else
/* Never called, since stp_has_bf16 says no. */
static inline void stp_tiles_halves(const stp_tiles *t) {
    (void)t;
}
static inline void stp_halve(const float *x, int64_t count, uint16_t *y) {
    (void)x, (void)count, (void)y;
}
#endif

/* The kernels in use. */
const stp_kernels *stp_use(void);

static inline int32_t stp_min(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static inline float stp_bf16_to_float(uint16_t bits) {
    union {
        uint32_t i;
        float f;
    } u = {.i = (uint32_t)bits << 16};
    return u.f;
}

/* Rounds to nearest, ties to even; NaN stays NaN. */
static inline uint16_t stp_float_to_bf16(float value) {
    union {
        float f;
        uint32_t i;
    } u = {.f = value};
    if (value != value) {
        return (uint16_t)(u.i >> 16 | 0x40);
    }
    return (uint16_t)((u.i + 0x7fff + (u.i >> 16 & 1)) >> 16);
}

/* How many of the rows left to take at once: tiles of about the same height, because a low one cannot fill the pipelines. */
static inline int32_t stp_tile_rows(int32_t left, int32_t most) {
    int32_t tiles = (left + most - 1) / most;
    return (left + tiles - 1) / tiles;
}

/* Rows that are prepared side by side. */
#define STP_TILE 16

/* Where a row's group of values is among all groups. */
static inline int64_t stp_row_group(const stp_rows *r, int32_t row, int32_t group) {
    int32_t first = row / STP_TILE * STP_TILE;
    return (int64_t)first * r->groups + (int64_t)group * stp_min(STP_TILE, r->rows - first) + (row - first);
}

/* Below this, a group of activations counts as zeros: the inverse of its scale would overflow. */
#define STP_TINY 1e-30f

#endif
