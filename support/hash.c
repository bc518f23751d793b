/* FNV-1a with 64 bits: Fowler, Noll, Vo. */
#include "support/support.h"

uint64_t naas_hash(uint64_t seed, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t hash = seed;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211ULL; /* the 64-bit FNV prime */
    return hash;
}
