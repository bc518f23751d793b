/*
 * cost_axis: sums over all steps of the sizes of one-dimensional sets, the factors of every count.
 *
 * The loops over one dim at a boundary make a chain of cuts. A step into which temporal loop j advances finds
 * every dim in one of two states: `k` of its cuts lie outside j and keep their index (those inside start
 * again at 0), or, for the dim of j itself, cut k advances by one. Counts of a tensor are products over its
 * axes of what is summed here (docs/closed-form.md).
 */
#ifndef AS_COST_AXIS_H
#define AS_COST_AXIS_H

#include "accelsearch/types.h"
#include "support/number.h"

enum { AS_MAX_CUTS = 16, AS_MAX_MEMBERS = 1024 };

/* A loop that divides: some tile of its dim around it is larger than `tile`. level: the one it stands under.
 */
struct as_cut {
    int64_t tile;
    int level;
    bool spatial;
};
struct as_chain {
    int64_t extent;
    int n;
    int n_outside; /* cuts before the first spatial one */
    int n_plain;   /* cuts before the first temporal one that stands inside of a spatial one */
    struct as_cut cut[AS_MAX_CUTS];
};

/* The first n cuts of a chain, those outside a boundary; spatial cuts of levels < outer choose between
 * instances of the outer level (counted apart), others between instances below one of them (one read serves
 * all). */
struct as_view {
    const struct as_chain *chain;
    int n, outer;
};

struct as_state {
    int k;
    bool advances;
};

/* Coordinates a*i + b*j of an axis, divided by their common factor; those inside the array are low..high. */
struct as_line {
    int dim[2]; /* dim[1] is -1 when there is one term; then b is 1 */
    int64_t a, b, low, high;
    bool padded; /* some coordinates are outside low..high */
    int window;  /* with two terms: which of the problem's */
};

/* Summed over the steps of a state, and over instances of the outer level: */
struct as_sums {
    int64_t steps;               /* 1 */
    int64_t taken;               /* elements of the union of the new tiles below the instance */
    int64_t held;                /* of these, elements that every taker holds already */
    int64_t left;                /* elements of the union of the old tiles of those that take */
    int64_t copies, held_copies; /* new tile, and what it shares with the old one, summed over takers */
};

/* A dim that the tensor does not use: every active instance counts as one element, held by those below the
 * same outer one. */
bool as_sum_steps(struct as_view view, struct as_state state, struct as_sums *sums);
/* The axis; padding is left out of taken and held when clip is set. j: ignored when the axis has one term.
 * False when there are more instances along the axis than AS_MAX_MEMBERS. */
bool as_sum_line(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_state state[2], struct as_sums *sums);

/* Tile of a dim, or a set along it: [at, at + length); length <= 0: nothing. */
struct as_span {
    int64_t at, length;
};

/* One step instead of a sum, for the first outer instance: within cut k[i] of dim i the region goes from
 * old[i] to now[i] and the cuts inside start again. No spatial cut of a level >= outer may stand outside
 * k[i]. */
bool as_step_line(const struct as_line *line, bool clip, const struct as_view view[2], const int k[2],
    const struct as_span now[2], const struct as_span old[2], struct as_sums *sums);
/* Tile number `index` of a span, clipped. */
static inline struct as_span as_slice(struct as_span span, int64_t index, int64_t tile)
{
    int64_t length = span.length - index * tile;
    return (struct as_span){span.at + index * tile, length < tile ? length : tile};
}
/* Where tiles of i touch no padding, whatever j (of extent_j values) is. */
static inline struct as_span as_safe_tiles(const struct as_line *line, int64_t extent_j)
{
    int64_t low = ceil_div(line->low, line->a);
    int64_t high = floor_div(line->high - line->b * (extent_j - 1), line->a);
    return (struct as_span){low, high - low + 1};
}

#endif
