/*
 * The problem in a scop: its one reduction, with loops as dims and accesses as tensors.
 */
#include "polyhedral/scop.h"
#include "support/number.h"
#include <stdlib.h>
#include <string.h>

bool poly_mirrored(const struct poly_problem *problem, int d)
{
    return problem->step[d] != problem->loop[d]->step;
}

/* Does the target's element depend on the loop? */
static bool in_subscript(const struct fe_access *target, const struct fe_loop *loop)
{
    for (int j = 0; j < target->array->rank; j++) {
        for (int i = 0; i < target->index[j].n_terms; i++) {
            if (target->index[j].term[i].loop == loop)
                return true;
        }
    }
    return false;
}

static bool stands_in(const struct poly_stmt *stmt, const struct fe_loop *loop)
{
    return loop->depth < stmt->n_loops && stmt->loop[loop->depth] == loop;
}

/* A loop that another statement of the part stands in as well has a result in each iteration, unless the
 * sums run on through it. */
static bool is_parallel(const struct poly_scop *scop, const bool *member, const struct poly_stmt *update,
    const struct fe_loop *loop)
{
    if (in_subscript(&update->fe->target, loop))
        return true;
    if (update->carried >> loop->depth & 1)
        return false;
    for (int s = 0; s < scop->n_stmts; s++) {
        if (member[s] && &scop->stmt[s] != update && stands_in(&scop->stmt[s], loop))
            return true;
    }
    return false;
}

/* A loop over whose iterations the target stays the same, and is not set anew in each of them. */
static bool reduces_over_a_loop(const struct poly_scop *scop, const struct poly_stmt *stmt)
{
    for (int d = 0; d < stmt->n_loops; d++) {
        bool same = !in_subscript(&stmt->fe->target, stmt->loop[d]);

        for (int s = 0; s < scop->n_stmts && same; s++) {
            const struct poly_stmt *other = &scop->stmt[s];

            if (other != stmt && other->fe->target.array == stmt->fe->target.array &&
                other->reduction.kind == AS_NO_REDUCE && stands_in(other, stmt->loop[d]))
                same = false;
        }
        if (same)
            return true;
    }
    return false;
}

static bool reads_memory(const struct fe_expr *expr)
{
    bool found = expr->kind == FE_READ;

    for (int i = 0; i < expr->n_args; i++)
        found = found || reads_memory(expr->arg[i]);
    return found;
}

bool poly_is_update(const struct poly_scop *scop, const struct poly_stmt *stmt)
{
    return stmt->reduction.kind != AS_NO_REDUCE && reads_memory(stmt->reduction.term) &&
           (stmt->carried || reduces_over_a_loop(scop, stmt));
}

bool poly_is_recurrence(const struct poly_scop *scop, const struct poly_stmt *stmt)
{
    return stmt->reduction.kind == AS_NO_REDUCE && stmt->carried && reduces_over_a_loop(scop, stmt);
}

/* ---- dims ---- */

/* Number of iterations, or -1 when it is not the same for all iterations of the loops around. */
static int64_t trip_count(const struct fe_loop *loop)
{
    int64_t span;

    if (loop->start.n_terms || loop->stop.n_terms)
        return -1;
    span = loop->step > 0 ? loop->stop.constant - loop->start.constant
                          : loop->start.constant - loop->stop.constant;
    return span <= 0 ? 0 : ceil_div(span, llabs(loop->step));
}

static bool name_taken(const struct as_problem *problem, int n, const char *name)
{
    for (int d = 0; d < n; d++) {
        if (strcmp(problem->dim[d].name, name) == 0)
            return true;
    }
    return false;
}

static void name_dim(struct as_problem *problem, int d, const char *source)
{
    char name[AS_NAME];

    snprintf(name, sizeof name, "%s", source);
    for (int i = 2; name_taken(problem, d, name); i++)
        snprintf(name, sizeof name, "%.20s%d", source, i);
    memcpy(problem->dim[d].name, name, sizeof name);
}

static enum naas_status dims(const struct poly_scop *scop, const bool *member, const struct poly_stmt *update,
    struct poly_problem *out)
{
    struct as_problem *problem = &out->problem;
    bool reduces = false;

