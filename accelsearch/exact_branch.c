#include "accelsearch/exact_branch.h"
#include "support/number.h"
#include <math.h>
#include <string.h>

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
    struct as_outer outer;
    double pj[AS_MAX_LEVELS], cycles; /* of crossings into levels from 2 on; of everything inside */
};

static const struct as_link *branch_link(const struct branch *branch, int l, int d, bool closed)
{
    struct as_tree *tree = branch->tree;
    struct as_links *links = &tree->crossings.links;
    int64_t tile[AS_MAX_LEVELS], spread[2] = {1, 1};
    for (int k = 0; k <= l; k++)
        tile[k] = tree->plan.tile[k][d];
    if (l == tree->crossings.array + 1 && l > 2) {
        int64_t block = min64(branch->array[d], tile[l - 1]);
        spread[0] = spread[1] = ceil_div(branch->array[d], tile[l]);
        return closed ? as_link_of(links, l, d, tile, block) : as_link_open(links, l, d, 2, tile, spread);
    }
    if (l == tree->crossings.array + 1)
        memcpy(spread, branch->template->spread[d], sizeof spread);
    if (!closed)
        return as_link_open(links, l, d, 2, tile, spread);
    if (spread[0] != spread[1])
        return as_link_open(links, l, d, 1, tile, spread);
    /* Alone on an axis: no more instances than the number of rounds needs. */
    int64_t pieces = ceil_div(tile[l - 1], tile[l]);
    int64_t rounds = (pieces + spread[0] - 1) / spread[0];
    int64_t block = tile[l] * (ceil_div(pieces, rounds));
    return as_link_of(links, l, d, tile, min64(block, tile[l - 1]));
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

static double inside_pj(const struct branch *branch, const struct part *part)
{
    double pj = 0;
    for (int l = 2; l <= branch->tree->last; l++)
        pj += part->pj[l];
    return pj;
}

static bool part_drops(const struct branch *branch, const struct part *part)
{
    return as_tree_drops(
        branch->tree, as_tree_whole(branch->tree, &part->outer, inside_pj(branch, part), part->cycles));
}

/* Bounds the part anew, level by level as long as that is of use; false when it is no better than what is
 * known, or cannot be. */
static bool look_inside(const struct branch *branch, struct part *part)
{
    struct as_tree *tree = branch->tree;
    struct as_crossing crossing[AS_MAX_LEVELS];
    const unsigned char *class = branch->inner->class;
    for (int l = 2; l <= tree->last; l++) {
        if (!class_possible(branch, part, l))
            return false;
        as_tree_cross(tree, l, class[l - 2], part -> link[l], l > 2 ? part -> link[l - 1] : NULL,
            l > 2 ? class[l - 3] : AS_NO_LOOP, &crossing[l]);
        part->pj[l] = crossing[l].pj;
        if (l < tree->last && part_drops(branch, part))
            return false;
    }
    part->cycles = as_tree_compute(tree, part->link[tree->last]);
    for (int l = tree->last; l > 1; l--)
        part->cycles = as_cross_time(tree->model, l, &crossing[l], part->cycles);
    return !part_drops(branch, part);
}

/* All dims are chosen: what is left of the outer part is its class. */
static void visit(const struct branch *branch, const struct part *part)
{
    struct as_tree *tree = branch->tree;
    struct as_couple pair;
    as_pair_links(tree, 1, pair.link[1]);
    unsigned classes = as_tree_classes(tree, 0, pair.link[1]);
    double pj = inside_pj(branch, part);
    for (int l = 2; l <= tree->last; l++)
        pair.class[l] = branch->inner->class[l - 2];
    for (int c = 0; c <= AS_NO_LOOP && !as_tree_spent(tree); c++) {
        if (!(classes >> c & 1))
            continue;
        as_tree_cross(tree, 1, c, pair.link[1], NULL, 0, &pair.outer);
        struct as_outer outer = as_tree_outer_of(tree, &pair.outer);
        pair.class[1] = c;
        if (!as_tree_drops(tree, as_tree_whole(tree, &outer, pj, part->cycles)))
            as_pair_visit(tree, &pair);
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
        struct as_outer least = as_outers_least(tree, branch->outers, part.closed, d, branch->size);
        part.outer.pj = fmaxf(least.pj, part.outer.pj);
        part.outer.busy = fmaxf(least.busy, part.outer.busy);
        part.outer.ends = fmaxf(least.ends, part.outer.ends);
        if (part_drops(branch, &part))
            continue;
        tree->plan.tile[1][d] = tree->plans->size[d][i];
        close_dim(branch, d, &part);
        if (look_inside(branch, &part))
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

void as_branch_visit(struct as_tree *tree, const struct as_template *template, const struct as_inner *inner)
{
    struct branch branch = {
        .tree = tree, .template = template, .outers = &tree->outers[template->of_keeps], .inner = inner};
    struct part part = {.cycles = (double)inner->cycles};
    part.outer = as_outers_least(tree, branch.outers, 0, -1, branch.size);
    if (as_tree_drops(tree, as_tree_whole(tree, &part.outer, (double)inner->pj, part.cycles)))
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
    if (look_inside(&branch, &part))
        choose(&branch, 0, &part);
}
