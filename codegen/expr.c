/* Expressions of the source as C: same operators, same types; loop variables and elements as the scope names
 * them. */
#include "codegen/cg.h"

#include <string.h>

/* Binding strength of what was printed; a larger one binds tighter. */
enum { COND = 1, LOR, LAND, OR, XOR, AND, EQUALITY, RELATION, SHIFT, SUM, PRODUCT, UNARY, PRIMARY };

static const struct {
    const char *text;
    int strength;
} operators[] = {
    [FE_ADD] = {"+", SUM},
    [FE_SUB] = {"-", SUM},
    [FE_MUL] = {"*", PRODUCT},
    [FE_DIV] = {"/", PRODUCT},
    [FE_MOD] = {"%", PRODUCT},
    [FE_SHL] = {"<<", SHIFT},
    [FE_SHR] = {">>", SHIFT},
    [FE_AND] = {"&", AND},
    [FE_OR] = {"|", OR},
    [FE_XOR] = {"^", XOR},
    [FE_LT] = {"<", RELATION},
    [FE_LE] = {"<=", RELATION},
    [FE_GT] = {">", RELATION},
    [FE_GE] = {">=", RELATION},
    [FE_EQ] = {"==", EQUALITY},
    [FE_NE] = {"!=", EQUALITY},
    [FE_LAND] = {"&&", LAND},
    [FE_LOR] = {"||", LOR},
    [FE_NEG] = {"-", UNARY},
    [FE_NOT] = {"!", UNARY},
    [FE_BITNOT] = {"~", UNARY},
};

static int strength_of(const struct fe_expr *expr)
{
    switch (expr->kind) {
    case FE_COND:
        return COND;
    case FE_BINARY:
        return operators[expr->op].strength;
    case FE_UNARY:
    case FE_CAST:
    case FE_LOOPVAR:
        return UNARY;
    case FE_INT:
        return expr->ivalue < 0 ? UNARY : PRIMARY;
    case FE_FLOAT:
        return *expr->text == '-' ? UNARY : PRIMARY;
    default:
        return PRIMARY;
    }
}

/* Can an operand stand without parentheses? Beyond what C's grammar needs, mixed operators get them, as
 * compilers advise. */
static bool is_plain_operand(const struct fe_expr *parent, int i)
{
    int outer = operators[parent->op].strength, inner = strength_of(parent->arg[i]);
    if (inner == PRIMARY)
        return true;
    if (inner == UNARY) /* not "- -1" */
        return parent->kind == FE_BINARY &&
               (i == 0 || parent->arg[i]->kind == FE_CAST || parent->arg[i]->kind == FE_LOOPVAR);
    if (inner == PRODUCT)
        return outer == SUM || outer == RELATION || outer == EQUALITY ||
               (outer == PRODUCT && i == 0 && parent->op == FE_MUL && parent->arg[i]->op == FE_MUL);
    if (inner == SUM)
        return outer == RELATION || outer == EQUALITY || (outer == SUM && i == 0);
    return (inner == RELATION || inner == EQUALITY) && (outer == LAND || outer == LOR);
}

static void operand_print(
    struct cg_scope *scope, struct naas_buf *out, const struct fe_expr *expr, bool plain)
{
    naas_buf_puts(out, plain ? "" : "(");
    cg_expr_print(scope, out, expr);
    naas_buf_puts(out, plain ? "" : ")");
}

static void integer_print(struct naas_buf *out, int64_t value, enum naas_type type)
{
    bool is_unsigned = type == NAAS_U32 || type == NAAS_U64;
    bool is_long = type == NAAS_I64 || type == NAAS_U64;
    const char *suffix = is_unsigned ? (is_long ? "ULL" : "U") : is_long ? "LL" : "";
    if (is_unsigned)
        naas_buf_printf(out, "%llu%s",
            type == NAAS_U32 ? (unsigned long long)(uint32_t)value : (unsigned long long)value, suffix);
    else if (value == INT64_MIN || (value == INT32_MIN && !is_long)) /* no literal has this value */
        naas_buf_printf(out, "(%lld%s - 1)", (long long)value + 1, suffix);
    else
        naas_buf_printf(out, "%lld%s", (long long)value, suffix);
}

static void scalar_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_expr *expr)
{
    const struct fe_nest *nest = scope->cg->kernel->nest;
    for (int i = 0; i < nest->n_scalars; i++)
        if (strcmp(nest->scalar[i]->text, expr->text) == 0) {
            scope->used_args = true;
            naas_buf_printf(out, "%s->%s", scope->args, scope->cg->scalar[i]);
            return;
        }
    cg_fail(scope->cg, NAAS_INTERNAL, expr->loc, "a variable is missing in the list of the nest's scalars");
}

static const char *variable(struct cg_scope *scope, const struct fe_loop *loop)
{
    int d = cg_dim_of(scope->cg, scope->finish, loop);
    if (d < 0) {
        cg_fail(scope->cg, NAAS_INTERNAL, loop->loc, "a loop variable belongs to no dim of the problem");
        return "0";
    }
    scope->used_vars |= 1u << d;
    return scope->var[d];
}

static void call_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_expr *expr)
{
    /* A builtin needs no header, whose inclusion here could change what the user's own includes declare. */
    naas_buf_printf(out, "__builtin_%s(", expr->text);
    for (int i = 0; i < expr->n_args; i++) {
        naas_buf_puts(out, i ? ", " : "");
        cg_expr_print(scope, out, expr->arg[i]);
    }
    naas_buf_puts(out, ")");
}

