/*
 * The flow head through all steps of the solver, in one parallel region.
 *
 * Most weights of the head turn time and condition into modulations, which do not depend on the noisy token. They are
 * multiplied for many steps at once, so that they are read once for up to MODULATED rows instead of once per step; what
 * remains per step is the residual stack.
 */
#include <string.h>

#include "stp_head.h"
#include "stp_rows.h"
#include "stp_solver.h"

#define NORM_EPS 1e-6f
/* Rows (steps times branches) whose modulations are held at a time. */
#define MODULATED 64

/* The part of the scratch that belongs to one member: each follows the solvers by itself, which needs no barrier. */
typedef struct {
    stp_solver *solvers;      /* [pictures] */
    float *points;         /* what the solvers point to */
    float *packed;         /* x of the pictures that are evaluated */
    float *z;              /* [few][dim] */
    int64_t *modulation_of; /* row of the modulations that belongs to a row that is evaluated */
    void *prepared;
} private_part;

/* The rows and pictures that take part in an evaluation. */
typedef struct {
    int64_t rows, pictures;
} company;

static int64_t widest(const stp_head *h) {
    int64_t n = h->hidden > h->dim ? h->hidden : h->dim;
    if (h->inner > n) n = h->inner;
    return h->token > n ? h->token : n;
}

static int64_t low_rank_floats(const stp_head *h, int64_t rows, int64_t capacity) {
    const stp_linear *single[] = {&h->image_out, &h->condition, &h->token_in, &h->final_out};
    int64_t most = 0, all = h->final_modulation.rank;
    for (int i = 0; i < 4; i++) most = single[i]->rank > most ? single[i]->rank : most;
    for (int64_t i = 0; i < h->blocks; i++) {
        most = h->block[i].in.rank > most ? h->block[i].in.rank : most;
        most = h->block[i].out.rank > most ? h->block[i].out.rank : most;
        all += h->block[i].modulation.rank;
    }
    return most * rows > all * capacity ? most * rows : all * capacity;
}

static void lay_out_private(const stp_head_task *t, stp_arena *arena, private_part *p) {
    int64_t few = t->rows < STP_FEW_ROWS ? t->rows : STP_FEW_ROWS, points = t->count * t->h->token;
    p->solvers = stp_take(arena, (size_t)t->count * sizeof(stp_solver));
    p->points = stp_take_floats(arena, STP_SOLVER_POINTS * points);
    p->packed = stp_take_floats(arena, points);
    p->z = stp_take_floats(arena, few * t->h->dim);
    p->modulation_of = stp_take(arena, (size_t)t->rows * sizeof(int64_t));
    size_t few_bytes = stp_input_bytes(few, widest(t->h)), token_bytes = stp_input_bytes(t->count, t->h->token);
    p->prepared = stp_take(arena, few_bytes > token_bytes ? few_bytes : token_bytes);
}

void stp_head_lay_out(stp_head_task *t, int32_t members, stp_arena *arena) {
    const stp_head *h = t->h;
    t->modulation = (3 * h->blocks + 2) * h->dim;
    t->capacity = t->rows > MODULATED ? t->rows : MODULATED;
    t->offset = stp_take_floats(arena, t->rows * h->hidden);
    t->projected = stp_take_floats(arena, t->rows * h->hidden);
    t->condition = stp_take_floats(arena, t->rows * h->dim);
    t->modulator = stp_take_floats(arena, t->capacity * h->dim);
    t->modulated = stp_take_floats(arena, t->capacity * t->modulation);
    t->u = stp_take_floats(arena, t->rows * h->dim);
    t->z = stp_take_floats(arena, t->rows * h->dim);
    t->inner = stp_take_floats(arena, t->rows * h->inner);
    t->change = stp_take_floats(arena, t->rows * h->dim);
    t->velocity = stp_take_floats(arena, t->rows * h->token);
    t->low_rank = stp_take_floats(arena, low_rank_floats(h, t->rows, t->capacity));
    size_t all = stp_input_bytes(t->rows, widest(h)), many = stp_input_bytes(t->capacity, h->dim);
    t->shared = stp_take(arena, all > many ? all : many);
    private_part ignored;
    stp_arena one = {0};
    lay_out_private(t, &one, &ignored);
    t->own_bytes = (one.used + 127) & ~(size_t)63;
    t->own = stp_take(arena, t->own_bytes * (size_t)members);
}

