/*
 * frontend: C source in, annotated nests out. Prefix fe_.
 *
 * In:  a C file, and the options of the compiler that will compile it.
 * Out: struct fe_unit: for each `#pragma naas` (or scop ... endscop) a struct fe_nest (nest.h), or a located
 * diagnostic saying why the nest is left as it is. Ideas: libclang (19) parses; macros are those of the host
 * compiler, not clang's (options.host_macros), because what gcc compiles is the truth; annotations are found
 * through -Wunknown-pragmas, clauses through tokens. What is not understood is refused, never guessed. Knows
 * nothing of isl or accelerators.
 */
#ifndef FE_FRONTEND_H
#define FE_FRONTEND_H

#include "frontend/nest.h"

#define FE_ASKED "NAAS_ASKED"

struct fe_options {
    int n_args;
    const char *const
        *args; /* preprocessor and language options of the user's command line: -I -D -U -std= ... */
    const char *host_macros; /* path of a file with the host compiler's predefined macros (cc -dM -E), or NULL
                                for clang's own */
    int n_system;
    const char *const *system; /* the host compiler's system include directories, in order */
    /* Adds to host_macros what the host compiler answers where the text asks which builtins, attributes and
     * the like it has: host_macros define __has_builtin(x) as FE_ASKED__has_builtin_##x(), and this gets the
     * names that are not defined so far. False: no answer. NULL: host_macros ask nothing. */
    bool (*answer)(void *about, int n, const char *const *names);
    void *about;
};

struct fe_unit {
    const char *file;
    const char *text; /* the bytes of the file */
    size_t length;
    int n_nests;
    struct fe_nest **nest; /* the understood ones, in file order */
    int n_refused;         /* annotated nests that were refused, each with a NAAS_WARNING diagnostic */
};

/* Parses a file. NAAS_OK even when nests were refused; NAAS_BAD_INPUT when the file cannot be parsed at all
 * (everything is then refused with a diagnostic), NAAS_SYSTEM when it cannot be read. */
enum naas_status fe_parse(
    struct naas_ctx *ctx, const char *path, const struct fe_options *options, struct fe_unit **unit);

/* Text forms: of a nest (the dump `nest`), and of its parts, as C. */
void fe_nest_print(struct naas_buf *out, const struct fe_nest *nest);
void fe_nest_json(struct naas_buf *out, const struct fe_nest *nest);
void fe_affine_print(struct naas_buf *out, const struct fe_affine *affine);
const char *fe_op_text(enum fe_op op);

#endif
