/*
 * timeloop: what a mapping costs under "accounting": "timeloop", for comparing with that tool and with models
 * made of it (Parashar et al., ISPASS 2019; the rules were read off counts of its version 3.0.3 and off the
 * DOSA data set).
 *
 * Where it is not the execution of docs/model.md: a footprint is its bounding box; of a sliding window only
 * the innermost loop that moves it keeps the overlap; a returning partial sum goes to all instances that
 * share it; one access of the level that serves the MACs serves all MACs below that share the word; ragged
 * tiles count as full ones; everything overlaps, so that the run takes as long as the busiest of MACs, ports
 * and memories.
 */
#ifndef AS_TIMELOOP_H
#define AS_TIMELOOP_H

#include "accelsearch/model.h"

/* Everything of the cost but for energy and what follows from it. */
void as_timeloop_counts(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost);
/* Accesses to the level that serve the MACs with tensor t: points over the MACs that share a word. */
int64_t as_timeloop_served(
    const struct as_model *model, const struct as_mapping *mapping, int tensor, int level);

#endif
