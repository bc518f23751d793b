#include "accelsearch/exact_branch.h"
#include "accelsearch/quick.h"
#include <string.h>

/* Prices in nodes. */
enum { FLOOR_NODES = 4, EVALUATION_NODES = 16 };

/* ---- counts ---- */

/* What crosses into level l. */
static double crossed_pj(
    const struct as_model *model, const struct as_mapping *mapping, const struct as_cost *cost, int l)
{
    double pj = 0;
    for (int t = 0; t < model->problem.n_tensors; t++) {
        if (!as_keeps(mapping, l, t))
            continue;
        int outer = as_outer_level(mapping, t, l);
        const struct as_level *from = &model->accel.level[outer], *to = &model->accel.level[l];
        const struct as_counts *above = &cost->count[outer][t], *here = &cost->count[l][t];
        pj += (double)above->reads * from->read_pj + (double)here->fills * (to->write_pj + from->hop_pj);
        if (t == model->problem.output)
            pj += (double)above->updates * from->write_pj + (double)here->drains * to->read_pj +
                  (double)(here->drains - above->updates) * from->hop_pj;
    }
    return pj;
}

/* The mapping of the orders chosen so far. */
struct order {
    struct as_mapping mapping;
    struct as_nest nest;
};

static bool count_level(struct as_tree *tree, struct as_couple *pair, int l, struct order *order)
{
    const struct as_model *model = tree->model;
    bool in_order = as_plan_mapping(tree->plans, &pair->plan, &order->mapping);
    if (!in_order || !as_nest_build(model, &order->mapping, &order->nest))
        return false;
    if (!pair->begun)
        pair->quick = as_quick_init(tree->quick, model, &order->mapping, &order->nest);
    pair->begun = true;
    tree->quick->mapping = &order->mapping;
    tree->quick->nest = &order->nest;
    pair->count[l] = pair->count[l - 1];
    return as_model_count_level(
        model, &order->mapping, &order->nest, pair->quick ? tree->quick : NULL, l, &pair->count[l]);
}

/* Energy, at least, when what crosses into levels 1 .. l is counted as far as it can be. */
static double known_pj(const struct as_tree *tree, const struct as_couple *pair, int l)
{
    double pj = pair->pj[0];
    while (!pair->counted[l])
        l--;
    pj += pair->crossed_pj[l];
    for (int k = l + 1; k <= tree->last; k++)
        pj += pair->pj[k];
    return pj;
}

/* Orders under levels 0 .. l - 1 are chosen, so what crosses into levels 1 .. l is known, whatever the other
 * orders are. */
static bool orders_drop(struct as_tree *tree, struct as_couple *pair, int l, struct order *order)
{
    tree->nodes++;
    pair->counted[l] = pair->counted[l - 1] && count_level(tree, pair, l, order);
    if (!pair->counted[l])
        return false;
    pair->crossed_pj[l] =
        pair->crossed_pj[l - 1] + crossed_pj(tree->model, &order->mapping, &pair->count[l], l);
    return as_tree_drops(tree, as_tree_score(tree, known_pj(tree, pair, l), pair->cycles));
}

/* ---- orders that move the same ---- */

/* Tensors that may keep something when a loop further out advances, by the level that keeps it. */
typedef unsigned alive_set;

static alive_set alive_bit(int m, int t)
{
    return 1u << (m * AS_MAX_TENSORS + t);
}

/* Does the dim make an axis of the tensor alone? Then its loop brings other elements in every step. */
static bool is_single(const struct as_tensor_plan *plan, int d)
{
    for (int i = 0; i < plan->n_singles; i++)
        if (plan->single[i] == d)
            return true;
    return false;
}

/* Level m keeps nothing of tensor t when the loop over d under level l starts over. Where that ends with
 * fewer instances, idle ones below an array keep what they have: of windows maybe part of what they need. */
