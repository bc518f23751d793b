/*
 * key.h: names of the inputs of a mapping search, 128 bits each, so that two of them are the same when their
 * keys are. Names of dims, tensors and levels do not count, nor does anything that changes no result.
 */
#ifndef AS_KEY_H
#define AS_KEY_H

#include "accelsearch/accelsearch.h"

struct as_key {
    uint64_t high, low;
};

struct as_key as_key_of_text(const char *text);
struct as_key as_key_problem(const struct as_problem *problem);
struct as_key as_key_accel(const struct as_accel *accel);
/* Options, and the build of the model and the search (see as_model_version). */
struct as_key as_key_options(const struct as_map_options *options);
struct as_key as_key_join(struct as_key a, struct as_key b);
static inline bool as_key_equal(struct as_key a, struct as_key b)
{
    return a.high == b.high && a.low == b.low;
}

/* Changes whenever the source of accelsearch does. */
const char *as_model_version(void);

#endif
