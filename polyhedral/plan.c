/*
 * A scop as parts that run one after the other: each is one reduction with the statements that finish its
 * results, or statements that the host runs as they stand.
 *
 *     for i {                                part 1   m = x[i][0], m = max(m, x[i][j]), top[i] = m
 *         m = x[i][0];                       part 2   s[i] = 0, s[i] += exp(x[i][j] - top[i])
 *         for j m = max(m, x[i][j]);         host     y[i][j] = exp(x[i][j] - top[i]) / s[i]
 *         top[i] = m; s[i] = 0;
 *         for j s[i] += exp(x[i][j] - top[i]);
 *         for j y[i][j] = exp(x[i][j] - top[i]) / s[i];
 *     }
 *
 * Parts run whole, so that is right if every dependence between statements of different parts leads to a
 * later part: statements that depend on each other both ways share a part, or the nest stays as it is. A
 * reduction takes in, one by one, the statements connected with it that can finish its results. Private
 * arrays that carry values from one part to another become memory (expand.c), after which everything is
 * worked out anew.
 */
#include "polyhedral/scop.h"
#include <stdlib.h>
#include <string.h>

struct planner {
    struct poly_scop *scop;
    int n;         /* statements */
    bool *depends; /* [from * n + to]: iterations of `to` depend on some of `from` */
    int *group;    /* per statement; the group of an update is its own id, as is that of a lone statement */
    int n_updates, *update;
    int *order, n_groups; /* groups in the order of running */
    bool *member;         /* of the group that is looked at */
};

/* ---- which statements depend on which ---- */

static isl_stat note_dependence(__isl_take isl_map *map, void *user)
{
    struct planner *p = user;
    int from = atoi(isl_map_get_tuple_name(map, isl_dim_in) + 1);
    int to = atoi(isl_map_get_tuple_name(map, isl_dim_out) + 1);

    p->depends[from * p->n + to] = true;
    isl_map_free(map);
    return isl_stat_ok;
}

static void note_dependences(struct planner *p)
{
    const struct poly_scop *scop = p->scop;

    memset(p->depends, 0, (size_t)(p->n * p->n) * sizeof *p->depends);
    isl_union_map_foreach_map(scop->flow, note_dependence, p);
    isl_union_map_foreach_map(scop->anti, note_dependence, p);
    isl_union_map_foreach_map(scop->output, note_dependence, p);
}

/* Must some statement of a group wait for one of another? */
static bool waits_for(const struct planner *p, int group, int other)
{
    for (int s = 0; s < p->n; s++) {
        for (int t = 0; t < p->n && p->group[s] == other; t++) {
            if (p->group[t] == group && p->depends[s * p->n + t])
                return true;
        }
    }
    return false;
}

/* ---- order of the groups ---- */

static bool is_update(const struct planner *p, int stmt)
{
    for (int i = 0; i < p->n_updates; i++) {
        if (p->update[i] == stmt)
            return true;
    }
    return false;
}

static bool is_done(const struct planner *p, int group)
{
    for (int i = 0; i < p->n_groups; i++) {
        if (p->order[i] == group)
            return true;
    }
    return false;
}

static bool is_ready(const struct planner *p, int group)
{
    for (int other = 0; other < p->n; other++) {
        if (other != group && !is_done(p, other) && waits_for(p, group, other))
            return false;
    }
    return true;
}

/* The next group: one of the host's behind one of the host's, so that they become one part; else in the
 * order of the source. -1 when none is ready. */
static int next_group(const struct planner *p)
{
    bool host = p->n_groups > 0 && !is_update(p, p->order[p->n_groups - 1]);
    int first = -1;

    for (int g = 0; g < p->n; g++) {
        if (p->group[g] != g || is_done(p, g) || !is_ready(p, g))
            continue;
        if (host && !is_update(p, g))
            return g;
        if (first < 0)
            first = g;
    }
    return first;
}

