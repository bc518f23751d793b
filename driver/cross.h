/*
 * cross: programs for another machine than this one, by a cross compiler, --target= or -m32. What a compiler
 * predefines tells which machine it is; nothing can be measured there, and the runtime library is compiled
 * for it from its sources.
 */
#ifndef DRIVER_CROSS_H
#define DRIVER_CROSS_H

#include "support/support.h"

/* Programs of a compiler with these predefined macros (cc -dM -E) run on this machine. */
bool cross_is_here(const char *macros);

/* Why there are no kernels for the machine of these macros; NULL: there are. */
const char *cross_fault(struct naas_ctx *ctx, const char *macros);

/* Writes an accelerator for the machine of these macros: what its vectors are they tell, the rest is assumed
 * (machine.h). */
enum naas_status cross_describe(struct naas_ctx *ctx, const char *macros, const char *path);

/* Compiles the sources of the runtime library, whose header lies in include, to an archive at path, for the
 * machine of the compiler words[0..n). Temporary files go to folder. NAAS_SYSTEM with a diagnostic when that
 * fails. */
enum naas_status cross_runtime(struct naas_ctx *ctx, const char *folder, int n, char **words,
    const char *sources, const char *include, const char *path);

#endif
