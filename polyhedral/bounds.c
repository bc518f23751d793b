/*
 * Where accesses fall: lengths of axes that the source does not tell, accesses out of bounds, and padding.
 *
 *     for p for r
 *         if (0 <= p + r - 1 && p + r - 1 < 8)     the guard is exactly "x is read in bounds", and a tap with
 * x = 0 adds 0: y[p] += x[p + r - 1] * w[r];         fill x with 0 and drop the guard
 *
 * A zero tap adds 0 as long as the other factor is finite, as everywhere in this field.
 */
#include "polyhedral/scop.h"
#include <math.h>

static enum naas_status check_access(const struct poly_scop *scop, struct poly_problem *out,
    const struct poly_stmt *stmt, const struct fe_access *access, isl_set *set)
{
    int t = poly_tensor_of(out, access);

    for (int j = 0; j < access->array->rank; j++) {
        bool own = t == out->problem.output && poly_has_own_axes(out);
        struct as_axis *axis = own ? NULL : &out->problem.tensor[t].axis[j];
        int64_t extent = access->array->extent[j], low, high;

        if (!poly_range(stmt, set, &access->index[j], &low, &high))
            return poly_isl_failure(scop);
        if (extent == 0 && axis && axis->extent <= high)
            axis->extent = high + 1;
        if (low < 0 || (extent > 0 && high >= extent))
            return poly_refuse(scop->ctx, access->loc, "guard the access, or correct the bounds of the loops",
                "subscript %d of '%s' runs from %lld to %lld, out of its bounds", j + 1, access->array->name,
                (long long)low, (long long)high);
    }
    return NAAS_OK;
}

/* Only the caller knows how far the memory behind a pointer reaches. */
static bool may_end_early(const struct fe_access *access)
{
    return access->array->is_pointer || access->array->extent[0] == 0;
}

/* Address of the accessed element, in elements from the first. */
static __isl_give isl_aff *address(
    const struct poly_scop *scop, const struct poly_stmt *stmt, const struct fe_access *access)
{
    isl_aff *sum = isl_aff_zero_on_domain_space(isl_space_copy(stmt->space));

    for (int j = 0; j < access->array->rank; j++) {
        isl_val *stride = isl_val_int_from_si(scop->isl, access->array->stride[j]);

        sum = isl_aff_add(sum, isl_aff_scale_val(poly_aff(stmt, &access->index[j]), stride));
    }
    return sum;
}

/* Tiles are loaded whole, whatever the guards (set) leave out of them: that must not reach beyond the last
 * element that is read. */
static enum naas_status check_last(const struct poly_scop *scop, const struct poly_problem *out,
    const struct poly_stmt *stmt, const struct fe_access *access, isl_set *set)
{
    int t = poly_tensor_of(out, access);
    isl_aff *aff = address(scop, stmt, access);
    isl_val *last = isl_set_max_val(set, aff);
    int64_t read = isl_val_get_num_si(last), loaded = 0;

    isl_aff_free(aff);
    isl_val_free(last);
    for (int j = 0; j < access->array->rank; j++) {
        int64_t extent = out->problem.tensor[t].axis[j].extent, low, high;

        if (!poly_range(stmt, stmt->box, &access->index[j], &low, &high))
            return poly_isl_failure(scop);
        loaded += access->array->stride[j] * (high < extent ? high : extent - 1);
    }
    if (loaded <= read)
        return NAAS_OK;
    return poly_refuse(scop->ctx, access->loc, "pass an array whose size is known, or widen the guards",
        "tiles of '%s' would reach beyond what the guards let the nest read", access->array->name);
}

/* Checks every read of the term, under the guards of the statement and its own. */
static enum naas_status check_reads(const struct poly_scop *scop, struct poly_problem *out,
    const struct poly_stmt *stmt, const struct fe_expr *expr)
{
    enum naas_status status = NAAS_OK;

    if (expr->kind == FE_READ) {
        isl_set *set =
            poly_guard(isl_set_copy(stmt->domain), stmt, expr->access.n_guards, expr->access.guard);

        if (isl_set_is_empty(set) == isl_bool_false)
            status = check_access(scop, out, stmt, &expr->access, set);
        if (status == NAAS_OK && may_end_early(&expr->access))
            status = check_last(scop, out, stmt, &expr->access, set);
        isl_set_free(set);
    }
    for (int i = 0; i < expr->n_args && status == NAAS_OK; i++)
        status = check_reads(scop, out, stmt, expr->arg[i]);
    return status;
}

/* The points of the box at which every operand lies inside its array. */
static __isl_give isl_set *points_in_bounds(
    const struct poly_scop *scop, const struct poly_problem *out, const struct poly_stmt *stmt)
{
    isl_set *set = isl_set_copy(stmt->box);

    for (int t = 0; t < out->problem.n_tensors; t++) {
        const struct fe_access *access = out->access[t];

        if (t == out->problem.output)
            continue;
        for (int j = 0; j < access->array->rank; j++) {
            isl_aff *low = poly_aff(stmt, &access->index[j]);
            isl_aff *high = isl_aff_neg(isl_aff_copy(low));

            high = isl_aff_add_constant_val(
                high, isl_val_int_from_si(scop->isl, out->problem.tensor[t].axis[j].extent - 1));
            set = poly_nonneg(poly_nonneg(set, low), high);
        }
    }
    return set;
}

/* A product of reads and numbers: 0 as soon as one read is. */
static bool is_product(const struct fe_expr *expr)
{
    switch (expr->kind) {
    case FE_READ:
        return expr->access.n_guards == 0;
    case FE_INT:
    case FE_FLOAT:
    case FE_SCALAR:
        return true;
    case FE_CAST:
        return is_product(expr->arg[0]);
    case FE_UNARY:
        return expr->op == FE_NEG && is_product(expr->arg[0]);
    case FE_BINARY:
        return expr->op == FE_MUL && is_product(expr->arg[0]) && is_product(expr->arg[1]);
    default:
        return false;
    }
}

