/*
 * A mapping applied to a scop. The loop list and isl's schedule tree are made from the same list of cuts: a
 * cut of dim d by `tile` is, in isl, floor(rest / tile), after which rest becomes rest mod tile, so that
 * every tile starts where its enclosing tile starts. isl_schedule_node_band_tile is not used because a level
 * may cut a dim twice and has its own order of dims.
 *
 *     sequence
 *       S1   bands of the levels, outermost first      partial sums
 *       F    one band over the parallel dims           finish of an element: F0, F1, F2 in source order
 */
#include "polyhedral/scop.h"
#include "support/number.h"
#include <ctype.h>
#include <string.h>

/* ---- loop list ---- */

struct builder {
    struct naas_ctx *ctx;
    const struct poly_problem *problem;
    const struct as_accel *accel;
    struct poly_schedule *schedule;
    int capacity;
    int innermost[AS_MAX_DIMS]; /* loop that holds the dim's current tile; -1: none, the tile is the extent */
};

static int64_t current_tile(const struct builder *b, int dim)
{
    int i = b->innermost[dim];

    return i < 0 ? b->problem->problem.dim[dim].extent : b->schedule->loop[i].tile;
}

static bool name_taken(const struct poly_schedule *schedule, const char *name)
{
    for (int i = 0; i < schedule->n_loops; i++) {
        if (strcmp(schedule->loop[i].name, name) == 0)
            return true;
    }
    return false;
}

/* dim_suffix, an identifier, made unique by a number. */
static void name_loop(const struct builder *b, struct poly_loop *loop, const char *suffix)
{
    const char *dim = b->problem->problem.dim[loop->dim].name;
    char base[sizeof loop->name];

    snprintf(base, sizeof base, suffix[0] ? "%s_%.6s" : "%s%.6s", dim, suffix);
    for (char *c = base; *c; c++) {
        if (!isalnum((unsigned char)*c))
            *c = '_';
    }
    snprintf(loop->name, sizeof loop->name, "%s", base);
    for (int i = 2; name_taken(b->schedule, loop->name); i++)
        snprintf(loop->name, sizeof loop->name, "%.28s_%d", base, i);
}

static void add_loop(struct builder *b, int level, const struct as_loop *cut, bool last)
{
    struct poly_schedule *schedule = b->schedule;
    int64_t around = current_tile(b, cut->dim);
    struct poly_loop loop = {
        .kind = POLY_TEMPORAL, .dim = cut->dim, .tile = cut->tile, .level = level, .axis = cut->axis};
    const char *suffix = "";

    if (cut->tile >= around)
        return;
    loop.outer = b->innermost[cut->dim];
    loop.around = around;
    loop.trips = ceil_div(around, cut->tile);
    if (cut->axis >= 0) {
        loop.kind = POLY_SPATIAL;
        suffix = b->accel->level[level].axis[cut->axis].name;
    } else if (last) {
        loop.kind = POLY_POINT;
    } else {
        suffix = b->accel->level[level + 1].name;
    }
    if (loop.kind == POLY_POINT && cut->tile > 1)
        suffix = "t";
    name_loop(b, &loop, suffix);
    schedule->loop =
        naas_grow(b->ctx, schedule->loop, schedule->n_loops, &b->capacity, sizeof *schedule->loop);
    b->innermost[cut->dim] = schedule->n_loops;
    schedule->loop[schedule->n_loops++] = loop;
}

static void list_loops(struct builder *b, const struct as_mapping *mapping)
{
    int last = mapping->n_levels - 1;

    for (int d = 0; d < AS_MAX_DIMS; d++)
        b->innermost[d] = -1;
    for (int l = 0; l <= last; l++) {
        for (int i = 0; i < mapping->level[l].n_loops; i++)
            add_loop(b, l, &mapping->level[l].loop[i], l == last);
    }
    for (int d = 0; d < b->problem->problem.n_dims; d++)
        add_loop(b, last, &(struct as_loop){.dim = d, .tile = 1, .axis = -1}, true);
}

/* ---- schedule tree ---- */

