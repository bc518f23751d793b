/*
 * Values of temporaries are put where they are read, so that a reduction that is computed in steps becomes
 * one statement:
 *
 *     float a = x[c][p + r];                      (nothing)
 *     acc += a * w[c][r];              ->         acc += x[c][p + r] * w[c][r];
 *
 * A temporary is a scalar declared in the nest and set by one statement, from what the nest does not write,
 * before and wherever it is read.
 */
#include "polyhedral/scop.h"

static bool reads_written(const struct poly_scop *scop, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ && scop->written[expr->access.array->id])
        return true;
    for (int i = 0; i < expr->n_args; i++) {
        if (reads_written(scop, expr->arg[i]))
            return true;
    }
    return false;
}

static bool is_around(const struct fe_loop *outer, const struct fe_loop *inner)
{
    while (inner && inner != outer)
        inner = inner->parent;
    return inner == outer;
}

static bool has_guard(const struct fe_stmt *stmt, const struct fe_guard *guard)
{
    for (int i = 0; i < stmt->n_guards; i++) {
        if (poly_affine_equal(&stmt->guard[i].affine, &guard->affine))
            return true;
    }
    return false;
}

/* Has `from` always run, in the same iteration, when `to` runs? */
static bool precedes(const struct fe_stmt *from, const struct fe_stmt *to)
{
    if (from->id >= to->id || !is_around(from->loop, to->loop))
        return false;
    for (int i = 0; i < from->n_guards; i++) {
        if (!has_guard(to, &from->guard[i]))
            return false;
    }
    return true;
}

static bool sets_temporary(const struct poly_scop *scop, const struct fe_stmt *stmt)
{
    const struct fe_array *array = stmt->target.array;

    if (array->storage != FE_PRIVATE || array->rank > 0 || reads_written(scop, stmt->value))
        return false;
    for (int s = 0; s < scop->n_stmts; s++) {
        const struct fe_stmt *other = scop->stmt[s].fe;

        if (other == stmt || scop->stmt[s].forwarded)
            continue;
        if (other->target.array == array)
            return false;
        if (poly_reads_array(other->value, array) && !precedes(stmt, other))
            return false;
    }
    return true;
}

static struct fe_expr *copy_of(struct naas_ctx *ctx, const struct fe_expr *expr)
{
    struct fe_expr *copy = naas_alloc(ctx, 1, sizeof *copy);

    *copy = *expr;
    return copy;
}

/* expr with the value of `from` in place of the scalar it sets. */
static struct fe_expr *substituted(struct naas_ctx *ctx, struct fe_expr *expr, const struct fe_stmt *from)
{
    const struct fe_array *array = from->target.array;
    struct fe_expr *copy = NULL;

    if (expr->kind == FE_READ && expr->access.array == array) {
        if (poly_value_type(from->value) == array->type && from->value->type == expr->type)
            return from->value;
        copy = copy_of(ctx, expr);
        *copy = (struct fe_expr){.kind = FE_CAST, .type = array->type, .loc = expr->loc, .n_args = 1};
        copy->arg[0] = from->value;
        return copy;
    }
    for (int i = 0; i < expr->n_args; i++) {
        struct fe_expr *arg = substituted(ctx, expr->arg[i], from);

        if (arg == expr->arg[i])
            continue;
        if (!copy)
            copy = copy_of(ctx, expr);
        copy->arg[i] = arg;
    }
    return copy ? copy : expr;
}

static void forward(struct poly_scop *scop, const struct fe_stmt *from)
{
    for (int s = 0; s < scop->n_stmts; s++) {
        const struct fe_stmt *fe = scop->stmt[s].fe;
        struct fe_stmt *changed;

        if (!poly_reads_array(fe->value, from->target.array))
            continue;
        changed = naas_alloc(scop->ctx, 1, sizeof *changed);
        *changed = *fe;
        changed->value = substituted(scop->ctx, fe->value, from);
        scop->stmt[s].fe = changed;
    }
}

void poly_forward(struct poly_scop *scop)
{
    for (int s = 0; s < scop->n_stmts; s++)
        scop->written[scop->stmt[s].fe->target.array->id] = true;
    for (int s = 0; s < scop->n_stmts; s++) {
        const struct fe_stmt *stmt = scop->stmt[s].fe;

        if (!sets_temporary(scop, stmt))
            continue;
        forward(scop, stmt);
        scop->stmt[s].forwarded = true;
        scop->written[stmt->target.array->id] = false;
    }
}
