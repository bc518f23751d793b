/*
 * The finish of an output element: every statement of the part but the update, and the update itself as
 * target = target (+) sum, in source order. It starts when all sums are complete, and goes through the
 * elements by their coordinates, the first axis slowest.
 *
 *     for k for p {
 *         acc = bias[k];                                            acc = bias[k];
 *         for c for r acc += x[c][p + r] * w[k][c][r];      ->      acc = acc + sum;
 *         y[k][p] = acc > 0 ? acc : 0;                              y[k][p] = acc > 0 ? acc : 0;
 *     }
 *
 * That is right if no dependence leads backwards in this order: proved here with isl, on the dependences with
 * every statement's iterations replaced by the output element they belong to.
 */
#include "polyhedral/scop.h"
#include <stdlib.h>
#include <string.h>

/* Position of dim d among the parallel dims. */
static int parallel_position(const struct poly_problem *problem, int d)
{
    int position = 0;

    for (int i = 0; i < d; i++)
        position += problem->problem.dim[i].kind == AS_PARALLEL;
    return position;
}

int poly_n_parallel(const struct poly_problem *problem)
{
    return parallel_position(problem, problem->problem.n_dims);
}

static int64_t n_outputs(const struct poly_problem *problem)
{
    int64_t n = 1;

    for (int d = 0; d < problem->problem.n_dims; d++) {
        if (problem->problem.dim[d].kind == AS_PARALLEL)
            n *= problem->problem.dim[d].extent;
    }
    return n;
}

/* Two loops whose variables take the same values in the same order. */
static bool same_range(const struct fe_loop *a, const struct fe_loop *b)
{
    return a->step == b->step && poly_affine_equal(&a->start, &b->start) &&
           poly_affine_equal(&a->stop, &b->stop);
}

/* The dim whose loop walks the result as this loop does, by a subscript of an access to the result's array;
 * -1 if none. */
static int dim_by_subscript(
    const struct poly_problem *problem, const struct fe_access *access, const struct fe_loop *loop)
{
    const struct fe_access *target = &problem->update->target;

    if (access->array != target->array)
        return -1;
    for (int j = 0; j < access->array->rank; j++) {
        const struct fe_affine *a = &access->index[j], *b = &target->index[j];

        if (a->n_terms == 1 && b->n_terms == 1 && a->term[0].loop == loop &&
            a->term[0].coef == b->term[0].coef && a->constant == b->constant &&
            same_range(loop, b->term[0].loop))
            return b->term[0].loop->depth;
    }
    return -1;
}

static int dim_of_loop(
    const struct poly_scop *scop, const struct poly_problem *problem, int stmt, const struct fe_loop *loop)
{
    if (loop->depth < problem->problem.n_dims && problem->loop[loop->depth] == loop)
        return loop->depth;
    for (int i = 0; i < scop->n_accesses; i++) {
        int d = scop->access[i].stmt == stmt ? dim_by_subscript(problem, scop->access[i].fe, loop) : -1;

        if (d >= 0)
            return d;
    }
    return -1;
}

static void add_guards(struct naas_ctx *ctx, const struct poly_problem *problem, struct poly_finish *finish)
{
    const struct fe_stmt *stmt = finish->stmt;

    finish->n_guards = 0;
    finish->guard = naas_alloc(ctx, (size_t)stmt->n_guards + 1, sizeof *finish->guard);
    for (int i = 0; i < stmt->n_guards; i++) {
        if (stmt != problem->update || poly_guards_result(problem, &stmt->guard[i]))
            finish->guard[finish->n_guards++] = stmt->guard[i];
    }
}