/* Whether a step may ask the head; a solver may still spare it. */
static int evaluates(const stp_picture *p, int64_t step) {
    return step < p->steps && (p->updates[step].flags & STP_EVALUATE);
}

static int64_t rows_at(const stp_head_task *t, int64_t step) {
    int64_t rows = 0;
    for (int64_t i = 0; i < t->count; i++) {
        if (evaluates(&t->pictures[i], step)) rows += t->pictures[i].branches;
    }
    return rows;
}

/*
 * Decides who takes part in a step, whose modulations begin at row `first`. All members come to the same decision, as
 * they hold the same points.
 */
static company choose(const stp_head_task *t, const private_part *p, int64_t step, int64_t first) {
    company c = {0, 0};
    for (int64_t i = 0; i < t->count; i++) {
        const stp_picture *picture = &t->pictures[i];
        stp_solver *s = &p->solvers[i];
        s->active = 0;
        if (!evaluates(picture, step)) continue;
        if (s->spare && step < picture->steps - 1) {
            s->spare = 0;
        } else {
            s->active = 1;
            for (int64_t b = 0; b < picture->branches; b++) p->modulation_of[c.rows + b] = first + b;
            c.rows += picture->branches;
            c.pictures++;
        }
        first += picture->branches;
    }
    return c;
}

/* One map of rows that every member reads; ends with a barrier. */
static void map_all(
    const stp_head_task *t, stp_worker *w, const stp_linear *map, const float *x, int64_t ldx, float *y) {
    stp_input input;
    int64_t ldy = map->matrix->out;
    stp_ready(w, &input, &map, 1, x, ldx, t->rows, t->rows <= STP_FEW_ROWS);
    stp_multiply(w, &input, &map, 1, &y, &ldy, NULL);
    stp_wait(w);
}

/* Embeds the conditions of all rows. */
static void conditions(const stp_head_task *t, stp_worker *w) {
    const stp_head *h = t->h;
    int64_t row = 0;
    for (int64_t i = 0; i < t->count; i++) {
        for (int64_t b = 0; b < t->pictures[i].branches; b++, row++) {
            if (row % w->members != w->member) continue;
            float *to = t->offset + row * h->hidden;
            memcpy(to, t->hidden + row * h->hidden, (size_t)h->hidden * sizeof(float));
            if (t->pictures[i].offset) stp_add(to, t->pictures[i].offset, h->hidden);
        }
    }
    stp_wait(w);
    map_all(t, w, &h->image_out, t->offset, h->hidden, t->projected);
    map_all(t, w, &h->condition, t->projected, h->hidden, t->condition);
}

/* Computes the modulations of steps from `first` on, as many as fit; returns the step after the last of them. */
static int64_t modulate(const stp_head_task *t, stp_worker *w, int64_t first, int64_t last) {
    const stp_head *h = t->h;
    int64_t rows = 0, step = first;
    for (; step < last; step++) {
        int64_t more = rows_at(t, step), row = 0;
        if (rows + more > t->capacity) break;
        for (int64_t i = 0; i < t->count; i++) {
            const stp_picture *p = &t->pictures[i];
            for (int64_t b = 0; b < p->branches; b++, row++) {
                if (!evaluates(p, step)) continue;
                if (rows % w->members == w->member) {
                    stp_silu_sum(
                        p->times + step * h->dim, t->condition + row * h->dim, h->dim, t->modulator + rows * h->dim);
                }
                rows++;
            }
        }
    }
    if (rows == 0) return step;
    stp_wait(w);
    stp_input input;
    int64_t n = h->blocks + 1;
    const stp_linear *maps[n];
    float *y[n];
    int64_t ldy[n];
    for (int64_t i = 0; i < n; i++) {
        maps[i] = i < h->blocks ? &h->block[i].modulation : &h->final_modulation;
        y[i] = t->modulated + 3 * i * h->dim;
        ldy[i] = t->modulation;
    }
    stp_ready(w, &input, maps, (int)n, t->modulator, h->dim, rows, 0);
    stp_multiply(w, &input, maps, (int)n, y, ldy, NULL);
    stp_wait(w);
    return step;
}

