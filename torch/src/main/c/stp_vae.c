#include "stp_vae.h"

#include <math.h>
#include <string.h>

#include "internal.h"
#include "stp_linear.h"
#include "stp_maps.h"

/* Blocks of outputs that a piece of work covers: the weights of two stay in the second-level cache from row to row. */
#define PIECE 2
/* Queries that are attended to at once. */
#define QUERIES 8

/* ---- weights */

static int64_t form(int64_t kind) {
    return kind & ~STP_HALVES;
}

/* Words of four bytes that so many inputs take. */
static int64_t words(int64_t kind, int64_t in) {
    return kind & STP_HALVES ? in / 2 : in;
}

/* Sides of the square that is read for one output. */
static int64_t side(int64_t kind) {
    return form(kind) == STP_CONV1 ? 1 : form(kind) == STP_CONV3 ? 3 : 2;
}

static int64_t positions(int64_t kind) {
    return form(kind) == STP_DOUBLING ? 4 : 1;
}

static int64_t blocks(int64_t out) {
    return (out + STP_BLOCK - 1) / STP_BLOCK;
}

/* Words of the packed weights of one block of outputs. */
static int64_t block_words(int64_t kind, int64_t in) {
    return side(kind) * side(kind) * words(kind, in) * STP_BLOCK;
}

int64_t stp_conv_floats(int64_t kind, int64_t in, int64_t out) {
    return positions(kind) * blocks(out) * block_words(kind, in);
}