/* Finds the dims of the statement's loops. */
static enum naas_status match_loops(
    const struct poly_scop *scop, const struct poly_problem *problem, int s, struct poly_finish *finish)
{
    const struct poly_stmt *stmt = &scop->stmt[s];
    bool used[AS_MAX_DIMS] = {false};

    finish->stmt = stmt->fe;
    add_guards(scop->ctx, problem, finish);
    finish->n_loops = 0;
    finish->loop = naas_alloc(scop->ctx, (size_t)stmt->n_loops, sizeof *finish->loop);
    finish->dim = naas_alloc(scop->ctx, (size_t)stmt->n_loops, sizeof *finish->dim);
    for (int i = 0; i < stmt->n_loops; i++) {
        int d = dim_of_loop(scop, problem, s, stmt->loop[i]);

        if (d < 0 || used[d])
            return poly_refuse(scop->ctx, stmt->fe->loc,
                "let it run over the same range as a loop of the reduction, or split the nest",
                "loop '%s' around this statement has no counterpart around the reduction",
                stmt->loop[i]->name);
        used[d] = true;
        if (problem->problem.dim[d].kind == AS_REDUCTION && stmt->fe == problem->update)
            continue;
        if (problem->problem.dim[d].kind == AS_REDUCTION)
            return poly_refuse(scop->ctx, stmt->fe->loc, "put it in front of the loop, or behind it",
                "this statement stands inside the reduction loop '%s'", stmt->loop[i]->name);
        finish->loop[finish->n_loops] = stmt->loop[i];
        finish->dim[finish->n_loops++] = d;
    }
    return NAAS_OK;
}

static enum naas_status check_statement(
    const struct poly_scop *scop, const struct poly_problem *problem, const struct poly_finish *finish)
{
    if (finish->n_loops != poly_n_parallel(problem))
        return poly_refuse(scop->ctx, finish->stmt->loc, "split the nest",
            "this statement does not run once per element of the result");
    return NAAS_OK;
}

__isl_give isl_set *poly_elements(
    const struct poly_scop *scop, const struct poly_problem *problem, const struct fe_stmt *stmt)
{
    isl_set *set = isl_set_universe(isl_space_set_alloc(scop->isl, 0, (unsigned)poly_n_parallel(problem)));

    for (int d = 0; d < problem->problem.n_dims; d++) {
        unsigned position = (unsigned)parallel_position(problem, d);
        isl_val *last;

        if (problem->problem.dim[d].kind != AS_PARALLEL)
            continue;
        last = isl_val_int_from_si(scop->isl, problem->problem.dim[d].extent - 1);
        set = isl_set_lower_bound_si(set, isl_dim_set, position, 0);
        set = isl_set_upper_bound_val(set, isl_dim_set, position, last);
        set = isl_set_set_dim_name(set, isl_dim_set, position, problem->loop[d]->name);
    }
    if (stmt)
        set = isl_set_set_tuple_name(set, naas_format(scop->ctx, "F%d", stmt->id));
    return set;
}

static const struct poly_finish *finish_of(const struct poly_problem *problem, int stmt)
{
    int i = 0;

    while (problem->finish[i].stmt->id != stmt)
        i++;
    return &problem->finish[i];
}

/* Iterations of the statement -> output elements they belong to. */
static __isl_give isl_map *belongs_to(const struct poly_scop *scop, const struct poly_problem *problem,
    const struct poly_finish *finish, const struct fe_stmt *name)
{
    const struct poly_stmt *stmt = &scop->stmt[finish->stmt->id];
    isl_map *map = isl_map_from_domain_and_range(isl_set_copy(stmt->box), poly_elements(scop, problem, name));

    for (int i = 0; i < finish->n_loops; i++) {
        int position = parallel_position(problem, finish->dim[i]);

        map = isl_map_equate(map, isl_dim_in, finish->loop[i]->depth, isl_dim_out, position);
    }
    return map;
}

__isl_give isl_map *poly_sum_to_finish(const struct poly_scop *scop, const struct poly_problem *problem)
{
    isl_map *map = belongs_to(scop, problem, finish_of(problem, problem->update->id), problem->update);

    return isl_map_intersect_domain(map, isl_set_copy(scop->stmt[problem->update->id].domain));
}

