#include "accelsearch/memory.h"
#include <string.h>

struct as_memory {
    struct naas_ctx *ctx;
    int n_numbers;
    size_t room, n; /* room: a power of two */
    int64_t *key;   /* [room][n_numbers] */
    void **value;
};

static void make_room(struct as_memory *memory, size_t room)
{
    memory->room = room;
    memory->key = naas_alloc(memory->ctx, room * (size_t)memory->n_numbers, sizeof *memory->key);
    memory->value = naas_alloc(memory->ctx, room, sizeof *memory->value);
}

struct as_memory *as_memory_new(struct naas_ctx *ctx, int n)
{
    struct as_memory *memory = naas_alloc(ctx, 1, sizeof *memory);
    memory->ctx = ctx;
    memory->n_numbers = n;
    make_room(memory, 1024);
    return memory;
}

/* Where the key is, or would be. */
static size_t place_of(const struct as_memory *memory, const int64_t *key)
{
    uint64_t hash = 0;
    int n = memory->n_numbers;
    for (int i = 0; i < n; i++)
        hash = (hash ^ (uint64_t)key[i]) * 0x9e3779b97f4a7c15ULL, hash ^= hash >> 29;
    for (size_t at = hash & (memory->room - 1);; at = (at + 1) & (memory->room - 1)) {
        const int64_t *there = &memory->key[at * (size_t)n];
        int same = 0;
        while (same < n && there[same] == key[same])
            same++;
        if (same == n || !memory->value[at])
            return at;
    }
}

static void put(struct as_memory *memory, const int64_t *key, void *value)
{
    size_t at = place_of(memory, key);
    memcpy(&memory->key[at * (size_t)memory->n_numbers], key, (size_t)memory->n_numbers * sizeof *key);
    memory->value[at] = value;
}

void as_memory_add(struct as_memory *memory, const int64_t *key, void *value)
{
    if (2 * ++memory->n > memory->room) {
        struct as_memory larger = *memory;
        make_room(&larger, 2 * memory->room);
        for (size_t i = 0; i < memory->room; i++)
            if (memory->value[i])
                put(&larger, &memory->key[i * (size_t)memory->n_numbers], memory->value[i]);
        *memory = larger;
    }
    put(memory, key, value);
}

void *as_memory_find(const struct as_memory *memory, const int64_t *key)
{
    return memory->value[place_of(memory, key)];
}
