/*
 * cost_window: sums over steps for an axis with two terms, padding counted, from the tables of its dims.
 */
#ifndef AS_COST_WINDOW_H
#define AS_COST_WINDOW_H

#include "accelsearch/cost_dims.h"

struct as_window_dim {
    const struct as_dim_table *table;
    const struct as_dim_regions *regions;
    struct as_state state;
};
struct as_window_sums {
    int64_t taken, held, copies, held_copies; /* as in struct as_sums */
};

/* False when instances have to be followed one by one and are too many. */
bool as_window_sum(
    const struct as_line *line, const struct as_window_dim dim[2], struct as_window_sums *sums);

#endif
