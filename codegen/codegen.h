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

/* What the native target may choose about a part. Results do not depend on it. */
struct cg_choice {
    int rows,
        vectors;   /* of the block of sums in registers; rows 0: as many as the compiler's registers hold */
    int64_t depth; /* bytes of the part of k that a block runs down: a panel of W stays in L1 */
    int64_t chunk; /* bytes of packed X and its sums: they stay in L2 */
    int64_t sums;  /* bytes of the sums that are made of a plane at once: they stay in L1 */
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
