/* The JSON form of a nest: "format": 1, "kind": "nest". */
#include "frontend/frontend.h"
#include <inttypes.h>

static void puts_string(struct naas_buf *out, const char *text)
{
    naas_buf_puts(out, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            naas_buf_printf(out, "\\%c", c);
        else if (c < 0x20)
            naas_buf_printf(out, "\\u%04x", c);
        else
            naas_buf_write(out, text, 1);
    }
    naas_buf_puts(out, "\"");
}

static void member(struct naas_buf *out, const char *key, const char *text)
{
    naas_buf_printf(out, ", \"%s\": ", key);
    if (text)
        puts_string(out, text);
    else
        naas_buf_puts(out, "null");
}

static void json_affine(struct naas_buf *out, const struct fe_affine *affine)
{
    naas_buf_printf(out, "{\"constant\": %" PRId64 ", \"terms\": [", affine->constant);
    for (int i = 0; i < affine->n_terms; i++)
        naas_buf_printf(out, "%s{\"loop\": %d, \"coef\": %" PRId64 "}", i ? ", " : "",
            affine->term[i].loop->id, affine->term[i].coef);
    naas_buf_puts(out, "]}");
}

static void json_guards(struct naas_buf *out, int n, const struct fe_guard *guard)
{
    naas_buf_puts(out, ", \"guards\": [");
    for (int i = 0; i < n; i++) {
        naas_buf_puts(out, i ? ", " : "");
        json_affine(out, &guard[i].affine);
    }
    naas_buf_puts(out, "]");
}

static void json_access(struct naas_buf *out, const struct fe_access *access)
{
    naas_buf_printf(out, "{\"array\": %d, \"index\": [", access->array->id);
    for (int i = 0; i < access->array->rank; i++) {
        naas_buf_puts(out, i ? ", " : "");
        json_affine(out, &access->index[i]);
    }
    naas_buf_puts(out, "]");
    json_guards(out, access->n_guards, access->guard);
    naas_buf_puts(out, "}");
}

static void json_expr(struct naas_buf *out, const struct fe_expr *expr)
{
    static const char *const kinds[] = {[FE_INT] = "int",
        [FE_FLOAT] = "float",
        [FE_LOOPVAR] = "loop",
        [FE_SCALAR] = "scalar",
        [FE_READ] = "read",
        [FE_UNARY] = "unary",
        [FE_BINARY] = "binary",
        [FE_COND] = "cond",
        [FE_CAST] = "cast",
        [FE_CALL] = "call"};
    naas_buf_printf(
        out, "{\"kind\": \"%s\", \"type\": \"%s\"", kinds[expr->kind], naas_type_name(expr->type));
    if (expr->kind == FE_INT)
        naas_buf_printf(out, ", \"value\": %" PRId64, expr->ivalue);
    if (expr->text)
        member(out, "text", expr->text);
    if (expr->kind == FE_LOOPVAR)
        naas_buf_printf(out, ", \"loop\": %d", expr->loop->id);
    if (expr->kind == FE_UNARY || expr->kind == FE_BINARY)
        member(out, "op", fe_op_text(expr->op));
    if (expr->kind == FE_READ) {
        naas_buf_puts(out, ", \"access\": ");
        json_access(out, &expr->access);
    }
    for (int i = 0; i < expr->n_args; i++) {
        naas_buf_puts(out, i ? ", " : ", \"args\": [");
        json_expr(out, expr->arg[i]);
    }
    naas_buf_puts(out, expr->n_args ? "]}" : "}");
}

static void json_loop(struct naas_buf *out, const struct fe_loop *loop)
{
    naas_buf_printf(out, "{\"id\": %d", loop->id);
    member(out, "name", loop->name);
    naas_buf_printf(out,
        ", \"line\": %u, \"column\": %u, \"type\": \"%s\", \"parent\": %d, \"step\": %" PRId64
        ", \"start\": ",
        loop->loc.line, loop->loc.column, naas_type_name(loop->type), loop->parent ? loop->parent->id : -1,
        loop->step);
    json_affine(out, &loop->start);
    naas_buf_puts(out, ", \"stop\": ");
    json_affine(out, &loop->stop);
    naas_buf_puts(out, "}");
}