/* Index of a dim, 0 <= i < extent, at an iteration of the update. */
static __isl_give isl_aff *dim_index(
    const struct poly_stmt *update, const struct poly_problem *problem, int d)
{
    isl_local_space *space = isl_local_space_from_space(isl_space_copy(update->space));
    isl_aff *aff = isl_aff_var_on_domain(space, isl_dim_set, (unsigned)d);

    if (poly_mirrored(problem, d)) {
        isl_val *last = isl_val_int_from_si(isl_aff_get_ctx(aff), problem->problem.dim[d].extent - 1);

        aff = isl_aff_add_constant_val(isl_aff_neg(aff), last);
    }
    return aff;
}

/* Cuts *rest by tile: gives the number of the tile, leaves what is inside it. */
static __isl_give isl_aff *cut(isl_aff **rest, int64_t tile)
{
    isl_val *size = isl_val_int_from_si(isl_aff_get_ctx(*rest), tile);
    isl_aff *number = isl_aff_scale_down_val(isl_aff_copy(*rest), isl_val_copy(size));

    number = isl_aff_floor(number);
    *rest = isl_aff_sub(*rest, isl_aff_scale_val(isl_aff_copy(number), size));
    return number;
}

/* Puts a band for loops [first, n) of one level around the node. */
static __isl_give isl_schedule_node *insert_band(__isl_take isl_schedule_node *node,
    const struct poly_stmt *update, const struct poly_schedule *schedule, int first, int n, isl_aff **member)
{
    isl_space *space = isl_space_set_alloc(isl_space_get_ctx(update->space), 0, (unsigned)(n - first));
    isl_union_pw_aff_list *list = isl_union_pw_aff_list_alloc(isl_space_get_ctx(space), n - first);
    isl_multi_union_pw_aff *partial;

    for (int i = first; i < n; i++)
        list = isl_union_pw_aff_list_add(
            list, isl_union_pw_aff_from_pw_aff(isl_pw_aff_from_aff(isl_aff_copy(member[i]))));
    partial = isl_multi_union_pw_aff_from_union_pw_aff_list(space, list);
    node = isl_schedule_node_insert_partial_schedule(node, partial);
    for (int i = first; i < n; i++)
        node = isl_schedule_node_band_member_set_coincident(
            node, i - first, schedule->loop[i].kind == POLY_SPATIAL);
    return isl_schedule_node_band_set_permutable(node, 1);
}

/* The update's iterations in the order of the loop list: one band per level. */
static __isl_give isl_schedule *sums_order(const struct poly_stmt *update, const struct poly_problem *problem,
    const struct poly_schedule *schedule, struct naas_ctx *ctx)
{
    isl_aff *rest[AS_MAX_DIMS];
    isl_aff **member = naas_alloc(ctx, (size_t)schedule->n_loops, sizeof(isl_aff *));
    isl_schedule *tree = isl_schedule_from_domain(isl_union_set_from_set(isl_set_copy(update->domain)));
    isl_schedule_node *node = isl_schedule_get_root(tree);

    isl_schedule_free(tree);
    for (int d = 0; d < problem->problem.n_dims; d++)
        rest[d] = dim_index(update, problem, d);
    for (int i = 0; i < schedule->n_loops; i++)
        member[i] = cut(&rest[schedule->loop[i].dim], schedule->loop[i].tile);
    node = isl_schedule_node_first_child(node);
    for (int end = schedule->n_loops, first; end > 0; end = first) {
        first = end - 1;
        while (first > 0 && schedule->loop[first - 1].level == schedule->loop[end - 1].level)
            first--;
        node = insert_band(node, update, schedule, first, end, member);
    }
    for (int d = 0; d < problem->problem.n_dims; d++)
        isl_aff_free(rest[d]);
    for (int i = 0; i < schedule->n_loops; i++)
        isl_aff_free(member[i]);
    tree = isl_schedule_node_get_schedule(node);
    isl_schedule_node_free(node);
    return tree;
}

