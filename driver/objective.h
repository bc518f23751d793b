/* What a search is to make small, as users write it. Needs libc only. */
#ifndef DRIVER_OBJECTIVE_H
#define DRIVER_OBJECTIVE_H

#include "accelsearch/accelsearch.h"

/* edp, latency, energy, area, or exponents such as energy=1,delay=2. */
bool objective_read(const char *text, struct as_goal *goal);

#endif