void cg_expr_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_expr *expr)
{
    switch (expr->kind) {
    case FE_INT:
        integer_print(out, expr->ivalue, expr->type);
        break;
    case FE_FLOAT:
        naas_buf_puts(out, expr->text);
        break;
    case FE_LOOPVAR:
        naas_buf_printf(out, "(%s)%s", naas_type_c(expr->type), variable(scope, expr->loop));
        break;
    case FE_SCALAR:
        scalar_print(scope, out, expr);
        break;
    case FE_READ:
        scope->read(scope, out, &expr->access);
        break;
    case FE_UNARY:
        naas_buf_puts(out, operators[expr->op].text);
        operand_print(scope, out, expr->arg[0], strength_of(expr->arg[0]) == PRIMARY);
        break;
    case FE_BINARY:
        operand_print(scope, out, expr->arg[0], is_plain_operand(expr, 0));
        naas_buf_printf(out, " %s ", operators[expr->op].text);
        operand_print(scope, out, expr->arg[1], is_plain_operand(expr, 1));
        break;
    case FE_COND:
        operand_print(scope, out, expr->arg[0], strength_of(expr->arg[0]) > COND);
        naas_buf_puts(out, " ? ");
        operand_print(scope, out, expr->arg[1], strength_of(expr->arg[1]) > COND);
        naas_buf_puts(out, " : ");
        operand_print(scope, out, expr->arg[2], strength_of(expr->arg[2]) > COND);
        break;
    case FE_CAST:
        naas_buf_printf(out, "(%s)", naas_type_c(expr->type));
        operand_print(scope, out, expr->arg[0], strength_of(expr->arg[0]) >= UNARY);
        break;
    case FE_CALL:
        call_print(scope, out, expr);
        break;
    }
}

/* + 3 * k: a term behind others, or the first one. */
static void term_print(struct naas_buf *out, bool first, int64_t coef, const char *variable_text)
{
    uint64_t size = coef < 0 ? 0 - (uint64_t)coef : (uint64_t)coef;
    naas_buf_puts(out, first ? (coef < 0 ? "-" : "") : coef < 0 ? " - " : " + ");
    if (!variable_text)
        naas_buf_printf(out, "%llu", (unsigned long long)size);
    else if (size == 1)
        naas_buf_puts(out, variable_text);
    else
        naas_buf_printf(out, "%llu * %s", (unsigned long long)size, variable_text);
}

void cg_affine_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_affine *affine)
{
    for (int i = 0; i < affine->n_terms; i++)
        term_print(out, i == 0, affine->term[i].coef, variable(scope, affine->term[i].loop));
    if (affine->constant != 0 || affine->n_terms == 0)
        term_print(out, affine->n_terms == 0, affine->constant, NULL);
}

/* The terms of one sign, as if they were positive; "0" when there are none. */
static void side_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_affine *affine, int sign)
{
    bool first = true;
    for (int i = 0; i < affine->n_terms; i++)
        if ((affine->term[i].coef > 0) == (sign > 0)) {
            term_print(out, first, sign * affine->term[i].coef, variable(scope, affine->term[i].loop));
            first = false;
        }
    bool mine = affine->constant != 0 && (affine->constant > 0) == (sign > 0);
    if (mine || first)
        term_print(out, first, mine ? sign * affine->constant : 0, NULL);
}

void cg_guards_print(struct cg_scope *scope, struct naas_buf *out, int n, const struct fe_guard *guard)
{
    for (int i = 0; i < n; i++) {
        naas_buf_puts(out, i ? " && " : "");
        side_print(scope, out, &guard[i].affine, 1);
        naas_buf_puts(out, " >= ");
        side_print(scope, out, &guard[i].affine, -1);
    }
}

/* One axis' part of a subscript, and whether it needs parentheses when it is multiplied. */
static void axis_print(
    struct cg_scope *scope, struct naas_buf *out, const struct fe_affine *index, int64_t stride)
{
    bool sum = index->n_terms + (index->constant != 0) > 1;
    naas_buf_puts(out, sum && stride != 1 ? "(" : "");
    cg_affine_print(scope, out, index);
    naas_buf_puts(out, sum && stride != 1 ? ")" : "");
    if (stride != 1)
        naas_buf_printf(out, " * %lld", (long long)stride);
}

void cg_subscript_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    bool empty = true;
    naas_buf_puts(out, "[");
    for (int j = 0; j < access->array->rank; j++) {
        const struct fe_affine *index = &access->index[j];
        if (index->n_terms == 0 && index->constant == 0)
            continue;
        naas_buf_puts(out, empty ? "" : " + ");
        axis_print(scope, out, index, access->array->stride[j]);
        empty = false;
    }
    naas_buf_puts(out, empty ? "0]" : "]");
}

void cg_element_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    const struct cg_array *array = cg_array_of(scope->cg, access->array);
    if (!array) {
        cg_fail(scope->cg, NAAS_INTERNAL, access->loc, "an array is missing in the kernel's arguments");
        return;
    }
    scope->used_args = true;
    naas_buf_printf(out, "%s->%s", scope->args, array->field);
    cg_subscript_print(scope, out, access);
}
