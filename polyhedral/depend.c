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

/* Which accesses count. */
struct choice {
    const struct poly_scop *scop;
    const bool *member;           /* of these statements only; NULL: of all */
    const struct fe_array *array; /* of this array only; NULL: of all that are chosen by storage */
    bool in_memory, in_locals;    /* arrays of the caller's; private ones */
    const struct fe_stmt *update; /* not what its term reads; NULL: all reads */
};

static bool is_chosen(const struct choice *choice, const struct poly_access *access)
{
    const struct fe_array *array = access->fe->array;

    if (choice->member && !choice->member[access->stmt])
        return false;
    if (choice->array && choice->array != array)
        return false;
    return array->storage == FE_PRIVATE ? choice->in_locals : choice->in_memory;
}

static bool is_operand(const struct poly_access *access, const struct fe_stmt *update)
{
    return update && access->stmt == update->id && !access->write &&
           access->fe->array != update->target.array;
}

static bool is_of_kind(const struct choice *choice, const struct poly_access *access, enum access_kind kind)
{
    bool reduces = choice->scop->stmt[access->stmt].reduction.kind != AS_NO_REDUCE;

    if (!choice->scop->written[access->fe->array->id] || !is_chosen(choice, access))
        return false;
    if (is_operand(access, choice->update))
        return false;
    if (kind == READS)
        return !access->write;
    return access->write && reduces == (kind == MAY_WRITES);
}

static __isl_give isl_union_map *accesses(const struct choice *choice, enum access_kind kind)
{
    const struct poly_scop *scop = choice->scop;
    isl_union_map *all = isl_union_map_empty(isl_space_params_alloc(scop->isl, 0));

    for (int i = 0; i < scop->n_accesses; i++) {
        if (is_of_kind(choice, &scop->access[i], kind))
            all = isl_union_map_add_map(all, isl_map_copy(scop->access[i].map));
    }
    return all;
}

