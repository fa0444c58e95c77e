#include "stp_vae.h"

#include <math.h>
#include <string.h>

#include "internal.h"
#include "stp_passes.h"

/* Queries that are attended to at once. */
#define QUERIES 8

/* ---- memory */

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t padded(int64_t n) {
    return (n + STP_BLOCK - 1) / STP_BLOCK * STP_BLOCK;
}

static void lay_out_own(const stp_decoding *t, stp_arena *arena, stp_painter *w) {
    w->scale = stp_take_floats(arena, t->most);
    w->shift = stp_take_floats(arena, t->most);
    w->scores = stp_take_floats(arena, QUERIES * padded(t->height * t->width));
    w->row = stp_take_floats(arena, t->row);
    w->sums = stp_take(arena, (size_t)(2 * t->most) * sizeof(double));
}

static void lay_out(stp_decoding *t, int32_t members, stp_arena *arena) {
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
    lay_out_own(t, &own, &(stp_painter){0});
    t->own_bytes = (own.used + 63) & ~(size_t)63;
    t->own = stp_take(arena, t->own_bytes * (size_t)members);
}

int64_t stp_vae_scratch(const stp_decoder *d, int64_t height, int64_t width, int32_t members) {
    stp_decoding t = {.d = d, .height = height, .width = width};
    stp_arena arena = {0};
    lay_out(&t, members, &arena);
    return (int64_t)arena.used;
}

/* ---- norms */

/* The norm of the map whose moments were noted last. */
static void factors(stp_painter *w, const stp_group_norm *norm) {
    stp_norm_factors(
        w->t->moments, w->height, w->width, w->channels, norm->weight, norm->bias, w->t->d->eps, w->sums, w->scale, w->shift);
}

