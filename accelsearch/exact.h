/*
 * exact: branch and bound over plans (plan.h), best first.
 *
 * A plan is an outer part, the tile of level 1, and an inner part, the tiles of all further levels with the
 * layout of the array and what levels keep (a *template*). Both are listed, once for each choice of the loops
 * that stand innermost outside every level, with a bound (crossing.h): of the outer parts what crosses into
 * level 1, of the inner ones everything else, whatever is outside. The front of the inner bounds in energy
 * and time, and what computing takes at least, turn each outer part into a bound of the whole; outer parts
 * are visited in its order until it reaches the best plan known: then that is proven. A visit pairs an outer
 * part with the inner ones, by energy: bound of the pair, floor (bound.h) of orders that differ in what
 * moves, cost model.
 *
 * It can be stopped at any node: the bound of the first outer part that was not visited to the end holds for
 * all plans.
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
