/*
 * memory: what has been worked out before, found by a key of a few numbers.
 */
#ifndef AS_MEMORY_H
#define AS_MEMORY_H

#include "support/support.h"

struct as_memory;

/* Of keys of n numbers. In the context's arena, as is all that it grows to. */
struct as_memory *as_memory_new(struct naas_ctx *ctx, int n);
/* NULL: nothing under that key yet. */
void *as_memory_find(const struct as_memory *memory, const int64_t *key);
/* value is kept. */
void as_memory_add(struct as_memory *memory, const int64_t *key, void *value);

#endif
