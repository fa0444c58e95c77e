/* One pass of the transformer over a mix of rows, in one parallel region. */
#include <math.h>

#include "stp_attend.h"
#include "stp_linear.h"
#include "stp_rows.h"

/* What all members of the team see. */
typedef struct {
    const stp_backbone *b;
    const stp_row *rows;
    int64_t count;
    int64_t positions;
    const float *tokens;
    float *x, *out;
    int alone; /* few rows: every member normalises and prepares them for itself */
    float *normed, *q, *k, *v, *mixed, *gate, *up, *added, *low_rank;
    void *shared;
    stp_counter *counters;
    char *own; /* one part per member */
    size_t own_bytes;
} task_state;

/* The part of the scratch that belongs to one member. */
typedef struct {
    float *normed, *attention;
    void *prepared;
} private_part;

static int64_t widest(const stp_backbone *b) {
    int64_t queries = b->heads * b->head_dim, n = b->hidden > b->inner ? b->hidden : b->inner;
    if (b->image_in.matrix && b->image_in.matrix->in > n) n = b->image_in.matrix->in;
    return queries > n ? queries : n;
}

static int64_t max_rank(const stp_backbone *b) {
    int64_t rank = b->image_in.rank;
    for (int64_t i = 0; i < b->layers; i++) {
        const stp_linear *maps[] = {&b->layer[i].q, &b->layer[i].k,  &b->layer[i].v,   &b->layer[i].o,
                                    &b->layer[i].gate, &b->layer[i].up, &b->layer[i].down};
        for (int m = 0; m < 7; m++) rank = maps[m]->rank > rank ? maps[m]->rank : rank;
    }
    return rank;
}

static void lay_out_private(const task_state *t, stp_arena *arena, private_part *p) {
    const stp_backbone *b = t->b;
    int64_t few = t->count < STP_FEW_ROWS ? t->count : STP_FEW_ROWS;
    int64_t group = b->heads / b->kv_heads;
    p->normed = stp_take_floats(arena, few * b->hidden);
    /* A shared run and an own one, each rounded up to whole tiles. */
    p->attention = stp_take_floats(arena, group * (stp_round16(b->head_dim) + t->positions + 2 * STP_SPAN));
    p->prepared = stp_take(arena, stp_input_bytes(few, widest(b)));
}

static void lay_out(task_state *t, int32_t members, stp_arena *arena) {
    const stp_backbone *b = t->b;
    int64_t n = t->count;
    t->normed = stp_take_floats(arena, n * b->hidden);
    t->q = stp_take_floats(arena, n * b->heads * b->head_dim);
    t->k = stp_take_floats(arena, n * b->kv_heads * b->head_dim);
    t->v = stp_take_floats(arena, n * b->kv_heads * b->head_dim);
    t->mixed = stp_take_floats(arena, n * b->heads * b->head_dim);
    t->gate = stp_take_floats(arena, n * b->inner);
    t->up = stp_take_floats(arena, n * b->inner);
    t->added = stp_take_floats(arena, n * b->hidden);
    t->low_rank = stp_take_floats(arena, 3 * n * max_rank(b));
    t->shared = stp_take(arena, stp_input_bytes(n, widest(b)));
    private_part ignored;
    stp_arena one = {0};
    lay_out_private(t, &one, &ignored);
    t->own_bytes = (one.used + 127) & ~(size_t)63;
    t->own = stp_take(arena, t->own_bytes * (size_t)members);
}

int64_t stp_key_elements(const stp_backbone *b, int64_t capacity) {
    return b->layers * b->kv_heads * capacity * b->head_dim;
}

int64_t stp_value_elements(const stp_backbone *b, int64_t capacity) {
    return b->layers * b->kv_heads * capacity * stp_round16(b->head_dim);
}

/* Normalises x and prepares it for maps. */
static void norm_ready(
    const task_state *t, stp_worker *w, const private_part *p, const float *weight, stp_input *input,
    const stp_linear *const *maps, int n) {
    int64_t hidden = t->b->hidden;
    float *to = t->alone ? p->normed : t->normed;
    int64_t first = t->alone ? 0 : w->member, stride = t->alone ? 1 : w->members;
    for (int64_t r = first; r < t->count; r += stride) {
        stp_rms_norm(t->x + r * hidden, weight, (float)t->b->eps, hidden, to + r * hidden);
    }
    if (!t->alone) stp_wait(w);
    stp_ready(w, input, maps, n, to, hidden, t->count, t->alone);
}

static void add_columns(const void *argument, int64_t begin, int64_t end) {
    const task_state *t = argument;
    for (int64_t r = 0; r < t->count; r++) {
        int64_t at = r * t->b->hidden + begin;
        stp_add(t->x + at, t->added + at, end - begin);
    }
}

