/*
 * plan: a mapping as searches change it: the tile of every level, the dims along every axis, the order of the
 * loops and what levels keep. Every plan that fits is a legal mapping; the set of plans is the space that the
 * local search and the exact search share:
 *
 *     tiles    of level l >= 1: nested ceil values of the extent (as_tile_sizes), at most the tile of level
 *              l - 1
 *     layout   per axis a list of up to AS_MAX_FOLD dims; each takes as many instances as its tile has
 *              elements left or the axis has instances left, later ones share what remains (folding); fewer
 *              when as many rounds do with fewer
 *     order    of the temporal loops under every level but the last; the last one's moves nothing
 *     keeps    per level and tensor, where the accelerator leaves a choice
 */
#ifndef AS_PLAN_H
#define AS_PLAN_H

#include "accelsearch/model.h"

enum { AS_MAX_FOLD = 2, AS_MAX_SIZES = 128 };

/* Level 0's tile is the problem. along: -1 for none; filled from the front. order: outermost first. */
struct as_plan {
    int64_t tile[AS_MAX_LEVELS][AS_MAX_DIMS];
    signed char along[AS_MAX_LEVELS][AS_MAX_AXES][AS_MAX_FOLD];
    signed char order[AS_MAX_LEVELS][AS_MAX_DIMS];
    unsigned keeps[AS_MAX_LEVELS];
};

/* What plans of a problem on an accelerator are made of. */
struct as_plans {
    const struct as_model *model;
    enum as_space_kind kind;
    int n_sizes[AS_MAX_DIMS]; /* of the dim's tiles, largest first */
    int64_t size[AS_MAX_DIMS][AS_MAX_SIZES];
};

/* model is kept. */
void as_plans_init(struct as_plans *plans, const struct as_model *model, enum as_space_kind kind);

bool as_plan_same(const struct as_plan *a, const struct as_plan *b);

/* Tiles of 1, nothing in space, loops in the order of bands, tensors held where they have to be or one
 * element of each fits. -1, or the first level that is too small even for that. */
int as_plan_smallest(const struct as_plans *plans, struct as_plan *plan);

/* Does the tile of level l fit it? */
bool as_plan_fits(const struct as_plans *plans, const struct as_plan *plan, int l);
/* May dim d lie along the axis? In the paper's space one of K C P Q R S. */
bool as_plan_may_lie(const struct as_plans *plans, const struct as_array_axis *axis, int d);
/* Roles of tensors that the mapping may send past level l. */
unsigned as_plan_may_pass(const struct as_plans *plans, int l);

/* Instances of the array under level l that each dim is spread over when level l holds `tile`. */
void as_plan_spread(const struct as_plans *plans, const struct as_plan *plan, int l, const int64_t *tile,
    int64_t spread[AS_MAX_DIMS]);
/* The tile that all instances below level l hold together. */
void as_plan_array(
    const struct as_plans *plans, const struct as_plan *plan, int l, int64_t array[AS_MAX_DIMS]);
/* False when the loops are not in the order of the problem's bands. */
bool as_plan_mapping(const struct as_plans *plans, const struct as_plan *plan, struct as_mapping *mapping);

/* Index of the largest size that is not above `tile`. */
int as_plan_size(const struct as_plans *plans, int d, int64_t tile);
/* Sets the tile of level l, and what it forces: outer tiles not smaller, inner ones not larger. */
void as_plan_set_tile(const struct as_plans *plans, struct as_plan *plan, int l, int d, int64_t tile);
void as_plan_move_loop(struct as_plan *plan, int l, int from, int to);

#endif