/* Where an output element comes in the order of finishing: its coordinates, the first axis slowest. */
static __isl_give isl_map *position(const struct poly_scop *scop, const struct poly_problem *problem)
{
    const struct as_tensor *output = &problem->problem.tensor[problem->problem.output];
    unsigned n = (unsigned)poly_n_parallel(problem), e = 0;
    isl_space *space = isl_space_set_alloc(scop->isl, 0, n);
    isl_multi_aff *all = isl_multi_aff_zero(isl_space_map_from_set(space));

    for (int j = 0; j < output->rank; j++) {
        if (output->axis[j].n_terms)
            all = isl_multi_aff_set_aff(all, (int)e++, poly_coordinate(scop, problem, j, NULL));
    }
    return isl_map_from_multi_aff(all);
}

__isl_give isl_aff *poly_coordinate(
    const struct poly_scop *scop, const struct poly_problem *problem, int axis, const struct fe_stmt *stmt)
{
    int d = problem->problem.tensor[problem->problem.output].axis[axis].term[0].dim;
    isl_set *set = poly_elements(scop, problem, stmt);
    isl_local_space *space = isl_local_space_from_space(isl_set_get_space(set));
    isl_aff *counter = isl_aff_var_on_domain(space, isl_dim_set, (unsigned)parallel_position(problem, d));

    isl_set_free(set);
    return poly_mirrored(problem, d) ? isl_aff_neg(counter) : counter;
}

struct order_check {
    struct poly_scop *scop;
    const struct poly_problem *problem;
    bool between;     /* some element depends on another one */
    isl_map *earlier; /* element -> elements that are finished later */
    isl_map *same;
    enum naas_status status;
};

static int stmt_of(__isl_keep isl_map *map, enum isl_dim_type type)
{
    return atoi(isl_map_get_tuple_name(map, type) + 1);
}

/* The dependence as one between output elements. */
static __isl_give isl_map *between_elements(
    const struct order_check *check, __isl_take isl_map *map, int from, int to)
{
    const struct poly_finish *a = finish_of(check->problem, from), *b = finish_of(check->problem, to);

    map = isl_map_apply_domain(map, belongs_to(check->scop, check->problem, a, NULL));
    return isl_map_apply_range(map, belongs_to(check->scop, check->problem, b, NULL));
}

/* Does every pair of elements that depend on each other pass? Then adds them to finish_order. */
static isl_stat check_pairs(
    struct order_check *check, __isl_take isl_map *map, int from, int to, __isl_take isl_map *allowed)
{
    struct poly_scop *scop = check->scop;
    isl_bool passes = isl_map_is_subset(map, allowed);

    check->between = check->between || isl_map_is_subset(map, check->same) != isl_bool_true;
    isl_map_free(allowed);
    if (passes == isl_bool_error)
        check->status = poly_isl_failure(scop);
    else if (!passes)
        check->status = poly_refuse(scop->ctx, finish_of(check->problem, to)->stmt->loc,
            "write to another array, or split the nest",
            "this statement depends on other elements of the result, or on what comes later");
    map = isl_map_set_tuple_name(map, isl_dim_in, naas_format(scop->ctx, "F%d", from));
    map = isl_map_set_tuple_name(map, isl_dim_out, naas_format(scop->ctx, "F%d", to));
    scop->finish_order = isl_union_map_add_map(scop->finish_order, map);
    return check->status == NAAS_OK ? isl_stat_ok : isl_stat_error;
}

/* Memory outlives the element: what comes first in the source must do so in the finish. */
static isl_stat check_memory(__isl_take isl_map *map, void *user)
{
    struct order_check *check = user;
    int from = stmt_of(map, isl_dim_in), to = stmt_of(map, isl_dim_out);
    isl_map *allowed = isl_map_copy(check->earlier);

    if (from < to)
        allowed = isl_map_union(allowed, isl_map_copy(check->same));
    return check_pairs(check, between_elements(check, map, from, to), from, to, allowed);
}

/* Private arrays are variables of the element's own. */
static isl_stat check_local(__isl_take isl_map *map, void *user)
{
    struct order_check *check = user;
    int from = stmt_of(map, isl_dim_in), to = stmt_of(map, isl_dim_out);
    isl_map *allowed = isl_map_copy(check->same);

    if (from >= to) {
        isl_map_free(allowed);
        allowed = isl_map_empty(isl_map_get_space(check->same));
    }
    return check_pairs(check, between_elements(check, map, from, to), from, to, allowed);
}