    if (update->n_loops > AS_MAX_DIMS)
        return poly_refuse(scop->ctx, update->loop[AS_MAX_DIMS]->loc, "leave the outer loops out of the nest",
            "it has more than %d loops", AS_MAX_DIMS);
    problem->n_dims = update->n_loops;
    for (int d = 0; d < update->n_loops; d++) {
        const struct fe_loop *loop = update->loop[d];
        int64_t extent = trip_count(loop);

        if (extent < 0)
            return poly_refuse(scop->ctx, loop->loc,
                "let the loop run over a constant range, and test inside",
                "the bounds of loop '%s' depend on another loop's variable", loop->name);
        if (extent == 0)
            return poly_refuse(scop->ctx, loop->loc, "correct its bounds, or take the loop out",
                "loop '%s' never runs", loop->name);
        problem->dim[d] = (struct as_dim){.extent = extent, .spatial = true};
        problem->dim[d].kind = is_parallel(scop, member, update, loop) ? AS_PARALLEL : AS_REDUCTION;
        reduces = reduces || problem->dim[d].kind == AS_REDUCTION;
        name_dim(problem, d, loop->name);
        out->loop[d] = loop;
        out->first[d] = loop->start.constant;
        out->step[d] = loop->step;
    }
    if (reduces)
        return NAAS_OK;
    return poly_refuse(scop->ctx, update->fe->target.loc,
        "reduce over another loop, or write each result once",
        "a subscript of the result '%s' depends on more than one loop", update->fe->target.array->name);
}

/* ---- tensors ---- */

/* The array that the nest leaves its results in: the target, or what a private target's value is stored to.
 */
static const struct fe_array *result_array(
    const struct poly_scop *scop, const bool *member, const struct fe_stmt *update)
{
    const struct fe_array *result = update->target.array;

    for (int s = 0; s < scop->n_stmts && result->storage == FE_PRIVATE; s++) {
        const struct fe_array *array = scop->stmt[s].fe->target.array;

        if (member[s] && array->storage != FE_PRIVATE)
            result = array;
    }
    return result;
}

static bool tensor_name_taken(const struct as_problem *problem, const char *name)
{
    for (int t = 0; t < problem->n_tensors; t++) {
        if (strcmp(problem->tensor[t].name, name) == 0)
            return true;
    }
    return false;
}

static struct as_tensor *add_tensor(
    struct poly_problem *out, const struct fe_access *access, const struct fe_array *named, enum as_role role)
{
    struct as_problem *problem = &out->problem;
    struct as_tensor *tensor = &problem->tensor[problem->n_tensors];
    char name[AS_NAME];

    snprintf(name, sizeof name, "%s", named->name);
    for (int i = 2; tensor_name_taken(problem, name); i++)
        snprintf(name, sizeof name, "%.20s%d", named->name, i);
    *tensor = (struct as_tensor){.role = role, .type = named->type, .rank = access->array->rank};
    memcpy(tensor->name, name, sizeof name);
    out->access[problem->n_tensors++] = access;
    return tensor;
}

/* Sums are complete before any statement of the part runs: may none of them write what the term reads? */
static enum naas_status check_operand(const struct poly_scop *scop, const bool *member,
    const struct poly_problem *out, const struct fe_expr *read)
{
    isl_union_map *flow;
    isl_set *sums;
    isl_bool none;

    if (!scop->written[read->access.array->id])
        return NAAS_OK;
    sums = isl_set_copy(scop->stmt[out->update->id].domain);
    flow = poly_array_flow(scop, member, read->access.array);
    flow = isl_union_map_intersect_range(flow, isl_union_set_from_set(sums));
    none = isl_union_map_is_empty(flow);
    isl_union_map_free(flow);
    if (none == isl_bool_error)
        return poly_isl_failure(scop);
    if (none)
        return NAAS_OK;
    return poly_refuse(scop->ctx, read->loc, "write to another array",
        "the reduction reads '%s', which the nest writes", read->access.array->name);
}

static enum naas_status collect_operands(
    const struct poly_scop *scop, const bool *member, struct poly_problem *out, const struct fe_expr *expr)
{
    enum naas_status status = NAAS_OK;

    if (expr->kind == FE_READ && poly_tensor_of(out, &expr->access) < 0) {
        const struct fe_array *array = expr->access.array;

        if (out->problem.n_tensors == AS_MAX_TENSORS - 1)
            return poly_refuse(scop->ctx, expr->loc,
                "sum each product in a loop of its own, or multiply into an array first",
                "the reduction reads more than %d operands", AS_MAX_TENSORS - 1);
        if (array->rank > AS_MAX_RANK)
            return poly_refuse(scop->ctx, expr->loc, "leave the outer loops out of the nest",
                "'%s' has more than %d axes", array->name, AS_MAX_RANK);
        status = check_operand(scop, member, out, expr);
        add_tensor(out, &expr->access, array, AS_WEIGHT);
    }
    for (int i = 0; i < expr->n_args && status == NAAS_OK; i++)
        status = collect_operands(scop, member, out, expr->arg[i]);
    return status;
}

