/*
 * The memory that the measured Gemmini loads from and stores to: the second-level cache of its system and, in
 * front of DRAM, the last-level cache of FireSim's memory model. Which of them serves a request is counted
 * here, request by request; what that costs is not.
 *
 * Sizes are those of the simulated system (charleshong3/firesim-dosa, "l2_llc4mb_ddr3"): 512 KiB of 8 ways
 * and lines of 64 bytes, whose victim is a random way, then 4 MiB of 8 ways and lines of 128 bytes.
 */
#ifndef VALIDATE_GEMMINI_MEMORY_H
#define VALIDATE_GEMMINI_MEMORY_H

#include "accelsearch/random.h"
#include "support/support.h"

enum gemmini_server { GEMMINI_L2, GEMMINI_LLC, GEMMINI_DRAM, GEMMINI_SERVERS };
enum { GEMMINI_LINE = 64 }; /* bytes of a line of the second level, and of the longest request */

struct gemmini_cache {
    unsigned line_bits, sets;
    uint64_t *tag; /* [sets][ways] */
};
struct gemmini_memory {
    struct gemmini_cache l2, llc;
    struct as_random random;
};

/* Empty caches, in the arena. */
void gemmini_memory_new(struct naas_ctx *ctx, struct gemmini_memory *memory);
void gemmini_memory_clear(struct gemmini_memory *memory);
/* Who serves a request within the line of this address; the line is then in both caches. */
enum gemmini_server gemmini_touch(struct gemmini_memory *memory, int64_t address);

#endif
