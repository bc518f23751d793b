/*
 * quick: traffic and cycles from the sums of whole groups of steps, for mappings with one array, under the
 * level before the last.
 *
 * Steps into which the same loop advances are a group (docs/closed-form.md): their number, the words that
 * they move and the points that they compute are products over the dims of sums that stand in tables
 * (cost_dims.h).
 */
#ifndef AS_QUICK_H
#define AS_QUICK_H

#include "accelsearch/cost_dims.h"
#include "accelsearch/model.h"

/* Words of tensor t at a boundary, summed over the steps into which loop j advances: [j + 1]; [0]: those of
 * the first step, and of the end. */
struct as_quick_words {
    double down[AS_MAX_TEMPORAL + 1], up[AS_MAX_TEMPORAL + 1];
};

struct as_quick {
    const struct as_model *model;
    const struct as_mapping *mapping;
    const struct as_nest *nest;
    bool even; /* every tile is a full one */
    struct as_dim_regions regions[AS_MAX_DIMS];
    struct as_dim_table table[AS_MAX_LEVELS][AS_MAX_DIMS];
    struct as_quick_words words[AS_MAX_LEVELS][AS_MAX_TENSORS];
};

/* False when the mapping is none of those above. */
bool as_quick_init(struct as_quick *quick, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest);
/* reads and copies of a boundary. False as as_traffic. */
bool as_quick_traffic(struct as_quick *quick, int tensor, int outer, int level, struct as_traffic *traffic);
/* Sets cycles, bound, bound_level, utilisation. */
void as_quick_latency(const struct as_quick *quick, struct as_cost *cost);

#endif