/* A coordinate of the output element that a statement of the finish works on. */
static __isl_give isl_multi_union_pw_aff *element_coordinate(
    struct poly_scop *scop, const struct poly_problem *problem, int axis)
{
    isl_union_pw_aff *all = isl_union_pw_aff_empty(isl_space_params_alloc(scop->isl, 0));

    for (int i = 0; i < problem->n_finish; i++) {
        isl_aff *aff = poly_coordinate(scop, problem, axis, problem->finish[i].stmt);

        all = isl_union_pw_aff_add_pw_aff(all, isl_pw_aff_from_aff(aff));
    }
    return isl_multi_union_pw_aff_from_union_pw_aff(all);
}

/* Element by element in the order of their coordinates, the finish in source order. */
static __isl_give isl_schedule *finish_order(struct poly_scop *scop, const struct poly_problem *problem)
{
    const struct as_tensor *output = &problem->problem.tensor[problem->problem.output];
    isl_schedule *tree = NULL;

    for (int i = 0; i < problem->n_finish; i++) {
        isl_set *set = poly_elements(scop, problem, problem->finish[i].stmt);
        isl_schedule *one = isl_schedule_from_domain(isl_union_set_from_set(set));

        tree = tree ? isl_schedule_sequence(tree, one) : one;
    }
    for (int j = output->rank - 1; j >= 0; j--) {
        if (output->axis[j].n_terms)
            tree = isl_schedule_insert_partial_schedule(tree, element_coordinate(scop, problem, j));
    }
    return tree;
}

/* ---- the proof ---- */

static isl_bool violated_by_band(__isl_take isl_schedule_node *node, __isl_take isl_union_map *deps)
{
    isl_multi_union_pw_aff *partial = isl_schedule_node_band_get_partial_schedule(node);
    isl_size n = isl_schedule_node_band_n_member(node);
    isl_bool bad = isl_bool_false;

    for (int i = 0; i < n && bad == isl_bool_false; i++) {
        isl_multi_union_pw_aff *time =
            isl_multi_union_pw_aff_from_union_pw_aff(isl_multi_union_pw_aff_get_union_pw_aff(partial, i));
        isl_union_map *wrong, *same = isl_union_map_eq_at_multi_union_pw_aff(
                                  isl_union_map_copy(deps), isl_multi_union_pw_aff_copy(time));

        /* Instances of an array work at once: a dependence between two of them is as bad as a reversed one.
         */
        if (isl_schedule_node_band_member_get_coincident(node, i))
            wrong = isl_union_map_subtract(isl_union_map_copy(deps), isl_union_map_copy(same));
        else
            wrong = isl_union_map_lex_gt_at_multi_union_pw_aff(
                isl_union_map_copy(deps), isl_multi_union_pw_aff_copy(time));
        bad = isl_bool_not(isl_union_map_is_empty(wrong));
        isl_multi_union_pw_aff_free(time);
        isl_union_map_free(wrong);
        isl_union_map_free(deps);
        deps = same;
    }
    isl_multi_union_pw_aff_free(partial);
    if (bad != isl_bool_false) {
        isl_schedule_node_free(node);
        isl_union_map_free(deps);
        return bad;
    }
    return poly_order_violated(isl_schedule_node_first_child(node), deps);
}

static __isl_give isl_union_map *between(
    __isl_keep isl_union_map *deps, __isl_keep isl_union_set *from, __isl_keep isl_union_set *to)
{
    isl_union_map *some = isl_union_map_intersect_domain(isl_union_map_copy(deps), isl_union_set_copy(from));

    return isl_union_map_intersect_range(some, isl_union_set_copy(to));
}

static __isl_give isl_union_set *child_filter(__isl_keep isl_schedule_node *node, int i)
{
    isl_schedule_node *child = isl_schedule_node_get_child(node, i);
    isl_union_set *filter = isl_schedule_node_filter_get_filter(child);

    isl_schedule_node_free(child);
    return filter;
}

