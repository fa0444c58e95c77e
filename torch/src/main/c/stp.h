/*
 * Stipple's own kernels for the CPU: matrix products with float32, bfloat16, int8 and int4 weights.
 *
 * A product is y[row][o] = bias[o] + sum over k of x[row][k] * weight[o][k], with float32 x, y and bias. Weights keep
 * their format; int8 and int4 weights meet activations that are rounded to int8 with one scale per 32 values.
 *
 * The value of an element depends on its row of x and on the weights only: not on how many rows are in the call, on the
 * number of threads or on how the outputs are split between them. With float32, int8 and int4 weights it does not depend on
 * the instruction set either.
 */
#ifndef STP_H
#define STP_H

#include <stddef.h>
#include <stdint.h>

#define STP_API __attribute__((visibility("default")))

/* Outputs that are stored side by side in packed formats; ranges of outputs begin at multiples of it. */
#define STP_BLOCK 16
/* Activations that share a scale; packed rows are padded to a multiple of it. */
#define STP_GROUP 32

enum {
    STP_F32 = 0,  /* data: float [out][in] */
    STP_BF16 = 1, /* data: bfloat16 [out][in] */
    /* data: uint8 [out/16][in/32][8][16][4], the weight plus 128; element [v][r][j] is output r, input 4 v + j.
       scales: float [out padded to 16] */
    STP_I8 = 2,
    /* data: uint8 [out/16][in/32][4][16][4], the weight plus 8 in four bits; the low half of element [v][r][j] is output r,
       input 4 v + j, the high half is input 16 + 4 v + j. scales: bfloat16 [out/16][in/group][16] */
    STP_I4 = 3,
    STP_F32_BLOCKS = 4 /* data: float [out/16][in][16], read in one stream; out is a multiple of 16 */
};

/* A weight matrix. It owns nothing. Both dimensions of packed data are padded, with zero weights. */
typedef struct {
    int32_t format;
    int32_t out;
    int32_t in;
    int32_t group; /* inputs that share a scale: 32 or 64 for STP_I4, else 0 */
    const void *data;
    const void *scales; /* NULL for floats */
    const float *bias;  /* [out] or NULL */
} stp_matrix;

/*
 * Activations in the shape that one format of weights wants; several matrices of the same format (or of STP_I8 and
 * STP_I4, which want the same) and the same number of inputs may share them.
 */
typedef struct {
    const float *x;
    int64_t ldx; /* elements from one row to the next */
    int32_t rows;
    int32_t in;
    int32_t format;   /* STP_F32 for STP_F32_BLOCKS, too */
    int32_t groups;   /* ceil(in / 32) */
    /* In tiles of 16 rows, the last of which may be lower: [tile][groups][rows of the tile], then 32 values. */
    int8_t *values;
    float *scales; /* one of each 32 values */
    int32_t *sums; /* of each 32 values, times -8: the offset that int4 weights are stored with */
    uint16_t *halves; /* bfloat16 [rows][groups * 32] */
} stp_rows;

/* Bytes of scratch that stp_rows_init wants, to be aligned to 64; 0 for STP_F32. */
STP_API size_t stp_rows_bytes(int32_t format, int32_t rows, int32_t in);

/* Lays out rows in scratch; computes nothing, so every thread of a team may do it on a stack of its own. */
STP_API void stp_rows_init(stp_rows *rows, int32_t format, const float *x, int64_t ldx, int32_t count, int32_t in, void *scratch);

/* Fills the groups [begin, end) of 32 inputs each, of all rows; end is at most rows->groups. Does nothing for STP_F32. */
STP_API void stp_prepare_rows(const stp_rows *rows, int32_t begin, int32_t end);

/* The outputs [begin, end) of all rows, on the calling thread. begin is a multiple of 16, and so is end unless it is out. */
STP_API void stp_matmul_part(const stp_matrix *matrix, const stp_rows *rows, float *y, int64_t ldy, int32_t begin, int32_t end);

/* ---- a team of threads */

typedef struct stp_team stp_team;
/* What each member runs; member 0 is the caller. */
typedef void (*stp_task)(void *argument, int32_t member, int32_t members);

/* The process's team with that many members, the caller among them; it grows and shrinks as asked. One caller at a time
   uses it; another one waits. */
STP_API void stp_team_run(int32_t members, stp_task task, void *argument);

/* Waits until all members of the running task are here. Only inside a task that runs with that many members. */
STP_API void stp_barrier(int32_t members);

/* Hands out [0, total) in chunks to whoever asks first. Reset by one member between two barriers, or before the run. */
typedef struct {
    int64_t next;
} stp_counter;
/* The begin of the next chunk, or total or more when nothing is left. */
static inline int64_t stp_next(stp_counter *counter, int64_t chunk) {
    return __atomic_fetch_add(&counter->next, chunk, __ATOMIC_RELAXED);
}
static inline void stp_reset(stp_counter *counter) {
    __atomic_store_n(&counter->next, 0, __ATOMIC_RELAXED);
}

/* A whole product on a team. Returns 0, or -1 when there is no memory for the prepared rows. */
STP_API int32_t stp_matmul(const stp_matrix *matrix, const float *x, int64_t ldx, int32_t rows, float *y, int64_t ldy, int32_t members);

/* ---- packing */

/* Bytes of packed data and of scales; 0 for formats that are not packed. */
STP_API int64_t stp_packed_bytes(int32_t format, int64_t out, int64_t in);
STP_API int64_t stp_scale_bytes(int32_t format, int64_t out, int64_t in, int32_t group);

/* Quantises w, float [out][in], on a team. Returns 0, or -1 if an element is not finite. */
STP_API int32_t stp_pack(int32_t format, int32_t group, const float *w, int64_t out, int64_t in, void *data, void *scales, int32_t members);

/* The values that packed weights stand for, float [out][in]. */
STP_API void stp_unpack(const stp_matrix *matrix, float *w, int32_t members);

/* ---- which instructions */

enum { STP_SCALAR = 0, STP_AVX2 = 1, STP_AVX512 = 2 };

/* The best level that this processor has. */
STP_API int32_t stp_best_level(void);
/* The level in use, and whether products of bfloat16 use the instruction for them. */
STP_API int32_t stp_level(void);
STP_API int32_t stp_has_bf16(void);
/* Uses another level, for tests; one that the processor lacks becomes the best it has. Returns the level in use. */
STP_API int32_t stp_set_level(int32_t level);

/* ---- memory */

/* Asks for large pages under memory that nobody has written to yet, of which the system may take no notice: reading
   weights of gigabytes in pages of 4 KiB spends a tenth of the time on finding the pages. */
STP_API void stp_large_pages(void *memory, int64_t bytes);

/* ---- measuring */

/* Reads bytes from a buffer once per repeat on a team, and gives the seconds of the fastest repeat. */
STP_API double stp_read_seconds(const void *buffer, int64_t bytes, int32_t repeats, int32_t members);

#endif
