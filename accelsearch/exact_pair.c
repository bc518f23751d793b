#include "accelsearch/exact_branch.h"
#include <string.h>

/* Prices in nodes. */
enum { FLOOR_NODES = 4, EVALUATION_NODES = 16 };

/* ---- orders ---- */

/* All orders of the free loops from level l's on, by the cost model. */
static void evaluate(struct as_tree *tree, struct as_pair *pair, int l, int n)
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

static void leaf(struct as_tree *tree, struct as_pair *pair)
{
    struct as_mapping mapping;
    struct as_floor floor;
    tree->nodes += FLOOR_NODES;
    bool in_order = as_plan_mapping(tree->plans, &pair->plan, &mapping);
    if (in_order && as_floor_of(tree->model, &mapping, &floor) &&
        as_tree_drops(
            tree, as_pressed_score(tree->climb->goal, floor.energy_pj, floor.cycles, tree->model->area_um2) *
                      AS_ROUNDING))
        return;
    evaluate(tree, pair, 0, pair->n_free[0]);
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

/* Orders under levels 0 .. l - 1 are chosen, so what crosses into levels 1 .. l is known, whatever the other
 * orders are. */
static bool orders_drop(struct as_tree *tree, const struct as_pair *pair, int l)
{
    struct as_mapping mapping;
    struct as_nest nest;
    struct as_cost cost;
    double pj = pair->pj[0];
    tree->nodes += FLOOR_NODES;
    as_plan_mapping(tree->plans, &pair->plan, &mapping);
    if (!as_nest_build(tree->model, &mapping, &nest) || !as_model_count(tree->model, &mapping, &nest, &cost))
        return false;
    for (int k = 1; k <= tree->last; k++)
        pj += k <= l ? crossed_pj(tree->model, &mapping, &cost, k) : pair->pj[k];
    return as_tree_drops(tree, as_tree_score(tree, pj, pair->cycles));
}

static void choose_orders(struct as_tree *tree, struct as_pair *pair, int l);

/* Of the tensors in alive, those that keep something whenever the loop over d under level l starts over. */
static unsigned still_alive(
    const struct as_tree *tree, const struct as_pair *pair, int l, int d, unsigned alive)
{
    const struct as_link *const *link = pair->link[l + 1];
    for (int t = 0; t < tree->model->problem.n_tensors; t++)
        if ((alive >> t & 1) && as_cross_starts_over(&tree->crossings, t, d, link))
            alive &= ~(1u << t);
    return alive;
}

/* Places the loops of level l that are left, n of them, the innermost first. alive: tensors that may still
 * keep something when a loop further out advances. */
static void place(struct as_tree *tree, struct as_pair *pair, int l, int n, unsigned alive)
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
static void choose_orders(struct as_tree *tree, struct as_pair *pair, int l)
{
    int n_dims = tree->model->problem.n_dims, n = 0, c = pair->class[l];
    if (l > tree->last) {
        leaf(tree, pair);
        return;
    }
    if (l > 1 && orders_drop(tree, pair, l - 1))
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
static bool fits_loops(const struct as_tree *tree, const struct as_pair *pair, int l)
{
    unsigned classes = as_tree_classes(tree, 0, pair->link[l]);
    int c = pair->class[l];
    if (!(classes >> c & 1))
        return false;
    bool own = c < AS_NO_LOOP && pair->link[l][c]->innermost == l - 1;
    return own || c == pair->class[l - 1];
}

void as_pair_visit(struct as_tree *tree, struct as_pair *pair)
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
    choose_orders(tree, pair, 1);
}
