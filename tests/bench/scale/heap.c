#include "heap.h"
#include <string.h>

static void *at(const struct heap *heap, int i)
{
    return heap->item + (size_t)i * heap->size;
}

static void swap(struct heap *heap, int i, int k)
{
    char kept[HEAP_MOST_BYTES];
    memcpy(kept, at(heap, i), heap->size);
    memcpy(at(heap, i), at(heap, k), heap->size);
    memcpy(at(heap, k), kept, heap->size);
}

void heap_push(struct heap *heap, const void *item)
{
    if (heap->n == heap->capacity) {
        heap->capacity = 2 * heap->capacity + 256;
        heap->item = must(realloc(heap->item, (size_t)heap->capacity * heap->size));
    }
    memcpy(at(heap, heap->n), item, heap->size);
    for (int i = heap->n++; i > 0 && heap->before(at(heap, i), at(heap, (i - 1) / 2)); i = (i - 1) / 2)
        swap(heap, i, (i - 1) / 2);
}

bool heap_pop(struct heap *heap, void *item)
{
    if (heap->n == 0)
        return false;
    memcpy(item, at(heap, 0), heap->size);
    memcpy(at(heap, 0), at(heap, --heap->n), heap->size);
    for (int i = 0, child; (child = 2 * i + 1) < heap->n; i = child) {
        if (child + 1 < heap->n && heap->before(at(heap, child + 1), at(heap, child)))
            child++;
        if (!heap->before(at(heap, child), at(heap, i)))
            break;
        swap(heap, i, child);
    }
    return true;
}
