/*
 * Which statements are reductions x = x (+) term, proved from the operator alone:
 *
 *     x = x + t, x = t + x, x = x - t (the sum of -t), also with x anywhere in a chain of + and -
 *     x = fmaxf(x, t), x = t > x ? t : x, and so on with >=, <, <=, operands and arms swapped; minimum
 * likewise
 *
 * Integer sums wrap, so they may be reordered as long as no step is narrower than x. Float sums may be
 * reordered only when the user lets us (they round). Maxima and minima may always be; fmaxf() drops NaN in
 * any order, but what a comparison does with a NaN among the terms depends on the order (t > x ? t : x keeps
 * x, x >= t ? x : t takes t), so there the result is that of the source for terms without NaN only. Anything
 * around the sum (saturation, a shift, a narrower cast) makes it a recurrence, which is none of ours.
 */
#include "polyhedral/scop.h"
#include <string.h>

static bool is_signed(enum naas_type type)
{
    return type == NAAS_I8 || type == NAAS_I16 || type == NAAS_I32 || type == NAAS_I64;
}

bool poly_type_holds(enum naas_type to, enum naas_type from)
{
    int to_bytes = naas_type_bytes(to), from_bytes = naas_type_bytes(from);

    if (to == from)
        return true;
    if (naas_type_is_float(from))
        return naas_type_is_float(to) && to_bytes >= from_bytes;
    if (naas_type_is_float(to))
        return from_bytes < to_bytes; /* 24 and 53 bits of significand hold 16 and 32 */
    if (is_signed(to) == is_signed(from))
        return to_bytes >= from_bytes;
    return is_signed(to) && to_bytes > from_bytes;
}

enum naas_type poly_value_type(const struct fe_expr *expr)
{
    if (expr->kind == FE_READ)
        return expr->access.array->type;
    if (expr->kind == FE_CAST) {
        enum naas_type inner = poly_value_type(expr->arg[0]);

        return poly_type_holds(expr->type, inner) ? inner : expr->type;
    }
    if (expr->kind == FE_COND) {
        enum naas_type a = poly_value_type(expr->arg[1]), b = poly_value_type(expr->arg[2]);

        if (expr->arg[2]->kind == FE_INT && expr->arg[2]->ivalue >= 0 && expr->arg[2]->ivalue <= INT8_MAX)
            return a;
        return poly_type_holds(a, b) ? a : expr->type;
    }
    return expr->type;
}

