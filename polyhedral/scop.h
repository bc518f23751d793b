/*
 * Inside of struct poly_scop, shared by the files of polyhedral/ only.
 *
 * Iterators are normalised: dimension d of a statement's domain counts the iterations of the d-th loop around
 * it from 0, so that every loop runs upwards by 1 and strides need no existential variables. The loop's
 * variable has the value start + step * counter.
 */
#ifndef POLY_SCOP_H
#define POLY_SCOP_H

#include "polyhedral/polyhedral.h"
#include <isl/aff.h>
#include <isl/ctx.h>
#include <isl/id.h>
#include <isl/ilp.h>
#include <isl/map.h>
#include <isl/schedule.h>
#include <isl/schedule_node.h>
#include <isl/set.h>
#include <isl/space.h>
#include <isl/union_map.h>
#include <isl/union_set.h>
#include <isl/val.h>

/* target = target (+) term. kind is AS_NO_REDUCE for every other statement. */
struct poly_reduction {
    enum as_reduce kind;
    bool relaxable; /* its order may change */
    bool in_place;  /* none, as its terms read the array that it writes */
    const struct fe_expr *term;
};

struct poly_stmt {
    const struct fe_stmt *fe; /* of the nest, or a copy with axes for flat arrays */
    int n_loops;
    const struct fe_loop **loop; /* outermost first; loop[d] is counted by dimension d */
    isl_space *space;            /* of the domain, named */
    isl_set *box;                /* what the loops run over */
    isl_set *domain;             /* box cut by the guards */
    struct poly_reduction reduction;
    unsigned carried; /* bit d: it reads what it has written in another iteration of loop[d] */
};

struct poly_access {
    int stmt;
    const struct fe_access *fe;
    bool write;
    isl_map *map; /* domain of the statement -> element, private arrays with their expansion in front */
};

struct poly_scop {
    struct naas_ctx *ctx;
    const struct fe_nest *nest;
    struct poly_options options;
    isl_ctx *isl;
    int n_stmts;
    struct poly_stmt *stmt; /* in textual order, stmt[i].fe->id = i */
    int n_accesses, cap_accesses;
    struct poly_access *access;
    bool *written;  /* per array: does the nest write it? */
    int *expansion; /* per array: number of outer loops over which a private array is expanded, else 0 */
    isl_schedule *schedule;
    /* Dependences, earlier -> later, that every schedule must respect, and those of reductions, which it need
     * not. */
    isl_union_map *flow, *anti, *output, *relaxed;
    /* What the finish of an output element must respect: between F<id>[parallel dims], see finish.c. NULL
     * until poly_plan_build. */
    isl_union_map *finish_order;
};

/* Says at loc why the nest stays as it is, and what would help (NULL: nothing to say), and returns
 * NAAS_UNSUPPORTED. */
