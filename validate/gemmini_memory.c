#include "validate/gemmini_memory.h"

#include <string.h>

enum { WAYS = 8 };

static struct gemmini_cache new_cache(struct naas_ctx *ctx, size_t bytes, unsigned line_bits)
{
    struct gemmini_cache cache = {line_bits, (unsigned)((bytes >> line_bits) / WAYS), NULL};
    cache.tag = naas_alloc(ctx, (size_t)cache.sets * WAYS, sizeof *cache.tag);
    return cache;
}

static void clear_cache(struct gemmini_cache *cache)
{
    memset(cache->tag, 0xff, (size_t)cache->sets * WAYS * sizeof *cache->tag);
}

void gemmini_memory_new(struct naas_ctx *ctx, struct gemmini_memory *memory)
{
    memory->l2 = new_cache(ctx, 512 << 10, 6);
    memory->llc = new_cache(ctx, 4 << 20, 7);
    gemmini_memory_clear(memory);
}

void gemmini_memory_clear(struct gemmini_memory *memory)
{
    clear_cache(&memory->l2);
    clear_cache(&memory->llc);
    memory->random = as_random_stream(0, 0);
}

/* A miss takes an empty way where there is one, else a random one. */
static bool hits(struct gemmini_cache *cache, int64_t address, struct as_random *random)
{
    uint64_t line = (uint64_t)address >> cache->line_bits;
    uint64_t *tag = cache->tag + (size_t)(line % cache->sets) * WAYS;
    int way = -1;
    for (int w = 0; w < WAYS; w++) {
        if (tag[w] == line)
            return true;
        if (tag[w] == UINT64_MAX)
            way = w;
    }
    tag[way < 0 ? as_random_below(random, WAYS) : way] = line;
    return false;
}

enum gemmini_server gemmini_touch(struct gemmini_memory *memory, int64_t address)
{
    if (hits(&memory->l2, address, &memory->random))
        return GEMMINI_L2;
    return hits(&memory->llc, address, &memory->random) ? GEMMINI_LLC : GEMMINI_DRAM;
}
