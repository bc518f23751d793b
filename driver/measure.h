/*
 * measure: -fnaas-effort=measure. The native target's choices are tried on this machine: an estimate picks a
 * few forms and blocks, then a few tiles for the best of these; a program that the host compiler makes times
 * them side by side. What won is kept in the database, under a key of the kernel's text, the CPU's
 * description, the compiler and its options.
 */
#ifndef DRIVER_MEASURE_H
#define DRIVER_MEASURE_H

#include "accelsearch/cosearch.h"
#include "codegen/codegen.h"

struct measure {
    int n_compiler;
    char **compiler;               /* programs, then options, as naascc1.h describes */
    const char *macros;            /* text: what the compiler predefines */
    const char *folder;            /* for temporary files */
    const char *include, *library; /* of the runtime */
    struct as_database *database;  /* may be NULL */
};

/* Sets the choices of the kernel's parts, whose array is the caller's. Where nothing can be timed, because
 * the compiler makes code for another machine for instance, they stay as they are; a remark says so. */
void measure_kernel(
    struct naas_ctx *ctx, const struct measure *measure, struct cg_kernel *kernel, struct cg_part *parts);

#endif
