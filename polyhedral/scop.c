/*
 * The scop: the nest's statements, accesses and order as isl objects.
 */
#include "polyhedral/scop.h"
#include <isl/options.h>

/* Far above what a convolution needs (some 1e5 operations), and still only seconds. */
static const unsigned long max_operations = 50UL * 1000 * 1000;

enum naas_status poly_refuse(
    struct naas_ctx *ctx, struct naas_loc loc, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    naas_vdiag(ctx, NAAS_WARNING, loc, "nest not mapped: ", format, args);
    va_end(args);
    if (hint)
        naas_hint(ctx, "%s", hint);
    return NAAS_UNSUPPORTED;
}

enum naas_status poly_isl_failure(const struct poly_scop *scop)
{
    if (isl_ctx_last_error(scop->isl) == isl_error_quota)
        return poly_refuse(
            scop->ctx, scop->nest->loc, "split the nest", "its dependences are too complex to analyse");
    naas_diag(scop->ctx, NAAS_WARNING, scop->nest->loc, "nest not mapped: isl failed: %s",
        isl_ctx_last_error_msg(scop->isl) ? isl_ctx_last_error_msg(scop->isl) : "unknown error");
    return NAAS_INTERNAL;
}

/* The source's order: the children in sequence, the loop around them. NULL for a loop without statements. */
static __isl_give isl_schedule *order(const struct poly_scop *scop, const struct fe_node *node);

static __isl_give isl_schedule *sequence(const struct poly_scop *scop, int n, const struct fe_node *node)
{
    isl_schedule *all = NULL;

    for (int i = 0; i < n; i++) {
        isl_schedule *one = order(scop, &node[i]);

        if (all && one)
            all = isl_schedule_sequence(all, one);
        else if (one)
            all = one;
    }
    return all;
}

static void add_counters(
    const struct poly_scop *scop, const struct fe_node *node, int depth, isl_union_pw_aff **counters)
{
    if (node->stmt) {
        isl_space *space = isl_space_copy(scop->stmt[node->stmt->id].space);
        isl_aff *aff = isl_aff_var_on_domain(isl_local_space_from_space(space), isl_dim_set, (unsigned)depth);

        *counters = isl_union_pw_aff_add_pw_aff(*counters, isl_pw_aff_from_aff(aff));
    }
    for (int i = 0; i < node->n_children; i++)
        add_counters(scop, &node->child[i], depth, counters);
}

static __isl_give isl_schedule *order(const struct poly_scop *scop, const struct fe_node *node)
{
    isl_schedule *body;
    isl_union_pw_aff *counters;

    if (node->stmt)
        return isl_schedule_from_domain(
            isl_union_set_from_set(isl_set_copy(scop->stmt[node->stmt->id].domain)));
    body = sequence(scop, node->n_children, node->child);
    if (!body)
        return NULL;
    counters = isl_union_pw_aff_empty(isl_space_params_alloc(scop->isl, 0));
    add_counters(scop, node, node->loop->depth, &counters);
    return isl_schedule_insert_partial_schedule(body, isl_multi_union_pw_aff_from_union_pw_aff(counters));
}

static struct poly_scop *scop_new(
    struct naas_ctx *ctx, const struct fe_nest *nest, const struct poly_options *options)
{
    struct poly_scop *scop = naas_alloc(ctx, 1, sizeof *scop);

    *scop = (struct poly_scop){.ctx = ctx, .nest = nest, .options = *options};
    scop->isl = isl_ctx_alloc();
    isl_options_set_on_error(scop->isl, ISL_ON_ERROR_CONTINUE);
    isl_ctx_set_max_operations(scop->isl, max_operations);
    scop->n_stmts = nest->n_stmts;
    scop->stmt = naas_alloc(ctx, (size_t)nest->n_stmts, sizeof *scop->stmt);
    scop->written = naas_alloc(ctx, (size_t)nest->n_arrays, sizeof *scop->written);
    scop->expansion = naas_alloc(ctx, (size_t)nest->n_arrays, sizeof *scop->expansion);
    return scop;
}

enum naas_status poly_scop_build(struct naas_ctx *ctx, const struct fe_nest *nest,
    const struct poly_options *options, struct poly_scop **result)
{
    struct poly_scop *scop;
    enum naas_status status;

    *result = NULL;
    scop = scop_new(ctx, nest, options);
    for (int s = 0; s < scop->n_stmts; s++) {
        scop->stmt[s].fe = nest->stmt[s];
        poly_stmt_build(scop, &scop->stmt[s]);
    }
    poly_unflatten(scop);
    for (int s = 0; s < scop->n_stmts; s++)
        scop->stmt[s].reduction = poly_reduction_find(ctx, options, scop->stmt[s].fe);
    poly_accesses(scop);
    scop->schedule = sequence(scop, nest->n_roots, nest->root);
    status = poly_dependences(scop);
    if (status != NAAS_OK) {
        poly_scop_free(scop);
        return status;
    }
    *result = scop;
    return NAAS_OK;
}

void poly_scop_free(struct poly_scop *scop)
{
    if (!scop)
        return;
    for (int s = 0; s < scop->n_stmts; s++) {
        isl_space_free(scop->stmt[s].space);
        isl_set_free(scop->stmt[s].box);
        isl_set_free(scop->stmt[s].domain);
    }
    for (int i = 0; i < scop->n_accesses; i++)
        isl_map_free(scop->access[i].map);
    isl_schedule_free(scop->schedule);
    isl_union_map_free(scop->flow);
    isl_union_map_free(scop->anti);
    isl_union_map_free(scop->output);
    isl_union_map_free(scop->relaxed);
    isl_union_map_free(scop->finish_order);
    isl_ctx_free(scop->isl);
}
