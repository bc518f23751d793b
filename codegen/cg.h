/* What the files of codegen share: the kernel that is being printed, its names, and the printer of
 * expressions. */
#ifndef CG_H
#define CG_H

#include "codegen/codegen.h"

/* ---- names ---- */

/* Identifiers in use in one scope of the emitted text. */
struct cg_names {
    struct naas_ctx *ctx;
    int n, capacity;
    const char **name;
};

/* An identifier like `wanted` that is not in use yet, and now is. */
const char *cg_name(struct cg_names *names, const char *wanted);
/* The same, with a printf format. */
const char *cg_namef(struct cg_names *names, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- the kernel ---- */

/* An array of the caller's that the kernel touches, and the elements of it, [low, high), that it may. */
struct cg_array {
    const struct fe_array *array;
    const char *field; /* in the struct of arguments */
    bool written, buffer;
    int64_t low, high;
};

struct cg {
    struct naas_ctx *ctx;
    const struct cg_kernel *kernel;
    const struct cg_part *part;       /* NULL: several, see parts.c */
    const struct poly_problem *poly;  /* of the part, */
    const struct as_problem *problem; /* NULL when it has none */
    const char *name;                 /* prefix of everything at file scope: naas_conv1 */
    int n_arrays, n_params; /* buffers, which are not passed to the kernel, are the last of the arrays */
    struct cg_array *array;
    enum cg_form form;       /* of the native target's text, */
    double cycles;           /* and what it takes, roughly; 0: not estimated */
    bool keeps_sums;         /* the native target's: elements are finished in order behind all sums */
    const char **scalar;     /* fields of nest->scalar in the struct of arguments */
    enum naas_status status; /* the first failure; a diagnostic says what */
};

/* Records a failure at a place of the nest. */
void cg_fail(struct cg *cg, enum naas_status status, struct naas_loc loc, const char *message);
/* The native target has no form of any part. */
void cg_fail_native(struct cg *cg);

/* Source loop of a statement -> dim of the problem; -1 when there is none. finish: NULL for the update. */
int cg_dim_of(const struct cg *cg, const struct poly_finish *finish, const struct fe_loop *loop);
/* The source's loop variable of a dim as C, from the dim's index 0 <= i < extent as C. */
const char *cg_variable(const struct cg *cg, int d, const char *index);
/* Problem tensor that an access of the term reads; -1 when it is none. */
int cg_tensor_of(const struct cg *cg, const struct fe_access *access);
const struct cg_array *cg_array_of(const struct cg *cg, const struct fe_array *array);
/* C type of the partial sums, and the unsigned one in which they are added; NULL for floats. */
const char *cg_sum_type(const struct cg *cg);
const char *cg_sum_unsigned(const struct cg *cg);

/* ---- expressions ---- */

/* Where an expression is printed. What it uses is noted, so that only that need be declared. */
struct cg_scope {
    struct cg *cg;
    const struct poly_finish *finish; /* whose loops the variables are; NULL for the update's */
    const char *var[AS_MAX_DIMS];     /* the source's loop variable of a dim, as C */
    const char *args;                 /* pointer to the struct of arguments */
    void (*read)(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access);
    void *reader;
    unsigned used_vars; /* bit d */
    bool used_args;
};

void cg_expr_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_expr *expr);
void cg_affine_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_affine *affine);
/* `p + r >= 1 && 56 >= p + r`: no sign is negative. */
void cg_guards_print(struct cg_scope *scope, struct naas_buf *out, int n, const struct fe_guard *guard);
/* [k * 9 + r] */
void cg_subscript_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access);
/* The element of an array of the caller's: args->x[k * 9 + r]. */
void cg_element_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access);

/* ---- parts of a kernel's text ---- */

/* Of one part; NULL: of the whole nest. */
struct cg cg_new(
    struct naas_ctx *ctx, const struct cg_kernel *kernel, const struct cg_part *part, const char *name);
/* One part of several: what is asked of the caller once is left to the function that calls them. */
bool cg_is_inner(const struct cg *cg);
void cg_arguments_print(const struct cg *cg, struct naas_buf *out);
/* Memory for so many elements of naas_args.FIELD; NULL also where the machine's sizes cannot count it. */
void cg_allocate_print(struct naas_buf *out, const char *field, int64_t elements);
/* The C type of elements of the caller's array, in the place of that of naas_type_c: compilers take it for
 * granted that a long is not accessed as a long long. */
const char *cg_element_type(const struct fe_array *array);
/* Parameters of the host function under names of our own, with their types, and without: `void *a0, float
 * s0`. */
void cg_parameters_print(const struct cg *cg, struct naas_buf *out);
void cg_parameter_names_print(const struct cg *cg, struct naas_buf *out);
/* Leaves with 1 where an array that is written overlaps another one. */
void cg_overlaps_print(const struct cg *cg, struct naas_buf *out);

/* Where coordinates 0 of an operand lie in its array. */
int64_t cg_first_element(const struct cg *cg, int t);
void cg_tables_print(struct cg *cg, struct naas_buf *out); /* initialisers of problem and accelerator */
void cg_pe_print(struct cg *cg, struct naas_buf *out);     /* the PE kernel */
void cg_finish_print(struct cg *cg, struct naas_buf *out);
/* The finish of one element as statements. variable: the source's loop variables; sum: the reduced value,
 * which is only stored where the sums are kept. */
void cg_finish_inline(struct cg *cg, struct naas_buf *out, const char *const *variable, const char *sum);
const char *cg_kept_sum(const struct cg *cg, const char *const *variable);
/* All of it for the native target: arguments, helpers, and the function that the user's code calls. False,
 * and nothing, when it knows no faster form. */
bool cg_native_print(struct cg *cg, struct naas_buf *out);
void cg_host_print(struct cg *cg, struct naas_buf *out); /* the function that the user's code calls */
/* The text of one part for the kernel's target, as above; false for one that is run as it stands. */
bool cg_part_print(struct cg *cg, struct naas_buf *out);
/* static void NAME_source(const struct <cg's name>_args *naas_args): the statements of a part as they stand.
 */
void cg_source_print(struct cg *cg, struct naas_buf *out, const struct cg_part *part, const char *name);
/* A kernel of several parts, whose text has a function for each. */
void cg_parts_print(struct cg *cg, struct naas_buf *out);
/* How the text of `symbol` kernels and of others starts: storage class and type. */
const char *cg_linkage(const struct cg *cg);
void cg_verify_print(const struct cg *cg, struct naas_buf *out);
/* NAAS_RT_F32, ...; NULL for what the runtime lacks. */
const char *cg_type_name(enum naas_type type);

/* cg_kernel_print under a name at file scope. */
enum naas_status cg_named_kernel_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel, const char *name);
/* The same for a kernel that the link defines. */
enum naas_status cg_declaration_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel, const char *name);
/* Parameters of the host function in order, as the call passes them: assumed sizes, scalars, arrays. */
void cg_call_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel, const char *name);

#endif
