/*
 * program.h: turns problems with mappings into struct cg_kernels without front end and isl, and emitted C
 * into functions that can be called.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "codegen/codegen.h"

/* How the source of a random problem looks. */
struct program_style {
    const char *name; /* of the nest */
    const char *summary;
    bool guarded;   /* the kernel keeps the guards of padding */
    unsigned shape; /* bits that choose where the source's loops start and which way they run */
};

/* y[...] = y[...] (+) product of the operands, over all dims: a nest with that meaning, and the kernel of a
 * mapping. All in the arena. */
const struct cg_kernel *program_kernel(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct program_style *style);

/* Compiles C with the host's compiler into a shared object in a directory of its own and loads it. flags: in
 * addition to warnings as errors. NULL with a message on stderr when it does not compile. */
struct program_object {
    char directory[256];
    void *handle;
};
bool program_load(const char *compiler, const char *text, const char *flags, struct program_object *object);
void program_unload(struct program_object *object);
/* Does C compile without a warning? Tried under every C standard from C99 to gnu17. */
bool program_compiles(const char *compiler, const char *text);

/* Runs a shell command; its exit status. */
int program_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Holds text against a file beside the tests, or writes the file when NAAS_UPDATE_GOLDEN is set. */
bool program_is_golden(const char *name, const char *text);

#endif
