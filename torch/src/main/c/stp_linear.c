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

int64_t stp_most_apart(int64_t rows, int32_t members) {
    return members < 2 ? 0 : rows * 4 / (3 * members);
}

typedef struct {
    stp_part work;
    char *parts;
    size_t size;
    int64_t count;
    stp_counter next;
} shares;

static void work_apart(void *argument, int32_t member, int32_t members) {
    (void)member;
    (void)members; /* fewer than there are parts, where threads could not be started */
    shares *all = argument;
    for (int64_t i; (i = stp_next(&all->next, 1)) < all->count;) {
        stp_counter counters[2] = {{0}, {0}};
        all->work(all->parts + i * all->size, counters);
    }
}

void stp_team_parts(int32_t members, stp_part work, void *parts, size_t size) {
    stp_team_run(members, work_apart, &(shares){work, parts, size, members, {0}});
}

int64_t stp_weight_bytes(const stp_linear *map) {
    const stp_matrix *m = map->matrix;
    static const int64_t bits[] = {[STP_F32] = 32, [STP_BF16] = 16, [STP_I8] = 8, [STP_I4] = 4, [STP_F32_BLOCKS] = 32};
    return (int64_t)m->out * m->in * bits[m->format] / 8;
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

/* The outputs of one map from `part`, which has been clipped to the map. */
static void multiply_part(
    const stp_input *input, const stp_linear *map, const float *inner, float *y, int64_t ldy, stp_range part) {
    const stp_matrix *matrix = map->matrix;
    int exact = matrix->format == STP_F32 || matrix->format == STP_F32_BLOCKS;
    const stp_rows *rows = exact ? &input->exact : matrix->format == STP_BF16 ? &input->halves : &input->bytes;
    if (part.begin >= part.end) return;
    stp_matmul_part(matrix, rows, y, ldy, (int32_t)part.begin, (int32_t)part.end);
    if (map->rank > 0) low_rank_up(map, inner, rows->rows, y, ldy, part);
}

/* Outputs of a map with those that fill its last block. */
static int64_t padded(const stp_linear *map) {
    return (map->matrix->out + STP_BLOCK - 1) / STP_BLOCK * STP_BLOCK;
}

/* Multiplications of a piece below which asking for another one costs more than it may save. */
#define PIECE 200000
/* Pieces per member. */
#define PIECES 8

static int64_t piece(const stp_worker *w, int64_t outputs, int64_t per_output) {
    int64_t even = (outputs + w->members - 1) / w->members, small = outputs / (w->members * PIECES) + 1;
    int64_t wanted = small * per_output < PIECE ? even : small;
    return (wanted + STP_BLOCK - 1) / STP_BLOCK * STP_BLOCK;
}

void stp_multiply(
    stp_worker *w, const stp_input *input, const stp_linear *const *maps, int n, float *const *y, const int64_t *ldy,
    const stp_finish *finish) {
    low_rank_down(w, &input->exact, maps, n);
    /* Everybody has left the product before, as there was a barrier: its counter can serve the next one. */
    stp_counter *counter = &w->counters[w->products % 2];
    if (w->member == 0) stp_reset(&w->counters[(w->products + 1) % 2]);
    w->products++;
    int64_t outputs = 0, rows = input->exact.rows;
    for (int i = 0; i < n; i++) outputs = finish ? padded(maps[i]) : outputs + padded(maps[i]);
    int64_t size = piece(w, outputs, rows * input->exact.in * (finish ? n : 1));
    int even = size * w->members >= outputs;
    /* Little work: always the same outputs for a member, whose weights then stay in its cache. */
    for (int64_t at = even ? w->member * size : stp_next(counter, size); at < outputs;
         at = even ? outputs : stp_next(counter, size)) {
        int64_t first = 0;
        const float *inner = w->low_rank;
        for (int i = 0; i < n; i++) {
            int64_t out = maps[i]->matrix->out;
            stp_range part = {at - first, at + size - first};
            if (part.begin < 0) part.begin = 0;
            if (part.end > out) part.end = out;
            multiply_part(input, maps[i], inner, y[i], ldy[i], part);
            if (!finish) first += padded(maps[i]);
            inner += maps[i]->rank * rows;
        }
        if (finish) {
            int64_t out = maps[0]->matrix->out, end = at + size < out ? at + size : out;
            if (at < end) finish->run(finish->argument, at, end);
        }
    }
}