/* x += map(from); ends with a barrier. */
static void residual(const task_state *t, stp_worker *w, const stp_linear *map, const float *from, int64_t width) {
    stp_input input;
    stp_ready(w, &input, &map, 1, from, width, t->count, t->alone);
    stp_multiply(w, &input, &map, 1, &t->added, &t->b->hidden, &(stp_finish){add_columns, t});
    stp_wait(w);
}

static void gate_columns(const void *argument, int64_t begin, int64_t end) {
    const task_state *t = argument;
    for (int64_t r = 0; r < t->count; r++) {
        int64_t at = r * t->b->inner + begin;
        stp_silu_mul(t->gate + at, t->up + at, end - begin);
    }
}

static char *head_store(const void *base, const stp_backbone *b, int64_t layer, int64_t head, int64_t elements) {
    return (char *)base + (layer * b->kv_heads + head) * elements * (b->cache_bf16 ? 2 : 4);
}

static stp_run own_run(const stp_backbone *b, const stp_row *row, int64_t layer, int64_t head) {
    return (stp_run){
        head_store(row->keys, b, layer, head, row->capacity * b->head_dim),
        head_store(row->values, b, layer, head, row->capacity * stp_round16(b->head_dim)),
        row->position - row->prefix_length + 1};
}

/* Rotates the queries and the key of one key/value head of one row, and stores key and value. */
static void append(const task_state *t, int64_t layer, int64_t r, int64_t head) {
    const stp_backbone *b = t->b;
    const stp_row *row = &t->rows[r];
    int64_t dim = b->head_dim, half = dim / 2, group = b->heads / b->kv_heads;
    const float *cos = b->cos + row->position * half, *sin = b->sin + row->position * half;
    float *q = t->q + (r * b->heads + head * group) * dim;
    float *k = t->k + (r * b->kv_heads + head) * dim;
    float scale = 1.0f / sqrtf((float)dim);
    for (int64_t g = 0; g < group; g++) stp_rotate(q + g * dim, cos, sin, scale, half);
    stp_rotate(k, cos, sin, 1.0f, half);
    stp_run own = own_run(b, row, layer, head);
    stp_cache_put(
        (void *)own.keys, (void *)own.values, (int)b->cache_bf16, own.length - 1, dim, k,
        t->v + (r * b->kv_heads + head) * dim);
}

static void attend(const task_state *t, const private_part *p, int64_t layer, int64_t r, int64_t head) {
    const stp_backbone *b = t->b;
    const stp_row *row = &t->rows[r];
    int64_t dim = b->head_dim, group = b->heads / b->kv_heads;
    stp_run runs[2];
    int n = 0;
    if (row->prefix_length > 0) {
        runs[n++] = (stp_run){
            head_store(row->prefix_keys, b, layer, head, row->prefix_capacity * dim),
            head_store(row->prefix_values, b, layer, head, row->prefix_capacity * stp_round16(dim)),
            row->prefix_length};
    }
    runs[n++] = own_run(b, row, layer, head);
    int64_t at = (r * b->heads + head * group) * dim;
    stp_attend(t->q + at, group, dim, runs, n, (int)b->cache_bf16, p->attention, t->mixed + at);
}

static void attention(const task_state *t, stp_worker *w, const private_part *p, int64_t layer) {
    const stp_backbone *b = t->b;
    int64_t units = t->count * b->kv_heads;
    int together = 0; /* tokens of one store wait for each other's keys */
    for (int64_t r = 1; r < t->count; r++) together |= t->rows[r].keys == t->rows[r - 1].keys;
    for (int64_t u = w->member; u < units; u += w->members) {
        append(t, layer, u / b->kv_heads, u % b->kv_heads);
        if (!together) attend(t, p, layer, u / b->kv_heads, u % b->kv_heads);
    }
    stp_wait(w);
    if (together) {
        for (int64_t u = w->member; u < units; u += w->members) attend(t, p, layer, u / b->kv_heads, u % b->kv_heads);
        stp_wait(w);
    }
}

static void run_layer(const task_state *t, stp_worker *w, const private_part *p, int64_t index) {
    const stp_backbone *b = t->b;
    const stp_layer *layer = &b->layer[index];
    int64_t queries = b->heads * b->head_dim, keys = b->kv_heads * b->head_dim;
    stp_input input;

    const stp_linear *qkv[] = {&layer->q, &layer->k, &layer->v};
    norm_ready(t, w, p, layer->input_norm, &input, qkv, 3);
    stp_multiply(w, &input, qkv, 3, (float *[]){t->q, t->k, t->v}, (int64_t[]){queries, keys, keys}, NULL);
    stp_wait(w);
    attention(t, w, p, index);
    residual(t, w, &layer->o, t->mixed, queries);

    const stp_linear *gated[] = {&layer->gate, &layer->up};
    norm_ready(t, w, p, layer->post_norm, &input, gated, 2);
    stp_multiply(
        w, &input, gated, 2, (float *[]){t->gate, t->up}, (int64_t[]){b->inner, b->inner},
        &(stp_finish){gate_columns, t});
    stp_wait(w);
    residual(t, w, &layer->down, t->gate, b->inner);
}

