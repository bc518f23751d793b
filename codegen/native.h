/*
 * The native target: a nest as C for the CPU that compiles it, without runtime calls. Four forms: a matrix
 * product with packed operands (native_product.c), windows over a plane (native_window.c), rows of the output
 * (native_rows.c) and, for products with a vector, dots (native_dots.c). What suits none of them keeps the original loops.
 */
#ifndef CG_NATIVE_H
#define CG_NATIVE_H

#include "codegen/cg.h"

struct native {
    struct cg *cg;
    struct cg_scope scope; /* reads are elements of the caller's arrays */
    const char *index[AS_MAX_DIMS];
};

/* Some dims of the problem as one: the last one is the fastest. */
struct native_dims {
    int n;
    int dim[AS_MAX_DIMS];
};

int64_t cg_native_size(const struct native *native, const struct native_dims *dims);
/* Elements between neighbours along a dim; 0 when it does not index the access. */
int64_t cg_native_stride(const struct native *native, const struct fe_access *access, int d);
/* Declares the indices of the dims [0, n) from the flat index `from` that counts dims [0, n) only. */
void cg_native_decode_print(const struct native *native, struct naas_buf *out, const struct native_dims *dims,
    int n, const char *from);
/* Narrows naas_low <= index of d < naas_high to what satisfies the guards; where one fails for all,
 * naas_high = naas_low. */
void cg_native_bounds_print(
    struct native *native, struct naas_buf *out, int d, int n, const struct fe_guard *const *guard);

/* The element that changes no sum, maximum or minimum, as C. */
const char *cg_native_neutral(const struct native *native);

/* The forms: each prints `static int <name>_run(const struct <name>_args *naas_args)` and what it calls.
 * False when the form does not suit the nest; nothing is printed then. */
bool cg_native_product_print(struct native *native, struct naas_buf *out);
bool cg_native_window_print(struct native *native, struct naas_buf *out);
bool cg_native_rows_print(struct native *native, struct naas_buf *out);
bool cg_native_dots_print(struct native *native, struct naas_buf *out);

#endif
