/*
 * energy: what the counts cost, docs/model.md "Energy".
 */
#ifndef AS_ENERGY_H
#define AS_ENERGY_H

#include "accelsearch/model.h"

/* From the counts and cycles of cost: energies and edp. */
void as_energy(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost);

#endif
