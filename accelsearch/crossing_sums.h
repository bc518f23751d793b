/*
 * crossing_sums: elements of all tiles along an axis of two dims, the least over all ways to cut them; each
 * pair of links is worked out once.
 */
#ifndef AS_CROSSING_SUMS_H
#define AS_CROSSING_SUMS_H

#include "accelsearch/crossing.h"

/* Elements of all tiles along a line, padding left out [1] or not [0]. */
struct as_line_sums {
    double all[2];      /* of all steps */
    double copies;      /* of all instances in all steps */
    double sweep[2][2]; /* [x]: the tiles that dim x has in a tile of the level around taken together */
    double region[2];   /* both */
};

/* Of line n of tensor t. */
const struct as_line_sums *as_line_sums(struct as_crossings *crossings, int t, int n,
    const struct as_line *line, const struct as_link *i, const struct as_link *j);
struct as_memory *as_line_sums_new(struct naas_ctx *ctx);
/* Of the dims' whole extents. */
double as_line_elements(const struct as_model *model, const struct as_line *line, bool clip);

#endif