int poly_tensor_of(const struct poly_problem *problem, const struct fe_access *access)
{
    for (int t = 0; t < problem->problem.n_tensors; t++) {
        if (poly_access_equal(problem->access[t], access))
            return t;
    }
    return -1;
}

/* Signs of dims: -1 for one that is counted against its loop, 0 while not known. Along an axis all terms must
 * have the same direction: the known one, or forwards. */
static bool orient_axis(const struct fe_affine *index, bool forwards, int *sign, bool *changed)
{
    int direction = forwards ? 1 : 0;

    for (int i = 0; i < index->n_terms && !direction; i++) {
        const struct fe_term *term = &index->term[i];

        direction = sign[term->loop->depth] * ((term->coef > 0) == (term->loop->step > 0) ? 1 : -1);
    }
    for (int i = 0; i < index->n_terms && direction; i++) {
        const struct fe_term *term = &index->term[i];
        int *known = &sign[term->loop->depth];
        int wanted = direction * ((term->coef > 0) == (term->loop->step > 0) ? 1 : -1);

        if (*known == -wanted)
            return false;
        *changed = *changed || *known == 0;
        *known = wanted;
    }
    return true;
}

/* Goes on to the axes of operands that share a dim with one whose direction is known. NULL, or an access that
 * does not fit. */
static const struct fe_access *spread_signs(const struct poly_problem *out, int *sign)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (int t = 0; t < out->problem.output; t++) {
            for (int j = 0; j < out->access[t]->array->rank; j++) {
                if (!orient_axis(&out->access[t]->index[j], false, sign, &changed))
                    return out->access[t];
            }
        }
    }
    return NULL;
}

/* last: the output, which is walked forwards then, or the tensor in front of it. */
static const struct fe_access *find_signs(const struct poly_problem *out, int last, int *sign)
{
    bool changed = false;

    memset(sign, 0, AS_MAX_DIMS * sizeof *sign);
    for (int t = last; t >= 0; t--) {
        const struct fe_access *access = out->access[t];

        for (int j = 0; j < access->array->rank; j++) {
            const struct fe_affine *index = &access->index[j];
            bool open = index->n_terms > 0 && sign[index->term[0].loop->depth] == 0;
            const struct fe_access *wrong;

            if (!orient_axis(index, open || t == out->problem.output, sign, &changed))
                return access;
            wrong = t < out->problem.output ? spread_signs(out, sign) : NULL;
            if (wrong)
                return wrong;
        }
        if (t == out->problem.output && spread_signs(out, sign))
            return spread_signs(out, sign);
    }
    return NULL;
}

/* Turns dims round whose loop runs against the axes they index, so that the output is walked forwards, and
 * operands either way: an axis that is walked backwards is turned round, too. Where operands do not let the
 * output be walked forwards, it gets axes of its own. */
static enum naas_status orient_dims(const struct poly_scop *scop, struct poly_problem *out)
{
    int sign[AS_MAX_DIMS];
    const struct fe_access *wrong = find_signs(out, out->problem.output, sign);

    if (wrong && find_signs(out, out->problem.output - 1, sign))
        return poly_refuse(scop->ctx, wrong->loc, "turn one of the subscripts round",
            "'%s' is walked against the direction in which another subscript is", wrong->array->name);
    for (int d = 0; d < out->problem.n_dims; d++) {
        if (sign[d] < 0) {
            out->first[d] += out->step[d] * (out->problem.dim[d].extent - 1);
            out->step[d] = -out->step[d];
        }
    }
    return NAAS_OK;
}

static bool is_backwards(const struct poly_problem *problem, const struct fe_affine *index)
{
    return index->n_terms > 0 && index->term[0].coef * problem->step[index->term[0].loop->depth] < 0;
}

static bool is_turned(const struct poly_problem *problem, int t, int axis)
{
    return t != problem->problem.output && is_backwards(problem, &problem->access[t]->index[axis]);
}

/* Coordinates of turned axes count from the last element, which is known now. */
static void finish_turned_axes(struct poly_problem *out)
{
    for (int t = 0; t < out->problem.output; t++) {
        for (int j = 0; j < out->problem.tensor[t].rank; j++) {
            struct as_axis *axis = &out->problem.tensor[t].axis[j];

            out->turned[t][j] = is_turned(out, t, j);
            axis->offset += out->turned[t][j] ? axis->extent - 1 : 0;
        }
    }
}

static enum naas_status make_axes(const struct poly_scop *scop, struct poly_problem *out, int t)
{
    const struct fe_access *access = out->access[t];
    bool used[AS_MAX_DIMS] = {false};