static bool kills(const struct as_tree *tree, const struct as_couple *pair, int l, int d, int m, int t)
{
    const struct as_tensor_plan *plan = &tree->model->tensor[t];
    bool idle = m > l + 1 && m == tree->crossings.array + 1;
    if (idle && is_single(plan, d) && pair->link[l + 1][d]->returns &&
        pair->link[m][d]->block > pair->link[m][d]->tile)
        return false;
    for (int e = 0; idle && !is_single(plan, d) && e < tree->model->problem.n_dims; e++)
        if (as_uses(plan, e) && !is_single(plan, e) && pair->link[m][e]->block > pair->link[m][e]->tile)
            return false;
    return as_cross_starts_over(&tree->crossings, t, d, pair->link[l + 1]);
}

/* Of windows, loops further out that go on along them find what they share. */
static bool killed_inside(const struct as_tree *tree, const struct as_couple *pair, int l, int m, int t)
{
    for (int k = l + 1; k < m; k++)
        for (int d = 0; d < tree->model->problem.n_dims; d++)
            if (is_single(&tree->model->tensor[t], d) && kills(tree, pair, k, d, m, t))
                return true;
    return false;
}

static alive_set all_alive(const struct as_tree *tree, const struct as_couple *pair, int l)
{
    alive_set alive = 0;
    for (int m = l + 1; m <= tree->last; m++)
        for (int t = 0; t < tree->model->problem.n_tensors; t++)
            if ((pair->plan.keeps[m] >> t & 1) && !killed_inside(tree, pair, l, m, t))
                alive |= alive_bit(m, t);
    return alive;
}

/* Of those in alive, those that outlive the loop over d under level l. */
static alive_set still_alive(
    const struct as_tree *tree, const struct as_couple *pair, int l, int d, alive_set alive)
{
    for (int m = l + 1; m <= tree->last; m++)
        for (int t = 0; t < tree->model->problem.n_tensors; t++)
            if ((alive & alive_bit(m, t)) && kills(tree, pair, l, d, m, t))
                alive &= ~alive_bit(m, t);
    return alive;
}

/* Loops over d and e, one right around the other, may change places: of what is alive inside them all rests
 * while either runs; or nothing is left in any step of both, and as much when they start over. */
static bool commute(const struct as_tree *tree, int d, int e, alive_set alive)
{
    for (int m = 1; m <= tree->last; m++)
        for (int t = 0; t < tree->model->problem.n_tensors; t++) {
            const struct as_tensor_plan *plan = &tree->model->tensor[t];
            if ((alive & alive_bit(m, t)) && (as_uses(plan, d) || as_uses(plan, e)) &&
                !(is_single(plan, d) && is_single(plan, e)))
                return false;
        }
    return true;
}

void as_pair_normalise(const struct as_tree *tree, const struct as_couple *pair, int l, signed char *order)
{
    alive_set alive = pair->alive[l];
    for (int i = pair->n_loops[l] - 1; i > 0; i--) {
        signed char d = order[i - 1], e = order[i];
        if (d < e && commute(tree, d, e, alive)) {
            order[i] = d;
            order[i - 1] = e;
            alive = pair->alive[l];
            i = pair->n_loops[l];
        } else {
            alive = still_alive(tree, pair, l, e, alive);
        }
    }
}

/* All orders that move the same as the one chosen, from level l's on, by the cost model; n: loops of level l
 * that are not placed yet. */
static void evaluate(struct as_tree *tree, struct as_couple *pair, int l, int n)
{
    if (l == tree->last) {
        tree->nodes += EVALUATION_NODES;
        as_climb_try(tree->climb, &pair->plan, tree->climb->score);
        return;
    }
    signed char *order = pair->plan.order[l];
    if (n < 2) {
        signed char same[AS_MAX_DIMS];
        memcpy(same, order, sizeof same);
        as_pair_normalise(tree, pair, l, same);
        if (memcmp(same, pair->order[l], sizeof same) == 0)
            evaluate(tree, pair, l + 1, l + 1 < tree->last ? pair->n_loops[l + 1] : 0);
        return;
    }
    for (int i = 0; i < n && !as_tree_spent(tree); i++) {
        signed char d = order[i];
        order[i] = order[n - 1];
        order[n - 1] = d;
        evaluate(tree, pair, l, n - 1);
        order[n - 1] = order[i];
        order[i] = d;
    }
}

