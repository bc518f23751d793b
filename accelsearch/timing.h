/*
 * timing.h: what latency.c works with, for timeline.c, which looks at single tiles.
 */
#ifndef AS_TIMING_H
#define AS_TIMING_H

#include "accelsearch/latency.h"
#include "accelsearch/runs.h"

/* The inside of a place already seen: it depends on lengths only. */
enum { MAX_KNOWN = 32 };
struct known {
    int level;
    bool fresh;
    int64_t length[AS_MAX_DIMS];
    struct as_inside inside;
};

/* A step along an axis, and the latest one worked out: neighbouring transitions share most axes. */
struct line_step {
    int k[2];
    struct as_span now[2], old[2];
};
struct latest {
    bool known;
    struct line_step step;
    struct as_sums sums;
};

struct latest_edge {
    bool known;
    int64_t length[AS_MAX_DIMS], old_length;
    struct as_edge edge;
};

struct timing {
    const struct as_model *model;
    const struct as_mapping *mapping;
    const struct as_nest *nest;
    const struct as_traffic (*traffic)[AS_MAX_TENSORS];
    struct as_levels levels;
    double stored[AS_MAX_LEVELS][AS_MAX_TENSORS]; /* part of the words that is no padding; 0: step by step */
    struct latest latest[AS_MAX_LEVELS][AS_MAX_TENSORS][AS_MAX_RANK];
    int outside[AS_MAX_TEMPORAL][AS_MAX_DIMS];       /* cuts of a dim that are loop j or outside it */
    unsigned moving[AS_MAX_LEVELS][AS_MAX_TEMPORAL]; /* dims with a loop at j or inside, outside the level */
    bool even;                                       /* padding is spread evenly wherever there is any */
    struct latest_edge latest_edge[AS_MAX_TEMPORAL][2];
    int last_output_loop; /* innermost loop that changes the output's tile */
    int n_known;
    struct known known[MAX_KNOWN];
    bool fits;
};

/* A place in the nest: the part of each dim that the loops outside have left, and whether no reduction loop
 * has advanced yet. */
struct place {
    struct as_span span[AS_MAX_DIMS];
    bool fresh;
};

/* Everything before the first tile; ends: the first step and the end of the run. */
void as_timing_begin(struct timing *timing, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_edge *ends);
/* When loop j of level l - 1 takes the place from `old` to `now`. */
struct as_edge as_timing_edge(
    struct timing *timing, int l, int j, const struct place *now, const struct place *old);
/* Cycles inside the tile of level l at the place, between the transitions into it and out of it. */
double as_timing_inside(struct timing *timing, int l, const struct place *place, const struct as_edge *into,
    const struct as_edge *out_of);
/* Takes the place to the first instance below level l - 1's array. */
void as_timing_enter_array(const struct timing *timing, int l, struct place *place);

#endif