/* False when groups wait for each other. */
static bool sort_groups(struct planner *p)
{
    int total = 0;

    for (int g = 0; g < p->n; g++)
        total += p->group[g] == g;
    p->n_groups = 0;
    while (p->n_groups < total) {
        int next = next_group(p);

        if (next < 0)
            return false;
        p->order[p->n_groups++] = next;
    }
    return true;
}

/* ---- groups ---- */

static const bool *members(struct planner *p, int group)
{
    for (int s = 0; s < p->n; s++)
        p->member[s] = p->group[s] == group;
    return p->member;
}

static bool is_connected(const struct planner *p, int stmt, int group)
{
    return waits_for(p, stmt, group) || waits_for(p, group, stmt);
}

/* Moves a lone statement into the group of an update, if that can finish its results then. */
static bool take_in(struct planner *p, int stmt, int update)
{
    p->group[stmt] = update;
    if (poly_problem_fits(p->scop, members(p, update), &p->scop->stmt[update]) && sort_groups(p))
        return true;
    p->group[stmt] = stmt;
    return false;
}

static void grow_groups(struct planner *p)
{
    for (int i = 0; i < p->n_updates; i++) {
        bool grown = true;

        while (grown) {
            grown = false;
            for (int s = 0; s < p->n; s++) {
                bool lone = p->group[s] == s && !is_update(p, s);

                if (lone && is_connected(p, s, p->update[i]))
                    grown = take_in(p, s, p->update[i]) || grown;
            }
        }
    }
}

static void all_in(struct planner *p, int group)
{
    for (int s = 0; s < p->n; s++)
        p->group[s] = group;
}

static void each_alone(struct planner *p)
{
    for (int s = 0; s < p->n; s++)
        p->group[s] = s;
}

/* A lone reduction says why not, with everything else around it. */
static enum naas_status refuse_order(struct planner *p)
{
    int last = p->update[p->n_updates - 1];
    const struct fe_stmt *stmt = p->scop->stmt[last].fe;
    struct poly_problem *out = naas_alloc(p->scop->ctx, 1, sizeof *out);
    enum naas_status status = NAAS_OK;

    if (p->n_updates == 1) {
        all_in(p, last);
        status = poly_problem_build(p->scop, members(p, last), &p->scop->stmt[last], "", out);
    }
    if (status != NAAS_OK)
        return status;
    return poly_refuse(p->scop->ctx, stmt->loc,
        "split the nest, or keep what passes between the loops in an array",
        "the reduction of '%s' cannot run apart from the statements around it", stmt->target.array->name);
}

/* Finds groups and their order. */
static enum naas_status distribute(struct planner *p)
{
    int first = p->update[0];

    if (p->n_updates == 1) {
        all_in(p, first);
        if (poly_problem_fits(p->scop, members(p, first), &p->scop->stmt[first])) {
            p->n_groups = 1;
            p->order[0] = first;
            return NAAS_OK;
        }
    }
    each_alone(p);
    grow_groups(p);
    return sort_groups(p) ? NAAS_OK : refuse_order(p);
}

/* ---- updates ---- */

static enum naas_status refuse_without_reduction(const struct poly_scop *scop)
{
    for (int s = 0; s < scop->n_stmts; s++) {
        const struct fe_access *target = &scop->stmt[s].fe->target;

        if (scop->stmt[s].reduction.kind == AS_NO_REDUCE)
            continue;
        for (int j = 0; j < target->array->rank; j++) {
            if (target->index[j].n_terms > 1)
                return poly_refuse(scop->ctx, target->loc,
                    "reduce over another loop, or write each result once",
                    "a subscript of the result '%s' depends on more than one loop", target->array->name);
        }
    }
    return poly_refuse(scop->ctx, scop->nest->loc,
        "only nests that sum, or take a maximum or minimum, are mapped", "it has no reduction");
}