static const float *modulation(const stp_head_task *t, const private_part *p, int64_t row, int64_t column) {
    return t->modulated + p->modulation_of[row] * t->modulation + column;
}

/* z = layer_norm(u) * (1 + scale) + shift, for rows that every member needs. */
static const float *normed(
    const stp_head_task *t, stp_worker *w, const private_part *p, const stp_block *block, int64_t column,
    int64_t rows) {
    int64_t dim = t->h->dim;
    int alone = rows <= STP_FEW_ROWS;
    float *z = alone ? p->z : t->z;
    for (int64_t r = alone ? 0 : w->member; r < rows; r += alone ? 1 : w->members) {
        const float *m = modulation(t, p, r, column);
        stp_layer_norm(
            t->u + r * dim, block ? block->norm_weight : NULL, block ? block->norm_bias : NULL, m, m + dim, NORM_EPS, dim,
            z + r * dim);
    }
    if (!alone) stp_wait(w);
    return z;
}

/* What finishes a piece of the columns in an evaluation. */
typedef struct {
    const stp_head_task *t;
    const private_part *p;
    int64_t column, rows; /* of the block's modulations, and rows that take part */
} columns;

static void silu_columns(const void *argument, int64_t begin, int64_t end) {
    const columns *c = argument;
    for (int64_t r = 0; r < c->rows; r++) stp_silu_row(c->t->inner + r * c->t->h->inner + begin, end - begin);
}

static void gate_columns(const void *argument, int64_t begin, int64_t end) {
    const columns *c = argument;
    int64_t dim = c->t->h->dim;
    for (int64_t r = 0; r < c->rows; r++) {
        int64_t at = r * dim + begin;
        const float *gate = modulation(c->t, c->p, r, c->column + 2 * dim + begin);
        stp_add_gated(c->t->u + at, gate, c->t->change + at, end - begin);
    }
}

/* All branches of a picture share its noisy token: projected once, then copied. */
static void spread_columns(const void *argument, int64_t begin, int64_t end) {
    const columns *c = argument;
    const stp_head_task *t = c->t;
    int64_t dim = t->h->dim, n = 0, row = 0;
    size_t bytes = (size_t)(end - begin) * sizeof(float);
    for (int64_t i = 0; i < t->count; i++) {
        if (!c->p->solvers[i].active) continue;
        for (int64_t b = 0; b < t->pictures[i].branches; b++, row++) {
            memcpy(t->u + row * dim + begin, t->change + n * dim + begin, bytes);
        }
        n++;
    }
}

static void residual_block(
    const stp_head_task *t, stp_worker *w, const private_part *p, const stp_block *block, int64_t column, int64_t rows) {
    const stp_head *h = t->h;
    int alone = rows <= STP_FEW_ROWS;
    stp_input input;
    const stp_linear *in = &block->in, *out = &block->out;
    columns c = {t, p, column, rows};

    const float *z = normed(t, w, p, block, column, rows);
    stp_ready(w, &input, &in, 1, z, h->dim, rows, alone);
    stp_multiply(w, &input, &in, 1, (float *[]){t->inner}, &h->inner, &(stp_finish){silu_columns, &c});
    stp_wait(w);

    stp_ready(w, &input, &out, 1, t->inner, h->inner, rows, alone);
    stp_multiply(w, &input, &out, 1, (float *[]){t->change}, &h->dim, &(stp_finish){gate_columns, &c});
    stp_wait(w);
}

