#include "nests.h"
#include <stdarg.h>

struct nest nest_new(struct naas_ctx *ctx, const char *name)
{
    struct nest nest = {.ctx = ctx, .fe = naas_alloc(ctx, 1, sizeof *nest.fe)};

    nest.fe->name = nest.fe->function = name;
    nest.fe->loc = (struct naas_loc){"hand.c", 1, 1};
    return nest;
}

struct fe_loop *nest_loop(struct nest *nest, const struct fe_loop *parent, const char *name, int64_t start,
    int64_t stop, int64_t step)
{
    struct fe_nest *fe = nest->fe;
    struct fe_loop *loop = naas_alloc(nest->ctx, 1, sizeof *loop);

    *loop =
        (struct fe_loop){.id = fe->n_loops, .name = name, .type = NAAS_I32, .parent = parent, .step = step};
    loop->loc = (struct naas_loc){"hand.c", (unsigned)fe->n_loops + 2, 5};
    loop->start.constant = start;
    loop->stop.constant = stop;
    loop->depth = parent ? parent->depth + 1 : 0;
    fe->loop = naas_grow(nest->ctx, fe->loop, fe->n_loops, &nest->cap_loops, sizeof *fe->loop);
    fe->loop[fe->n_loops++] = loop;
    return loop;
}

struct fe_array *nest_array(struct nest *nest, const char *name, enum naas_type type, enum fe_storage storage,
    int rank, const int64_t *extent)
{
    struct fe_nest *fe = nest->fe;
    struct fe_array *array = naas_alloc(nest->ctx, 1, sizeof *array);
    int64_t stride = 1;

    *array = (struct fe_array){
        .id = fe->n_arrays, .name = name, .base = name, .type = type, .rank = rank, .storage = storage};
    array->extent = naas_alloc(nest->ctx, (size_t)rank, sizeof *array->extent);
    array->stride = naas_alloc(nest->ctx, (size_t)rank, sizeof *array->stride);
    for (int j = rank - 1; j >= 0; j--) {
        array->extent[j] = extent[j];
        array->stride[j] = stride;
        stride *= extent[j];
    }
    fe->array = naas_grow(nest->ctx, fe->array, fe->n_arrays, &nest->cap_arrays, sizeof *fe->array);
    fe->array[fe->n_arrays++] = array;
    return array;
}

struct fe_affine nest_affine(struct nest *nest, int64_t constant, int n, ...)
{
    struct fe_affine affine = {.constant = constant, .n_terms = n};
    va_list args;

    affine.term = naas_alloc(nest->ctx, (size_t)n, sizeof *affine.term);
    va_start(args, n);
    for (int i = 0; i < n; i++) {
        affine.term[i].loop = va_arg(args, const struct fe_loop *);
        affine.term[i].coef = va_arg(args, int);
    }
    va_end(args);
    return affine;
}

struct fe_access nest_access(const struct fe_array *array, const struct fe_affine *index)
{
    struct fe_access access = {.array = array, .index = (struct fe_affine *)(uintptr_t)index};

    access.loc = (struct naas_loc){"hand.c", 50 + (unsigned)array->id, 9};
    return access;
}

static struct fe_expr *new_expr(struct nest *nest, enum fe_expr_kind kind, enum naas_type type)
{
    struct fe_expr *expr = naas_alloc(nest->ctx, 1, sizeof *expr);

    expr->kind = kind;
    expr->type = type;
    expr->loc = (struct naas_loc){"hand.c", 90, 9};
    return expr;
}

struct fe_expr *nest_read(struct nest *nest, struct fe_access access)
{
    struct fe_expr *expr = new_expr(nest, FE_READ, access.array->type);

    expr->access = access;
    return expr;
}

struct fe_expr *nest_number(struct nest *nest, enum naas_type type, int value)
{
    struct fe_expr *expr = new_expr(nest, naas_type_is_float(type) ? FE_FLOAT : FE_INT, type);

    expr->ivalue = value;
    expr->text = naas_format(nest->ctx, "%d.0", value);
    return expr;
}

/* C's, as far as these tests mix types. */
static enum naas_type common_type(enum naas_type a, enum naas_type b)
{
    enum naas_type wider = naas_type_bytes(a) >= naas_type_bytes(b) ? a : b;

    return naas_type_bytes(wider) < naas_type_bytes(NAAS_I32) ? NAAS_I32 : wider;
}

struct fe_expr *nest_binary(struct nest *nest, enum fe_op op, struct fe_expr *a, struct fe_expr *b)
{
    bool compares = op >= FE_LT && op <= FE_LOR;
    struct fe_expr *expr = new_expr(nest, FE_BINARY, compares ? NAAS_I32 : common_type(a->type, b->type));

    expr->op = op;
    expr->n_args = 2;
    expr->arg[0] = a;
    expr->arg[1] = b;
    return expr;
}

struct fe_expr *nest_cond(struct nest *nest, struct fe_expr *test, struct fe_expr *a, struct fe_expr *b)
{
    struct fe_expr *expr = new_expr(nest, FE_COND, a->type);

    expr->n_args = 3;
    expr->arg[0] = test;
    expr->arg[1] = a;
    expr->arg[2] = b;
    return expr;
}

struct fe_stmt *nest_stmt(
    struct nest *nest, const struct fe_loop *loop, struct fe_access target, struct fe_expr *value)
{
    struct fe_nest *fe = nest->fe;
    struct fe_stmt *stmt = naas_alloc(nest->ctx, 1, sizeof *stmt);

    *stmt = (struct fe_stmt){.id = fe->n_stmts, .loop = loop, .target = target, .value = value};
    stmt->loc = (struct naas_loc){"hand.c", 100 + (unsigned)fe->n_stmts, 9};
    fe->stmt = naas_grow(nest->ctx, fe->stmt, fe->n_stmts, &nest->cap_stmts, sizeof *fe->stmt);
    fe->stmt[fe->n_stmts++] = stmt;
    return stmt;
}

