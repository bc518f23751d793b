/*
 * runs: a stretch of tiles of one level's sequence, and the cycles it takes (docs/model.md, "Latency").
 *
 * What its first and its last tile take depends on the transitions around the run, so they stay open until it
 * is joined to its neighbours. A run can be repeated at a cost that does not depend on how often.
 */
#ifndef AS_RUNS_H
#define AS_RUNS_H

#include "accelsearch/lanes.h"

/* A transition between two tiles of a level, and what it takes at the ends of the sequences inside. */
struct as_edge {
    struct as_transfer own;
    double enter[AS_MAX_LEVELS], leave[AS_MAX_LEVELS];
};

/* What happens inside a tile, without the ends of the sequences in it: of what the ends of those further in
 * take, hide_in[m] and hide_out[m] cycles go by while level m moves its next or previous tile. */
struct as_inside {
    double time;
    double hide_in[AS_MAX_LEVELS], hide_out[AS_MAX_LEVELS];
};

/* out: of the first tile, into: of the last. A single tile has neither. */
struct as_run {
    bool single;
    double middle; /* of the tiles between */
    struct as_inside first, last;
    double first_out[AS_MAX_LANES], last_into[AS_MAX_LANES];
};

struct as_levels {
    int last;                    /* level */
    bool doubled[AS_MAX_LEVELS]; /* double-buffered */
    const struct as_lanes *lanes[AS_MAX_LEVELS];
    struct as_lanes room[AS_MAX_LEVELS];
};

void as_levels_init(struct as_levels *levels, const struct as_model *model, const struct as_mapping *mapping);

/* Of a tile of level l: the levels further in only. */
static inline void as_inside_copy(
    const struct as_levels *levels, int l, struct as_inside *to, const struct as_inside *from)
{
    to->time = from->time;
    for (int m = l + 1; m <= levels->last; m++) {
        to->hide_in[m] = from->hide_in[m];
        to->hide_out[m] = from->hide_out[m];
    }
}
/* The run, the edge, the next one. */
void as_run_join(const struct as_levels *levels, int l, struct as_run *run, const struct as_edge *edge,
    const struct as_run *next);
/* The run `times` times, with the same transition between. */
void as_run_repeat(
    const struct as_levels *levels, int l, struct as_run *run, const struct as_edge *edge, int64_t times);
/* Inside a tile of level l - 1, of which the run is the whole sequence. */
void as_run_close(const struct as_levels *levels, int l, const struct as_run *run, struct as_inside *inside);
/* Inside a tile of level l between the transitions into it and out of it. Level 0: the whole run. */
double as_run_between(const struct as_levels *levels, int l, const struct as_inside *inside,
    const struct as_edge *into, const struct as_edge *out_of);

#endif
