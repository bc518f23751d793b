#include "accelsearch/memory.h"
#include <string.h>

struct entry {
    int64_t key[AS_KEY_NUMBERS];
    void *value;
};
struct as_memory {
    struct naas_ctx *ctx;
    size_t room, n; /* room: a power of two */
    struct entry *entry;
};

struct as_memory *as_memory_new(struct naas_ctx *ctx)
{
    struct as_memory *memory = naas_alloc(ctx, 1, sizeof *memory);
    *memory = (struct as_memory){ctx, 1024, 0, NULL};
    memory->entry = naas_alloc(ctx, memory->room, sizeof *memory->entry);
    return memory;
}

static struct entry *place_of(const struct as_memory *memory, const int64_t *key)
{
    uint64_t hash = 0;
    for (int i = 0; i < AS_KEY_NUMBERS; i++)
        hash = (hash ^ (uint64_t)key[i]) * 0x9e3779b97f4a7c15ULL, hash ^= hash >> 29;
    for (size_t i = hash & (memory->room - 1);; i = (i + 1) & (memory->room - 1))
        if (!memory->entry[i].value || memcmp(memory->entry[i].key, key, sizeof memory->entry[i].key) == 0)
            return &memory->entry[i];
}

void as_memory_add(struct as_memory *memory, const int64_t *key, void *value)
{
    if (2 * ++memory->n > memory->room) {
        struct as_memory larger = *memory;
        larger.room *= 2;
        larger.entry = naas_alloc(memory->ctx, larger.room, sizeof *larger.entry);
        for (size_t i = 0; i < memory->room; i++)
            if (memory->entry[i].value)
                *place_of(&larger, memory->entry[i].key) = memory->entry[i];
        *memory = larger;
    }
    struct entry *entry = place_of(memory, key);
    memcpy(entry->key, key, sizeof entry->key);
    entry->value = value;
}

void *as_memory_find(const struct as_memory *memory, const int64_t *key)
{
    return place_of(memory, key)->value;
}
