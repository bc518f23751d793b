/*
 * The native target: a nest as C for the CPU that compiles it, without runtime calls. Five forms: a matrix
 * product with packed operands (native_product.c), one of small integers (native_small.c), windows over a
 * plane (native_window.c), rows of the output (native_rows.c) and, for products with a vector, dots
 * (native_dots.c). What suits none of them keeps the original loops.
 */
#ifndef CG_NATIVE_H
#define CG_NATIVE_H

#include "codegen/cg.h"

/* What a core does in a cycle, as the accelerator has it: vectors of `lanes` words of 4 bytes. */
struct cg_speed {
    int lanes, registers;
    double macs, loads, second; /* vectors multiplied, loaded from L1, and from L2 */
};

struct native {
    struct cg *cg;
    struct cg_scope scope; /* reads are elements of the caller's arrays */
    const char *index[AS_MAX_DIMS];
    struct cg_choice choice;
    struct cg_speed speed;
    double cycles; /* what the form that was printed takes, roughly, on one core; 0: not estimated */
};

/* Some dims of the problem as one: the last one is the fastest. */
struct native_dims {
    int n;
    int dim[AS_MAX_DIMS];
};

struct cg_speed cg_speed_of(const struct as_accel *accel);

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

/* ---- planes: see native_plane.c ---- */

enum { NATIVE_MAX_STEP = 4, NATIVE_MAX_PLANE = 1 << 25 };

/* An axis of the input. */
struct native_axis {
    int64_t size;         /* local coordinates: 0 <= u < size */
    int64_t low, high;    /* what the guards let pass, of the whole coordinate: low <= it <= high */
    int64_t step;         /* of what moves along it */
    int64_t pitch, phase; /* elements of the plane between u and u + step, and between u and u + 1 */
};

struct native_plane {
    const struct native *native;
    const struct fe_access *in;
    const struct fe_expr *factor; /* what is kept of an element; NULL: itself */
    const char *type;             /* in which it is kept */
    const char *offset;           /* " + 128": what is added then; NULL: nothing */
    int64_t aligned;              /* rows are a multiple of so many elements apart; 0: as long as they are */
    int slice;                    /* the axis whose coordinates NAME_plane takes some of */
    bool by_words; /* NAME_words copies NAME_word rows at once, which are neighbours along the axis `inner` */
    int inner;
    unsigned outside; /* the dims that choose the plane, by bits, */
    unsigned moving;  /* and those that move windows over it */
    bool direct;      /* it is not copied, but read where the caller has it */
    struct native_axis *axis;
    int64_t volume;
};

/* What a dim's index counts in an axis of the input. */
int64_t cg_native_coefficient(const struct native_plane *plane, int j, int d);
/* Lays out the plane whose in, outside and moving are set. False when it cannot be, or would be too large. */
bool cg_native_plane_measure(struct native_plane *plane);
/* Makes padding of a guard; false when it is none. */
bool cg_native_plane_guard(struct native_plane *plane, const struct fe_affine *guard);
/* Elements between windows that are neighbours along a dim that moves. */
int64_t cg_native_plane_stride(const struct native_plane *plane, int d);
/* Elements to leave free in front, so that what is copied of each row begins at a multiple of `aligned`. */
int64_t cg_native_plane_margin(const struct native_plane *plane);
/* Where a tap, an index of each dim of the reduction, lies in its window. */
int64_t cg_native_plane_place(const struct native_plane *plane, const int64_t *tap);
/* Elements from the caller's array to the first of place `outside`, as C, for a direct one. */
void cg_native_plane_first_print(const struct native_plane *plane, struct naas_buf *out);
/* The function NAME_plane that fills it; neutral is what stands for padding. */
void cg_native_plane_print(const struct native_plane *plane, struct naas_buf *out,
    const struct native_dims *outside, const char *neutral);

/* The forms: each prints `static int <name>_run(const struct <name>_args *naas_args)` and what it calls.
 * False when the form does not suit the nest; nothing is printed then. */
bool cg_native_small_print(struct native *native, struct naas_buf *out);
bool cg_native_product_print(struct native *native, struct naas_buf *out);
bool cg_native_window_print(struct native *native, struct naas_buf *out);
bool cg_native_rows_print(struct native *native, struct naas_buf *out);
bool cg_native_dots_print(struct native *native, struct naas_buf *out);

#endif