/* All orders are chosen. */
static void leaf(struct as_tree *tree, struct as_couple *pair)
{
    struct order order;
    struct as_floor floor;
    if (orders_drop(tree, pair, tree->last, &order))
        return;
    tree->nodes += FLOOR_NODES;
    if (pair->counted[tree->last])
        as_floor_with(tree->model, &order.mapping, &order.nest, &pair->count[tree->last], &floor);
    if (pair->counted[tree->last] && as_tree_drops(tree, as_pressed_score(tree->climb->goal, floor.energy_pj,
                                                             floor.cycles, tree->model->area_um2) *
                                                             AS_ROUNDING))
        return;
    memcpy(pair->order, pair->plan.order, sizeof pair->order);
    evaluate(tree, pair, 0, pair->n_loops[0]);
}

/* ---- orders ---- */

static void choose_orders(struct as_tree *tree, struct as_couple *pair, int l);

/* Loops of level l that are placed, and what is known of the order so far. */
struct placed {
    unsigned dims;
    int last;                /* what was placed last, or -1 */
    alive_set before, alive; /* what is alive inside of it, and around it */
    double pj;               /* of everything, at least */
};

static struct as_class class_of(const struct as_couple *pair, int l, int c)
{
    int around = l > 1 ? pair->class[l - 1] : 0;
    return (struct as_class){
        c < AS_NO_LOOP ? c : -1, around, l > 1 && around < AS_NO_LOOP ? pair->link[l - 1][around] : NULL};
}

/* With the loop over d around those placed: tensors that use none of these move whenever d advances. */
static struct placed placed_too(
    struct as_tree *tree, struct as_couple *pair, int l, int d, struct placed placed)
{
    struct as_crossings *crossings = &tree->crossings;
    for (int t = 0; t < tree->model->problem.n_tensors; t++) {
        unsigned used = tree->model->tensor[t].dims;
        if (!(crossings->keeps[l + 1] >> t & 1) || (used & placed.dims) || !(used >> d & 1))
            continue;
        const struct as_link *const *link = pair->link[l + 1];
        placed.pj += as_cross_one(crossings, l + 1, t, class_of(pair, l + 1, d), placed.dims, link) -
                     as_cross_one(crossings, l + 1, t, class_of(pair, l + 1, pair->class[l + 1]), 0, link);
    }
    placed.before = placed.alive;
    placed.alive = still_alive(tree, pair, l, d, placed.alive);
    placed.dims |= 1u << d;
    placed.last = d;
    return placed;
}

/* Places the loops of level l that are left, n of them, the innermost first. */
static void place(struct as_tree *tree, struct as_couple *pair, int l, int n, const struct placed *placed)
{
    signed char *order = pair->plan.order[l];
    if (n == 0) {
        choose_orders(tree, pair, l + 2);
        return;
    }
    for (int i = 0; i < n && !as_tree_spent(tree); i++) {
        signed char d = order[i];
        if (placed->last >= 0 && d < placed->last && commute(tree, d, placed->last, placed->before))
            continue;
        struct placed more = placed_too(tree, pair, l, d, *placed);
        if (more.pj > placed->pj && as_tree_drops(tree, as_tree_score(tree, more.pj, pair->cycles)))
            continue;
        order[i] = order[n - 1];
        order[n - 1] = d;
        place(tree, pair, l, n - 1, &more);
        order[n - 1] = order[i];
        order[i] = d;
    }
}