static void json_array(struct naas_buf *out, const struct fe_array *array)
{
    static const char *const storage[] = {"global", "local", "parameter", "private"};
    naas_buf_printf(out, "{\"id\": %d", array->id);
    member(out, "name", array->name);
    member(out, "base", array->base);
    naas_buf_printf(out,
        ", \"type\": \"%s\", \"storage\": \"%s\", \"const\": %s, \"pointer\": %s, \"restrict\": %s, "
        "\"extent\": [",
        naas_type_name(array->type), storage[array->storage], array->is_const ? "true" : "false",
        array->is_pointer ? "true" : "false", array->is_restrict ? "true" : "false");
    for (int i = 0; i < array->rank; i++)
        naas_buf_printf(out, "%s%" PRId64, i ? ", " : "", array->extent[i]);
    naas_buf_puts(out, "], \"stride\": [");
    for (int i = 0; i < array->rank; i++)
        naas_buf_printf(out, "%s%" PRId64, i ? ", " : "", array->stride[i]);
    naas_buf_puts(out, "]}");
}

static void json_stmt(struct naas_buf *out, const struct fe_stmt *stmt)
{
    naas_buf_printf(out, "{\"id\": %d, \"line\": %u, \"column\": %u, \"loop\": %d, \"target\": ", stmt->id,
        stmt->loc.line, stmt->loc.column, stmt->loop ? stmt->loop->id : -1);
    json_access(out, &stmt->target);
    naas_buf_puts(out, ", \"value\": ");
    json_expr(out, stmt->value);
    json_guards(out, stmt->n_guards, stmt->guard);
    naas_buf_puts(out, "}");
}

static void json_node(struct naas_buf *out, const struct fe_node *node)
{
    if (node->stmt) {
        naas_buf_printf(out, "{\"stmt\": %d}", node->stmt->id);
        return;
    }
    naas_buf_printf(out, "{\"loop\": %d, \"body\": [", node->loop->id);
    for (int i = 0; i < node->n_children; i++) {
        naas_buf_puts(out, i ? ", " : "");
        json_node(out, &node->child[i]);
    }
    naas_buf_puts(out, "]}");
}

/* Between the items of a list, each on a line of its own. */
static void next(struct naas_buf *out, int i)
{
    naas_buf_puts(out, i ? ",\n    " : "\n    ");
}

void fe_nest_json(struct naas_buf *out, const struct fe_nest *nest)
{
    naas_buf_puts(out, "{\"format\": 1, \"kind\": \"nest\"");
    member(out, "name", nest->name);
    member(out, "function", nest->function);
    member(out, "file", nest->loc.file);
    naas_buf_printf(out, ", \"line\": %u, \"column\": %u", nest->loc.line, nest->loc.column);
    member(out, "accel", nest->accel);
    member(out, "target", nest->target);
    naas_buf_puts(out, ",\n  \"extents\": {");
    for (int i = 0; i < nest->n_assumptions; i++)
        naas_buf_printf(
            out, "%s\"%s\": %" PRId64, i ? ", " : "", nest->assumption[i].name, nest->assumption[i].value);
    naas_buf_puts(out, "},\n  \"scalars\": [");
    for (int i = 0; i < nest->n_scalars; i++) {
        naas_buf_puts(out, i ? ", " : "");
        json_expr(out, nest->scalar[i]);
    }
    naas_buf_puts(out, "],\n  \"arrays\": [");
    for (int i = 0; i < nest->n_arrays; i++) {
        next(out, i);
        json_array(out, nest->array[i]);
    }
    naas_buf_puts(out, "],\n  \"loops\": [");
    for (int i = 0; i < nest->n_loops; i++) {
        next(out, i);
        json_loop(out, nest->loop[i]);
    }
    naas_buf_puts(out, "],\n  \"stmts\": [");
    for (int i = 0; i < nest->n_stmts; i++) {
        next(out, i);
        json_stmt(out, nest->stmt[i]);
    }
    naas_buf_puts(out, "],\n  \"tree\": [");
    for (int i = 0; i < nest->n_roots; i++) {
        next(out, i);
        json_node(out, &nest->root[i]);
    }
    for (int i = 0; i < nest->n_finals; i++)
        naas_buf_printf(out, "%s\"%s\"", i ? ", " : "],\n  \"behind\": [", nest->final[i]);
    naas_buf_puts(out, "]}\n");
}
