/*
 * codegen: schedule and accelerator in, tiled C with runtime calls out. Prefix cg_.
 *
 * In:  the problem with its way back to the source, the schedule's loops, the accelerator.
 * Out: one self-contained C function per nest, and the user's file with the nest guarded by a call of it.
 *
 *     #pragma naas name(conv1)                 if (naas_conv1(x, w, y) != 0) {
 *     for (int k = 0; ...)             ->      for (int k = 0; ...)
 *         ...                                      ...
 *                                              }
 *
 * Ideas: kernels go to the top of the file, where no macro of the user's can reach them, and use nothing but
 * naas_rt.h; the user's lines stay where they are, so that line numbers need one #line; the original loops
 * stay as the fall-back. Kernels are C99 with the __builtin_ functions of gcc and clang, so a file that is
 * compiled as C90 cannot take them.
 */
#ifndef CG_CODEGEN_H
#define CG_CODEGEN_H

#include "accelsearch/types.h"
#include "frontend/frontend.h"
#include "polyhedral/polyhedral.h"

/* What the native target may choose about a part. Results do not depend on it, but for the order of
 * floating-point sums. */
enum cg_form { CG_ANY_FORM, CG_SMALL, CG_PRODUCT, CG_WINDOW, CG_ROWS, CG_DOTS, CG_SOURCE };
enum cg_way { CG_ANY_WAY, CG_PANELS, CG_PLANE };
struct cg_choice {
    enum cg_form form; /* CG_ANY_FORM: the first that suits; CG_SOURCE: the source's loops as they stand */
    enum cg_way way;   /* of a product's X; what cannot be comes as panels */
    int rows,
        vectors;   /* of the block of sums in registers; rows 0: as many as the compiler's registers hold */
    int below;     /* rows of windows that are made at once */
    int64_t depth; /* bytes of the part of k that a block runs down: a panel of W stays in L1 */
    int64_t chunk; /* bytes of a chunk's X, packed or of the plane: they stay in L2 */
    int64_t sums;  /* bytes of its sums, where they are made in several parts of k: they stay in L1 */
    int cores;     /* chunks are a multiple of them */
};

/* What the caches and cores of a CPU suggest: levels L1 and L2, and the axis "cores". */
struct cg_choice cg_choice_of(const struct as_accel *accel);

/* What was decided for one part of a nest. */
struct cg_part {
    const struct poly_part *source;
    /* These are NULL where the host runs the statements as they stand. */
    const struct poly_schedule *schedule;
    const struct as_mapping *mapping;
    const struct cg_choice *choice; /* NULL: cg_choice_of the accelerator */
    const char *summary;            /* lines for the comment on top: the schedule's text form */
};

/* And for the nest. */
struct cg_kernel {
    const struct fe_nest *nest;
    int n_parts;
    const struct cg_part *part;
    int n_buffers; /* memory that parts share */
    const struct fe_array *const *buffer;
    const struct as_accel *accel;
    const char *target; /* sim */
    const char *symbol; /* the kernel's name in the whole program; NULL: it belongs to this file alone */
    bool verify;        /* run the original loops, too, and compare */
};

/* A choice that has been tried out on paper. */
struct cg_candidate {
    struct cg_choice choice;
    double cycles; /* that the part takes, roughly; 0 for forms without an estimate, which are few */
};

/* Choices for part number `part` of a kernel of the native target whose text differs: `start`, then the best
 * by their cycles, `most` in all. blocks: forms and blocks in registers, with the tiles of `start`; else
 * other tiles for the form and block of `start`. 0 where the part has no form. */
int cg_candidates(struct naas_ctx *ctx, const struct cg_kernel *kernel, int part,
    const struct cg_choice *start, bool blocks, int most, struct cg_candidate *candidates);

/* A program that times n <= CG_MAX_TRIALS kernels of the same nest side by side, on data of its own, and
 * prints seconds for each, or -1 for one that fails. `seconds`: how long it may take, about. */
enum { CG_MAX_TRIALS = 16 };
enum naas_status cg_trial_print(
    struct naas_ctx *ctx, struct naas_buf *out, int n, const struct cg_kernel *kernels, double seconds);

/* The kernel function as C text (the dump `c`). */
enum naas_status cg_kernel_print(struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel);

/* The definition of a kernel with a symbol, for a file of kernels. */
enum naas_status cg_global_kernel_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel);

/* The whole file: kernels, then the user's text with calls in it. file: the name for #line. Of a kernel with
 * a symbol only a weak declaration: where the link does not define it, the original loops run. */
enum naas_status cg_unit_print(struct naas_ctx *ctx, struct naas_buf *out, const struct fe_unit *unit, int n,
    const struct cg_kernel *kernels);

#endif