static void work(void *argument, int32_t member, int32_t members) {
    const task_state *t = argument;
    const stp_backbone *b = t->b;
    private_part p;
    stp_arena arena = {.base = t->own + (size_t)member * t->own_bytes};
    lay_out_private(t, &arena, &p);
    stp_worker w = {member, members, p.prepared, t->shared, t->low_rank, t->counters, 0};
    if (t->tokens) {
        const stp_linear *in = &b->image_in;
        stp_input input;
        stp_ready(&w, &input, &in, 1, t->tokens, in->matrix->in, t->count, t->alone);
        stp_multiply(&w, &input, &in, 1, (float *[]){t->x}, &b->hidden, NULL);
        stp_wait(&w);
    }
    for (int64_t i = 0; i < b->layers; i++) run_layer(t, &w, &p, i);
    for (int64_t r = member; r < t->count; r += members) {
        stp_rms_norm(t->x + r * b->hidden, b->norm, (float)b->eps, b->hidden, t->out + r * b->hidden);
    }
}

/* ---- the members together on all rows, or each on rows of its own */

/* Bytes of weights up to which they come from a cache. */
#define CACHED (32 << 20)

static int64_t most_apart(const stp_backbone *b, int64_t rows, int32_t members) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < b->layers; i++) {
        const stp_layer *l = &b->layer[i];
        const stp_linear *maps[] = {&l->q, &l->k, &l->v, &l->o, &l->gate, &l->up, &l->down};
        for (int m = 0; m < 7; m++) bytes += stp_weight_bytes(maps[m]);
    }
    return bytes > CACHED ? 0 : stp_most_apart(rows, members);
}

static void lay_out_apart(task_state *parts, int64_t most, int32_t members, stp_arena *arena) {
    for (int32_t i = 0; i < members; i++) {
        /* As for the largest share that there can be, so that the size does not depend on who gets what. */
        int64_t count = parts[i].count;
        parts[i].count = most;
        lay_out(&parts[i], 1, arena);
        parts[i].count = count;
    }
}

/* Shares the rows out, those of one store to the same member; returns the number of the one that has most. */
static int64_t share_out(const task_state *t, int32_t members, task_state *parts) {
    int64_t most = 0;
    task_state *part = NULL;
    for (int32_t i = 0; i < members; i++) parts[i] = (task_state){.b = t->b, .positions = t->positions};
    for (int64_t r = 0; r < t->count; r++) {
        if (r == 0 || t->rows[r].keys != t->rows[r - 1].keys) part = &parts[r * members / t->count];
        if (part->count == 0) {
            part->rows = t->rows + r;
            part->tokens = t->tokens ? t->tokens + r * t->b->image_in.matrix->in : NULL;
            part->x = t->x + r * t->b->hidden;
            part->out = t->out + r * t->b->hidden;
        }
        part->count++;
        most = part->count > most ? part->count : most;
    }
    for (int32_t i = 0; i < members; i++) parts[i].alone = parts[i].count <= STP_FEW_ROWS;
    return most;
}

static void work_alone(void *part, stp_counter *counters) {
    task_state *t = part;
    t->counters = counters;
    if (t->count > 0) work(t, 0, 1);
}

int64_t stp_step_scratch(const stp_backbone *b, int64_t rows, int64_t positions, int32_t members) {
    task_state t = {.b = b, .count = rows, .positions = positions}, parts[members];
    for (int32_t i = 0; i < members; i++) parts[i] = t;
    stp_arena together = {0}, apart = {0};
    lay_out(&t, members, &together);
    lay_out_apart(parts, most_apart(b, rows, members), members, &apart);
    return (int64_t)(apart.used > together.used ? apart.used : together.used);
}

void stp_step(
    const stp_backbone *b, const stp_row *rows, int64_t count, const float *tokens, float *x, float *out, void *scratch,
    int64_t positions, int32_t members) {
    task_state t = {
        .b = b, .rows = rows, .count = count, .tokens = tokens, .x = x, .out = out, .alone = count <= STP_FEW_ROWS,
        .positions = positions}, parts[members];
    stp_arena arena = {.base = scratch};
    int64_t most = most_apart(b, count, members);
    if (share_out(&t, members, parts) <= most) {
        lay_out_apart(parts, most, members, &arena);
        stp_team_parts(members, work_alone, parts, sizeof parts[0]);
        return;
    }
    stp_counter counters[2] = {{0}, {0}};
    t.counters = counters;
    lay_out(&t, members, &arena);
    stp_team_run(members, work, &t);
}
