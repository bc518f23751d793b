/*
 * latency.h: cycles by docs/model.md, "Latency", worked out while the steps go by.
 *
 * Each level is a sequence of tiles; a step advances the levels from `first` inwards: the sequences of the
 * levels behind it end and begin anew, that of `first` goes on to its next tile. What a transition moves is a
 * vector of cycles, one per port of every instance that works at the same time, because the slowest port is
 * only known once both directions are.
 */
#ifndef NAAS_RT_LATENCY_H
#define NAAS_RT_LATENCY_H

#include <naas_rt.h>

struct naas_rt_sequence {
    int n_lanes;          /* ports x instances */
    long long *down, *up; /* cycles per lane of the transition that is on */
    int begun;
    long long *before; /* up of the transition before */
    long long cycles;  /* of the tiles that are done */
};

struct naas_rt_latency {
    int n_levels;
    const naas_rt_accel *accel;
    struct naas_rt_sequence sequence[NAAS_RT_MAX_LEVELS]; /* [0] unused */
    long long compute;                                    /* of the tile that the PEs are at */
};

/* n_lanes per level. 0 when memory ran out. */
int naas_rt_latency_open(struct naas_rt_latency *latency, const naas_rt_accel *accel, const int *n_lanes);
void naas_rt_latency_close(struct naas_rt_latency *latency);
/* down and up of the levels from `first` on are set; compute is the time of the new tile. */
void naas_rt_latency_step(struct naas_rt_latency *latency, int first, long long compute);
/* up is set on all levels. Returns the cycles of the whole run. */
long long naas_rt_latency_end(struct naas_rt_latency *latency);

#endif
