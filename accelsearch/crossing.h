/*
 * crossing: less than what crosses a boundary of a plan costs, while the orders of its loops, and maybe tiles
 * further out, are open: what branch and bound (exact.h) prunes with.
 *
 * How a dim is cut outside level l is a *link* (link.h). What a tensor moves into level l follows from the
 * links of its dims and from the *class*: the dim c of the innermost loop outside l that iterates.
 *
 *     c moves the tensor    every step brings another tile: the elements of all tiles, once for every step of
 *                           the dims it does not use
 *     it does not           the tensor may rest while loops over dims that it does not use run; but a tile
 *                           of the level around with several tiles inside is gone through again every time
 *
 * Windows keep what they share with their neighbours unless c rules that out. An instance that is idle keeps
 * its tile, so that it may find it again when it has worked on one only.
 */
#ifndef AS_CROSSING_H
#define AS_CROSSING_H

#include "accelsearch/link.h"

/* A boundary crossed. */
struct as_crossing {
    double pj;
    double down, up, both; /* cycles of the busiest port: inwards, outwards, together */
    double sequences;      /* tiles of the level around */
    double tail;           /* cycles inside the last tile of all of them */
    double begin, end;     /* cycles of what all of them begin with, and end with */
    /* per tensor: steps that do `share` of the computing move words for `stall` cycles */
    double stall[AS_MAX_TENSORS], share[AS_MAX_TENSORS];
};

struct as_crossings {
    struct naas_ctx *ctx; /* of what is remembered */
    const struct as_plans *plans;
    int array; /* level with the array below it, or -1 */
    unsigned keeps[AS_MAX_LEVELS];
    double touched[AS_MAX_TENSORS], read[AS_MAX_TENSORS]; /* elements; those that DRAM hands down */
    double line_touched[AS_MAX_TENSORS][AS_MAX_RANK], line_read[AS_MAX_TENSORS][AS_MAX_RANK];
    double fixed_pj; /* MACs, what serves them, what finishes */
    struct as_links links;
    struct as_memory *sums;
    struct as_latest *latest; /* by level */
};

/* Bounds are given for accelerators of three levels and more with one array, under the level before the last,
 * or none. */
bool as_crossings_cover(const struct as_model *model);
/* plans is kept; memory is the context's. */
void as_crossings_init(struct as_crossings *crossings, struct naas_ctx *ctx, const struct as_plans *plans);
/* Before anything is asked. */
void as_crossings_keep(struct as_crossings *crossings, const unsigned *keeps);

/* Dims of which the innermost loop may be, when tiles of levels 1..known-1 are open (known 0: none is). none:
 * there may be no loop at all. */
unsigned as_cross_classes(
    const struct as_crossings *crossings, const struct as_link *const *link, int known, bool *none);
/* c: the class, or -1. around: the link of the class of the level around, as far as it is known, of dim
 * around_c; else NULL. */
struct as_class {
    int c, around_c;
    const struct as_link *around;
};
void as_cross(struct as_crossings *crossings, int l, struct as_class class, const struct as_link *const *link,
    struct as_crossing *crossing);
/* Energy of tensor t, which level l keeps, when the class is the innermost dim that it uses, and loops under
 * the level around over dims that it does not use stand further in. */
double as_cross_one(struct as_crossings *crossings, int l, int t, struct as_class class, unsigned inside,
    const struct as_link *const *link);
/* Nothing of tensor t stays when the loop over d under the level around starts over. */
bool as_cross_starts_over(
    const struct as_crossings *crossings, int t, int d, const struct as_link *const *link);
/* Cycles of a double-buffered level that is busy all the time. */
double as_cross_busy(const struct as_crossing *crossing);
/* Cycles of all sequences of level l from those inside their tiles. */
double as_cross_time(const struct as_model *model, int l, const struct as_crossing *crossing, double inside);

#endif
