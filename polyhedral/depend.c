/*
 * Dependences. The writes of reductions never hide earlier writes from later reads (they are isl's *may*
 * sources), so that what must stay in front of or behind a reduction is related to every one of its
 * iterations, and stays so when their own order is given up.
 *
 * A private array is expanded over the loops around all its uses, as many of them as leave every read a write
 * in the same iteration: then two iterations share no element, and there are no false dependences.
 */
#include "polyhedral/scop.h"
#include <isl/flow.h>

enum access_kind { READS, MUST_WRITES, MAY_WRITES };

static bool is_of_kind(const struct poly_scop *scop, const struct poly_access *access, enum access_kind kind)
{
    bool reduces = scop->stmt[access->stmt].reduction.kind != AS_NO_REDUCE;

    if (!scop->written[access->fe->array->id])
        return false;
    if (kind == READS)
        return !access->write;
    return access->write && reduces == (kind == MAY_WRITES);
}

static __isl_give isl_union_map *accesses(const struct poly_scop *scop, enum access_kind kind)
{
    isl_union_map *all = isl_union_map_empty(isl_space_params_alloc(scop->isl, 0));

    for (int i = 0; i < scop->n_accesses; i++) {
        if (is_of_kind(scop, &scop->access[i], kind))
            all = isl_union_map_add_map(all, isl_map_copy(scop->access[i].map));
    }
    return all;
}

static __isl_give isl_union_map *all_writes(const struct poly_scop *scop)
{
    return isl_union_map_union(accesses(scop, MUST_WRITES), accesses(scop, MAY_WRITES));
}

static __isl_give isl_union_flow *sources(const struct poly_scop *scop, __isl_take isl_union_map *sink,
    __isl_take isl_union_map *must, __isl_take isl_union_map *may)
{
    isl_union_access_info *info = isl_union_access_info_from_sink(sink);

    info = isl_union_access_info_set_must_source(info, must);
    info = isl_union_access_info_set_may_source(info, may);
    info = isl_union_access_info_set_schedule(info, isl_schedule_copy(scop->schedule));
    return isl_union_access_info_compute_flow(info);
}

/* One piece instead of several where that is the same relation: isl sets a reduction's first iteration apart.
 */
static __isl_give isl_map *simplified(__isl_take isl_map *map)
{
    isl_map *hull;

    map = isl_map_coalesce(map);
    if (isl_map_n_basic_map(map) <= 1)
        return map;
    hull = isl_map_from_basic_map(isl_map_simple_hull(isl_map_copy(map)));
    if (isl_map_is_equal(hull, map) != isl_bool_true) {
        isl_map_free(hull);
        return map;
    }
    isl_map_free(map);
    return hull;
}

static isl_stat add_simplified(__isl_take isl_map *map, void *user)
{
    isl_union_map **sum = user;

    *sum = isl_union_map_add_map(*sum, simplified(map));
    return *sum ? isl_stat_ok : isl_stat_error;
}

static __isl_give isl_union_map *dependence(__isl_take isl_union_flow *flow)
{
    isl_union_map *map = isl_union_flow_get_may_dependence(flow);
    isl_union_map *sum = isl_union_map_empty(isl_union_map_get_space(map));

    isl_union_flow_free(flow);
    if (isl_union_map_foreach_map(map, add_simplified, &sum) < 0)
        sum = isl_union_map_free(sum);
    isl_union_map_free(map);
    return sum;
}

static int common_loops(const struct poly_stmt *a, const struct poly_stmt *b)
{
    int n = 0;

    while (n < a->n_loops && n < b->n_loops && a->loop[n] == b->loop[n])
        n++;
    return n;
}

