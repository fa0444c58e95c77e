/* The solver that turns velocities into a token, for one picture. */
#ifndef STP_SOLVER_H
#define STP_SOLVER_H

#include "stp_decode.h"

/* Where the solver of one picture stands. */
typedef struct {
    float *x, *base, *velocity, *previous; /* [token] */
    int64_t draws, spent;
    int spare;  /* the velocity hardly changed: the next step goes without an evaluation */
    int active; /* takes part in the current evaluation */
} stp_solver;

/* Points of token values that a solver needs. */
#define STP_SOLVER_POINTS 4

/* Puts a solver at its start; points: [STP_SOLVER_POINTS][token]. */
void stp_solver_begin(stp_solver *s, const stp_picture *picture, float *points, int64_t token);

/* Makes a step. velocity: [branches][token], read only if the solver is active. */
void stp_solver_step(
    stp_solver *s, const stp_picture *picture, int64_t step, const float *velocity, int64_t token);

#endif