/* Smallest (sign -1) or largest (sign 1) value of a type; false when a double cannot say it. */
static bool limit(enum naas_type type, int sign, double *value)
{
    bool is_unsigned = type == NAAS_U8 || type == NAAS_U16 || type == NAAS_U32 || type == NAAS_U64;
    int bits = 8 * naas_type_bytes(type);

    if (naas_type_is_float(type))
        *value = sign < 0 ? -HUGE_VAL : HUGE_VAL;
    else if (sign < 0)
        *value = is_unsigned ? 0 : -ldexp(1, bits - 1);
    else if (bits == 64)
        return false;
    else
        *value = ldexp(1, is_unsigned ? bits : bits - 1) - 1;
    return true;
}

bool poly_guards_result(const struct poly_problem *problem, const struct fe_guard *guard)
{
    for (int i = 0; i < guard->affine.n_terms; i++) {
        if (problem->problem.dim[guard->affine.term[i].loop->depth].kind != AS_PARALLEL)
            return false;
    }
    return true;
}

/* The points whose results are finished, guarded taps or not. */
static __isl_give isl_set *finished_points(const struct poly_problem *out, const struct poly_stmt *stmt)
{
    isl_set *set = isl_set_copy(stmt->box);

    for (int i = 0; i < out->update->n_guards; i++) {
        if (poly_guards_result(out, &out->update->guard[i]))
            set = poly_guard(set, stmt, 1, &out->update->guard[i]);
    }
    return set;
}

/* Does every output element have a tap that is not padding? */
static bool every_window_has_a_tap(const struct poly_problem *out, const struct poly_stmt *stmt)
{
    isl_set *box = finished_points(out, stmt), *domain = isl_set_copy(stmt->domain);
    bool equal;

    for (int d = out->problem.n_dims - 1; d >= 0; d--) {
        if (out->problem.dim[d].kind == AS_PARALLEL)
            continue;
        box = isl_set_project_out(box, isl_dim_set, (unsigned)d, 1);
        domain = isl_set_project_out(domain, isl_dim_set, (unsigned)d, 1);
    }
    equal = isl_set_is_equal(box, domain) == isl_bool_true;
    isl_set_free(box);
    isl_set_free(domain);
    return equal;
}

/* The value of padding that makes a tap count for nothing; false when there is none. */
static bool neutral_fill(const struct poly_problem *out, const struct poly_stmt *stmt, double *fill)
{
    const struct fe_expr *term = out->term;
    const struct fe_array *target = out->update->target.array;

    *fill = 0;
    if (out->problem.reduce == AS_SUM)
        return is_product(term);
    while (term->kind == FE_CAST && poly_type_holds(term->type, poly_value_type(term->arg[0])))
        term = term->arg[0];
    if (term->kind != FE_READ || term->access.n_guards > 0)
        return false;
    if (term->access.array->type != target->type && !every_window_has_a_tap(out, stmt))
        return false;
    return limit(term->access.array->type, out->problem.reduce == AS_MAX ? -1 : 1, fill);
}

static enum naas_status check_target(
    const struct poly_scop *scop, struct poly_problem *out, const struct poly_stmt *stmt)
{
    const struct fe_access *target = &out->update->target;
    bool written_anyway = target->array->storage == FE_PRIVATE || !may_end_early(target);
    enum naas_status status;
    isl_set *finished;

    for (int s = 0; s < scop->n_stmts; s++) {
        const struct fe_stmt *other = scop->stmt[s].fe;

        written_anyway = written_anyway || (other->target.array == target->array && other->n_guards == 0);
    }
    if (!written_anyway && !every_window_has_a_tap(out, stmt))
        return poly_refuse(scop->ctx, target->loc,
            "write every element, or leave the others out of the loops",
            "the guards leave elements of '%s' untouched", target->array->name);
    finished = finished_points(out, stmt);
    status = check_access(scop, out, stmt, target, finished);
    isl_set_free(finished);
    return status;
}

static enum naas_status decide_guards(
    const struct poly_scop *scop, struct poly_problem *out, const struct poly_stmt *stmt)
{
    isl_set *inside;
    isl_bool exact;
    double fill;

    out->guards_implied = out->update->n_guards == 0;
    if (out->guards_implied || !neutral_fill(out, stmt, &fill))
        return NAAS_OK;
    inside = points_in_bounds(scop, out, stmt);
    exact = isl_set_is_equal(inside, stmt->domain);
    isl_set_free(inside);
    if (exact == isl_bool_error)
        return poly_isl_failure(scop);
    out->guards_implied = exact == isl_bool_true;
    for (int t = 0; t < out->problem.n_tensors && exact; t++)
        out->fill[t] = t == out->problem.output ? 0 : fill;
    return NAAS_OK;
}

enum naas_status poly_bounds(struct poly_scop *scop, struct poly_problem *problem)
{
    const struct poly_stmt *stmt = &scop->stmt[problem->update->id];
    enum naas_status status;

    if (isl_set_is_empty(stmt->domain) != isl_bool_false)
        return poly_refuse(scop->ctx, stmt->fe->loc,
            "no iteration passes them: compare them with the bounds of the loops",
            "its guards are never true");
    status = check_reads(scop, problem, stmt, problem->term);
    if (status == NAAS_OK)
        status = check_target(scop, problem, stmt);
    if (status == NAAS_OK)
        status = decide_guards(scop, problem, stmt);
    return status;
}
