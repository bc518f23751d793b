/*
 * regions: the tiles that the temporal loops of a dim cut it into, loop by loop, those of equal length taken
 * together; and what a step does along the dim.
 *
 * Where all temporal loops stand outside the spatial ones, that depends on the length of the region in which
 * the step happens, never on where it lies (docs/closed-form.md).
 */
#ifndef AS_REGIONS_H
#define AS_REGIONS_H

#include "accelsearch/cost_axis.h"

/* Inside k loops there are at most k + 1 different lengths. */
enum { AS_MAX_DEPTH = 4, AS_MAX_REGIONS = 15 };

struct as_region {
    int64_t length, times; /* how many there are in the dim */
    int64_t full;          /* full tiles of the next loop in it */
    int64_t trips;         /* the clipped one, too */
    int depth;             /* loops outside it */
    int tile, rest;        /* the full tiles and the clipped one, as regions; -1: there is none */
};

/* region[first[k]] .. region[first[k + 1] - 1]: those inside k loops, steps[k] in all. region[0] is the whole
 * dim. */
struct as_regions {
    int depth, first[AS_MAX_DEPTH + 2];
    int64_t steps[AS_MAX_DEPTH + 1];
    struct as_region region[AS_MAX_REGIONS];
};

/* False when there are too many. */
bool as_regions_of(const struct as_chain *chain, struct as_regions *regions);

/* A step and a region: the loops inside the region begin again, or the next loop goes on to a full tile, or
 * to the clipped one. */
enum as_advance { AS_ROUND, AS_TO_FULL, AS_TO_REST, AS_ADVANCES };

/* What a round does along the dim; all instances together have the array tile. A step that advances does what
 * rounds of the two tiles do, one tile further. */
struct as_round {
    int64_t taken, old; /* lengths of the first array tile and of the last one */
    int64_t shift;      /* from the first one to the last one */
    int members;        /* instances that are active in the first tile */
    bool together;      /* all instances move alike */
};

/* What a step does if the dim makes an axis alone: as in struct as_sums. */
struct as_single {
    int64_t taken, held, left;
};

/* A dim at a boundary, outside of which `depth` of its temporal loops stand. */
struct as_boundary_dim {
    int depth;
    bool spread; /* over instances */
    struct as_round round[AS_MAX_REGIONS];
    struct as_single single[AS_MAX_REGIONS][AS_ADVANCES];
    /* Summed over the rounds of all regions inside k loops. */
    int64_t held[AS_MAX_DEPTH + 1], members[AS_MAX_DEPTH + 1];
};

void as_boundary_dim(const struct as_regions *regions, struct as_view view, struct as_boundary_dim *boundary);

#endif
