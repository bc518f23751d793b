/*
 * machine: the CPU at hand as an accelerator. Its axes are cores and lanes of the vector unit, its levels
 * registers, L1, L2, L3 and memory. What can be asked of the system is looked up, rates are measured; the
 * description is kept in a file of the user's cache folder, so that it is measured once.
 */
#ifndef DRIVER_MACHINE_H
#define DRIVER_MACHINE_H

#include "accelsearch/accelsearch.h"

/* The vector unit as a compiler's options allow it. bytes 0: none that we know. */
struct machine_vectors {
    int bytes, registers;
};

enum { MACHINE_CACHES = 3 };

/* Where cores, caches and rates come from. */
enum machine_source {
    MACHINE_ASSUMED,   /* all of them: it is another machine */
    MACHINE_LOOKED_AT, /* the rates: they are what most machines reach */
    MACHINE_MEASURED,
};

/* Words are 4 bytes. */
struct machine {
    char name[AS_NAME];
    int cores;
    struct machine_vectors vectors;
    int64_t cache[MACHINE_CACHES]; /* bytes: L1 and L2 of a core, L3 of all cores; 0: there is none */
    enum machine_source source;
    double clock_mhz;
    int macs_per_cycle; /* of a lane */
    double stores;      /* words a cycle from a core into its L1, */
    double
        loads[MACHINE_CACHES + 1]; /* and out of each cache; memory last. L3 and memory: all cores at once */
};

/* The value of a predefined macro, among these as cc -dM -E prints them, up to the end of its line; NULL: it
 * is not defined. */
const char *machine_macro(const char *macros, const char *name);

/* The widest of this CPU. */
struct machine_vectors machine_vectors_here(void);
/* What these predefined macros (cc -dM -E) say that kernels may use. */
struct machine_vectors machine_vectors_of(const char *macros);

/* What the system tells. system: its folder of devices, /sys. */
void machine_look(struct machine *machine, const char *system, struct machine_vectors vectors);
/* Another machine: 4 cores, 32 KiB of L1 and 256 KiB of L2 each, no L3. */
void machine_assume(struct machine *machine, const char *name, struct machine_vectors vectors);
/* Takes some tenths of a second. Nothing happens where this CPU lacks the vectors. */
void machine_measure(struct machine *machine);
/* As the JSON of an accelerator. */
void machine_print(struct naas_buf *out, const struct machine *machine);

/* The file that describes this machine with these vectors: $XDG_CACHE_HOME/naas/cpu-*.json, or below
 * ~/.cache, measured when it is not there or `anew` is set. NULL where there is no such folder, or it cannot
 * be written. */
const char *machine_file(struct naas_ctx *ctx, struct machine_vectors vectors, bool anew);

#endif