    for (int j = 0; j < access->array->rank; j++) {
        const struct fe_affine *index = &access->index[j];
        struct as_axis *axis = &out->problem.tensor[t].axis[j];
        int64_t way = is_turned(out, t, j) ? -1 : 1;

        if (index->n_terms > 2)
            return poly_refuse(scop->ctx, access->loc, "sum over one of the loops outside of the nest",
                "a subscript of '%s' depends on more than two loops", access->array->name);
        *axis = (struct as_axis){
            .n_terms = index->n_terms, .offset = way * index->constant, .extent = access->array->extent[j]};
        for (int i = 0; i < index->n_terms; i++) {
            int d = index->term[i].loop->depth;

            if (used[d])
                return poly_refuse(scop->ctx, access->loc,
                    "copy the diagonal to an array in front of the nest",
                    "two subscripts of '%s' depend on '%s'", access->array->name, out->loop[d]->name);
            used[d] = true;
            axis->term[i] = (struct as_term){.dim = d, .coef = way * index->term[i].coef * out->step[d]};
            axis->offset += way * index->term[i].coef * out->first[d];
        }
    }
    return NAAS_OK;
}

/* The target's subscripts tell where a result lies in memory. Results are told apart by them only if there
 * is one for each parallel dim. */
static bool names_each_result(const struct poly_problem *out)
{
    const struct as_tensor *tensor = &out->problem.tensor[out->problem.output];
    int n = 0;

    if (out->update->target.array->storage == FE_PRIVATE)
        return false;
    for (int j = 0; j < tensor->rank; j++) {
        if (tensor->axis[j].n_terms > 1 || is_backwards(out, &out->update->target.index[j]))
            return false;
        n += tensor->axis[j].n_terms;
    }
    return n == poly_n_parallel(out);
}

static enum naas_status make_own_axes(const struct poly_scop *scop, struct poly_problem *out)
{
    struct as_tensor *tensor = &out->problem.tensor[out->problem.output];

    if (poly_n_parallel(out) > AS_MAX_RANK)
        return poly_refuse(scop->ctx, out->update->loc, "leave the outer loops out of the nest",
            "its results lie in more than %d loops", AS_MAX_RANK);
    tensor->rank = 0;
    for (int d = 0; d < out->problem.n_dims; d++) {
        if (out->problem.dim[d].kind == AS_PARALLEL)
            tensor->axis[tensor->rank++] = (struct as_axis){
                .n_terms = 1, .term = {{.dim = d, .coef = 1}}, .extent = out->problem.dim[d].extent};
    }
    return NAAS_OK;
}

bool poly_has_own_axes(const struct poly_problem *problem)
{
    const struct as_tensor *tensor = &problem->problem.tensor[problem->problem.output];
    const struct fe_access *target = &problem->update->target;

    if (target->array->storage == FE_PRIVATE || tensor->rank != target->array->rank)
        return true;
    for (int j = 0; j < tensor->rank; j++) {
        const struct as_axis *axis = &tensor->axis[j];
        const struct fe_affine *index = &target->index[j];

        if (axis->n_terms != index->n_terms || is_backwards(problem, index))
            return true;
        if (axis->n_terms == 1 && problem->loop[axis->term[0].dim] != index->term[0].loop)
            return true;
    }
    return false;
}

/* ---- roles ---- */

/* The smallest step by which taps of a window move along an axis; INT64_MAX without a window. */
static int64_t window_step(const struct as_problem *problem, const struct as_tensor *tensor)
{
    int64_t step = INT64_MAX;

    for (int j = 0; j < tensor->rank; j++) {
        for (int i = 0; i < 2 && tensor->axis[j].n_terms == 2; i++) {
            const struct as_term *term = &tensor->axis[j].term[i];
            bool tap = problem->dim[term->dim].kind == AS_REDUCTION;

            if (tap && term->coef < step)
                step = term->coef;
        }
    }
    return step;
}

static bool depends_on(const struct as_tensor *tensor, int dim)
{
    for (int j = 0; j < tensor->rank; j++) {
        for (int i = 0; i < tensor->axis[j].n_terms; i++) {
            if (tensor->axis[j].term[i].dim == dim)
                return true;
        }
    }
    return false;
}

/* Is a rather the input than b? > 0: yes, < 0: b is, 0: no telling. In this order:
 *   window      the one with a window (a subscript of two loops): y[p] += x[p + r] * w[r]
 *               in smaller steps: a transposed convolution has y[2p + q] += x[p + r] * w[q + 2r]
 *   vector      the one that shares no loop with the result:      y[k] += w[k][c] * x[c]
 *   pixels      the one that shares more loops with it:           y[k][p][q] += w[k][c] * x[c][p][q]
 *   first       the one that has the result's first such loop:    y[m][n] += a[m][k] * b[k][n] */
