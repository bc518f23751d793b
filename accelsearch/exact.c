#include "accelsearch/exact.h"
#include "accelsearch/exact_tree.h"
#include <string.h>

/* Prices in nodes. */
enum { FLOOR_NODES = 4, EVALUATION_NODES = 16 };
/* Bounds and costs are sums in floating point, in different orders. */
#define ROUNDING (1 - 1e-9)

/* ---- orders ---- */

/* A pair of parts: all tiles, the layout and the innermost loops are decided. */
struct pair {
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    int class[AS_MAX_LEVELS];  /* dim of the innermost loop outside the level; AS_NO_LOOP: none */
    struct as_crossing outer;  /* the crossing into level 1 */
    int n_free[AS_MAX_LEVELS]; /* outermost loops under the level whose order moves nothing */
    struct as_plan plan;
};

/* All orders of the free loops from level l's on, by the cost model. */
static void evaluate(struct as_tree *tree, struct pair *pair, int l, int n)
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

static void leaf(struct as_tree *tree, struct pair *pair)
{
    struct as_mapping mapping;
    struct as_floor floor;
    tree->nodes += FLOOR_NODES;
    bool in_order = as_plan_mapping(tree->plans, &pair->plan, &mapping);
    if (in_order && as_floor_of(tree->model, &mapping, &floor) &&
        as_tree_drops(
            tree, as_pressed_score(tree->climb->goal, floor.energy_pj, floor.cycles, tree->model->area_um2) *
                      ROUNDING))
        return;
    evaluate(tree, pair, 0, pair->n_free[0]);
}

static void choose_orders(struct as_tree *tree, struct pair *pair, int l);

/* Of the tensors in alive, those that keep something whenever the loop over d under level l starts over. */
static unsigned still_alive(const struct as_tree *tree, const struct pair *pair, int l, int d, unsigned alive)
{
    const struct as_link *const *link = pair->link[l + 1];
    for (int t = 0; t < tree->model->problem.n_tensors; t++)
        if ((alive >> t & 1) && as_cross_starts_over(&tree->crossings, t, d, link))
            alive &= ~(1u << t);
    return alive;
}

/* Places the loops of level l that are left, n of them, the innermost first. alive: tensors that may still
 * keep something when a loop further out advances. */
