/*
 * polyhedral: nest in, problems out; problem and mapping in, checked schedule out. Prefix poly_. All of isl
 * lives here.
 *
 * In:  struct fe_nest; later a struct as_mapping for one of its problems.
 * Out: struct poly_scop (domains, accesses, schedule, dependences), the problems in it, and for a mapping the
 * loops that implement it, after isl has shown that they respect every dependence. Ideas: a reduction is a
 * statement x = x (+) term whose self-dependences may be relaxed because (+) is reassociable; what stands
 * around it (initial value, bias, activation) becomes the *finish* of an output element: the source's
 * statements with the reduction loops taken out and the update replaced by x = x (+) sum. The search never
 * sees isl: what is legal is written into the problem as bands and spatial dims, and the mapping that was
 * chosen is checked again here.
 */
#ifndef POLY_POLYHEDRAL_H
#define POLY_POLYHEDRAL_H

#include "accelsearch/types.h"
#include "frontend/nest.h"

struct poly_scop; /* in the arena; frees its isl objects with poly_scop_free */

struct poly_options {
    bool reassociate; /* float sums may be reordered (-fnaas-reassociate, the default) */
};

/* Refuses (NAAS_UNSUPPORTED, a warning at the place) what is not a static affine nest. */
enum naas_status poly_scop_build(struct naas_ctx *ctx, const struct fe_nest *nest,
    const struct poly_options *options, struct poly_scop **scop);
void poly_scop_free(struct poly_scop *scop);
void poly_scop_print(struct naas_buf *out, const struct poly_scop *scop);
void poly_scop_json(struct naas_buf *out, const struct poly_scop *scop);

/* A statement of the finish: runs once per output element with loop[i]'s variable at the value of problem dim
 * dim[i]. */
struct poly_finish {
    const struct fe_stmt *stmt; /* the update itself stands for target = target (+) sum */
    /* Under which it runs: the statement's, but of the update's only those that leave out whole results, as
     * skipped taps are missing in the sum. */
    int n_guards;
    struct fe_guard *guard;
    int n_loops;
    const struct fe_loop **loop;
    int *dim;
};

/* A problem and its way back to the source. Statements, accesses and arrays in it may be copies of the
 * nest's, in which a flat array has got axes: same id, name and base, but rank, extents, strides and
 * subscripts of their own. Elements keep their addresses. */
struct poly_problem {
    struct as_problem problem;
    const struct fe_nest *nest;
    const struct fe_stmt *update; /* target = target (+) term */
    const struct fe_expr *term;
    const struct fe_loop *loop[AS_MAX_DIMS]; /* source loop of a dim: variable = first + step * i */
    int64_t first[AS_MAX_DIMS], step[AS_MAX_DIMS];
    const struct fe_access *access[AS_MAX_TENSORS];
    /* Coordinates of this axis of an operand count from the last element, so that the loops walk it forwards.
     */
    bool turned[AS_MAX_TENSORS][AS_MAX_RANK];
    /* Value to write where an access falls outside its array, and whether with it the guards of the update
     * can be dropped because a skipped tap then adds nothing (0 to a sum of products, the lowest value to a
     * maximum). */
    double fill[AS_MAX_TENSORS];
    bool guards_implied;
    int n_finish;
    struct poly_finish *finish; /* in source order */
    /* The finish of an element may depend on that of another, or write what sums read: then all sums come
     * before any finish, and elements are finished by their coordinates, the first axis slowest. */
    bool finish_last;
};

/* The tensor of an access in the problem's term or of its target, -1 when it is none: equal elements share a
 * tensor. */
int poly_tensor_of(const struct poly_problem *problem, const struct fe_access *access);

/* Elements of an array that an access touches, as offsets from element 0: low <= offset < high. */
struct poly_span {
    const struct fe_array *array;
    int64_t low, high;
    bool written;
};

/* Statements that run, all of them, before those of the next part. */
struct poly_part {
    struct poly_problem *problem; /* NULL when there is nothing to map: the host runs the statements */
    int n_roots;
    struct fe_node *root; /* the statements in the source's loops and order */
    int n_spans;
    struct poly_span *span; /* what they touch of memory; not of arrays that are private */
};

/* The nest as parts in the order in which they must run. Memory that they share lies in the nest's arrays,
 * and in buffers: arrays that are private in the source. */
struct poly_plan {
    int n_parts; /* at least one has a problem */
    struct poly_part *part;
    int n_buffers;
    const struct fe_array **buffer;
};

/* Refuses with a located warning. */
enum naas_status poly_plan_build(struct naas_ctx *ctx, struct poly_scop *scop, struct poly_plan **plan);

/* One loop of the mapped nest. Iterations start at the origin of the enclosing loop of the same dim (0 if
 * there is none) and go by `tile` until the end of that loop's tile. */
enum poly_loop_kind { POLY_TEMPORAL, POLY_SPATIAL, POLY_POINT };
struct poly_loop {
    enum poly_loop_kind kind;
    /* The dim's name and where the tile goes: the level that holds it (k_L2, k_L1) or the axis (k_x); points:
     * k. Unique. */
    char name[AS_NAME + 8];
    int dim;
    int64_t tile;
    int level;      /* of the mapping, whose loop this is */
    int axis;       /* of the level's array; -1 when not spatial */
    int outer;      /* index of the enclosing loop of the same dim, -1 if none */
    int64_t around; /* tile of that loop, or the dim's extent */
    int64_t trips;  /* largest number of iterations */
};

struct poly_schedule {
    int n_loops;
    struct poly_loop
        *loop;       /* outermost first; loops that only ever have one trip are left out, points included */
    const char *isl; /* isl's text of the schedule tree, for the dump */
};

/* Applies the mapping to the problem's schedule and proves with isl that every dependence still points
 * forward, and none crosses instances of an array. NAAS_INTERNAL with a diagnostic when a mapping of the
 * search fails this. */
enum naas_status poly_schedule_build(struct naas_ctx *ctx, struct poly_scop *scop,
    const struct poly_problem *problem, const struct as_accel *accel, const struct as_mapping *mapping,
    struct poly_schedule **schedule);
/* The loop nest as text, with each level's footprints; and as JSON. */
void poly_schedule_print(struct naas_buf *out, const struct poly_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct poly_schedule *schedule);
void poly_schedule_json(struct naas_buf *out, const struct poly_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct poly_schedule *schedule);

#endif