void as_pair_place_class(const struct as_tree *tree, struct as_couple *pair, int l)
{
    int n_dims = tree->model->problem.n_dims, n = 0, c = pair->class[l];
    signed char *order = pair->plan.order[l - 1];
    for (int d = 0; d < n_dims; d++)
        if (d != c && pair->link[l][d]->innermost == l - 1)
            order[n++] = (signed char)d;
    int loops = n;
    if (c < AS_NO_LOOP)
        order[n++] = (signed char)c;
    for (int d = 0; d < n_dims; d++)
        if (d != c && pair->link[l][d]->innermost != l - 1)
            order[n++] = (signed char)d;
    alive_set alive = all_alive(tree, pair, l - 1);
    if (c < AS_NO_LOOP && pair->link[l][c]->innermost == l - 1)
        alive = still_alive(tree, pair, l - 1, c, alive);
    pair->n_loops[l - 1] = loops;
    pair->alive[l - 1] = alive;
}

/* Orders of the loops under level l - 1 and further in, the innermost ones being given. */
static void choose_orders(struct as_tree *tree, struct as_couple *pair, int l)
{
    if (l > tree->last) {
        leaf(tree, pair);
        return;
    }
    struct order chosen;
    if (l > 1 && orders_drop(tree, pair, l - 1, &chosen))
        return;
    double pj = known_pj(tree, pair, l - 1);
    as_pair_place_class(tree, pair, l);
    int c = pair->class[l];
    bool own = c < AS_NO_LOOP && pair->link[l][c]->innermost == l - 1;
    struct placed placed = {own ? 1u << c : 0, -1, pair->alive[l - 1], pair->alive[l - 1], pj};
    place(tree, pair, l - 1, pair->n_loops[l - 1], &placed);
}

/* ---- visits ---- */

void as_pair_links(struct as_tree *tree, int l, const struct as_link **link)
{
    int64_t array[AS_MAX_DIMS];
    if (l == tree->crossings.array + 1)
        as_plan_array(tree->plans, &tree->plan, l - 1, array);
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        int64_t tile[AS_MAX_LEVELS];
        for (int k = 0; k <= l; k++)
            tile[k] = tree->plan.tile[k][d];
        int64_t block = l == tree->crossings.array + 1 ? array[d] : tile[l];
        link[d] = as_link_of(&tree->crossings.links, l, d, tile, block < tile[l - 1] ? block : tile[l - 1]);
    }
}

/* Does the class fit the loops there are? Where none stands under the level around, it is that level's. */
static bool fits_loops(const struct as_tree *tree, const struct as_couple *pair, int l)
{
    unsigned classes = as_tree_classes(tree, 0, pair->link[l]);
    int c = pair->class[l];
    if (!(classes >> c & 1))
        return false;
    bool own = c < AS_NO_LOOP && pair->link[l][c]->innermost == l - 1;
    return own || c == pair->class[l - 1];
}

void as_pair_visit(struct as_tree *tree, struct as_couple *pair)
{
    struct as_crossing crossing[AS_MAX_LEVELS];
    double pj = tree->crossings.fixed_pj + pair->outer.pj;
    pair->pj[0] = tree->crossings.fixed_pj;
    pair->pj[1] = pair->outer.pj;
    crossing[1] = pair->outer;
    for (int l = 2; l <= tree->last; l++) {
        as_pair_links(tree, l, pair->link[l]);
        if (!fits_loops(tree, pair, l))
            return;
        as_tree_cross(tree, l, pair->class[l], pair -> link[l], pair -> link[l - 1], pair -> class[l - 1],
            &crossing[l]);
        pair->pj[l] = crossing[l].pj;
        pj += crossing[l].pj;
    }
    double cycles = as_tree_compute(tree, pair->link[tree->last]);
    for (int l = tree->last; l > 0; l--)
        cycles = as_cross_time(tree->model, l, &crossing[l], cycles);
    if (as_tree_drops(tree, as_tree_score(tree, pj, cycles)))
        return;
    pair->plan = tree->plan;
    pair->cycles = cycles;
    pair->begun = false;
    pair->counted[0] = true;
    pair->crossed_pj[0] = 0;
    as_model_begin(tree->model, &pair->count[0]);
    choose_orders(tree, pair, 1);
}
