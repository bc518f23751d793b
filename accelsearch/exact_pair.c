#include "accelsearch/exact_branch.h"
#include "accelsearch/quick.h"
#include <string.h>

/* Prices in nodes. */
enum { FLOOR_NODES = 4, EVALUATION_NODES = 16 };

/* ---- orders ---- */

/* All orders of the free loops from level l's on, by the cost model. */
static void evaluate(struct as_tree *tree, struct as_couple *pair, int l, int n)
{
    if (l == tree->last) {
        tree->nodes += EVALUATION_NODES;
        as_climb_try(tree->climb, &pair->plan, tree->climb->score);
        return;
    }
    if (n < 2) {
        evaluate(tree, pair, l + 1, l + 1 < tree->last ? pair->n_free[l + 1] : 0);
        return;
    }
    signed char *order = pair->plan.order[l];
    for (int i = 0; i < n && !as_tree_spent(tree); i++) {
        signed char d = order[i];
        order[i] = order[n - 1];
        order[n - 1] = d;
        evaluate(tree, pair, l, n - 1);
        order[n - 1] = order[i];
        order[i] = d;
    }
}

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
    double pj = pair->pj[0] + pair->crossed_pj[l];
    for (int k = l + 1; k <= tree->last; k++)
        pj += pair->pj[k];
    return as_tree_drops(tree, as_tree_score(tree, pj, pair->cycles));
}

/* All orders are chosen, but for those of free loops. */
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
    evaluate(tree, pair, 0, pair->n_free[0]);
}

static void choose_orders(struct as_tree *tree, struct as_couple *pair, int l);

/* Of the tensors in alive, those that keep something whenever the loop over d under level l starts over. */
static unsigned still_alive(
    const struct as_tree *tree, const struct as_couple *pair, int l, int d, unsigned alive)
{
    const struct as_link *const *link = pair->link[l + 1];
    for (int t = 0; t < tree->model->problem.n_tensors; t++)
        if ((alive >> t & 1) && as_cross_starts_over(&tree->crossings, t, d, link))
            alive &= ~(1u << t);
    return alive;
}

/* Places the loops of level l that are left, n of them, the innermost first. alive: tensors that may still
 * keep something when a loop further out advances. */
static void place(struct as_tree *tree, struct as_couple *pair, int l, int n, unsigned alive)
{
    signed char *order = pair->plan.order[l];
    if (n < 2 || !alive) {
        pair->n_free[l] = n < 2 ? 0 : n;
        choose_orders(tree, pair, l + 2);
        return;
    }
    for (int i = 0; i < n && !as_tree_spent(tree); i++) {
        signed char d = order[i];
        order[i] = order[n - 1];
        order[n - 1] = d;
        place(tree, pair, l, n - 1, still_alive(tree, pair, l, d, alive));
        order[n - 1] = order[i];
        order[i] = d;
    }
}

/* Orders of the loops under level l - 1 and further in, the innermost ones being given. */
static void choose_orders(struct as_tree *tree, struct as_couple *pair, int l)
{
    int n_dims = tree->model->problem.n_dims, n = 0, c = pair->class[l];
    if (l > tree->last) {
        leaf(tree, pair);
        return;
    }
    struct order chosen;
    if (l > 1 && orders_drop(tree, pair, l - 1, &chosen))
        return;
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
    unsigned alive = (1u << tree->model->problem.n_tensors) - 1;
    if (c < AS_NO_LOOP && pair->link[l][c]->innermost == l - 1)
        alive = still_alive(tree, pair, l - 1, c, alive);
    place(tree, pair, l - 1, loops, alive);
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
