#include "stp_linear.h"

#include "stp_rows.h"

void *stp_take(stp_arena *arena, size_t bytes) {
    size_t at = (arena->used + 63) & ~(size_t)63;
    arena->used = at + bytes;
    return arena->base ? arena->base + at : NULL;
}

stp_range stp_share(const stp_worker *w, int64_t n, int64_t unit) {
    int64_t units = (n + unit - 1) / unit;
    stp_range r = {units * w->member / w->members * unit, units * (w->member + 1) / w->members * unit};
    if (r.begin > n) r.begin = n;
    if (r.end > n) r.end = n;
    return r;
}

static size_t aligned(size_t bytes) {
    return (bytes + 63) & ~(size_t)63;
}

size_t stp_input_bytes(int64_t rows, int64_t in) {
    return aligned(stp_rows_bytes(STP_BF16, (int32_t)rows, (int32_t)in))
        + aligned(stp_rows_bytes(STP_I8, (int32_t)rows, (int32_t)in));
}

static void prepare(const stp_worker *w, const stp_rows *rows, int alone) {
    stp_range part = {0, rows->groups};
    if (!alone) part = stp_share(w, rows->groups, 1);
    stp_prepare_rows(rows, (int32_t)part.begin, (int32_t)part.end);
}

void stp_ready(
    const stp_worker *w, stp_input *input, const stp_linear *const *maps, int n, const float *x, int64_t ldx,
    int64_t rows, int alone) {
    int32_t in = maps[0]->matrix->in, count = (int32_t)rows;
    char *scratch = alone ? w->own : w->shared;
    int halves = 0, bytes = 0;
    for (int i = 0; i < n; i++) {
        halves |= maps[i]->matrix->format == STP_BF16;
        bytes |= maps[i]->matrix->format == STP_I8 || maps[i]->matrix->format == STP_I4;
    }
    stp_rows_init(&input->exact, STP_F32, x, ldx, count, in, NULL);
    if (halves) {
        stp_rows_init(&input->halves, STP_BF16, x, ldx, count, in, scratch);
        prepare(w, &input->halves, alone);
    }
    if (bytes) {
        scratch += aligned(stp_rows_bytes(STP_BF16, count, in));
        stp_rows_init(&input->bytes, STP_I8, x, ldx, count, in, scratch);
        prepare(w, &input->bytes, alone);
    }
    if (!alone && (halves || bytes)) stp_wait(w);
}

int64_t stp_low_rank_floats(const stp_linear *const *maps, int n, int64_t rows) {
    int64_t floats = 0;
    for (int i = 0; i < n; i++) floats += maps[i]->rank * rows;
    return floats;
}

/* All inner values, down(x) of every map that has an addition; ends with a barrier if there is one. */
static void low_rank_down(const stp_worker *w, const stp_rows *x, const stp_linear *const *maps, int n) {
    float *to = w->low_rank;
    int any = 0;
    for (int i = 0; i < n; i++) {
        int64_t rank = maps[i]->rank;
        stp_range part = stp_share(w, rank * x->rows, 1);
        for (int64_t at = part.begin; at < part.end; at++) {
            int64_t row = at / rank, r = at % rank;
            to[at] = stp_dot(maps[i]->down + r * x->in, x->x + row * x->ldx, x->in);
        }
        to += rank * x->rows;
        any |= rank > 0;
    }
    if (any) stp_wait(w);
}

static void low_rank_up(
    const stp_linear *map, const float *inner, int64_t rows, float *y, int64_t ldy, stp_range part) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t o = part.begin; o < part.end; o++) {
            y[row * ldy + o] += (float)map->scale * stp_dot(map->up + o * map->rank, inner + row * map->rank, map->rank);
        }
    }
}

void stp_multiply(
    const stp_worker *w, const stp_input *input, const stp_linear *const *maps, int n, float *const *y,
    const int64_t *ldy) {
    low_rank_down(w, &input->exact, maps, n);
    const float *inner = w->low_rank;
    for (int i = 0; i < n; i++) {
        const stp_matrix *matrix = maps[i]->matrix;
        const stp_rows *rows = matrix->format == STP_F32 ? &input->exact
            : matrix->format == STP_BF16                 ? &input->halves
                                                         : &input->bytes;
        stp_range part = stp_share(w, matrix->out, STP_BLOCK);
        if (part.begin < part.end) {
            stp_matmul_part(matrix, rows, y[i], ldy[i], (int32_t)part.begin, (int32_t)part.end);
            if (maps[i]->rank > 0) low_rank_up(maps[i], inner, rows->rows, y[i], ldy[i], part);
        }
        inner += maps[i]->rank * input->exact.rows;
    }
}
