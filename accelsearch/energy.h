/*
 * energy: what the counts cost, docs/model.md "Energy".
 */
#ifndef AS_ENERGY_H
#define AS_ENERGY_H

#include "accelsearch/model.h"

/* The level that serves the MACs with a tensor: the innermost one that keeps it. */
int as_serving_level(const struct as_mapping *mapping, int tensor);
/* From the counts and cycles of cost: energies and edp. */
void as_energy(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost);

#endif
