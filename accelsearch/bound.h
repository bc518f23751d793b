/*
 * bound: less than a mapping costs, for a tenth of the price: exact counts, and of the time only what the
 * totals say.
 *
 * Time of all sequences of level l together, I being that of what happens inside its tiles (level l + 1; for
 * the last level computing), W the words on a port, F those of them that move at the ends of sequences:
 *
 *     double-buffered    max(I + max over ports F / rate, max over ports W / rate)
 *     single-buffered    I + max over ports W / rate
 *
 * It is a lower bound as a sum of maxima is not less than the maximum of the sums (docs/model.md: latency).
 */
#ifndef AS_BOUND_H
#define AS_BOUND_H

#include "accelsearch/model.h"

struct as_floor {
    double energy_pj, cycles; /* energy: exact but for leakage, which lasts as long as cycles says */
};

/* False for what the closed form does not cover. */
bool as_floor_of(const struct as_model *model, const struct as_mapping *mapping, struct as_floor *floor);
/* The same, cost being the counts of all levels. */
void as_floor_with(const struct as_model *model, const struct as_mapping *mapping, const struct as_nest *nest,
    struct as_cost *cost, struct as_floor *floor);
/* Cycles that computing takes at least. */
double as_bound_compute(const struct as_model *model, const struct as_nest *nest);
/* The goal's score, worse beyond its limits, for searches that have to find their way inside. Monotone in
 * energy and cycles. */
double as_pressed_score(const struct as_goal *goal, double energy_pj, double cycles, double area_um2);

#endif