static void expand_most(struct poly_scop *scop)
{
    for (int i = 0; i < scop->n_accesses; i++) {
        const struct fe_array *array = scop->access[i].fe->array;

        if (array->storage == FE_PRIVATE)
            scop->expansion[array->id] = AS_MAX_DIMS * 2;
    }
    for (int i = 0; i < scop->n_accesses; i++) {
        const struct fe_array *array = scop->access[i].fe->array;
        int *expansion = &scop->expansion[array->id];

        if (*expansion == 0)
            continue;
        for (int j = 0; j < scop->n_accesses; j++) {
            int n = common_loops(&scop->stmt[scop->access[i].stmt], &scop->stmt[scop->access[j].stmt]);

            if (scop->access[j].fe->array == array && n < *expansion)
                *expansion = n;
        }
    }
}

struct expansion_check {
    struct poly_scop *scop;
    bool changed;
    const struct fe_array *unwritten;
};

/* A read of a private array that no write of its iteration precedes. */
static isl_stat shrink_expansion(__isl_take isl_map *read, void *user)
{
    struct expansion_check *check = user;
    isl_id *id = isl_map_get_tuple_id(read, isl_dim_out);
    const struct fe_array *array = isl_id_get_user(id);

    isl_id_free(id);
    isl_map_free(read);
    if (array->storage != FE_PRIVATE)
        return isl_stat_ok;
    if (check->scop->expansion[array->id] == 0) {
        check->unwritten = array;
    } else {
        check->scop->expansion[array->id]--;
        check->changed = true;
    }
    return isl_stat_ok;
}

/* Finds flow and the expansions that it needs. */
static enum naas_status flow_and_expansion(struct poly_scop *scop)
{
    struct expansion_check check = {.scop = scop, .changed = true};

    expand_most(scop);
    while (check.changed) {
        isl_union_flow *flow;
        isl_union_map *unwritten;

        poly_access_maps(scop);
        flow = sources(scop, accesses(scop, READS), accesses(scop, MUST_WRITES), accesses(scop, MAY_WRITES));
        unwritten = isl_union_flow_get_may_no_source(flow);
        check.changed = false;
        isl_union_map_foreach_map(unwritten, shrink_expansion, &check);
        isl_union_map_free(unwritten);
        isl_union_map_free(scop->flow);
        scop->flow = dependence(flow);
        if (!scop->flow)
            return poly_isl_failure(scop);
        if (check.unwritten)
            return poly_refuse(
                scop->ctx, check.unwritten->loc, "'%s' is read before it is written", check.unwritten->name);
    }
    return NAAS_OK;
}

/* Moves the dependences of relaxable reductions on themselves from *strict to scop->relaxed. */
static void relax(struct poly_scop *scop, isl_union_map **strict)
{
    for (int s = 0; s < scop->n_stmts; s++) {
        const struct poly_stmt *stmt = &scop->stmt[s];
        isl_union_set *set;
        isl_union_map *self;

        if (!stmt->reduction.relaxable)
            continue;
        set = isl_union_set_from_set(isl_set_copy(stmt->domain));
        self = isl_union_map_from_domain_and_range(isl_union_set_copy(set), set);
        self = isl_union_map_intersect(isl_union_map_copy(*strict), self);
        *strict = isl_union_map_subtract(*strict, isl_union_map_copy(self));
        scop->relaxed = isl_union_map_union(scop->relaxed, self);
    }
}

enum naas_status poly_dependences(struct poly_scop *scop)
{
    enum naas_status status = flow_and_expansion(scop);
    isl_union_map *none = isl_union_map_empty(isl_space_params_alloc(scop->isl, 0));

    scop->relaxed = isl_union_map_copy(none);
    if (status != NAAS_OK) {
        isl_union_map_free(none);
        return status;
    }
    scop->anti = dependence(sources(scop, all_writes(scop), none, accesses(scop, READS)));
    scop->output =
        dependence(sources(scop, all_writes(scop), accesses(scop, MUST_WRITES), accesses(scop, MAY_WRITES)));
    relax(scop, &scop->flow);
    relax(scop, &scop->anti);
    relax(scop, &scop->output);
    scop->relaxed = isl_union_map_coalesce(scop->relaxed);
    if (!scop->flow || !scop->anti || !scop->output || !scop->relaxed)
        return poly_isl_failure(scop);
    return NAAS_OK;
}
