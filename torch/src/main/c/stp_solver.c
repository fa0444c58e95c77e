#include "stp_solver.h"

#include <math.h>
#include <string.h>

/* Combines the branches of one value of the velocity. */
static float guided(const stp_picture *p, const float *v, int64_t token) {
    if (p->branches == 1) return v[0];
    float text = (float)p->text, image = (float)p->image;
    if (p->branches == 2) return v[token] + (v[0] - v[token]) * text;
    return v[2 * token] + (v[token] - v[2 * token]) * image + (v[0] - v[token]) * text;
}

/* Whether the velocity is nearly the one before. */
static int steady(const stp_solver *s, int64_t token, double tolerance) {
    double change = 0, size = 0;
    for (int64_t k = 0; k < token; k++) {
        double d = (double)s->velocity[k] - s->previous[k];
        change += d * d;
        size += (double)s->velocity[k] * s->velocity[k];
    }
    return sqrt(change) <= tolerance * sqrt(size);
}

void stp_solver_begin(stp_solver *s, const stp_picture *picture, float *points, int64_t token) {
    size_t bytes = (size_t)token * sizeof(float);
    memset(points, 0, STP_SOLVER_POINTS * bytes);
    *s = (stp_solver){
        .x = points, .base = points + token, .velocity = points + 2 * token, .previous = points + 3 * token};
    memcpy(s->x, picture->noise, bytes);
    memcpy(s->base, picture->noise, bytes);
}

void stp_solver_step(
    stp_solver *s, const stp_picture *picture, int64_t step, const float *velocity, int64_t token) {
    const stp_update *c = &picture->updates[step];
    if (s->active) {
        float *oldest = s->previous;
        s->previous = s->velocity;
        s->velocity = oldest;
        for (int64_t k = 0; k < token; k++) s->velocity[k] = guided(picture, velocity + k, token);
        s->spent++;
        s->spare = picture->tolerance > 0 && s->spent > 1 && steady(s, token, picture->tolerance);
    }
    const float *noise = c->flags & STP_DRAW ? picture->noise + token * ++s->draws : NULL;
    for (int64_t k = 0; k < token; k++) {
        double sum = c->point * s->x[k] + c->velocity * s->velocity[k];
        if (c->base != 0) sum += c->base * s->base[k];
        if (c->previous != 0) sum += c->previous * s->previous[k];
        if (noise) sum += c->noise * noise[k];
        s->x[k] = (float)sum;
    }
    if (c->flags & STP_COMMIT) memcpy(s->base, s->x, (size_t)token * sizeof(float));
}
