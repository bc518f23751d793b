/*
 * Domains and accesses: affine forms of the nest become isl functions of the normalised iterators.
 *
 *     for (p = 1; p < 9; p += 2) S0: y[p] = ...          S0[p] : 0 <= p <= 3, writes y[1 + 2p]
 */
#include "polyhedral/scop.h"

static __isl_give isl_aff *zero(const struct poly_stmt *stmt)
{
    return isl_aff_zero_on_domain_space(isl_space_copy(stmt->space));
}

/* Value of the d-th loop's variable. */
static __isl_give isl_aff *variable(const struct poly_stmt *stmt, int d)
{
    isl_aff *aff = poly_aff(stmt, &stmt->loop[d]->start);
    isl_val *step = isl_val_int_from_si(isl_aff_get_ctx(aff), stmt->loop[d]->step);

    return isl_aff_add_coefficient_val(aff, isl_dim_in, d, step);
}

__isl_give isl_aff *poly_aff(const struct poly_stmt *stmt, const struct fe_affine *affine)
{
    isl_ctx *isl = isl_space_get_ctx(stmt->space);
    isl_aff *sum = isl_aff_add_constant_val(zero(stmt), isl_val_int_from_si(isl, affine->constant));

    for (int i = 0; i < affine->n_terms; i++) {
        const struct fe_term *term = &affine->term[i];
        isl_aff *value = variable(stmt, term->loop->depth);

        sum = isl_aff_add(sum, isl_aff_scale_val(value, isl_val_int_from_si(isl, term->coef)));
    }
    return sum;
}

__isl_give isl_set *poly_nonneg(__isl_take isl_set *set, __isl_take isl_aff *aff)
{
    return isl_set_intersect(set, isl_pw_aff_nonneg_set(isl_pw_aff_from_aff(aff)));
}

__isl_give isl_set *poly_guard(
    __isl_take isl_set *set, const struct poly_stmt *stmt, int n, const struct fe_guard *guard)
{
    for (int i = 0; i < n; i++)
        set = poly_nonneg(set, poly_aff(stmt, &guard[i].affine));
    return set;
}

bool poly_range(
    const struct poly_stmt *stmt, isl_set *set, const struct fe_affine *affine, int64_t *low, int64_t *high)
{
    isl_aff *aff = poly_aff(stmt, affine);
    isl_val *min = isl_set_min_val(set, aff), *max = isl_set_max_val(set, aff);
    bool ok = min && max && isl_val_is_int(min) && isl_val_is_int(max);

    if (ok) {
        *low = isl_val_get_num_si(min);
        *high = isl_val_get_num_si(max);
    }
    isl_aff_free(aff);
    isl_val_free(min);
    isl_val_free(max);
    return ok;
}

/* Adds 0 <= counter, and variable before stop. */
static __isl_give isl_set *loop_bounds(__isl_take isl_set *set, const struct poly_stmt *stmt, int d)
{
    const struct fe_loop *loop = stmt->loop[d];
    isl_aff *left = isl_aff_sub(poly_aff(stmt, &loop->stop), variable(stmt, d));

    if (loop->step < 0)
        left = isl_aff_neg(left);
    set = isl_set_lower_bound_si(set, isl_dim_set, (unsigned)d, 0);
    return poly_nonneg(set, isl_aff_add_constant_si(left, -1));
}

void poly_stmt_build(struct poly_scop *scop, struct poly_stmt *stmt)
{
    const struct fe_stmt *fe = stmt->fe;

    stmt->n_loops = fe->loop ? fe->loop->depth + 1 : 0;
    stmt->loop = naas_alloc(scop->ctx, (size_t)stmt->n_loops, sizeof *stmt->loop);
    for (const struct fe_loop *loop = fe->loop; loop; loop = loop->parent)
        stmt->loop[loop->depth] = loop;

    stmt->space = isl_space_set_alloc(scop->isl, 0, (unsigned)stmt->n_loops);
    stmt->space = isl_space_set_tuple_name(stmt->space, isl_dim_set, naas_format(scop->ctx, "S%d", fe->id));
    for (int d = 0; d < stmt->n_loops; d++)
        stmt->space = isl_space_set_dim_name(stmt->space, isl_dim_set, (unsigned)d, stmt->loop[d]->name);

    stmt->box = isl_set_universe(isl_space_copy(stmt->space));
    for (int d = 0; d < stmt->n_loops; d++)
        stmt->box = loop_bounds(stmt->box, stmt, d);
    stmt->domain = poly_guard(isl_set_copy(stmt->box), stmt, fe->n_guards, fe->guard);
}

