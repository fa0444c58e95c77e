/* Which kernels run, and products from end to end. */
#include <stdlib.h>
#include <time.h>

#include "internal.h"

static int32_t level = -1;
static stp_kernels kernels;

int32_t stp_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni")) {
        return STP_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return STP_AVX2;
    }
#endif
    return STP_SCALAR;
}

int32_t stp_has_bf16(void) {
#if defined(__x86_64__)
    return stp_level() == STP_AVX512 && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}

int32_t stp_set_level(int32_t wanted) {
    int32_t best = stp_best_level();
    level = wanted < STP_SCALAR || wanted > best ? best : wanted;
    kernels = stp_scalar_kernels;
#if defined(__x86_64__)
    if (level == STP_AVX2) {
        kernels = stp_avx2_kernels;
    } else if (level == STP_AVX512) {
        kernels = stp_avx512_kernels;
        if (stp_has_bf16()) {
            kernels.bf16 = stp_avx512_bf16_native;
        }
    }
#endif
    return level;
}

/* Before main and before any thread, so that nobody sees half a table. */
__attribute__((constructor)) static void choose(void) {
    stp_set_level(INT32_MAX);
}

int32_t stp_level(void) {
    return level;
}

const stp_kernels *stp_use(void) {
    return &kernels;
}

/* ---- rows */

static size_t up64(size_t bytes) {
    return (bytes + 63) / 64 * 64;
}

size_t stp_rows_bytes(int32_t format, int32_t rows, int32_t in) {
    size_t count = (size_t)((in + STP_GROUP - 1) / STP_GROUP) * (size_t)rows;
    switch (format) {
        case STP_BF16:
            return up64(count * STP_GROUP * sizeof(uint16_t));
        case STP_I8:
        case STP_I4:
            return count * STP_GROUP + up64(count * sizeof(float)) + up64(count * sizeof(int32_t)) + 64;
        default:
            return 0;
    }
}

void stp_rows_init(stp_rows *rows, int32_t format, const float *x, int64_t ldx, int32_t count, int32_t in, void *scratch) {
    size_t groups = (size_t)((in + STP_GROUP - 1) / STP_GROUP);
    size_t values = up64(groups * (size_t)count * STP_GROUP);
    size_t scales = up64(groups * (size_t)count * sizeof(float));
    *rows = (stp_rows){.x = x, .ldx = ldx, .rows = count, .in = in, .format = format, .groups = (int32_t)groups};
    if (format == STP_BF16) {
        rows->halves = scratch;
    } else if (format != STP_F32) {
        rows->values = scratch;
        rows->scales = (float *)((char *)scratch + values);
        rows->sums = (int32_t *)((char *)scratch + values + scales);
    }
}

void stp_prepare_rows(const stp_rows *rows, int32_t begin, int32_t end) {
    if (rows->format == STP_BF16) {
        kernels.narrow(rows, begin, end);
    } else if (rows->format != STP_F32) {
        kernels.quantise(rows, begin, end);
    }
}

void stp_matmul_part(const stp_matrix *m, const stp_rows *rows, float *y, int64_t ldy, int32_t begin, int32_t end) {
    if (end > m->out) {
        end = m->out;
    }
    if (begin >= end || rows->rows < 1) {
        return;
    }
    switch (m->format) {
        case STP_F32:
            kernels.f32(m, rows, y, ldy, begin, end);
            break;
        case STP_F32_BLOCKS:
            kernels.tiles(&(stp_tiles){
                .x = rows->x, .pixel = rows->ldx, .parts = 1, .run = m->in, .w = (const float *)m->data + (int64_t)begin * m->in,
                .bias = m->bias ? m->bias + begin : NULL, .y = y + begin, .ldy = ldy, .block = STP_BLOCK,
                .pixels = rows->rows, .blocks = (end - begin) / STP_BLOCK});
            break;
        case STP_BF16:
            kernels.bf16(m, rows, y, ldy, begin, end);
            break;
        case STP_I8:
            kernels.i8(m, rows, y, ldy, begin, end);
            break;
        default:
            kernels.i4(m, rows, y, ldy, begin, end);
    }
}

/* ---- a whole product */

typedef struct {
    const stp_matrix *matrix;
    stp_rows rows;
    float *y;
    int64_t ldy;
    stp_counter groups;
    stp_counter outputs;
    int32_t group_chunk;
    int32_t output_chunk;
} product;

static void multiply(void *argument, int32_t member, int32_t members) {
    (void)member;
    product *p = argument;
    if (p->rows.format != STP_F32) {
        for (int64_t at; (at = stp_next(&p->groups, p->group_chunk)) < p->rows.groups;) {
            stp_prepare_rows(&p->rows, (int32_t)at, stp_min((int32_t)at + p->group_chunk, p->rows.groups));
        }
        stp_barrier(members);
    }
    for (int64_t at; (at = stp_next(&p->outputs, p->output_chunk)) < p->matrix->out;) {
        stp_matmul_part(p->matrix, &p->rows, p->y, p->ldy, (int32_t)at, (int32_t)at + p->output_chunk);
    }
}

/* Multiplications below which waking others costs more than it saves. */
#define ALONE 40000

int32_t stp_matmul(const stp_matrix *m, const float *x, int64_t ldx, int32_t rows, float *y, int64_t ldy, int32_t members) {
    product p = {.matrix = m, .y = y, .ldy = ldy};
    int32_t format = m->format == STP_F32_BLOCKS ? STP_F32 : m->format;
    size_t bytes = stp_rows_bytes(format, rows, m->in);
    void *scratch = NULL;
    if (bytes > 0 && posix_memalign(&scratch, 64, bytes) != 0) {
        return -1;
    }
    stp_rows_init(&p.rows, format, x, ldx, rows, m->in, scratch);
    if ((int64_t)rows * m->in * m->out < ALONE) {
        members = 1;
    }
    /* Eight parts a member: small enough that one that is held up does not hold up the rest. */
    int32_t parts = members < 2 ? 1 : members * 8;
    p.group_chunk = (p.rows.groups + parts - 1) / parts;
    p.output_chunk = ((m->out + parts - 1) / parts + STP_BLOCK - 1) / STP_BLOCK * STP_BLOCK;
    stp_team_run(members, multiply, &p);
    free(scratch);
    return 0;
}

/* ---- measuring */

typedef struct {
    const char *data;
    int64_t bytes;
    stp_counter pieces;
    uint64_t sum;
} reading;

#define PIECE (1 << 20)

static void read_all(void *argument, int32_t member, int32_t members) {
    (void)member;
    (void)members;
    reading *r = argument;
    uint64_t sum = 0;
    for (int64_t at; (at = stp_next(&r->pieces, PIECE)) < r->bytes;) {
        sum += kernels.sweep(r->data + at, r->bytes - at < PIECE ? r->bytes - at : PIECE);
    }
    __atomic_add_fetch(&r->sum, sum, __ATOMIC_RELAXED);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double stp_read_seconds(const void *buffer, int64_t bytes, int32_t repeats, int32_t members) {
    double best = 1e300;
    static volatile uint64_t sink;
    for (int32_t i = 0; i < repeats; i++) {
        reading r = {.data = buffer, .bytes = bytes};
        double start = seconds();
        stp_team_run(members, read_all, &r);
        double taken = seconds() - start;
        sink = r.sum;
        best = taken < best ? taken : best;
    }
    (void)sink;
    return best;
}
