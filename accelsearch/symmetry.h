/*
 * symmetry: dims that may change places, such as rows and columns of a square image: plans that differ in
 * nothing else cost the same.
 */
#ifndef AS_SYMMETRY_H
#define AS_SYMMETRY_H

#include "accelsearch/plan.h"

/* mirror[d]: the dim that takes d's place; d itself for all of them when there is no symmetry. */
void as_symmetry_find(const struct as_plans *plans, signed char mirror[AS_MAX_DIMS]);

#endif