/* The term reads none of what the part writes earlier (problem.c sees to that), so it reads the old value. */
static bool writes_operand(
    const struct poly_scop *scop, const bool *member, const struct poly_problem *problem)
{
    for (int s = 0; s < scop->n_stmts; s++) {
        if (member[s] && poly_reads_array(problem->term, scop->stmt[s].fe->target.array))
            return true;
    }
    return false;
}

static enum naas_status find_order(struct poly_scop *scop, const bool *member, struct poly_problem *problem)
{
    struct order_check check = {.scop = scop, .problem = problem, .status = NAAS_OK};
    isl_union_map *memory = poly_memory_order(scop, member, problem->update);
    isl_union_map *local = poly_local_flow(scop, member, problem->update);
    isl_map *at = position(scop, problem);

    check.same = isl_set_identity(poly_elements(scop, problem, NULL));
    check.earlier = isl_map_lex_lt_map(isl_map_copy(at), at);
    if (!scop->finish_order)
        scop->finish_order = isl_union_map_empty(isl_space_params_alloc(scop->isl, 0));
    if ((isl_union_map_foreach_map(memory, check_memory, &check) < 0 ||
            isl_union_map_foreach_map(local, check_local, &check) < 0) &&
        check.status == NAAS_OK)
        check.status = poly_isl_failure(scop);
    isl_union_map_free(memory);
    isl_union_map_free(local);
    isl_map_free(check.same);
    isl_map_free(check.earlier);
    problem->finish_last = check.between || writes_operand(scop, member, problem);
    return check.status;
}

/* ---- what an element starts from, and what finishing reads ---- */

static int64_t count_reads(const struct fe_expr *expr, const struct fe_array *result)
{
    int64_t n =
        expr->kind == FE_READ && expr->access.array->storage != FE_PRIVATE && expr->access.array != result;

    for (int i = 0; i < expr->n_args; i++)
        n += count_reads(expr->arg[i], result);
    return n;
}

static void find_init(struct poly_problem *problem)
{
    const struct fe_array *result = problem->update->target.array;
    bool set = false, reads_itself = false;
    int64_t before = 0, all = 0;

    for (int i = 0; i < problem->n_finish; i++) {
        const struct fe_stmt *stmt = problem->finish[i].stmt;
        int64_t reads;

        if (stmt == problem->update)
            continue;
        reads = count_reads(stmt->value, result);
        all += reads;
        if (stmt->id > problem->update->id)
            continue;
        before += reads;
        set = set || (stmt->target.array == result && stmt->n_guards == 0);
        reads_itself = reads_itself || poly_reads_array(stmt->value, result);
    }
    problem->problem.init = AS_INIT_NEUTRAL;
    if (!set || reads_itself)
        problem->problem.init = AS_INIT_MEMORY;
    else if (before > 0)
        problem->problem.init = AS_INIT_OPERAND;
    all += problem->problem.init == AS_INIT_MEMORY;
    problem->problem.finish_reads = all * n_outputs(problem);
}

enum naas_status poly_finish_build(struct poly_scop *scop, const bool *member, struct poly_problem *problem)
{
    enum naas_status status = NAAS_OK;

    problem->finish = naas_alloc(scop->ctx, (size_t)scop->n_stmts, sizeof *problem->finish);
    for (int s = 0; s < scop->n_stmts && status == NAAS_OK; s++) {
        struct poly_finish *finish = &problem->finish[problem->n_finish];

        if (!member[s])
            continue;
        problem->n_finish++;
        status = match_loops(scop, problem, s, finish);
        if (status == NAAS_OK)
            status = check_statement(scop, problem, finish);
    }
    if (status == NAAS_OK)
        status = find_order(scop, member, problem);
    if (status == NAAS_OK)
        find_init(problem);
    return status;
}
