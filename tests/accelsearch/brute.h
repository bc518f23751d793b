/* Tries every plan, one by one. */
#ifndef TEST_BRUTE_H
#define TEST_BRUTE_H

#include "accelsearch/climb.h"

/* False when there is none, or there are more than `most`; not all have been tried then. */
bool brute_try_all(struct as_climb *climb, const struct as_plans *plans, int64_t most);

#endif