/* v > most ? i : place: what is kept was chosen by something else. */
static bool keeps_place(const struct fe_stmt *stmt)
{
    const struct fe_expr *value = stmt->value;
    const struct fe_array *array = stmt->target.array;

    return value->kind == FE_COND && !poly_reads_array(value->arg[0], array) &&
           poly_reads_array(value->arg[1], array) != poly_reads_array(value->arg[2], array);
}

static enum naas_status refuse_recurrence(const struct poly_scop *scop, const struct poly_stmt *stmt)
{
    const char *name = stmt->fe->target.array->name;

    if (stmt->reduction.in_place)
        return poly_refuse(scop->ctx, stmt->fe->loc,
            "let the results go to another array, if the terms are meant to be what was there before",
            "the terms of this update of '%s' read elements of '%s'", name, name);
    return poly_refuse(scop->ctx, stmt->fe->loc,
        keeps_place(stmt->fe)
            ? "only the value of a maximum is found: look for its place in a nest of its own"
            : "sum into a variable as wide as the terms, and do the rest behind the loop",
        "this update of '%s' is no sum, maximum or minimum that may be reordered", name);
}

static enum naas_status find_updates(struct planner *p)
{
    const struct poly_scop *scop = p->scop;

    for (int s = 0; s < scop->n_stmts; s++) {
        const struct poly_stmt *stmt = &scop->stmt[s];

        if (poly_is_recurrence(scop, stmt))
            return refuse_recurrence(scop, stmt);
        if (!poly_is_update(scop, stmt))
            continue;
        if (!stmt->reduction.relaxable)
            return poly_refuse(scop->ctx, stmt->fe->loc,
                "-fnaas-reassociate, the default, lets it be reordered",
                "a float sum must keep its order under -fno-naas-reassociate");
        p->update[p->n_updates++] = s;
    }
    return p->n_updates ? NAAS_OK : refuse_without_reduction(scop);
}

/* ---- parts ---- */

/* Copies the loops and statements of the source that belong to the part. */
static int copy_nodes(
    const struct planner *p, int n, const struct fe_node *node, const bool *member, struct fe_node **copy)
{
    int kept = 0;

    *copy = naas_alloc(p->scop->ctx, (size_t)n, sizeof **copy);
    for (int i = 0; i < n; i++) {
        struct fe_node *to = &(*copy)[kept];

        *to = (struct fe_node){.loop = node[i].loop};
        if (node[i].stmt) {
            to->stmt = p->scop->stmt[node[i].stmt->id].fe;
            kept += member[node[i].stmt->id];
        } else {
            to->n_children = copy_nodes(p, node[i].n_children, node[i].child, member, &to->child);
            kept += to->n_children > 0;
        }
    }
    return kept;
}

/* Positions in p->order: groups of the host next to each other are one part. */
static int end_of_part(const struct planner *p, int begin)
{
    int end = begin + 1;

    if (is_update(p, p->order[begin]))
        return end;
    while (end < p->n_groups && !is_update(p, p->order[end]))
        end++;
    return end;
}

static const bool *members_between(struct planner *p, int begin, int end)
{
    for (int s = 0; s < p->n; s++) {
        p->member[s] = false;
        for (int i = begin; i < end; i++)
            p->member[s] = p->member[s] || p->group[s] == p->order[i];
    }
    return p->member;
}

/* Nothing is added for an access that never happens. */
static bool add_span(const struct poly_scop *scop, const struct poly_access *access, struct poly_part *part)
{
    const struct fe_array *array = access->fe->array;
    isl_set *iterations = isl_map_domain(isl_map_copy(access->map));
    struct poly_span span = {.array = array, .high = 1, .written = access->write};
    isl_bool empty = isl_set_is_empty(iterations);
    bool ok = empty != isl_bool_error;

    for (int j = 0; j < array->rank && ok && !empty; j++) {
        int64_t low, high, stride = array->stride[j];

        ok = poly_range(&scop->stmt[access->stmt], iterations, &access->fe->index[j], &low, &high);
        if (!ok)
            break;
        span.low += stride * (stride > 0 ? low : high);
        span.high += stride * (stride > 0 ? high : low);
    }
    isl_set_free(iterations);
    if (ok && !empty)
        part->span[part->n_spans++] = span;
    return ok;
}