static void place(struct as_tree *tree, struct pair *pair, int l, int n, unsigned alive)
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
static void choose_orders(struct as_tree *tree, struct pair *pair, int l)
{
    int n_dims = tree->model->problem.n_dims, n = 0, c = pair->class[l];
    if (l > tree->last) {
        leaf(tree, pair);
        return;
    }
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

static void close_links(struct as_tree *tree, int l, const struct as_link **link)
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
static bool fits_loops(const struct as_tree *tree, const struct pair *pair, int l)
{
    unsigned classes = as_tree_classes(tree, 0, pair->link[l]);
    int c = pair->class[l];
    if (!(classes >> c & 1))
        return false;
    bool own = c < AS_NO_LOOP && pair->link[l][c]->innermost == l - 1;
    return own || c == pair->class[l - 1];
}

static void visit_pair(struct as_tree *tree, struct pair *pair)
{
    struct as_crossing crossing[AS_MAX_LEVELS];
    double pj = tree->crossings.fixed_pj + pair->outer.pj;
    crossing[1] = pair->outer;
    for (int l = 2; l <= tree->last; l++) {
        close_links(tree, l, pair->link[l]);
        if (!fits_loops(tree, pair, l))
            return;
        as_tree_cross(tree, l, pair->class[l], pair -> link[l], pair -> link[l - 1], pair -> class[l - 1],
            &crossing[l]);
        pj += crossing[l].pj;
    }
    double cycles = as_tree_compute(tree, pair->link[tree->last]);
    for (int l = tree->last; l > 0; l--)
        cycles = as_cross_time(tree->model, l, &crossing[l], cycles);
    if (as_tree_drops(tree, as_tree_score(tree, pj, cycles)))
        return;
    pair->plan = tree->plan;
    choose_orders(tree, pair, 1);
}

static void visit(struct as_tree *tree, const struct as_template *template, const struct as_outer *outer)
{
    int n_dims = tree->model->problem.n_dims;
    struct pair pair;
    double least_cycles = template->front[template->n_front - 1].cycles;
    double compute = as_tree_outer_compute(tree, template, outer);
    least_cycles = compute > least_cycles ? compute : least_cycles;
    as_crossings_keep(&tree->crossings, template->keeps);
    memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
    if (tree->crossings.array >= 0)
        memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
    for (int d = 0; d < n_dims; d++)
        tree->plan.tile[1][d] = tree->plans->size[d][outer->size[d]];
    pair.class[1] = outer->class;
    close_links(tree, 1, pair.link[1]);
    as_tree_cross(tree, 1, outer->class, pair.link[1], NULL, 0, &pair.outer);
    for (int i = 0; i < template->n_inner && !as_tree_spent(tree); i++) {
        const struct as_inner *inner = &template->inner[i];
        bool inside = true;
        if (as_tree_drops(tree, as_tree_whole(tree, outer, (double)inner->pj, least_cycles)))
            return;
        double cycles = (double)inner->cycles > compute ? (double)inner->cycles : compute;
        if (as_tree_drops(tree, as_tree_whole(tree, outer, (double)inner->pj, cycles)))
            continue;
        for (int d = 0; d < n_dims; d++) {
            inside = inside && inner->size[0][d] >= outer->size[d];
            for (int l = 2; l <= tree->last; l++)
                tree->plan.tile[l][d] = tree->plans->size[d][inner->size[l - 2][d]];
        }
        for (int l = 2; l <= tree->last; l++)
            pair.class[l] = inner->class[l - 2];
        if (inside)
            visit_pair(tree, &pair);
    }
}

/* ---- the whole ---- */

/* What no plan can do without: every MAC, every PE always busy. */
static double trivial_bound(const struct as_tree *tree)
{
    const struct as_model *model = tree->model;
    double peak = (double)model->instances[model->accel.n_levels - 1] * model->accel.macs_per_cycle;
    return as_tree_score(tree, (double)model->macs * model->accel.mac_pj, (double)model->macs / peak);
}

static double visit_all(struct as_tree *tree)
{
    for (int i = 0; i < tree->visits.n; i++) {
        const struct as_visit *next = &tree->visits.visit[i];
        const struct as_template *template = &tree->templates.template[next->template];
        if (as_tree_drops(tree, (double)next->bound))
            break;
        visit(tree, template, &tree->outers[template->of_keeps].outer[next->outer]);
        if (as_tree_spent(tree))
            return (double)next->bound;
    }
    return tree->climb->score;
}

void as_exact_run(struct as_climb *climb, int64_t nodes, struct as_exact_result *result)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_tree *tree = naas_alloc(ctx, 1, sizeof *tree);
    tree->climb = climb;
    tree->plans = climb->plans;
    tree->model = climb->plans->model;
    tree->ctx = ctx;
    tree->last = tree->model->accel.n_levels - 1;
    tree->limit = nodes;
    tree->left_out = INFINITY;
    *result = (struct as_exact_result){.lower_bound = trivial_bound(tree)};
    if (as_crossings_cover(tree->model) && tree->last > 0) {
        as_crossings_init(&tree->crossings, ctx, tree->plans);
        if (as_tree_list(tree))
            result->lower_bound = fmax(result->lower_bound, fmin(visit_all(tree), tree->left_out));
    }
    result->lower_bound = fmin(result->lower_bound, climb->score);
    result->proven = result->lower_bound >= climb->score * ROUNDING;
    result->nodes = tree->nodes;
    naas_ctx_free(ctx);
}
