/*
 * The text form of a nest:
 *
 *     nest conv1 in main
 *     array x: const float[3][10] global
 *     for k = 0; k < 64; k += 1
 *         S0: acc = bias[k]
 *         for c = 0; c < 64; c += 1
 *             S1: acc = acc + x[c][k]   if c - 1 >= 0
 */
#include "frontend/frontend.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *fe_op_text(enum fe_op op)
{
    static const char *const text[] = {[FE_ADD] = "+",
        [FE_SUB] = "-",
        [FE_MUL] = "*",
        [FE_DIV] = "/",
        [FE_MOD] = "%",
        [FE_SHL] = "<<",
        [FE_SHR] = ">>",
        [FE_AND] = "&",
        [FE_OR] = "|",
        [FE_XOR] = "^",
        [FE_LT] = "<",
        [FE_LE] = "<=",
        [FE_GT] = ">",
        [FE_GE] = ">=",
        [FE_EQ] = "==",
        [FE_NE] = "!=",
        [FE_LAND] = "&&",
        [FE_LOR] = "||",
        [FE_NEG] = "-",
        [FE_NOT] = "!",
        [FE_BITNOT] = "~"};
    return text[op];
}

void fe_affine_print(struct naas_buf *out, const struct fe_affine *affine)
{
    for (int i = 0; i < affine->n_terms; i++) {
        int64_t coef = affine->term[i].coef;
        const char *sign = coef < 0 ? (i ? " - " : "-") : (i ? " + " : "");
        uint64_t size = coef < 0 ? 0 - (uint64_t)coef : (uint64_t)coef;
        naas_buf_puts(out, sign);
        if (size != 1)
            naas_buf_printf(out, "%" PRIu64 " * ", size);
        naas_buf_puts(out, affine->term[i].loop->name);
    }
    uint64_t size = affine->constant < 0 ? 0 - (uint64_t)affine->constant : (uint64_t)affine->constant;
    if (!affine->n_terms)
        naas_buf_printf(out, "%" PRId64, affine->constant);
    else if (affine->constant)
        naas_buf_printf(out, " %c %" PRIu64, affine->constant < 0 ? '-' : '+', size);
}

static void print_guards(struct naas_buf *out, int n, const struct fe_guard *guard)
{
    for (int i = 0; i < n; i++) {
        naas_buf_puts(out, i ? " && " : "");
        fe_affine_print(out, &guard[i].affine);
        naas_buf_puts(out, " >= 0");
    }
}

/* x[i][j], with its guards as x[i][j]{g >= 0}. */
static void print_access(struct naas_buf *out, const struct fe_access *access)
{
    naas_buf_puts(out, access->array->name);
    for (int i = 0; i < access->array->rank; i++) {
        naas_buf_puts(out, "[");
        fe_affine_print(out, &access->index[i]);
        naas_buf_puts(out, "]");
    }
    if (!access->n_guards)
        return;
    naas_buf_puts(out, "{");
    print_guards(out, access->n_guards, access->guard);
    naas_buf_puts(out, "}");
}

static void print_expr(struct naas_buf *out, const struct fe_expr *expr);

/* An operand, in parentheses unless it stands for itself. */
static void print_operand(struct naas_buf *out, const struct fe_expr *expr)
{
    bool compound = expr->kind == FE_BINARY || expr->kind == FE_COND;
    naas_buf_puts(out, compound ? "(" : "");
    print_expr(out, expr);
    naas_buf_puts(out, compound ? ")" : "");
}

static void print_int(struct naas_buf *out, const struct fe_expr *expr)
{
    bool is_unsigned = expr->type == NAAS_U32 || expr->type == NAAS_U64;
    naas_buf_printf(out, "%" PRId64 "%s%s", expr->ivalue, is_unsigned ? "u" : "",
        naas_type_bytes(expr->type) == 8 ? "l" : "");
}

static void print_call(struct naas_buf *out, const struct fe_expr *expr)
{
    naas_buf_printf(out, "%s(", expr->text);
    for (int i = 0; i < expr->n_args; i++) {
        naas_buf_puts(out, i ? ", " : "");
        print_expr(out, expr->arg[i]);
    }
    naas_buf_puts(out, ")");
}