static enum naas_status find_spans(const struct poly_scop *scop, const bool *member, struct poly_part *part)
{
    part->span = naas_alloc(scop->ctx, (size_t)scop->n_accesses, sizeof *part->span);
    for (int i = 0; i < scop->n_accesses; i++) {
        const struct poly_access *access = &scop->access[i];

        if (member[access->stmt] && access->fe->array->storage != FE_PRIVATE && !add_span(scop, access, part))
            return poly_isl_failure(scop);
    }
    return NAAS_OK;
}

static enum naas_status make_part(struct planner *p, int begin, int end, struct poly_plan *plan)
{
    struct poly_scop *scop = p->scop;
    struct poly_part *part = &plan->part[plan->n_parts++];
    const bool *member = members_between(p, begin, end);
    bool several = p->n_groups > 1;
    const char *name =
        several ? naas_format(scop->ctx, "%s_%d", scop->nest->name, plan->n_parts) : scop->nest->name;

    part->n_roots = copy_nodes(p, scop->nest->n_roots, scop->nest->root, member, &part->root);
    if (find_spans(scop, member, part) != NAAS_OK)
        return NAAS_UNSUPPORTED;
    if (!is_update(p, p->order[begin]))
        return NAAS_OK;
    part->problem = naas_alloc(scop->ctx, 1, sizeof *part->problem);
    return poly_problem_build(scop, member, &scop->stmt[p->order[begin]], name, part->problem);
}

static enum naas_status make_parts(struct planner *p, struct poly_plan *plan)
{
    enum naas_status status = NAAS_OK;

    plan->part = naas_alloc(p->scop->ctx, (size_t)p->n_groups, sizeof *plan->part);
    p->scop->finish_order = isl_union_map_free(p->scop->finish_order);
    for (int begin = 0, end; begin < p->n_groups && status == NAAS_OK; begin = end) {
        end = end_of_part(p, begin);
        status = make_part(p, begin, end, plan);
    }
    return status;
}

static void planner_new(struct planner *p, struct poly_scop *scop)
{
    size_t n = (size_t)scop->n_stmts;

    *p = (struct planner){.scop = scop, .n = scop->n_stmts};
    p->depends = naas_alloc(scop->ctx, n * n, sizeof *p->depends);
    p->group = naas_alloc(scop->ctx, n, sizeof *p->group);
    p->update = naas_alloc(scop->ctx, n, sizeof *p->update);
    p->order = naas_alloc(scop->ctx, n, sizeof *p->order);
    p->member = naas_alloc(scop->ctx, n, sizeof *p->member);
}

enum naas_status poly_plan_build(struct naas_ctx *ctx, struct poly_scop *scop, struct poly_plan **result)
{
    struct poly_plan *plan = naas_alloc(ctx, 1, sizeof *plan);
    struct planner p;
    enum naas_status status;

    *result = NULL;
    isl_ctx_reset_operations(scop->isl);
    planner_new(&p, scop);
    status = find_updates(&p);
    if (status != NAAS_OK)
        return status;
    note_dependences(&p);
    status = distribute(&p);
    if (status == NAAS_OK)
        status = poly_expand(scop, p.group, plan);
    if (status != NAAS_OK)
        return status;
    if (plan->n_buffers > 0) {
        note_dependences(&p);
        if (!sort_groups(&p))
            return refuse_order(&p);
    }
    status = make_parts(&p, plan);
    if (status == NAAS_OK)
        *result = plan;
    return status;
}
