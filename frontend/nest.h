/*
 * An annotated loop nest as data: what frontend makes and polyhedral and codegen read.
 *
 *     #pragma naas name(conv1)
 *     for (int k = 0; k < 64; k++)               struct fe_loop   k, start 0, stop 64, step 1
 *         for (int p = 0; p < 56; p++) {         struct fe_loop   p
 *             float acc = bias[k];               struct fe_stmt   S0: acc = bias[k]
 *             for (int c = 0; c < 64; c++)       struct fe_loop   c
 *                 acc += x[c][p] * w[k][c];      struct fe_stmt   S1: acc = acc + x[c][p] * w[k][c]
 *             y[k][p] = acc > 0 ? acc : 0;       struct fe_stmt   S2: y[k][p] = acc > 0 ? acc : 0
 *         }
 *
 * Everything is normalised as far as the source language goes, and no further: compound assignments are
 * written out, `if (v > m) m = v;` is `m = v > m ? v : m`, integer temporaries of affine value are
 * substituted away, subscripts and guards are affine forms over the loops' variables. A loop whose start
 * moves with an outer one counts its iterations from 0 instead; one whose counter is divided becomes two or
 * more loops (i / 8 and i % 8 are their variables), and an array that such a loop runs across has a single
 * axis; clipped windows and triangles are whole ones with guards; a loop that a pointer ends counts elements.
 * What a statement means (a reduction? an initialisation?) is polyhedral's to find. All of it lives in the
 * arena of the context that parsed it.
 */
#ifndef FE_NEST_H
#define FE_NEST_H

#include "support/support.h"

struct fe_loop;

/* constant + sum coef * (value of the loop's variable). Terms are sorted by the loops' depth, coefs are not
 * 0. */
struct fe_term {
    const struct fe_loop *loop;
    int64_t coef;
};
struct fe_affine {
    int64_t constant;
    int n_terms;
    struct fe_term *term;
};

/* for (v = start; step > 0 ? v < stop : v > stop; v += step): stop is exclusive in the direction of the step.
 */
struct fe_loop {
    int id;              /* position in fe_nest.loop */
    const char *name;    /* the source's variable */
    enum naas_type type; /* of the variable */
    struct naas_loc loc; /* of the `for` */
    struct fe_affine start, stop;
    int64_t step;                 /* not 0 */
    const struct fe_loop *parent; /* the loop around it; NULL outermost */
    int depth;                    /* 0 outermost */
};

enum fe_storage {
    FE_GLOBAL,  /* declared outside the function */
    FE_LOCAL,   /* declared in the function, outside the nest */
    FE_PARAM,   /* parameter of the function */
    FE_PRIVATE, /* declared inside the nest: dead before and after it (per iteration of the loop it is
                   declared in) */
};

/* An array, or a scalar (rank 0), that the nest reads or writes. Element at index (i0, i1, ...) lies at
 * base + sum i_j * stride_j. */
struct fe_array {
    int id; /* position in fe_nest.array */
    const char *name;
    const char *base; /* C expression for the address of element 0, as valid just before the nest, e.g. "x",
                         "&s.x[0][0]" */
    enum naas_type type;
    bool is_long; /* declared as long or unsigned long, which is no other type of the same size */
    int rank;
    int64_t *extent; /* per axis; 0 when not known (first axis of a pointer) */
    int64_t *stride; /* per axis, in elements */
    enum fe_storage storage;
    bool is_const;   /* element type const-qualified */
    bool is_pointer; /* a pointer (parameter arrays too): may alias other pointers unless is_restrict */
    bool is_restrict;
    bool is_constant;    /* its elements never change: a constant(...) clause, or a const object of static
                            storage */
    struct naas_loc loc; /* of its declaration */
};

/* affine >= 0 */
struct fe_guard {
    struct fe_affine affine;
    struct naas_loc loc;
};

/* An element of an array. The guards are those of `?:` around a read, and hold whenever the element is
 * touched; the statement's own guards come on top. */
struct fe_access {
    const struct fe_array *array;
    struct fe_affine *index; /* one per axis */
    int n_guards;
    struct fe_guard *guard;
    struct naas_loc loc;
};

enum fe_expr_kind {
    FE_INT,     /* ivalue */
    FE_FLOAT,   /* text: the literal as it must be printed */
    FE_LOOPVAR, /* loop */
    FE_SCALAR,  /* text: name of a variable that the nest does not write; type */
    FE_READ,    /* access */
    FE_UNARY,   /* op, arg[0] */
    FE_BINARY,  /* op, arg[0], arg[1] */
    FE_COND,    /* arg[0] ? arg[1] : arg[2] */
    FE_CAST,    /* (type)arg[0] */
    FE_CALL,    /* text: a pure function of <math.h> or <stdlib.h> (fmaxf, fabsf, abs, ...), arg[0..n_args) */
};

enum fe_op {
    FE_ADD,
    FE_SUB,
    FE_MUL,
    FE_DIV,
    FE_MOD,
    FE_SHL,
    FE_SHR,
    FE_AND,
    FE_OR,
    FE_XOR,
    FE_LT,
    FE_LE,
    FE_GT,
    FE_GE,
    FE_EQ,
    FE_NE,
    FE_LAND,
    FE_LOR,
    FE_NEG,
    FE_NOT,
    FE_BITNOT,
};

struct fe_expr {
    enum fe_expr_kind kind;
    enum naas_type type; /* after C's promotions */
    struct naas_loc loc;
    enum fe_op op;
    int64_t ivalue;
    const char *text;
    const struct fe_loop *loop;
    struct fe_access access;
    int n_args;
    struct fe_expr *arg[3];
};

/* target = value, for every iteration of the loops around it that satisfies all guards. */
struct fe_stmt {
    int id; /* position in fe_nest.stmt, which is textual order; printed as S<id> */
    struct naas_loc loc;
    const struct fe_loop *loop; /* innermost loop around it; NULL when outside all */
    int n_guards;
    struct fe_guard *guard;
    struct fe_access target;
    struct fe_expr *value;
};

/* The tree of the source: loops and statements in textual order. */
struct fe_node {
    const struct fe_loop *loop; /* a loop with children, or */
    const struct fe_stmt *stmt; /* a statement */
    int n_children;
    struct fe_node *child;
};

/* `name == value` must hold at run time for the nest to be what this struct says (extent(...) clauses). */
struct fe_assumption {
    const char *name;
    int64_t value;
};

struct fe_nest {
    const char *name;     /* name(...) clause, else function_line */
    const char *function; /* the function it stands in */
    struct naas_loc loc;  /* of the first `for` */

    /* Byte offsets in the file: the annotation [pragma_begin, pragma_end), from its # to the end of its line,
     * and the nest's statements [begin, end). */
    size_t pragma_begin, pragma_end, begin, end;

    const char *accel;  /* accel("file") clause as written, or NULL */
    const char *target; /* target(...) clause, or NULL */
    int n_assumptions;
    struct fe_assumption *assumption;

    int n_loops, n_arrays, n_stmts, n_scalars;
    struct fe_loop **loop;
    struct fe_array **array;
    struct fe_stmt **stmt;
    struct fe_expr **scalar; /* the distinct FE_SCALARs that the nest reads */
    int n_finals;
    const char **final; /* statements that give variables of outside the values they have behind the nest */
    int n_roots;
    struct fe_node
        *root; /* in textual order; more than one when statements stand beside the loop in a scop */
};

#endif
