/* Queues of which the first comes out first. */
#ifndef SCALE_HEAP_H
#define SCALE_HEAP_H

#include <stdbool.h>
#include <stdlib.h>

enum { HEAP_MOST_BYTES = 128 }; /* of an item */

/* All zero but size and before: empty. item is the caller's to free. */
struct heap {
    int n, capacity;
    size_t size;
    char *item;
    bool (*before)(const void *a, const void *b);
};

void heap_push(struct heap *heap, const void *item);
/* False when there is none. */
bool heap_pop(struct heap *heap, void *item);

/* Memory, or the end. */
static inline void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

#endif