/* Sets the map x in a frame of zeros, after norm and SiLU if there is a norm, in the type that the convolution reads. */
static void frame(stp_painter *w, const float *x, const stp_group_norm *norm, const stp_conv *reader) {
    stp_pass_begin(w);
    stp_decoding *t = w->t;
    int64_t pixel = stp_conv_words(reader->kind, w->channels), row = w->width * pixel, framed = row + 2 * pixel;
    int64_t values = w->width * w->channels;
    int halved = (reader->kind & STP_HALVES) != 0;
    if (norm) factors(w, norm);
    for (int64_t r; (r = stp_pass_next(w)) < w->height + 2;) {
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
    stp_pass_end(w);
}

/* ---- the network */

/* The map in x becomes that in side. */
static void exchange(stp_painter *w, int64_t channels) {
    float *old = w->x;
    w->x = w->side;
    w->side = old;
    w->channels = channels;
}

static void residual(stp_painter *w, const stp_resnet *r) {
    float *framed = w->t->framed;
    int projects = r->shortcut.weight != NULL;
    float *y = projects ? w->side : w->x;
    frame(w, w->x, &r->norm1, &r->conv1);
    stp_convolution first[2] = {stp_noted(&r->conv1, framed, NULL, w->hidden)};
    if (projects) first[1] = stp_plain(&r->shortcut, w->x, y);
    stp_convolve(w, first, 1 + projects);
    int64_t channels = w->channels;
    w->channels = r->conv1.out;
    frame(w, w->hidden, &r->norm2, &r->conv2);
    w->channels = channels;
    stp_convolve(w, (stp_convolution[]){stp_noted(&r->conv2, framed, y, y)}, 1);
    if (projects) exchange(w, r->conv2.out);
}

/* Keys as the products of queries with them want them; what fills the last block is zero. */
static void pack_keys(stp_painter *w, const float *k, int64_t cells) {
    stp_pass_begin(w);
    for (int64_t b; (b = stp_pass_next(w)) < stp_conv_blocks(cells);) {
        float *to = w->t->keys + b * STP_BLOCK * w->channels;
        for (int64_t c = 0; c < w->channels; c++) {
            for (int64_t j = 0; j < STP_BLOCK; j++) {
                int64_t cell = b * STP_BLOCK + j;
                to[c * STP_BLOCK + j] = cell < cells ? k[cell * w->channels + c] : 0;
            }
        }
    }
    stp_pass_end(w);
}

/* Every position's mixture of all values, in place of its query. */
static void attend(stp_painter *w, float *q, int64_t cells) {
    stp_pass_begin(w);
    int64_t channels = w->channels, row = padded(cells);
    float factor = 1.0f / sqrtf((float)channels);
    for (int64_t piece; (piece = stp_pass_next(w) * QUERIES) < cells;) {
        int32_t count = (int32_t)(cells - piece < QUERIES ? cells - piece : QUERIES);
        float *queries = q + piece * channels;
        stp_use()->tiles(&(stp_tiles){
            .x = queries, .pixel = channels, .parts = 1, .run = channels, .w = w->t->keys, .y = w->scores, .ldy = row,
            .block = STP_BLOCK, .pixels = count, .blocks = (int32_t)stp_conv_blocks(cells)});
        for (int32_t i = 0; i < count; i++) stp_softmax_row(w->scores + i * row, cells, factor);
        stp_use()->tiles(&(stp_tiles){
            .x = w->scores, .pixel = row, .parts = 1, .run = row, .w = w->t->values, .y = queries, .ldy = channels,
            .block = STP_BLOCK, .pixels = count, .blocks = (int32_t)stp_conv_blocks(channels)});
    }
    stp_pass_end(w);
}

static void attention(stp_painter *w) {
    const stp_decoder *d = w->t->d;
    stp_decoding *t = w->t;
    int64_t cells = w->height * w->width, filled = padded(cells);
    if (w->member == 0) {
        for (int64_t b = 0; b < stp_conv_blocks(w->channels); b++) {
            memset(t->values + (b * filled + cells) * STP_BLOCK, 0, (size_t)((filled - cells) * STP_BLOCK) * sizeof(float));
        }
    }
    stp_pass_begin(w);
    factors(w, &d->attention_norm);
    for (int64_t r; (r = stp_pass_next(w)) < w->height;) {
        int64_t at = r * w->width * w->channels;
        stp_norm_row(w->x + at, w->width, w->channels, w->scale, w->shift, 0, t->framed + at);
    }
    stp_pass_end(w);
    stp_convolution v = stp_plain(&d->v, t->framed, t->values);
    v.pixel = STP_BLOCK;
    v.block = filled * STP_BLOCK;
    stp_convolve(w, (stp_convolution[]){stp_plain(&d->q, t->framed, w->hidden), stp_plain(&d->k, t->framed, w->side), v}, 3);
    pack_keys(w, w->side, cells);
    attend(w, w->hidden, cells);
    stp_convolve(w, (stp_convolution[]){stp_noted(&d->projection, w->hidden, w->x, w->x)}, 1);
}

/* The latents, whose channels are planes, in a frame of zeros. */
static void frame_latents(stp_painter *w) {
    stp_pass_begin(w);
    const stp_decoding *t = w->t;
    int64_t channels = t->d->conv_in.in, framed = (w->width + 2) * channels;
    for (int64_t r; (r = stp_pass_next(w)) < w->height + 2;) {
        float *y = t->framed + r * framed;
        memset(y, 0, (size_t)framed * sizeof(float));
        for (int64_t p = 0; r > 0 && r <= w->height && p < w->width; p++) {
            for (int64_t c = 0; c < channels; c++) {
                y[(p + 1) * channels + c] = t->latents[(c * w->height + r - 1) * w->width + p];
            }
        }
    }
    stp_pass_end(w);
}

/* The last convolution, whose outputs become planes. */
static void paint(stp_painter *w) {
    stp_pass_begin(w);
    const stp_decoding *t = w->t;
    const stp_conv *conv = &t->d->conv_out;
    stp_convolution l = stp_plain(conv, t->framed, w->side);
    l.pixel = padded(conv->out);
    for (int64_t row; (row = stp_pass_next(w)) < w->height;) {
        for (int64_t first = 0; first < stp_conv_blocks(conv->out); first += STP_PIECE) stp_convolve_row(w, &l, row, first);
        const float *y = w->side + row * w->width * l.pixel;
        for (int64_t c = 0; c < conv->out; c++) {
            float *plane = t->pixels + (c * w->height + row) * w->width;
            for (int64_t p = 0; p < w->width; p++) plane[p] = y[p * l.pixel + c];
        }
    }
    stp_pass_end(w);
}

static void work(void *argument, int32_t member, int32_t members) {
    stp_decoding *t = argument;
    const stp_decoder *d = t->d;
    stp_painter w = {
        .t = t, .member = member, .members = members, .height = t->height, .width = t->width, .channels = d->conv_in.out,
        .x = t->maps[0], .side = t->maps[1], .hidden = t->maps[2]};
    lay_out_own(t, &(stp_arena){.base = t->own + t->own_bytes * (size_t)member}, &w);
    frame_latents(&w);
    stp_convolve(&w, (stp_convolution[]){stp_noted(&d->conv_in, t->framed, NULL, w.x)}, 1);
    residual(&w, &d->middle1);
    attention(&w);
    residual(&w, &d->middle2);
    for (int64_t level = 0; level < d->levels; level++) {
        for (int64_t block = 0; block < d->blocks; block++) residual(&w, &d->resnet[level * d->blocks + block]);
        if (level + 1 < d->levels) {
            frame(&w, w.x, NULL, &d->doubling[level]);
            stp_convolve(&w, (stp_convolution[]){stp_noted(&d->doubling[level], t->framed, NULL, w.side)}, 1);
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
    stp_decoding t = {.d = d, .latents = latents, .height = height, .width = width, .pixels = pixels};
    lay_out(&t, members, &(stp_arena){.base = scratch});
    stp_team_run(members, work, &t);
}