enum naas_status poly_refuse(struct naas_ctx *ctx, struct naas_loc loc, const char *hint, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* Tells an exhausted operations limit from a bug, and refuses. */
enum naas_status poly_isl_failure(const struct poly_scop *scop);

/* ---- access.c ---- */

/* Value of an affine form at an iteration of the statement. */
__isl_give isl_aff *poly_aff(const struct poly_stmt *stmt, const struct fe_affine *affine);
/* The points of set where aff >= 0; where all guards hold. */
__isl_give isl_set *poly_nonneg(__isl_take isl_set *set, __isl_take isl_aff *aff);
__isl_give isl_set *poly_guard(
    __isl_take isl_set *set, const struct poly_stmt *stmt, int n, const struct fe_guard *guard);
/* Smallest and largest value of an affine form on a bounded set of iterations; false when it is empty or isl
 * failed. */
bool poly_range(const struct poly_stmt *stmt, __isl_keep isl_set *set, const struct fe_affine *affine,
    int64_t *low, int64_t *high);
/* Loops, space, box and domain of the statement. */
void poly_stmt_build(struct poly_scop *scop, struct poly_stmt *stmt);
/* Lists the accesses of all statements; maps are made by poly_access_maps, anew when an expansion has
 * changed. */
void poly_accesses(struct poly_scop *scop);
void poly_access_maps(struct poly_scop *scop);
bool poly_affine_equal(const struct fe_affine *a, const struct fe_affine *b);
bool poly_access_equal(const struct fe_access *a, const struct fe_access *b);

/* ---- flat.c ---- */

/* Gives axes to the arrays with linear subscripts where that is exact, by copies of the statements. */
void poly_unflatten(struct poly_scop *scop);

/* ---- depend.c ---- */

/* flow, anti, output, relaxed, and the expansion of private arrays; anew when statements have changed. */
enum naas_status poly_dependences(struct poly_scop *scop);
int poly_common_loops(const struct poly_stmt *a, const struct poly_stmt *b);
/* Of a part's statements (member[id]), but not of the update on itself: what must keep its order because of
 * the caller's memory, what the update's term reads left out; what is handed on in private arrays. */
__isl_give isl_union_map *poly_memory_order(
    const struct poly_scop *scop, const bool *member, const struct fe_stmt *update);
__isl_give isl_union_map *poly_local_flow(
    const struct poly_scop *scop, const bool *member, const struct fe_stmt *update);
/* Flow through one array, among the statements of a part; of the nest when member is NULL. */
__isl_give isl_union_map *poly_array_flow(
    const struct poly_scop *scop, const bool *member, const struct fe_array *array);

/* ---- reduce.c ---- */

struct poly_reduction poly_reduction_find(
    struct naas_ctx *ctx, const struct poly_options *options, const struct fe_stmt *stmt);
bool poly_reads_array(const struct fe_expr *expr, const struct fe_array *array);
/* Can every value of `from` be held by `to`? */
bool poly_type_holds(enum naas_type to, enum naas_type from);
/* The type whose values expr can have, seen through casts that keep the value. */
enum naas_type poly_value_type(const struct fe_expr *expr);

/* ---- bounds.c ---- */

/* The guard leaves out whole results, instead of taps: it speaks of parallel dims only. */
bool poly_guards_result(const struct poly_problem *problem, const struct fe_guard *guard);

/* Extents of axes whose length the source does not tell, bounds, guards_implied and fill. */
enum naas_status poly_bounds(struct poly_scop *scop, struct poly_problem *problem);

/* ---- finish.c ---- */

enum naas_status poly_finish_build(struct poly_scop *scop, const bool *member, struct poly_problem *problem);
/* Has the output an axis for each parallel dim, instead of the target's own? */
bool poly_has_own_axes(const struct poly_problem *problem);

int poly_n_parallel(const struct poly_problem *problem);
/* The output elements, [counters of the parallel loops], named F<id> after a statement unless that is NULL.
 */
__isl_give isl_set *poly_elements(
    const struct poly_scop *scop, const struct poly_problem *problem, const struct fe_stmt *stmt);
/* Along an axis of the output, up to a constant, as a function of the element. */
__isl_give isl_aff *poly_coordinate(
    const struct poly_scop *scop, const struct poly_problem *problem, int axis, const struct fe_stmt *stmt);
/* Iterations of the update -> the finish that takes their sum. */
__isl_give isl_map *poly_sum_to_finish(const struct poly_scop *scop, const struct poly_problem *problem);

/* ---- problem.c ---- */

/* Is the statement a reduction of memory over a loop? Nothing else becomes a problem. */
bool poly_is_update(const struct poly_scop *scop, const struct poly_stmt *stmt);
/* Does it read what it wrote in another iteration, and is no reduction? */
bool poly_is_recurrence(const struct poly_scop *scop, const struct poly_stmt *stmt);
/* The problem of an update, finished by the other statements of the part (member[id]). The second function
 * looks at everything but bounds, and says nothing. */
enum naas_status poly_problem_build(struct poly_scop *scop, const bool *member,
    const struct poly_stmt *update, const char *name, struct poly_problem *out);
bool poly_problem_fits(struct poly_scop *scop, const bool *member, const struct poly_stmt *update);

/* Position of dim d's counter: i = counter, or extent - 1 - counter when the dim is mirrored. */
bool poly_mirrored(const struct poly_problem *problem, int d);

/* ---- expand.c ---- */

/* Makes buffers of the private arrays that carry values between groups of statements (group[id]), and finds
 * reductions, accesses and dependences anew. */
enum naas_status poly_expand(struct poly_scop *scop, const int *group, struct poly_plan *plan);

/* ---- schedule.c ---- */

/* Is one of the dependences, all of which are between points below the node and not yet ordered, reversed,
 * left without an order, or carried by a coincident member of a band? */
isl_bool poly_order_violated(__isl_take isl_schedule_node *node, __isl_take isl_union_map *deps);

/* ---- print.c ---- */

/* Distinct elements of a tensor that a tile touches, padding included. */
int64_t poly_footprint(const struct as_tensor *tensor, const int64_t tile[AS_MAX_DIMS]);

/* isl's text of a tree, one node a line, in the arena; "" for NULL. */
char *poly_tree_text(struct naas_ctx *ctx, __isl_keep isl_schedule *tree);

#endif