static void add_access(struct poly_scop *scop, int stmt, const struct fe_access *fe, bool write)
{
    scop->access =
        naas_grow(scop->ctx, scop->access, scop->n_accesses, &scop->cap_accesses, sizeof *scop->access);
    scop->access[scop->n_accesses++] = (struct poly_access){.stmt = stmt, .fe = fe, .write = write};
}

static void add_reads(struct poly_scop *scop, int stmt, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ)
        add_access(scop, stmt, &expr->access, false);
    for (int i = 0; i < expr->n_args; i++)
        add_reads(scop, stmt, expr->arg[i]);
}

void poly_accesses(struct poly_scop *scop)
{
    for (int i = 0; i < scop->n_accesses; i++)
        isl_map_free(scop->access[i].map);
    scop->n_accesses = 0;
    for (int s = 0; s < scop->n_stmts; s++) {
        const struct fe_stmt *fe = scop->stmt[s].fe;

        add_reads(scop, s, fe->value);
        add_access(scop, s, &fe->target, true);
        scop->written[fe->target.array->id] = true;
    }
}

static __isl_give isl_map *access_map(const struct poly_scop *scop, const struct poly_access *access)
{
    const struct poly_stmt *stmt = &scop->stmt[access->stmt];
    const struct fe_array *array = access->fe->array;
    int expansion = scop->expansion[array->id];
    unsigned n = (unsigned)(expansion + array->rank);
    /* Arrays of the same name in different blocks are told apart by the pointer. */
    isl_id *id = isl_id_alloc(scop->isl, array->name, (void *)(uintptr_t)array);
    isl_space *space = isl_space_set_tuple_id(isl_space_set_alloc(scop->isl, 0, n), isl_dim_set, id);
    isl_multi_aff *index;
    isl_set *domain;

    space = isl_space_map_from_domain_and_range(isl_space_copy(stmt->space), space);
    index = isl_multi_aff_zero(space);
    for (int i = 0; i < expansion; i++) {
        isl_aff *counter = isl_aff_add_coefficient_si(zero(stmt), isl_dim_in, i, 1);

        index = isl_multi_aff_set_aff(index, i, counter);
    }
    for (int j = 0; j < array->rank; j++)
        index = isl_multi_aff_set_aff(index, expansion + j, poly_aff(stmt, &access->fe->index[j]));

    domain = poly_guard(isl_set_copy(stmt->domain), stmt, access->fe->n_guards, access->fe->guard);
    return isl_map_intersect_domain(isl_map_from_multi_aff(index), domain);
}

void poly_access_maps(struct poly_scop *scop)
{
    for (int i = 0; i < scop->n_accesses; i++) {
        isl_map_free(scop->access[i].map);
        scop->access[i].map = access_map(scop, &scop->access[i]);
    }
}

bool poly_affine_equal(const struct fe_affine *a, const struct fe_affine *b)
{
    if (a->constant != b->constant || a->n_terms != b->n_terms)
        return false;
    for (int i = 0; i < a->n_terms; i++) {
        if (a->term[i].loop != b->term[i].loop || a->term[i].coef != b->term[i].coef)
            return false;
    }
    return true;
}

bool poly_access_equal(const struct fe_access *a, const struct fe_access *b)
{
    if (a->array != b->array)
        return false;
    for (int j = 0; j < a->array->rank; j++) {
        if (!poly_affine_equal(&a->index[j], &b->index[j]))
            return false;
    }
    return true;
}
