/*
 * sim.h: the simulator's own structs. It executes docs/model.md: every instance of every level has memory of
 * its own for each tensor that the level keeps, and elements move between them as the model says, being
 * counted as they go.
 *
 * sim.c takes declarations and steps; sim_move.c moves elements of one tile; latency.c keeps the time.
 */
#ifndef NAAS_RT_SIM_H
#define NAAS_RT_SIM_H

#include "element.h"
#include "latency.h"
#include "region.h"
#include "rows.h"
#include "target.h"
#include <stddef.h>

#include <stdint.h>

/* What one instance of a level holds of one tensor. */
struct naas_rt_tile {
    int declared;                       /* since the last run */
    int changes;                        /* declared, and next differs from held */
    naas_rt_box box;                    /* the latest that was declared */
    struct naas_rt_region *held, *next; /* the two of region */
    struct naas_rt_region region[2];
    char *data;          /* laid out as held says */
    unsigned char *live; /* outputs: a partial sum exists here: it came from further out, or was drained into
                            this tile */
    /* The other of two buffers, into which the next tile is gathered. */
    char *spare_data;
    unsigned char *spare_live;
    size_t volume, spare_volume; /* elements for which there is room */
};

/* A level's storage of a tensor that it keeps. */
struct naas_rt_store {
    int kept;
    int outer;                 /* o(l): nearest outer level that keeps it */
    int per_outer;             /* instances of this level below each of the outer's */
    struct naas_rt_tile *tile; /* per instance; level 0 has one: the image of the output's sums, or only a
                                  region for operands */
    long long largest;         /* elements of the largest tile so far */
    long long *down, *up;      /* words that the step moves from and to each outer instance */
};

struct naas_rt_sim_state {
    naas_rt *rt;
    int n_levels, n_tensors, output;
    struct naas_rt_store store[NAAS_RT_MAX_LEVELS][NAAS_RT_MAX_TENSORS];

    /* Per instance of the last level: does it run, and on which box. */
    unsigned char *active;
    naas_rt_box *box;
    int first; /* outermost level with a declaration since the last run; n_levels when there is none */

    int bytes[NAAS_RT_MAX_TENSORS];
    struct naas_rt_value fill[NAAS_RT_MAX_TENSORS], poison[NAAS_RT_MAX_TENSORS], neutral;
    naas_rt_combine *combine;

    /* Which elements of a tensor the current step has moved to or from the current instance: those with the
     * mark `now`. Laid out as the whole tensor. */
    uint32_t *mark[NAAS_RT_MAX_TENSORS];
    uint32_t now[NAAS_RT_MAX_TENSORS];

    struct naas_rt_rows rows[NAAS_RT_MAX_TENSORS];
    struct naas_rt_latency latency;
};

/* Brings the tile of an instance from held to next: what stays is copied, the rest comes from o(l). Outer
 * levels have theirs. */
void naas_rt_sim_fill(struct naas_rt_sim_state *sim, int level, int instance, int tensor);
/* Sums in held but not in next go to o(l). */
void naas_rt_sim_drain(struct naas_rt_sim_state *sim, int level, int instance);

void naas_rt_sim_statistics(const naas_rt *rt);

#endif
