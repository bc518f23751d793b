/*
 * exact: branch and bound over plans (plan.h).
 *
 * A plan is an outer part, the tile of level 1, and an inner part, the tiles of all further levels with the
 * layout of the array and what levels keep (a *template*). Both are listed, once for each choice of the loops
 * that stand innermost outside every level, with a bound (crossing.h): of the outer parts what crosses into
 * level 1, of the inner ones everything else, whatever is outside. For an inner part the tile of level 1 is
 * chosen dim by dim, those of the innermost loops first: the links of a dim that is chosen are no longer
 * open, and views of the outer parts say what crosses into level 1 at least with the sizes chosen. What is
 * left when all dims are chosen is a pair of parts: its bound, floor (bound.h) of orders that differ in what
 * moves, cost model.
 *
 * All this is done for an aim, a part of the score of the best plan known: everything whose bound is not
 * below it is dropped, so at the end no plan is below the aim. The aim rises, up to the score itself: then
 * that is proven. Stopped at any node, the last aim that was reached holds for all plans.
 */
#ifndef AS_EXACT_H
#define AS_EXACT_H

#include "accelsearch/climb.h"

struct as_exact_result {
    double lower_bound; /* of the (pressed) score of every plan */
    bool proven;
    int64_t nodes;
};

/* climb: the best plan so far; it gets the best one found. At most about `nodes` nodes: a bound worked out is
 * one, an evaluation of the cost model some. */
void as_exact_run(struct as_climb *climb, int64_t nodes, struct as_exact_result *result);

#endif
