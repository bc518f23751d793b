/*
 * cost_general: the sums of cost_axis for any chain, instance by instance. Slow; cost_axis uses it where no
 * closed form holds.
 */
#ifndef AS_COST_GENERAL_H
#define AS_COST_GENERAL_H

#include "accelsearch/cost_axis.h"

bool as_general_steps(struct as_view view, struct as_state state, struct as_sums *sums);
bool as_general_line(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_state state[2], struct as_sums *sums);
bool as_general_step(const struct as_line *line, bool clip, const struct as_view view[2], const int k[2],
    const struct as_span now[2], const struct as_span old[2], struct as_sums *sums);

/* Along an axis of one dim, summed over the steps of a state: length that an instance holds already, and that
 * the outer instance above it held, too. n_outer: cuts outside the outer level. */
struct as_stays {
    int64_t held, by_both;
};
bool as_general_stays(struct as_view view, int n_outer, struct as_state state, struct as_stays *stays);

#endif
