/*
 * exact: branch and bound over plans (plan.h).
 *
 * A plan is an outer part, the tile of level 1, and an inner part, the tiles of all further levels with the
 * layout of the array and what levels keep (a *template*). Inner parts are listed, once for each choice of
 * the loops that stand innermost outside every level, with a bound (crossing.h) of everything but what
 * crosses into level 1, whatever is outside; of two that are mirror images (symmetry.h) one. Outer parts are
 * gone through once, and tables (*views*) keep what those of given sizes of some dims add at least. For an
 * inner part the tile of level 1 is chosen dim by dim, those of the innermost loops first: the links of a dim
 * that is chosen are no longer open, and the views say more of what crosses into level 1. What is left when
 * all dims are chosen is a pair of parts: its bound, floor (bound.h) of orders that differ in what moves,
 * cost model.
 *
 * All this is done for an aim, a part of the score of the best plan known: everything whose bound is not
 * below it is dropped, and every inner part remembers the least bound of what was. The aim rises, up to the
 * score itself: then that is proven. Stopped at any node, the least of the bounds remembered holds for all
 * plans. Several threads visit inner parts; the result is the same for any number of them.
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
 * one, an evaluation of the cost model some. threads change nothing but the time. */
void as_exact_run(struct as_climb *climb, int64_t nodes, int threads, struct as_exact_result *result);

#endif
