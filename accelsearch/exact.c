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
    int class[AS_MAX_LEVELS]; /* dim of the innermost loop outside the level; AS_NO_LOOP: none */
    struct as_crossing outer; /* the crossing into level 1 */
    double pj[AS_MAX_LEVELS]; /* bounds: of the crossing into the level; [0]: of what no mapping changes */
    double cycles;
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
static bool orders_drop(struct as_tree *tree, const struct pair *pair, int l)
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
    pair->pj[0] = tree->crossings.fixed_pj;
    pair->pj[1] = pair->outer.pj;
    crossing[1] = pair->outer;
    for (int l = 2; l <= tree->last; l++) {
        close_links(tree, l, pair->link[l]);
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

/* ---- branches ---- */

/* An inner part for which the tile of level 1 is chosen dim by dim. */
struct branch {
    struct as_tree *tree;
    const struct as_template *template;
    const struct as_outers *outers;
    const struct as_inner *inner;
    int order[AS_MAX_DIMS], size[AS_MAX_DIMS]; /* dims as they are chosen; sizes chosen */
    int64_t array[AS_MAX_DIMS];                /* block of the last level, where an array is further in */
    unsigned together[AS_MAX_DIMS];            /* dims whose tiles say how a dim lies on the array */
};

/* Links as far as they are known, and what that bounds. */
struct part {
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    unsigned closed; /* dims */
    struct as_least_outer outer;
    double pj, cycles; /* inside */
};

static const struct as_link *branch_link(const struct branch *branch, int l, int d, bool closed)
{
    struct as_tree *tree = branch->tree;
    struct as_links *links = &tree->crossings.links;
    int64_t tile[AS_MAX_LEVELS], spread[2] = {1, 1};
    for (int k = 0; k <= l; k++)
        tile[k] = tree->plan.tile[k][d];
    if (l == tree->crossings.array + 1 && l > 2) {
        int64_t block = branch->array[d] < tile[l - 1] ? branch->array[d] : tile[l - 1];
        spread[0] = spread[1] = (branch->array[d] + tile[l] - 1) / tile[l];
        return closed ? as_link_of(links, l, d, tile, block) : as_link_open(links, l, d, 2, tile, spread);
    }
    if (l == tree->crossings.array + 1)
        memcpy(spread, branch->template->spread[d], sizeof spread);
    if (!closed)
        return as_link_open(links, l, d, 2, tile, spread);
    if (spread[0] != spread[1])
        return as_link_open(links, l, d, 1, tile, spread);
    /* Alone on an axis: no more instances than the number of rounds needs. */
    int64_t pieces = (tile[l - 1] + tile[l] - 1) / tile[l];
    int64_t rounds = (pieces + spread[0] - 1) / spread[0];
    int64_t block = tile[l] * ((pieces + rounds - 1) / rounds);
    return as_link_of(links, l, d, tile, block < tile[l - 1] ? block : tile[l - 1]);
}

/* Links of dim d, closed; and of those of which it is clear now how they lie on the array. */
static void close_dim(const struct branch *branch, int d, struct part *part)
{
    struct as_tree *tree = branch->tree;
    int last = tree->last;
    int64_t array[AS_MAX_DIMS];
    part->closed |= 1u << d;
    for (int l = 2; l <= last; l++)
        part->link[l][d] = branch_link(branch, l, d, true);
    if (tree->crossings.array != 1 || (branch->together[d] & ~part->closed))
        return;
    as_plan_array(tree->plans, &tree->plan, 1, array);
    for (int e = 0; e < tree->model->problem.n_dims; e++)
        if (branch->together[d] >> e & 1) {
            int64_t tile[3] = {tree->plan.tile[0][e], tree->plan.tile[1][e], tree->plan.tile[2][e]};
            part->link[2][e] =
                as_link_of(&tree->crossings.links, 2, e, tile, array[e] < tile[1] ? array[e] : tile[1]);
        }
}

/* Can the class be that of the innermost loop? Dims that are closed may say that it is not. */
static bool class_possible(const struct branch *branch, const struct part *part, int l)
{
    int c = branch->inner->class[l - 2], deepest = -1;
    for (int d = 0; d < branch->tree->model->problem.n_dims; d++)
        if ((part->closed >> d & 1) && !part->link[l][d]->open && part->link[l][d]->innermost > deepest)
            deepest = part->link[l][d]->innermost;
    if (c == AS_NO_LOOP)
        return deepest < 0;
    const struct as_link *link = part->link[l][c];
    return !(part->closed >> c & 1) || link->open || (link->innermost >= 0 && link->innermost == deepest);
}

/* Bounds the part anew; false when it is no better than what is known, or cannot be. */
static bool look_inside(const struct branch *branch, struct part *part)
{
    struct as_tree *tree = branch->tree;
    struct as_crossing crossing[AS_MAX_LEVELS];
    const unsigned char *class = branch->inner->class;
    part->pj = 0;
    for (int l = 2; l <= tree->last; l++) {
        if (!class_possible(branch, part, l))
            return false;
        as_tree_cross(tree, l, class[l - 2], part -> link[l], l > 2 ? part -> link[l - 1] : NULL,
            l > 2 ? class[l - 3] : AS_NO_LOOP, &crossing[l]);
        part->pj += crossing[l].pj;
    }
    part->cycles = as_tree_compute(tree, part->link[tree->last]);
    for (int l = tree->last; l > 1; l--)
        part->cycles = as_cross_time(tree->model, l, &crossing[l], part->cycles);
    return true;
}

static bool part_drops(const struct branch *branch, const struct part *part)
{
    struct as_outer outer = {.pj = part->outer.pj, .busy = part->outer.busy};
    return as_tree_drops(branch->tree, as_tree_whole(branch->tree, &outer, part->pj, part->cycles));
}

/* All dims are chosen. */
static void visit(const struct branch *branch, const struct part *part)
{
    struct as_tree *tree = branch->tree;
    int n;
    const struct as_outer *outer = as_tree_find_outer(tree, branch->outers, branch->size, &n);
    for (int i = 0; i < n && !as_tree_spent(tree); i++) {
        struct pair pair;
        if (as_tree_drops(tree, as_tree_whole(tree, &outer[i], part->pj, part->cycles)))
            continue;
        pair.class[1] = outer[i].class;
        for (int l = 2; l <= tree->last; l++)
            pair.class[l] = branch->inner->class[l - 2];
        close_links(tree, 1, pair.link[1]);
        as_tree_cross(tree, 1, outer[i].class, pair.link[1], NULL, 0, &pair.outer);
        visit_pair(tree, &pair);
    }
}

static void choose(struct branch *branch, int k, const struct part *around)
{
    struct as_tree *tree = branch->tree;
    int d = branch->order[k];
    if (k == tree->model->problem.n_dims) {
        visit(branch, around);
        return;
    }
    for (int i = branch->inner->size[0][d]; i >= 0 && !as_tree_spent(tree); i--) {
        struct part part = *around;
        branch->size[d] = i;
        part.closed |= 1u << d;
        struct as_least_outer least = as_tree_least_outer(tree, branch->outers, part.closed, d, branch->size);
        part.outer.pj = fmaxf(least.pj, part.outer.pj);
        part.outer.busy = fmaxf(least.busy, part.outer.busy);
        if (part_drops(branch, &part))
            continue;
        tree->plan.tile[1][d] = tree->plans->size[d][i];
        close_dim(branch, d, &part);
        if (look_inside(branch, &part) && !part_drops(branch, &part))
            choose(branch, k + 1, &part);
    }
}

/* Dims that share axes, or axes with others that do. */
static void find_together(struct branch *branch)
{
    int n = branch->tree->model->problem.n_dims;
    for (int d = 0; d < n; d++)
        branch->together[d] = 1u << d;
    for (int again = 0; again < AS_MAX_AXES; again++)
        for (int x = 0; x < AS_MAX_AXES; x++) {
            signed char d = branch->template->along[x][0], e = branch->template->along[x][1];
            if (d < 0 || e < 0)
                continue;
            unsigned all = branch->together[d] | branch->together[e];
            for (int f = 0; f < n; f++)
                if (all >> f & 1)
                    branch->together[f] = all;
        }
}

/* Dims of the innermost loops first, with those that they share an axis with; then those with most sizes. */
static void find_order(struct branch *branch)
{
    const struct as_tree *tree = branch->tree;
    int n = tree->model->problem.n_dims, placed = 0;
    unsigned left = (1u << n) - 1, first = 0;
    find_together(branch);
    for (int l = tree->last; l > 1; l--) {
        int c = branch->inner->class[l - 2];
        if (c < AS_NO_LOOP && (left >> c & 1)) {
            branch->order[placed++] = c;
            left &= ~(1u << c);
            first |= branch->together[c];
        }
    }
    while (left) {
        int most = -1;
        unsigned among = left & first ? left & first : left;
        for (int d = 0; d < n; d++)
            if ((among >> d & 1) && (most < 0 || tree->plans->n_sizes[d] > tree->plans->n_sizes[most]))
                most = d;
        branch->order[placed++] = most;
        left &= ~(1u << most);
        first |= branch->together[most];
    }
}

static void visit_inner(
    struct as_tree *tree, const struct as_template *template, const struct as_inner *inner)
{
    struct branch branch = {
        .tree = tree, .template = template, .outers = &tree->outers[template->of_keeps], .inner = inner};
    struct part part = {.pj = (double)inner->pj, .cycles = (double)inner->cycles};
    part.outer = as_tree_least_outer(tree, branch.outers, 0, -1, branch.size);
    if (part_drops(&branch, &part))
        return;
    for (int l = 2; l <= tree->last; l++)
        for (int d = 0; d < tree->model->problem.n_dims; d++)
            tree->plan.tile[l][d] = tree->plans->size[d][inner->size[l - 2][d]];
    if (tree->crossings.array > 1)
        as_plan_array(tree->plans, &tree->plan, tree->crossings.array, branch.array);
    for (int l = 2; l <= tree->last; l++)
        for (int d = 0; d < tree->model->problem.n_dims; d++)
            part.link[l][d] = branch_link(&branch, l, d, false);
    find_order(&branch);
    choose(&branch, 0, &part);
}

/* ---- the whole ---- */

/* What no plan can do without: every MAC, every PE always busy. */
static double trivial_bound(const struct as_tree *tree)
{
    const struct as_model *model = tree->model;
    double peak = (double)model->instances[model->accel.n_levels - 1] * model->accel.macs_per_cycle;
    return as_tree_score(tree, (double)model->macs * model->accel.mac_pj, (double)model->macs / peak);
}

/* Everything that may be below the aim. */
static void visit_all(struct as_tree *tree)
{
    for (int i = 0; i < tree->templates.n; i++) {
        const struct as_template *template = &tree->templates.template[i];
        as_crossings_keep(&tree->crossings, template->keeps);
        memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
        if (tree->crossings.array >= 0)
            memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
        for (int n = 0; n < template->n_inner && !as_tree_spent(tree); n++)
            visit_inner(tree, template, &template->inner[n]);
    }
}

/* Proves more and more of the score; returns the last bound that held. */
static double prove(struct as_tree *tree)
{
    static const double part[] = {0.5, 0.7, 0.85, 0.93, 0.97, 0.99, 1};
    double proven = 0;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        tree->aim = tree->climb->score * part[i];
        visit_all(tree);
        if (as_tree_spent(tree))
            break;
        proven = fmin(tree->aim, tree->climb->score);
    }
    return fmin(proven, tree->left_out);
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
    tree->left_out = tree->aim = INFINITY;
    *result = (struct as_exact_result){.lower_bound = trivial_bound(tree)};
    if (as_crossings_cover(tree->model) && tree->last > 0) {
        as_crossings_init(&tree->crossings, ctx, tree->plans);
        if (as_tree_list(tree))
            result->lower_bound = fmax(result->lower_bound, prove(tree));
    }
    result->lower_bound = fmin(result->lower_bound, climb->score);
    result->proven = result->lower_bound >= climb->score * ROUNDING;
    result->nodes = tree->nodes;
    naas_ctx_free(ctx);
}