static __isl_give isl_union_map *all_writes(const struct choice *choice)
{
    return isl_union_map_union(accesses(choice, MUST_WRITES), accesses(choice, MAY_WRITES));
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

static __isl_give isl_union_flow *flow_of(const struct choice *choice)
{
    return sources(
        choice->scop, accesses(choice, READS), accesses(choice, MUST_WRITES), accesses(choice, MAY_WRITES));
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

int poly_common_loops(const struct poly_stmt *a, const struct poly_stmt *b)
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
            int n = poly_common_loops(&scop->stmt[scop->access[i].stmt], &scop->stmt[scop->access[j].stmt]);

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

static __isl_give isl_union_map *anti_of(const struct choice *choice)
{
    isl_union_map *none = isl_union_map_empty(isl_space_params_alloc(choice->scop->isl, 0));

    return dependence(sources(choice->scop, all_writes(choice), none, accesses(choice, READS)));
}

static __isl_give isl_union_map *output_of(const struct choice *choice)
{
    return dependence(sources(
        choice->scop, all_writes(choice), accesses(choice, MUST_WRITES), accesses(choice, MAY_WRITES)));
}

/* Finds flow and the expansions that it needs. */
static enum naas_status flow_and_expansion(struct poly_scop *scop)
{
    struct expansion_check check = {.scop = scop, .changed = true};
    struct choice all = {.scop = scop, .in_memory = true, .in_locals = true};

    expand_most(scop);
    while (check.changed) {
        isl_union_flow *flow;
        isl_union_map *unwritten;

        poly_access_maps(scop);
        flow = flow_of(&all);
        unwritten = isl_union_flow_get_may_no_source(flow);
        check.changed = false;
        isl_union_map_foreach_map(unwritten, shrink_expansion, &check);
        isl_union_map_free(unwritten);
        isl_union_map_free(scop->flow);
        scop->flow = dependence(flow);
        if (!scop->flow)
            return poly_isl_failure(scop);
        if (check.unwritten)
            return poly_refuse(scop->ctx, check.unwritten->loc, "give it a value in every iteration",
                "'%s' is read before it is written", check.unwritten->name);
    }
    return NAAS_OK;
}

/* The dependences of a statement on itself. */
static __isl_give isl_union_map *on_itself(
    const struct poly_stmt *stmt, __isl_keep isl_union_map *dependences)
{
    isl_union_set *set = isl_union_set_from_set(isl_set_copy(stmt->domain));
    isl_union_map *self = isl_union_map_from_domain_and_range(isl_union_set_copy(set), set);

    return isl_union_map_intersect(isl_union_map_copy(dependences), self);
}

/* Moves the dependences of relaxable reductions on themselves from *strict to scop->relaxed. */
static void relax(struct poly_scop *scop, isl_union_map **strict)
{
    for (int s = 0; s < scop->n_stmts; s++) {
        isl_union_map *self;

        if (!scop->stmt[s].reduction.relaxable)
            continue;
        self = on_itself(&scop->stmt[s], *strict);
        *strict = isl_union_map_subtract(*strict, isl_union_map_copy(self));
        scop->relaxed = isl_union_map_union(scop->relaxed, self);
    }
}

struct carried_check {
    int n_loops;
    unsigned carried;
};

static isl_stat find_carried(__isl_take isl_map *map, void *user)
{
    struct carried_check *check = user;

    for (int d = 0; d < check->n_loops; d++) {
        isl_map *same = isl_map_equate(isl_map_copy(map), isl_dim_in, d, isl_dim_out, d);

        if (isl_map_is_equal(same, map) != isl_bool_true)
            check->carried |= 1u << d;
        isl_map_free(same);
    }
    isl_map_free(map);
    return isl_stat_ok;
}

static void find_carrying_loops(struct poly_scop *scop)
{
    for (int s = 0; s < scop->n_stmts; s++) {
        struct carried_check check = {.n_loops = scop->stmt[s].n_loops};
        isl_union_map *self = on_itself(&scop->stmt[s], scop->flow);

        isl_union_map_foreach_map(self, find_carried, &check);
        isl_union_map_free(self);
        scop->stmt[s].carried = check.carried;
    }
}

enum naas_status poly_dependences(struct poly_scop *scop)
{
    enum naas_status status = flow_and_expansion(scop);
    struct choice all = {.scop = scop, .in_memory = true, .in_locals = true};

    if (status != NAAS_OK)
        return status;
    find_carrying_loops(scop);
    isl_union_map_free(scop->anti);
    isl_union_map_free(scop->output);
    isl_union_map_free(scop->relaxed);
    scop->relaxed = isl_union_map_empty(isl_space_params_alloc(scop->isl, 0));
    scop->anti = anti_of(&all);
    scop->output = output_of(&all);
    relax(scop, &scop->flow);
    relax(scop, &scop->anti);
    relax(scop, &scop->output);
    scop->relaxed = isl_union_map_coalesce(scop->relaxed);
    if (!scop->flow || !scop->anti || !scop->output || !scop->relaxed)
        return poly_isl_failure(scop);
    return NAAS_OK;
}

/* ---- of a part ---- */

__isl_give isl_union_map *poly_memory_order(
    const struct poly_scop *scop, const bool *member, const struct fe_stmt *update)
{
    struct choice choice = {.scop = scop, .member = member, .in_memory = true, .update = update};
    isl_union_map *all = isl_union_map_union(dependence(flow_of(&choice)), anti_of(&choice));
    isl_union_map *self;

    all = isl_union_map_union(all, output_of(&choice));
    self = on_itself(&scop->stmt[update->id], all);
    return isl_union_map_subtract(all, self);
}

__isl_give isl_union_map *poly_local_flow(
    const struct poly_scop *scop, const bool *member, const struct fe_stmt *update)
{
    struct choice choice = {.scop = scop, .member = member, .in_locals = true};
    isl_union_map *all = dependence(flow_of(&choice));
    isl_union_map *self = on_itself(&scop->stmt[update->id], all);

    return isl_union_map_subtract(all, self);
}

__isl_give isl_union_map *poly_array_flow(
    const struct poly_scop *scop, const bool *member, const struct fe_array *array)
{
    struct choice choice = {
        .scop = scop, .member = member, .array = array, .in_memory = true, .in_locals = true};

    return dependence(flow_of(&choice));
}