void nest_guard(struct nest *nest, struct fe_stmt *stmt, struct fe_affine affine)
{
    struct fe_guard *guard = naas_alloc(nest->ctx, (size_t)stmt->n_guards + 1, sizeof *guard);

    for (int i = 0; i < stmt->n_guards; i++)
        guard[i] = stmt->guard[i];
    guard[stmt->n_guards].affine = affine;
    stmt->guard = guard;
    stmt->n_guards++;
}

static bool stands_under(const struct fe_loop *inner, const struct fe_loop *outer)
{
    while (inner && inner != outer)
        inner = inner->parent;
    return inner == outer;
}

/* The loop right below `outer` (NULL: the outermost) around `inner`. */
static const struct fe_loop *loop_below(const struct fe_loop *inner, const struct fe_loop *outer)
{
    while (inner && inner->parent != outer)
        inner = inner->parent;
    return inner;
}

/* Children of a loop: runs over the statements, which stand in textual order. */
static void add_children(struct nest *nest, const struct fe_loop *loop, int *n, struct fe_node **children)
{
    const struct fe_nest *fe = nest->fe;
    struct fe_node *node = naas_alloc(nest->ctx, (size_t)fe->n_stmts, sizeof *node);
    const struct fe_loop *latest = NULL;

    *n = 0;
    for (int s = 0; s < fe->n_stmts; s++) {
        const struct fe_loop *below;

        if (loop && !stands_under(fe->stmt[s]->loop, loop))
            continue;
        below = fe->stmt[s]->loop == loop ? NULL : loop_below(fe->stmt[s]->loop, loop);
        if (below && below == latest)
            continue;
        latest = below;
        node[*n].loop = below;
        node[*n].stmt = below ? NULL : fe->stmt[s];
        (*n)++;
    }
    for (int i = 0; i < *n; i++) {
        if (node[i].loop)
            add_children(nest, node[i].loop, &node[i].n_children, &node[i].child);
    }
    *children = node;
}

const struct fe_nest *nest_finish(struct nest *nest)
{
    add_children(nest, NULL, &nest->fe->n_roots, &nest->fe->root);
    return nest->fe;
}

static struct fe_affine *affines(struct nest *nest, int n, const struct fe_affine *list)
{
    struct fe_affine *copy = naas_alloc(nest->ctx, (size_t)n, sizeof *copy);

    for (int i = 0; i < n; i++)
        copy[i] = list[i];
    return copy;
}

#define INDEX(...)                                                                                           \
    affines(&n, (int)(sizeof(struct fe_affine[]){__VA_ARGS__} / sizeof(struct fe_affine)),                   \
        (struct fe_affine[]){__VA_ARGS__})

const struct fe_nest *nest_conv(struct naas_ctx *ctx, int64_t nk, int64_t nc, int64_t np)
{
    struct nest n = nest_new(ctx, "conv");
    struct fe_array *x = nest_array(&n, "x", NAAS_F32, FE_GLOBAL, 3, (int64_t[]){nc, np, np});
    struct fe_array *w = nest_array(&n, "w", NAAS_F32, FE_GLOBAL, 4, (int64_t[]){nk, nc, 3, 3});
    struct fe_array *y = nest_array(&n, "y", NAAS_F32, FE_GLOBAL, 3, (int64_t[]){nk, np, np});
    struct fe_array *acc = nest_array(&n, "acc", NAAS_F32, FE_PRIVATE, 0, NULL);
    struct fe_loop *k = nest_loop(&n, NULL, "k", 0, nk, 1), *p = nest_loop(&n, k, "p", 0, np, 1);
    struct fe_loop *q = nest_loop(&n, p, "q", 0, np, 1), *c = nest_loop(&n, q, "c", 0, nc, 1);
    struct fe_loop *r = nest_loop(&n, c, "r", 0, 3, 1), *s = nest_loop(&n, r, "s", 0, 3, 1);
    struct fe_access at = nest_access(acc, NULL);
    struct fe_affine row = nest_affine(&n, -1, 2, p, 1, r, 1), column = nest_affine(&n, -1, 2, q, 1, s, 1);
    struct fe_expr *tap, *relu;
    struct fe_stmt *update;

    tap = nest_binary(&n, FE_MUL,
        nest_read(&n, nest_access(x, INDEX(nest_affine(&n, 0, 1, c, 1), row, column))),
        nest_read(&n, nest_access(w, INDEX(nest_affine(&n, 0, 1, k, 1), nest_affine(&n, 0, 1, c, 1),
                                         nest_affine(&n, 0, 1, r, 1), nest_affine(&n, 0, 1, s, 1)))));
    relu = nest_cond(&n, nest_binary(&n, FE_GT, nest_read(&n, at), nest_number(&n, NAAS_F32, 0)),
        nest_read(&n, at), nest_number(&n, NAAS_F32, 0));
    nest_stmt(&n, q, at, nest_number(&n, NAAS_F32, 0));
    update = nest_stmt(&n, s, at, nest_binary(&n, FE_ADD, nest_read(&n, at), tap));
    nest_guard(&n, update, row);
    nest_guard(&n, update, nest_affine(&n, np, 2, p, -1, r, -1));
    nest_guard(&n, update, column);
    nest_guard(&n, update, nest_affine(&n, np, 2, q, -1, s, -1));
    nest_stmt(&n, q,
        nest_access(
            y, INDEX(nest_affine(&n, 0, 1, k, 1), nest_affine(&n, 0, 1, p, 1), nest_affine(&n, 0, 1, q, 1))),
        relu);
    return nest_finish(&n);
}