static isl_bool violated_by_sequence(__isl_take isl_schedule_node *node, __isl_take isl_union_map *deps)
{
    isl_size n = isl_schedule_node_n_children(node);
    isl_bool bad = isl_bool_false;
    isl_union_set *later = isl_union_set_empty(isl_space_params_alloc(isl_union_map_get_ctx(deps), 0));

    for (int i = n - 1; i >= 0 && bad == isl_bool_false; i--) {
        isl_union_set *filter = child_filter(node, i);
        isl_union_map *backwards = between(deps, later, filter);

        bad = isl_bool_not(isl_union_map_is_empty(backwards));
        isl_union_map_free(backwards);
        if (bad == isl_bool_false)
            bad = poly_order_violated(isl_schedule_node_grandchild(isl_schedule_node_copy(node), i, 0),
                between(deps, filter, filter));
        later = isl_union_set_union(later, filter);
    }
    isl_union_set_free(later);
    isl_union_map_free(deps);
    isl_schedule_node_free(node);
    return bad;
}

isl_bool poly_order_violated(__isl_take isl_schedule_node *node, __isl_take isl_union_map *deps)
{
    isl_bool empty = isl_union_map_is_empty(deps);

    if (empty == isl_bool_false) {
        switch (isl_schedule_node_get_type(node)) {
        case isl_schedule_node_band:
            return violated_by_band(node, deps);
        case isl_schedule_node_sequence:
            return violated_by_sequence(node, deps);
        case isl_schedule_node_domain:
            return poly_order_violated(isl_schedule_node_first_child(node), deps);
        default:
            break;
        }
    }
    /* A leaf: what is left is between points that have the same time. */
    isl_schedule_node_free(node);
    isl_union_map_free(deps);
    return isl_bool_not(empty);
}

/* Sums before the finish that takes them, the finish in order, and what the sums must respect among
 * themselves. */
static __isl_give isl_union_map *order_to_keep(
    const struct poly_scop *scop, const struct poly_problem *problem, const struct poly_stmt *update)
{
    isl_union_map *deps, *strict = isl_union_map_copy(scop->flow);
    isl_union_set *sums = isl_union_set_from_set(isl_set_copy(update->domain));
    isl_union_set *elements = isl_union_set_empty(isl_space_params_alloc(scop->isl, 0));

    for (int i = 0; i < problem->n_finish; i++)
        elements = isl_union_set_add_set(elements, poly_elements(scop, problem, problem->finish[i].stmt));
    deps = isl_union_map_intersect_domain(isl_union_map_copy(scop->finish_order), elements);

    strict = isl_union_map_union(strict, isl_union_map_copy(scop->anti));
    strict = isl_union_map_union(strict, isl_union_map_copy(scop->output));
    deps = isl_union_map_union(deps, between(strict, sums, sums));
    isl_union_map_free(strict);
    isl_union_set_free(sums);
    return isl_union_map_add_map(deps, poly_sum_to_finish(scop, problem));
}

enum naas_status poly_schedule_build(struct naas_ctx *ctx, struct poly_scop *scop,
    const struct poly_problem *problem, const struct as_accel *accel, const struct as_mapping *mapping,
    struct poly_schedule **result)
{
    struct builder builder = {.ctx = ctx, .problem = problem, .accel = accel};
    const struct poly_stmt *update = &scop->stmt[problem->update->id];
    isl_schedule *tree;
    isl_union_map *deps;
    isl_bool bad;

    isl_ctx_reset_operations(scop->isl);
    builder.schedule = naas_alloc(ctx, 1, sizeof *builder.schedule);
    list_loops(&builder, mapping);
    tree = isl_schedule_sequence(
        sums_order(update, problem, builder.schedule, ctx), finish_order(scop, problem));
    deps = order_to_keep(scop, problem, update);
    bad = poly_order_violated(isl_schedule_get_root(tree), deps);
    builder.schedule->isl = poly_tree_text(ctx, tree);
    isl_schedule_free(tree);
    *result = builder.schedule;
    if (bad == isl_bool_error)
        return poly_isl_failure(scop);
    if (bad) {
        naas_diag(ctx, NAAS_WARNING, problem->update->loc, "the mapping of '%s' breaks a dependence",
            problem->problem.name);
        return NAAS_INTERNAL;
    }
    return NAAS_OK;
}
