/*
 * Memory of the native target's kernels: scratch, which is kept between calls because fresh pages cost more
 * than what a small layer does with them, and packed copies of arrays that do not change.
 *
 * Both are the only state of the runtime that outlives a call. It is reached through atomic exchanges alone,
 * so that any number of threads may run kernels.
 */
#include <naas_rt.h>

#include <sched.h>
#include <stdlib.h>

enum { ALIGNMENT = 64, SLOTS = 16 };

/* In front of each block, ALIGNMENT bytes large. */
struct block {
    void *memory;
    size_t bytes;
};

static struct block *slots[SLOTS];
static unsigned turn;

static void *start_of(struct block *block)
{
    return (char *)block + ALIGNMENT;
}

static struct block *block_new(unsigned long long bytes)
{
    char *memory = bytes < (size_t)-1 / 2 ? malloc((size_t)bytes + 2 * ALIGNMENT) : NULL;
    if (!memory)
        return NULL;
    struct block *block = (struct block *)(void *)(memory + (ALIGNMENT - (unsigned long)memory % ALIGNMENT));
    block->memory = memory;
    block->bytes = (size_t)bytes;
    return block;
}

static void block_free(struct block *block)
{
    if (block)
        free(block->memory);
}

void *naas_rt_scratch(unsigned long long bytes)
{
    for (int i = 0; i < SLOTS; i++) {
        struct block *block = __atomic_exchange_n(&slots[i], NULL, __ATOMIC_ACQ_REL);
        if (block && block->bytes >= bytes && block->bytes / 4 <= bytes)
            return start_of(block);
        if (block)
            block_free(__atomic_exchange_n(&slots[i], block, __ATOMIC_ACQ_REL));
    }
    struct block *block = block_new(bytes);
    return block ? start_of(block) : NULL;
}

void naas_rt_scratch_end(void *scratch)
{
    if (!scratch)
        return;
    unsigned slot = __atomic_fetch_add(&turn, 1, __ATOMIC_RELAXED) % SLOTS;
    struct block *block = (struct block *)(void *)((char *)scratch - ALIGNMENT);
    block_free(__atomic_exchange_n(&slots[slot], block, __ATOMIC_ACQ_REL));
}

/* ---- packed copies ---- */

struct naas_rt_pack {
    const void *array;
    struct block *block;
    struct naas_rt_pack *next;
};

static void lock(naas_rt_packs *packs)
{
    while (__atomic_exchange_n(&packs->lock, 1, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(naas_rt_packs *packs)
{
    __atomic_store_n(&packs->lock, 0, __ATOMIC_RELEASE);
}

void *naas_rt_pack(naas_rt_packs *packs, const void *array, unsigned long long bytes, int *is_new)
{
    lock(packs);
    struct naas_rt_pack *pack = packs->first;
    while (pack && pack->array != array)
        pack = pack->next;
    *is_new = !pack;
    if (pack) {
        unlock(packs);
        return start_of(pack->block);
    }
    pack = malloc(sizeof *pack);
    struct block *block = block_new(bytes);
    if (!pack || !block) {
        free(pack);
        block_free(block);
        unlock(packs);
        *is_new = 0;
        return NULL;
    }
    *pack = (struct naas_rt_pack){array, block, packs->first};
    packs->first = pack;
    return start_of(block);
}

void naas_rt_pack_end(naas_rt_packs *packs, int ok)
{
    struct naas_rt_pack *pack = packs->first;
    if (!ok) {
        packs->first = pack->next;
        block_free(pack->block);
        free(pack);
    }
    unlock(packs);
}
