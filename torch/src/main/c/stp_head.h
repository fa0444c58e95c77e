/* The flow head on the rows of some pictures, as a task for a team. */
#ifndef STP_HEAD_H
#define STP_HEAD_H

#include "stp_linear.h"

/* What all members of the team see; h, pictures, count, rows, hidden and counters come from the caller. */
typedef struct {
    const stp_head *h;
    stp_picture *pictures;
    int64_t count, rows, capacity;
    int64_t modulation; /* width of all modulations of a row */
    const float *hidden;
    float *offset, *projected, *condition, *modulator, *modulated;
    float *u, *z, *inner, *change, *velocity, *low_rank;
    void *shared;
    stp_counter *counters;
    char *own;
    size_t own_bytes;
} stp_head_task;

/* Takes the scratch of a task for so many members. */
void stp_head_lay_out(stp_head_task *t, int32_t members, stp_arena *arena);

/* Samples a token of every picture; argument: stp_head_task. */
void stp_head_work(void *argument, int32_t member, int32_t members);

#endif
