/*
 * climb: local search over plans (plan.h). From the fastest layouts tiles grow and loops change places while
 * the score falls; then annealing, from the best half of the places in every round: small random changes,
 * taken when they cost little, with what they force repaired.
 *
 * A change whose floor (bound.h) is too high already is dropped before the cost model is asked. What was
 * asked is remembered, for a plan and its mirror image (symmetry.h): half of what annealing proposes it has
 * seen before.
 */
#ifndef AS_CLIMB_H
#define AS_CLIMB_H

#include "accelsearch/bound.h"
#include "accelsearch/plan.h"
#include "accelsearch/random.h"

struct as_climb {
    const struct as_plans *plans;
    const struct as_goal *goal;
    double effort, limit; /* spent so far and at most; 1: an evaluation of the cost model */
    int64_t evaluations;
    double score; /* of the best plan; INFINITY: none */
    struct as_plan best;
    struct as_mapping mapping;
    struct as_cost cost;
    struct as_memo *memo; /* of a run that goes on; NULL: none */
};

/* plans and goal are kept. */
void as_climb_init(struct as_climb *climb, const struct as_plans *plans, const struct as_goal *goal);
/* Scores a legal plan; remembers the best one. INFINITY when it is not legal or its score is not below
 * `enough`. */
double as_climb_try(struct as_climb *climb, const struct as_plan *plan, double enough);
/* Searches until `effort` is spent. */
void as_climb_run(struct as_climb *climb, double effort, uint64_t seed);

#endif