bool poly_reads_array(const struct fe_expr *expr, const struct fe_array *array)
{
    if (expr->kind == FE_READ && expr->access.array == array)
        return true;
    for (int i = 0; i < expr->n_args; i++) {
        if (poly_reads_array(expr->arg[i], array))
            return true;
    }
    return false;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool expr_equal(const struct fe_expr *a, const struct fe_expr *b)
{
    if (a->kind != b->kind || a->type != b->type || a->n_args != b->n_args)
        return false;
    if (a->kind == FE_INT && a->ivalue != b->ivalue)
        return false;
    if ((a->kind == FE_FLOAT || a->kind == FE_SCALAR || a->kind == FE_CALL) && !same_text(a->text, b->text))
        return false;
    if (a->kind == FE_LOOPVAR && a->loop != b->loop)
        return false;
    if ((a->kind == FE_UNARY || a->kind == FE_BINARY) && a->op != b->op)
        return false;
    if (a->kind == FE_READ && !poly_access_equal(&a->access, &b->access))
        return false;
    for (int i = 0; i < a->n_args; i++) {
        if (!expr_equal(a->arg[i], b->arg[i]))
            return false;
    }
    return true;
}

/* Casts that keep every value that can arrive are looked through. */
static const struct fe_expr *through_exact_casts(const struct fe_expr *expr)
{
    while (expr->kind == FE_CAST && poly_type_holds(expr->type, poly_value_type(expr->arg[0])))
        expr = expr->arg[0];
    return expr;
}

static bool is_target(const struct fe_expr *expr, const struct fe_stmt *stmt)
{
    expr = through_exact_casts(expr);
    return expr->kind == FE_READ && expr->access.n_guards == 0 &&
           poly_access_equal(&expr->access, &stmt->target);
}

/* ---- sums ---- */

/* May x go through a value of this type at every step? */
static bool sum_type_fits(enum naas_type type, enum naas_type target)
{
    return naas_type_is_float(type) == naas_type_is_float(target) &&
           naas_type_bytes(type) >= naas_type_bytes(target);
}

static struct fe_expr *expr_new(struct naas_ctx *ctx, struct fe_expr expr)
{
    struct fe_expr *copy = naas_alloc(ctx, 1, sizeof *copy);

    *copy = expr;
    return copy;
}

static struct fe_expr *cast_to(struct naas_ctx *ctx, enum naas_type type, struct fe_expr *expr)
{
    if (expr->type == type && expr->kind != FE_READ)
        return expr;
    return expr_new(
        ctx, (struct fe_expr){.kind = FE_CAST, .type = type, .loc = expr->loc, .n_args = 1, .arg = {expr}});
}

/* -expr, computed in type. */
static struct fe_expr *negated(struct naas_ctx *ctx, enum naas_type type, struct fe_expr *expr)
{
    return expr_new(ctx, (struct fe_expr){.kind = FE_UNARY,
                             .op = FE_NEG,
                             .type = type,
                             .loc = expr->loc,
                             .n_args = 1,
                             .arg = {cast_to(ctx, type, expr)}});
}

/* a + b, computed in type, to which each of them was added in the source: two of a narrower type might wrap
 * or round. */
static struct fe_expr *added(struct naas_ctx *ctx, enum naas_type type, struct fe_expr *a, struct fe_expr *b)
{
    return expr_new(ctx, (struct fe_expr){.kind = FE_BINARY,
                             .op = FE_ADD,
                             .type = type,
                             .loc = a->loc,
                             .n_args = 2,
                             .arg = {cast_to(ctx, type, a), cast_to(ctx, type, b)}});
}

/* The term when expr is x + term, x being added once; NULL when it is not. */
static struct fe_expr *sum_term(struct naas_ctx *ctx, const struct fe_expr *expr, const struct fe_stmt *stmt)
{
    enum naas_type type = expr->type;
    struct fe_expr *a, *b, *rest;

    if (expr->kind == FE_CAST && sum_type_fits(type, stmt->target.array->type))
        return sum_term(ctx, expr->arg[0], stmt);
    if (expr->kind != FE_BINARY || (expr->op != FE_ADD && expr->op != FE_SUB) ||
        !sum_type_fits(type, stmt->target.array->type))
        return NULL;
    a = expr->arg[0];
    b = expr->arg[1];
    if (is_target(a, stmt))
        return expr->op == FE_ADD ? b : negated(ctx, type, b);
    if (is_target(b, stmt))
        return expr->op == FE_ADD ? a : NULL;
    rest = sum_term(ctx, a, stmt);
    if (rest)
        return added(ctx, type, rest, expr->op == FE_ADD ? b : negated(ctx, type, b));
    rest = expr->op == FE_ADD ? sum_term(ctx, b, stmt) : NULL;
    return rest ? added(ctx, type, a, rest) : NULL;
}

/* ---- maxima, minima ---- */

static enum as_reduce call_kind(const char *name)
{
    if (strcmp(name, "fmaxf") == 0 || strcmp(name, "fmax") == 0)
        return AS_MAX;
    if (strcmp(name, "fminf") == 0 || strcmp(name, "fmin") == 0)
        return AS_MIN;
    return AS_NO_REDUCE;
}

static struct fe_expr *call_term(const struct fe_expr *expr, const struct fe_stmt *stmt, enum as_reduce *kind)
{
    *kind = call_kind(expr->text);
    if (*kind == AS_NO_REDUCE || expr->n_args != 2)
        return NULL;
    if (is_target(expr->arg[0], stmt))
        return expr->arg[1];
    return is_target(expr->arg[1], stmt) ? expr->arg[0] : NULL;
}

/* c ? a : b where c compares a and b, one of them x. */
static struct fe_expr *cond_term(const struct fe_expr *expr, const struct fe_stmt *stmt, enum as_reduce *kind)
{
    const struct fe_expr *test = expr->arg[0];
    struct fe_expr *then = expr->arg[1], *other = expr->arg[2];
    bool greater, straight, target_then = is_target(then, stmt);

    while (test->kind == FE_CAST)
        test = test->arg[0];
    if (test->kind != FE_BINARY || target_then == is_target(other, stmt))
        return NULL;
    if (test->op != FE_GT && test->op != FE_GE && test->op != FE_LT && test->op != FE_LE)
        return NULL;
    greater = test->op == FE_GT || test->op == FE_GE;
    straight = expr_equal(through_exact_casts(test->arg[0]), through_exact_casts(then)) &&
               expr_equal(through_exact_casts(test->arg[1]), through_exact_casts(other));
    if (!straight && !(expr_equal(through_exact_casts(test->arg[1]), through_exact_casts(then)) &&
                         expr_equal(through_exact_casts(test->arg[0]), through_exact_casts(other))))
        return NULL;
    *kind = greater == straight ? AS_MAX : AS_MIN;
    return target_then ? other : then;
}

static struct fe_expr *extremum_term(const struct fe_stmt *stmt, enum as_reduce *kind)
{
    const struct fe_expr *expr = through_exact_casts(stmt->value);
    struct fe_expr *term = NULL;

    if (expr->kind == FE_CALL)
        term = call_term(expr, stmt, kind);
    else if (expr->kind == FE_COND)
        term = cond_term(expr, stmt, kind);
    /* Every term must fit x, or storing it would change it and with it the order. */
    if (term && !poly_type_holds(stmt->target.array->type, poly_value_type(term)))
        return NULL;
    return term;
}

struct poly_reduction poly_reduction_find(
    struct naas_ctx *ctx, const struct poly_options *options, const struct fe_stmt *stmt)
{
    struct poly_reduction found = {.kind = AS_SUM};

    found.term = sum_term(ctx, stmt->value, stmt);
    if (!found.term)
        found.term = extremum_term(stmt, &found.kind);
    bool in_place = found.term && poly_reads_array(found.term, stmt->target.array);
    if (!found.term || in_place)
        return (struct poly_reduction){.kind = AS_NO_REDUCE, .in_place = in_place};
    found.relaxable =
        found.kind != AS_SUM || !naas_type_is_float(stmt->target.array->type) || options->reassociate;
    return found;
}
