/*
 * brute.h: docs/model.md executed with explicit sets of elements, one mark for each element and instance.
 * Slow and simple, and shares nothing with the runtime but the struct for the counts.
 */
#ifndef BRUTE_H
#define BRUTE_H

#include "accelsearch/types.h"
#include <naas_rt.h>

void brute_count(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, naas_rt_counters *counters);

#endif
