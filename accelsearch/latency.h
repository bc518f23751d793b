/*
 * latency: cycles of docs/model.md, "Latency", without running. A level's sequence of tiles is built from
 * runs of equal ones.
 */
#ifndef AS_LATENCY_H
#define AS_LATENCY_H

#include "accelsearch/model.h"

/* traffic[l][t] is set where the mapping keeps tensor t at level l >= 1. Sets cycles, bound, bound_level and
 * utilisation. */
/* Whether as_latency wants step[] of all loops for this boundary. */
bool as_needs_means(int outer, int level);
bool as_latency(const struct as_model *model, const struct as_mapping *mapping, const struct as_nest *nest,
    const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS], struct as_cost *cost);

#endif
