/*
 * Private arrays that carry values from one part to another become memory, with an axis in front for each
 * loop over which they are private.
 *
 *     for i { float m = ...; ... m ...; }      ->      m[i], used by both parts
 */
#include "polyhedral/scop.h"
#include <stdlib.h>
#include <string.h>

struct expansion {
    struct poly_scop *scop;
    const struct fe_array *old;
    struct fe_array *new;
    int n_loops;
    const struct fe_loop **loop;
    int64_t *low; /* smallest value of the loop's variable */
};

/* ---- which ---- */

struct crossing_check {
    const int *group;
    bool crosses;
};

static isl_stat check_crossing(__isl_take isl_map *map, void *user)
{
    struct crossing_check *check = user;
    int from = atoi(isl_map_get_tuple_name(map, isl_dim_in) + 1);
    int to = atoi(isl_map_get_tuple_name(map, isl_dim_out) + 1);

    check->crosses = check->crosses || check->group[from] != check->group[to];
    isl_map_free(map);
    return isl_stat_ok;
}

/* Host statements that stand next to each other have groups of their own until parts are made of them: their
 * arrays become memory too, which costs little. */
static bool crosses(const struct poly_scop *scop, const struct fe_array *array, const int *group)
{
    struct crossing_check check = {.group = group};
    isl_union_map *flow;

    if (array->storage != FE_PRIVATE || !scop->written[array->id])
        return false;
    flow = poly_array_flow(scop, NULL, array);
    isl_union_map_foreach_map(flow, check_crossing, &check);
    isl_union_map_free(flow);
    return check.crosses;
}

/* ---- the new array ---- */

static enum naas_status refuse(const struct expansion *x)
{
    return poly_refuse(x->scop->ctx, x->old->loc,
        "declare it in front of the nest, with an axis for every loop it is private to",
        "'%s' carries values from one part of the nest to the next", x->old->name);
}

/* The loops around all uses, as many as it is private over. */
static enum naas_status find_loops(struct expansion *x)
{
    int i = 0;

    x->n_loops = x->scop->expansion[x->old->id];
    x->loop = naas_alloc(x->scop->ctx, (size_t)x->n_loops, sizeof *x->loop);
    x->low = naas_alloc(x->scop->ctx, (size_t)x->n_loops, sizeof *x->low);
    while (x->scop->access[i].fe->array != x->old)
        i++;
    for (int d = 0; d < x->n_loops; d++) {
        x->loop[d] = x->scop->stmt[x->scop->access[i].stmt].loop[d];
        if (x->loop[d]->start.n_terms || x->loop[d]->stop.n_terms)
            return refuse(x);
    }
    for (int j = 0; j < x->old->rank; j++) {
        if (x->old->extent[j] <= 0)
            return refuse(x);
    }
    return NAAS_OK;
}

static void make_array(struct expansion *x)
{
    struct naas_ctx *ctx = x->scop->ctx;
    struct fe_array *array = naas_alloc(ctx, 1, sizeof *array);
    int64_t stride = 1;

    *array = *x->old;
    array->rank = x->n_loops + x->old->rank;
    array->storage = FE_LOCAL;
    array->is_const = array->is_pointer = false;
    array->extent = naas_alloc(ctx, (size_t)array->rank, sizeof *array->extent);
    array->stride = naas_alloc(ctx, (size_t)array->rank, sizeof *array->stride);
    for (int d = 0; d < x->n_loops; d++) {
        int64_t start = x->loop[d]->start.constant, stop = x->loop[d]->stop.constant;
        int64_t last = x->loop[d]->step > 0 ? stop - 1 : stop + 1;

        x->low[d] = start < last ? start : last;
        array->extent[d] = llabs(last - start) + 1;
    }
    for (int j = 0; j < x->old->rank; j++)
        array->extent[x->n_loops + j] = x->old->extent[j];
    for (int j = array->rank - 1; j >= 0; j--) {
        array->stride[j] = stride;
        stride *= array->extent[j];
    }
    x->new = array;
}

/* ---- rewriting ---- */

static struct fe_access expanded(const struct expansion *x, const struct fe_access *access)
{
    struct naas_ctx *ctx = x->scop->ctx;
    struct fe_access copy = *access;

    copy.array = x->new;
    copy.index = naas_alloc(ctx, (size_t)x->new->rank, sizeof *copy.index);
    for (int d = 0; d < x->n_loops; d++) {
        struct fe_term *term = naas_alloc(ctx, 1, sizeof *term);

        *term = (struct fe_term){.loop = x->loop[d], .coef = 1};
        copy.index[d] = (struct fe_affine){.constant = -x->low[d], .n_terms = 1, .term = term};
    }
    for (int j = 0; j < x->old->rank; j++)
        copy.index[x->n_loops + j] = access->index[j];
    return copy;
}

static struct fe_expr *rewritten(const struct expansion *x, struct fe_expr *expr)
{
    struct fe_expr *copy;

    if (!poly_reads_array(expr, x->old))
        return expr;
    copy = naas_alloc(x->scop->ctx, 1, sizeof *copy);
    *copy = *expr;
    if (expr->kind == FE_READ)
        copy->access = expanded(x, &expr->access);
    for (int i = 0; i < expr->n_args; i++)
        copy->arg[i] = rewritten(x, expr->arg[i]);
    return copy;
}

static void rewrite(const struct expansion *x)
{
    struct poly_scop *scop = x->scop;

    for (int s = 0; s < scop->n_stmts; s++) {
        struct fe_stmt *copy = naas_alloc(scop->ctx, 1, sizeof *copy);

        *copy = *scop->stmt[s].fe;
        if (copy->target.array == x->old)
            copy->target = expanded(x, &copy->target);
        copy->value = rewritten(x, copy->value);
        scop->stmt[s].fe = copy;
    }
}

enum naas_status poly_expand(struct poly_scop *scop, const int *group, struct poly_plan *plan)
{
    int n = scop->nest->n_arrays;
    bool *carries = naas_alloc(scop->ctx, (size_t)n, sizeof *carries);

    plan->buffer = naas_alloc(scop->ctx, (size_t)n, sizeof *plan->buffer);
    for (int a = 0; a < n; a++)
        carries[a] = crosses(scop, scop->nest->array[a], group);
    for (int a = 0; a < n; a++) {
        struct expansion x = {.scop = scop, .old = scop->nest->array[a]};
        enum naas_status status = NAAS_OK;

        if (!carries[a])
            continue;
        status = find_loops(&x);
        if (status != NAAS_OK)
            return status;
        make_array(&x);
        rewrite(&x);
        plan->buffer[plan->n_buffers++] = x.new;
    }
    if (plan->n_buffers == 0)
        return NAAS_OK;
    for (int s = 0; s < scop->n_stmts; s++)
        scop->stmt[s].reduction = poly_reduction_find(scop->ctx, &scop->options, scop->stmt[s].fe);
    poly_accesses(scop);
    return poly_dependences(scop);
}