static int rather_input(
    const struct as_problem *problem, const struct as_tensor *a, const struct as_tensor *b)
{
    int shared_a = 0, shared_b = 0, first = 0;
    int64_t step_a = window_step(problem, a), step_b = window_step(problem, b);

    if (step_a != step_b)
        return step_a < step_b ? 1 : -1;
    for (int d = 0; d < problem->n_dims; d++) {
        bool in_a = depends_on(a, d), in_b = depends_on(b, d);

        if (problem->dim[d].kind != AS_PARALLEL)
            continue;
        shared_a += in_a;
        shared_b += in_b;
        if (first == 0 && in_a != in_b)
            first = in_a ? 1 : -1;
    }
    if ((shared_a == 0) != (shared_b == 0))
        return shared_a == 0 ? 1 : -1;
    return shared_a != shared_b ? shared_a - shared_b : first;
}

/* The input comes first, then the weights as they stand in the source. */
static void assign_roles(struct poly_problem *out)
{
    struct as_problem *problem = &out->problem;
    int input = 0;
    struct as_tensor tensor;
    const struct fe_access *access;

    for (int t = 1; t < problem->output; t++) {
        if (rather_input(problem, &problem->tensor[t], &problem->tensor[input]) > 0)
            input = t;
    }
    tensor = problem->tensor[input];
    access = out->access[input];
    tensor.role = AS_INPUT;
    for (int t = input; t > 0; t--) {
        problem->tensor[t] = problem->tensor[t - 1];
        out->access[t] = out->access[t - 1];
    }
    problem->tensor[0] = tensor;
    out->access[0] = access;
}

static enum naas_status tensors(const struct poly_scop *scop, const bool *member, struct poly_problem *out)
{
    const struct fe_array *target = out->update->target.array;
    enum naas_status status = collect_operands(scop, member, out, out->term);

    if (status != NAAS_OK)
        return status;
    if (target->rank > AS_MAX_RANK)
        return poly_refuse(scop->ctx, out->update->loc, "leave the outer loops out of the nest",
            "'%s' has more than %d axes", target->name, AS_MAX_RANK);
    out->problem.output = out->problem.n_tensors;
    out->problem.combine = out->problem.n_tensors > 1 ? AS_PRODUCT : AS_COPY;
    add_tensor(out, &out->update->target, result_array(scop, member, out->update), AS_OUTPUT);

    status = orient_dims(scop, out);
    for (int t = 0; t < out->problem.n_tensors && status == NAAS_OK; t++)
        status = make_axes(scop, out, t);
    if (status == NAAS_OK && !names_each_result(out))
        status = make_own_axes(scop, out);
    if (status == NAAS_OK)
        assign_roles(out);
    return status;
}

/* Everything but the bounds and what is read around the reduction. */
static enum naas_status outline(struct poly_scop *scop, const bool *member, const struct poly_stmt *update,
    const char *name, struct poly_problem *out)
{
    enum naas_status status;

    isl_ctx_reset_operations(scop->isl);
    *out = (struct poly_problem){.nest = scop->nest, .update = update->fe, .term = update->reduction.term};
    out->problem.reduce = update->reduction.kind;
    out->problem.acc_type = update->fe->target.array->type;
    snprintf(out->problem.name, sizeof out->problem.name, "%s", name);
    status = dims(scop, member, update, out);
    return status == NAAS_OK ? tensors(scop, member, out) : status;
}

enum naas_status poly_problem_build(struct poly_scop *scop, const bool *member,
    const struct poly_stmt *update, const char *name, struct poly_problem *out)
{
    enum naas_status status = outline(scop, member, update, name, out);

    if (status == NAAS_OK)
        status = poly_bounds(scop, out);
    if (status == NAAS_OK)
        finish_turned_axes(out);
    return status == NAAS_OK ? poly_finish_build(scop, member, out) : status;
}

bool poly_problem_fits(struct poly_scop *scop, const bool *member, const struct poly_stmt *update)
{
    struct naas_ctx *ctx = scop->ctx;
    struct poly_problem *out;
    enum naas_status status;

    scop->ctx = naas_ctx_new();
    out = naas_alloc(scop->ctx, 1, sizeof *out);
    status = outline(scop, member, update, scop->nest->name, out);
    if (status == NAAS_OK)
        status = poly_finish_build(scop, member, out);
    naas_ctx_free(scop->ctx);
    scop->ctx = ctx;
    return status == NAAS_OK;
}