/* The network on all rows that take part; ends with the velocities of all branches in place. */
static void evaluate(const stp_head_task *t, stp_worker *w, const private_part *p, company c) {
    const stp_head *h = t->h;
    int64_t token = h->token, n = 0;
    for (int64_t i = 0; i < t->count; i++) {
        if (p->solvers[i].active) memcpy(p->packed + token * n++, p->solvers[i].x, (size_t)token * sizeof(float));
    }
    stp_input input;
    const stp_linear *in = &h->token_in, *out = &h->final_out;
    columns spread = {t, p, 0, c.rows};
    stp_ready(w, &input, &in, 1, p->packed, token, c.pictures, 1);
    stp_multiply(w, &input, &in, 1, (float *[]){t->change}, &h->dim, &(stp_finish){spread_columns, &spread});
    stp_wait(w);
    for (int64_t i = 0; i < h->blocks; i++) residual_block(t, w, p, &h->block[i], 3 * i * h->dim, c.rows);
    const float *z = normed(t, w, p, NULL, 3 * h->blocks * h->dim, c.rows);
    stp_ready(w, &input, &out, 1, z, h->dim, c.rows, c.rows <= STP_FEW_ROWS);
    stp_multiply(w, &input, &out, 1, (float *[]){t->velocity}, &token, NULL);
    stp_wait(w);
}

/* Moves every picture on by one step; all members do the same to their own copy, and one of them keeps the trace. */
static void update(const stp_head_task *t, const stp_worker *w, const private_part *p, int64_t step) {
    int64_t token = t->h->token, row = 0;
    size_t bytes = (size_t)token * sizeof(float);
    for (int64_t i = 0; i < t->count; i++) {
        const stp_picture *picture = &t->pictures[i];
        if (step >= picture->steps) continue;
        int traced = picture->trace && i % w->members == w->member;
        float *trace = traced ? picture->trace + 3 * step * token : NULL;
        if (traced) memcpy(trace, p->solvers[i].x, bytes);
        stp_solver_step(&p->solvers[i], picture, step, t->velocity + row * token, token);
        if (traced) {
            memcpy(trace + token, p->solvers[i].x, bytes);
            memcpy(trace + 2 * token, p->solvers[i].velocity, bytes);
        }
        if (p->solvers[i].active) row += picture->branches;
    }
}

static void begin(const stp_head_task *t, const private_part *p) {
    for (int64_t i = 0; i < t->count; i++) {
        stp_solver_begin(&p->solvers[i], &t->pictures[i], p->points + STP_SOLVER_POINTS * t->h->token * i, t->h->token);
    }
}

static void finish(const stp_head_task *t, stp_worker *w, const private_part *p) {
    int64_t token = t->h->token;
    for (int64_t i = w->member; i < t->count; i += w->members) {
        stp_picture *picture = &t->pictures[i];
        memcpy(picture->out, p->solvers[i].x, (size_t)token * sizeof(float));
        picture->spent = p->solvers[i].spent;
        if (picture->round) stp_round_bf16(picture->out, token);
        if (picture->normalize) stp_layer_norm(picture->out, NULL, NULL, NULL, NULL, NORM_EPS, token, picture->out);
        if (picture->round && picture->normalize) stp_round_bf16(picture->out, token);
    }
}

void stp_head_work(void *argument, int32_t member, int32_t members) {
    const stp_head_task *t = argument;
    private_part p;
    stp_arena arena = {.base = t->own + (size_t)member * t->own_bytes};
    lay_out_private(t, &arena, &p);
    stp_worker w = {member, members, p.prepared, t->shared, t->low_rank, t->counters, 0};
    int64_t last = 0;
    for (int64_t i = 0; i < t->count; i++) last = t->pictures[i].steps > last ? t->pictures[i].steps : last;
    begin(t, &p);
    conditions(t, &w);
    for (int64_t step = 0; step < last;) {
        int64_t end = modulate(t, &w, step, last), first = 0;
        for (; step < end; step++) {
            company c = choose(t, &p, step, first);
            if (c.rows > 0) evaluate(t, &w, &p, c);
            update(t, &w, &p, step);
            first += rows_at(t, step);
        }
    }
    finish(t, &w, &p);
}