static void print_expr(struct naas_buf *out, const struct fe_expr *expr)
{
    switch (expr->kind) {
    case FE_INT:
        print_int(out, expr);
        break;
    case FE_FLOAT:
    case FE_SCALAR:
        naas_buf_puts(out, expr->text);
        break;
    case FE_LOOPVAR:
        naas_buf_puts(out, expr->loop->name);
        break;
    case FE_READ:
        print_access(out, &expr->access);
        break;
    case FE_UNARY:
        naas_buf_puts(out, fe_op_text(expr->op));
        print_operand(out, expr->arg[0]);
        break;
    case FE_BINARY:
        print_operand(out, expr->arg[0]);
        naas_buf_printf(out, " %s ", fe_op_text(expr->op));
        print_operand(out, expr->arg[1]);
        break;
    case FE_COND:
        print_operand(out, expr->arg[0]);
        naas_buf_puts(out, " ? ");
        print_operand(out, expr->arg[1]);
        naas_buf_puts(out, " : ");
        print_operand(out, expr->arg[2]);
        break;
    case FE_CAST:
        naas_buf_printf(out, "(%s)", naas_type_c(expr->type));
        print_operand(out, expr->arg[0]);
        break;
    case FE_CALL:
        print_call(out, expr);
        break;
    }
}

static void print_array(struct naas_buf *out, const struct fe_array *array)
{
    static const char *const storage[] = {"global", "local", "parameter", "private"};
    naas_buf_printf(
        out, "array %s: %s%s", array->name, array->is_const ? "const " : "", naas_type_c(array->type));
    for (int i = 0; i < array->rank; i++) {
        if (array->extent[i])
            naas_buf_printf(out, "[%" PRId64 "]", array->extent[i]);
        else
            naas_buf_puts(out, "[]");
    }
    naas_buf_printf(out, " %s%s%s\n", storage[array->storage], array->is_pointer ? " pointer" : "",
        array->is_restrict ? " restrict" : "");
}

static void print_stmt(struct naas_buf *out, const struct fe_stmt *stmt)
{
    naas_buf_printf(out, "S%d: ", stmt->id);
    print_access(out, &stmt->target);
    naas_buf_puts(out, " = ");
    print_expr(out, stmt->value);
    if (stmt->n_guards)
        naas_buf_puts(out, "   if ");
    print_guards(out, stmt->n_guards, stmt->guard);
    naas_buf_puts(out, "\n");
}

static void print_node(struct naas_buf *out, const struct fe_node *node, int indent)
{
    naas_buf_printf(out, "%*s", indent * 4, "");
    if (node->stmt) {
        print_stmt(out, node->stmt);
        return;
    }
    const struct fe_loop *loop = node->loop;
    naas_buf_printf(out, "for %s = ", loop->name);
    fe_affine_print(out, &loop->start);
    naas_buf_printf(out, "; %s %c ", loop->name, loop->step > 0 ? '<' : '>');
    fe_affine_print(out, &loop->stop);
    naas_buf_printf(out, "; %s %s %" PRId64 "\n", loop->name,
        loop->step > 0 ? "+=" : "-=", loop->step > 0 ? loop->step : -loop->step);
    for (int i = 0; i < node->n_children; i++)
        print_node(out, &node->child[i], indent + 1);
}

void fe_nest_print(struct naas_buf *out, const struct fe_nest *nest)
{
    naas_buf_printf(out, "nest %s in %s\n", nest->name, nest->function);
    if (nest->accel)
        naas_buf_printf(out, "accel \"%s\"\n", nest->accel);
    if (nest->target)
        naas_buf_printf(out, "target %s\n", nest->target);
    for (int i = 0; i < nest->n_assumptions; i++)
        naas_buf_printf(
            out, "extent %s = %" PRId64 "\n", nest->assumption[i].name, nest->assumption[i].value);
    for (int i = 0; i < nest->n_scalars; i++)
        naas_buf_printf(out, "scalar %s: %s\n", nest->scalar[i]->text, naas_type_c(nest->scalar[i]->type));
    for (int i = 0; i < nest->n_arrays; i++)
        print_array(out, nest->array[i]);
    for (int i = 0; i < nest->n_roots; i++)
        print_node(out, &nest->root[i], 0);
    for (int i = 0; i < nest->n_finals; i++)
        naas_buf_printf(out, "behind %s\n", nest->final[i]);
}