void stp_conv_pack(int64_t kind, int64_t in, int64_t out, const float *weight, float *packed) {
    int64_t sides = side(kind), from = kind == STP_CONV1 ? 1 : 3;
    memset(packed, 0, (size_t)stp_conv_floats(kind, in, out) * sizeof(float));
    for (int64_t position = 0; position < positions(kind); position++) {
        for (int64_t block = 0; block < blocks(out); block++) {
            float *to = packed + (position * blocks(out) + block) * block_words(kind, in);
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

/* ---- memory */

typedef struct {
    const stp_decoder *d;
    const float *latents;
    int64_t height, width;
    float *pixels;
    float *maps[3]; /* each as large as the largest */
    float *framed;
    float *keys, *values; /* [positions / 16][channels][16] and [channels / 16][positions][16] */
    float *moments;       /* [rows][2][channels] of the map that was written last */
    int64_t most; /* channels of the widest map */
    int64_t row;  /* floats of the longest row */
    char *own;
    size_t own_bytes;
    stp_counter counters[2];
} decoding;

/* A member of the team: what it needs to know of the map at hand, and what only it writes to. */
typedef struct {
    decoding *t;
    int32_t member, members;
    int64_t passes;
    int64_t height, width, channels;
    float *x, *side, *hidden; /* the map, room for another one and for what lies between two convolutions */
    float *scale, *shift, *scores, *row;
    double *sums;
} worker;

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t padded(int64_t n) {
    return (n + STP_BLOCK - 1) / STP_BLOCK * STP_BLOCK;
}

static void lay_out_own(const decoding *t, stp_arena *arena, worker *w) {
    w->scale = stp_take_floats(arena, t->most);
    w->shift = stp_take_floats(arena, t->most);
    w->scores = stp_take_floats(arena, QUERIES * padded(t->height * t->width));
    w->row = stp_take_floats(arena, t->row);
    w->sums = stp_take(arena, (size_t)(2 * t->most) * sizeof(double));
}

static void lay_out(decoding *t, int32_t members, stp_arena *arena) {
    const stp_decoder *d = t->d;
    int64_t cells = t->height * t->width, width = d->conv_in.out, most = width;
    int64_t map = cells * width, frame = (t->height + 2) * (t->width + 2), framed = frame * larger(width, d->conv_in.in);
    int64_t attended = padded(cells) * width, row = t->width * width;
    for (int64_t level = 0; level < d->levels; level++) {
        /* The first block of a level still reads the width of the one before. */
        int64_t next = d->resnet[level * d->blocks].conv1.out, size = cells << 2 * level;
        int64_t around = ((t->height << level) + 2) * ((t->width << level) + 2);
        most = larger(most, next);
        map = larger(map, size * larger(width, next));
        framed = larger(framed, around * larger(width, next));
        row = larger(row, (t->width << level) * larger(width, next));
        width = next;
    }
    for (int i = 0; i < 3; i++) t->maps[i] = stp_take_floats(arena, map);
    t->framed = stp_take_floats(arena, framed);
    t->keys = stp_take_floats(arena, attended);
    t->values = stp_take_floats(arena, attended);
    t->moments = stp_take_floats(arena, (t->height << (d->levels - 1)) * 2 * most);
    t->most = most;
    t->row = row;
    stp_arena own = {0};
    lay_out_own(t, &own, &(worker){0});
    t->own_bytes = (own.used + 63) & ~(size_t)63;
    t->own = stp_take(arena, t->own_bytes * (size_t)members);
}

int64_t stp_vae_scratch(const stp_decoder *d, int64_t height, int64_t width, int32_t members) {
    decoding t = {.d = d, .height = height, .width = width};
    stp_arena arena = {0};
    lay_out(&t, members, &arena);
    return (int64_t)arena.used;
}

/* ---- passes over a map: the members share its pieces, whoever comes first, and wait for each other in the end */

static int64_t next(worker *w) {
    return stp_next(&w->t->counters[w->passes % 2], 1);
}

/* Everybody has left the pass before the last one: its counter can serve the next one. */
static void begin(worker *w) {
    if (w->member == 0) stp_reset(&w->t->counters[(w->passes + 1) % 2]);
}

static void end(worker *w) {
    w->passes++;
    stp_barrier(w->members);
}

typedef struct {
    const stp_conv *conv;
    const float *x;
    const float *add; /* added to the outputs, or NULL; may be y */
    float *y;
    int64_t pixel, block; /* floats from one pixel of y to the next, and from one block of outputs to the next */
    int moments;          /* whether to note the moments of each row of y */
} layer;

/* Two blocks of outputs of one row of the result. */
static void convolve_row(const worker *w, const layer *l, int64_t row, int64_t first) {
    const stp_conv *c = l->conv;
    int64_t in = words(c->kind, c->in), sides = side(c->kind), framed = (w->width + 2) * in, width = w->width;
    int64_t count = blocks(c->out) - first;
    stp_tiles t = {
        .pixel = in, .parts = sides, .part = framed, .run = sides * in, .bias = c->bias + first * STP_BLOCK,
        .block = l->block, .pixels = (int32_t)width, .blocks = (int32_t)(count < PIECE ? count : PIECE)};
    int64_t columns = form(c->kind) == STP_DOUBLING ? 2 : 1;
    t.ldy = l->pixel * columns;
    for (int64_t column = 0; column < columns; column++) {
        int64_t at = (row * columns * width + column) * l->pixel + first * l->block;
        int64_t position = columns == 2 ? row % 2 * 2 + column : 0;
        t.w = c->weight + (position * blocks(c->out) + first) * block_words(c->kind, c->in);
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

/* Convolutions that do not wait for each other. */
static void convolve(worker *w, const layer *layers, int count) {
    begin(w);
    int64_t at = next(w), before = 0;
    for (int i = 0; i < count; i++) {
        int64_t rows = w->height * (form(layers[i].conv->kind) == STP_DOUBLING ? 2 : 1);
        int64_t pieces = (blocks(layers[i].conv->out) + PIECE - 1) / PIECE * rows;
        for (; at - before < pieces; at = next(w)) {
            convolve_row(w, &layers[i], (at - before) % rows, (at - before) / rows * PIECE);
        }
        before += pieces;
    }
    end(w);
}

static layer plain(const stp_conv *conv, const float *x, float *y) {
    return (layer){.conv = conv, .x = x, .y = y, .pixel = conv->out, .block = STP_BLOCK};
}

static layer noted(const stp_conv *conv, const float *x, const float *add, float *y) {
    layer l = plain(conv, x, y);
    l.add = add;
    l.moments = 1;
    return l;
}

/* The norm of the map whose moments were noted last. */
static void factors(worker *w, const stp_group_norm *norm) {
    stp_norm_factors(
        w->t->moments, w->height, w->width, w->channels, norm->weight, norm->bias, w->t->d->eps, w->sums, w->scale, w->shift);
}

/* Sets the map x in a frame of zeros, after norm and SiLU if there is a norm, in the type that the convolution reads. */
static void frame(worker *w, const float *x, const stp_group_norm *norm, const stp_conv *reader) {
    begin(w);
    decoding *t = w->t;
    int64_t pixel = words(reader->kind, w->channels), row = w->width * pixel, framed = row + 2 * pixel;
    int64_t values = w->width * w->channels;
    int halved = (reader->kind & STP_HALVES) != 0;
    if (norm) factors(w, norm);
    for (int64_t r; (r = next(w)) < w->height + 2;) {
        float *y = t->framed + r * framed;
        if (r == 0 || r > w->height) {
            memset(y, 0, (size_t)framed * sizeof(float));
            continue;
        }
        memset(y, 0, (size_t)pixel * sizeof(float));
        const float *from = x + (r - 1) * values;
        float *normed = halved ? w->row : y + pixel;
        if (norm) stp_norm_row(from, w->width, w->channels, w->scale, w->shift, 1, normed);
        if (halved) stp_halve(norm ? normed : from, values, (uint16_t *)(y + pixel));
        else if (!norm) memcpy(y + pixel, from, (size_t)values * sizeof(float));
        memset(y + pixel + row, 0, (size_t)pixel * sizeof(float));
    }
    end(w);
}

/* ---- the network */

/* The map in x becomes that in side. */
static void exchange(worker *w, int64_t channels) {
    float *old = w->x;
    w->x = w->side;
    w->side = old;
    w->channels = channels;
}

static void residual(worker *w, const stp_resnet *r) {
    float *framed = w->t->framed;
    int projects = r->shortcut.weight != NULL;
    float *y = projects ? w->side : w->x;
    frame(w, w->x, &r->norm1, &r->conv1);
    layer first[2] = {noted(&r->conv1, framed, NULL, w->hidden)};
    if (projects) first[1] = plain(&r->shortcut, w->x, y);
    convolve(w, first, 1 + projects);
    int64_t channels = w->channels;
    w->channels = r->conv1.out;
    frame(w, w->hidden, &r->norm2, &r->conv2);
    w->channels = channels;
    convolve(w, (layer[]){noted(&r->conv2, framed, y, y)}, 1);
    if (projects) exchange(w, r->conv2.out);
}

/* Keys as the products of queries with them want them; what fills the last block is zero. */
static void pack_keys(worker *w, const float *k, int64_t cells) {
    begin(w);
    for (int64_t b; (b = next(w)) < blocks(cells);) {
        float *to = w->t->keys + b * STP_BLOCK * w->channels;
        for (int64_t c = 0; c < w->channels; c++) {
            for (int64_t j = 0; j < STP_BLOCK; j++) {
                int64_t cell = b * STP_BLOCK + j;
                to[c * STP_BLOCK + j] = cell < cells ? k[cell * w->channels + c] : 0;
            }
        }
    }
    end(w);
}

/* Every position's mixture of all values, in place of its query. */
static void attend(worker *w, float *q, int64_t cells) {
    begin(w);
    int64_t channels = w->channels, row = padded(cells);
    float factor = 1.0f / sqrtf((float)channels);
    for (int64_t piece; (piece = next(w) * QUERIES) < cells;) {
        int32_t count = (int32_t)(cells - piece < QUERIES ? cells - piece : QUERIES);
        float *queries = q + piece * channels;
        stp_use()->tiles(&(stp_tiles){
            .x = queries, .pixel = channels, .parts = 1, .run = channels, .w = w->t->keys, .y = w->scores, .ldy = row,
            .block = STP_BLOCK, .pixels = count, .blocks = (int32_t)blocks(cells)});
        for (int32_t i = 0; i < count; i++) stp_softmax_row(w->scores + i * row, cells, factor);
        stp_use()->tiles(&(stp_tiles){
            .x = w->scores, .pixel = row, .parts = 1, .run = row, .w = w->t->values, .y = queries, .ldy = channels,
            .block = STP_BLOCK, .pixels = count, .blocks = (int32_t)blocks(channels)});
    }
    end(w);
}

static void attention(worker *w) {
    const stp_decoder *d = w->t->d;
    decoding *t = w->t;
    int64_t cells = w->height * w->width, filled = padded(cells);
    if (w->member == 0) {
        for (int64_t b = 0; b < blocks(w->channels); b++) {
            memset(t->values + (b * filled + cells) * STP_BLOCK, 0, (size_t)((filled - cells) * STP_BLOCK) * sizeof(float));
        }
    }
    begin(w);
    factors(w, &d->attention_norm);
    for (int64_t r; (r = next(w)) < w->height;) {
        int64_t at = r * w->width * w->channels;
        stp_norm_row(w->x + at, w->width, w->channels, w->scale, w->shift, 0, t->framed + at);
    }
    end(w);
    layer v = plain(&d->v, t->framed, t->values);
    v.pixel = STP_BLOCK;
    v.block = filled * STP_BLOCK;
    convolve(w, (layer[]){plain(&d->q, t->framed, w->hidden), plain(&d->k, t->framed, w->side), v}, 3);
    pack_keys(w, w->side, cells);
    attend(w, w->hidden, cells);
    convolve(w, (layer[]){noted(&d->projection, w->hidden, w->x, w->x)}, 1);
}

/* The latents, whose channels are planes, in a frame of zeros. */
static void frame_latents(worker *w) {
    begin(w);
    const decoding *t = w->t;
    int64_t channels = t->d->conv_in.in, framed = (w->width + 2) * channels;
    for (int64_t r; (r = next(w)) < w->height + 2;) {
        float *y = t->framed + r * framed;
        memset(y, 0, (size_t)framed * sizeof(float));
        for (int64_t p = 0; r > 0 && r <= w->height && p < w->width; p++) {
            for (int64_t c = 0; c < channels; c++) {
                y[(p + 1) * channels + c] = t->latents[(c * w->height + r - 1) * w->width + p];
            }
        }
    }
    end(w);
}

/* The last convolution, whose outputs become planes. */
static void paint(worker *w) {
    begin(w);
    const decoding *t = w->t;
    const stp_conv *conv = &t->d->conv_out;
    layer l = plain(conv, t->framed, w->side);
    l.pixel = padded(conv->out);
    for (int64_t row; (row = next(w)) < w->height;) {
        for (int64_t first = 0; first < blocks(conv->out); first += PIECE) convolve_row(w, &l, row, first);
        const float *y = w->side + row * w->width * l.pixel;
        for (int64_t c = 0; c < conv->out; c++) {
            float *plane = t->pixels + (c * w->height + row) * w->width;
            for (int64_t p = 0; p < w->width; p++) plane[p] = y[p * l.pixel + c];
        }
    }
    end(w);
}

static void work(void *argument, int32_t member, int32_t members) {
    decoding *t = argument;
    const stp_decoder *d = t->d;
    worker w = {
        .t = t, .member = member, .members = members, .height = t->height, .width = t->width, .channels = d->conv_in.out,
        .x = t->maps[0], .side = t->maps[1], .hidden = t->maps[2]};
    lay_out_own(t, &(stp_arena){.base = t->own + t->own_bytes * (size_t)member}, &w);
    frame_latents(&w);
    convolve(&w, (layer[]){noted(&d->conv_in, t->framed, NULL, w.x)}, 1);
    residual(&w, &d->middle1);
    attention(&w);
    residual(&w, &d->middle2);
    for (int64_t level = 0; level < d->levels; level++) {
        for (int64_t block = 0; block < d->blocks; block++) residual(&w, &d->resnet[level * d->blocks + block]);
        if (level + 1 < d->levels) {
            frame(&w, w.x, NULL, &d->doubling[level]);
            convolve(&w, (layer[]){noted(&d->doubling[level], t->framed, NULL, w.side)}, 1);
            exchange(&w, d->doubling[level].out);
            w.height *= 2;
            w.width *= 2;
        }
    }
    frame(&w, w.x, &d->norm_out, &d->conv_out);
    paint(&w);
}

void stp_vae_decode(
    const stp_decoder *d, const float *latents, int64_t height, int64_t width, float *pixels, void *scratch,
    int32_t members) {
    decoding t = {.d = d, .latents = latents, .height = height, .width = width, .pixels = pixels};
    lay_out(&t, members, &(stp_arena){.base = scratch});
    stp_team_run(members, work, &t);
}
