#include "accelsearch/exact_tree.h"
#include "accelsearch/pool.h"
#include <math.h>
#include <stdatomic.h>

/* Cells of all views together: 12 bytes each. */
enum { MAX_CELLS = 1 << 24 };

static int bits(unsigned dims)
{
    int n = 0;
    for (; dims; dims &= dims - 1)
        n++;
    return n;
}

/* ---- bounds ---- */

struct as_outer as_tree_outer_of(const struct as_tree *tree, const struct as_crossing *crossing)
{
    bool doubled = tree->model->accel.level[1].buffers > 1;
    double busy = doubled ? as_cross_busy(crossing) : crossing->down + crossing->up;
    return (struct as_outer){(float)(crossing->pj * AS_FLOAT_DOWN), (float)(busy * AS_FLOAT_DOWN),
        (float)((crossing->begin + crossing->end) * AS_FLOAT_DOWN)};
}

void as_outers_init(struct as_tree *tree, struct as_outers *outers)
{
    const struct as_link *link[AS_MAX_DIMS];
    struct as_crossing crossing;
    outers->dims = 0;
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        int64_t tile[2] = {tree->plan.tile[0][d], tree->plan.tile[0][d]};
        link[d] = as_link_of(&tree->crossings.links, 1, d, tile, tile[1]);
        outers->dims |= (unsigned)(tree->plans->n_sizes[d] > 1) << d;
    }
    as_tree_cross(tree, 1, AS_NO_LOOP, link, NULL, 0, &crossing); /* every tensor is touched once */
    crossing.begin = crossing.end = crossing.tail = 0;            /* those of a smaller tile may be less */
    outers->least = as_tree_outer_of(tree, &crossing);
}

/* With every one of the inner parts. */
static bool outer_drops(struct as_tree *tree, const struct as_outers *outers, const struct as_outer *outer)
{
    double least = INFINITY;
    for (int i = 0; i < outers->n_front && (least >= tree->climb->score || least >= tree->aim); i++)
        least = fmin(least, as_tree_whole(tree, outer, outers->front[i].pj, outers->front[i].cycles));
    return as_tree_drops(tree, least);
}

/* ---- views ---- */

static size_t cell_of(const struct as_tree *tree, unsigned dims, const int *size)
{
    size_t cell = 0;
    for (; dims; dims &= dims - 1) {
        int d = __builtin_ctz(dims);
        cell = cell * (size_t)tree->plans->n_sizes[d] + (size_t)size[d];
    }
    return cell;
}

static void join(struct as_outer *least, const struct as_outer *outer)
{
    least->pj = fminf(least->pj, outer->pj);
    least->busy = fminf(least->busy, outer->busy);
    least->ends = fminf(least->ends, outer->ends);
}

/* Cells of all views of `most` dims at most. */
static double count_cells(const struct as_tree *tree, const struct as_outers *outers, int most)
{
    double total = 0;
    for (unsigned dims = 0; dims <= outers->dims; dims++) {
        double n = (dims & ~outers->dims) || bits(dims) > most ? 0 : 1;
        for (int d = 0; d < tree->model->problem.n_dims; d++)
            n *= dims >> d & 1 ? tree->plans->n_sizes[d] : 1;
        total += n;
    }
    return total;
}

static void make_views(struct as_tree *tree, struct as_outers *outers)
{
    outers->view_dims = bits(outers->dims);
    while (outers->view_dims > 0 && count_cells(tree, outers, outers->view_dims) * tree->n_keeps > MAX_CELLS)
        outers->view_dims--;
    outers->view = naas_alloc(tree->ctx, (size_t)outers->dims + 1, sizeof *outers->view);
    for (unsigned dims = 0; dims <= outers->dims; dims++) {
        struct as_outer_view *view = &outers->view[dims];
        *view = (struct as_outer_view){dims, 0, NULL};
        if ((dims & ~outers->dims) || bits(dims) > outers->view_dims)
            continue;
        view->n = 1;
        for (int d = 0; d < tree->model->problem.n_dims; d++)
            view->n *= dims >> d & 1 ? (size_t)tree->plans->n_sizes[d] : 1;
        view->cell = naas_alloc(tree->ctx, view->n, sizeof *view->cell);
        for (size_t i = 0; i < view->n; i++)
            view->cell[i] = (struct as_outer){INFINITY, INFINITY, INFINITY};
    }
}

/* The views of fewer dims, from those of one more. */
static void join_views(const struct as_tree *tree, struct as_outers *outers, int n_dims)
{
    for (unsigned dims = 0; dims <= outers->dims; dims++) {
        if ((dims & ~outers->dims) || bits(dims) != n_dims)
            continue;
        unsigned more = outers->dims & ~dims;
        int d = __builtin_ctz(more), size[AS_MAX_DIMS] = {0};
        const struct as_outer_view *from = &outers->view[dims | 1u << d];
        for (size_t i = 0; i < from->n; i++) {
            size_t rest = i;
            for (int e = tree->model->problem.n_dims - 1; e >= 0; e--)
                if (from->dims >> e & 1) {
                    size[e] = (int)(rest % (size_t)tree->plans->n_sizes[e]);
                    rest /= (size_t)tree->plans->n_sizes[e];
                }
            join(&outers->view[dims].cell[cell_of(tree, dims, size)], &from->cell[i]);
        }
    }
}

struct as_outer as_outers_least(
    const struct as_tree *tree, const struct as_outers *outers, unsigned dims, int last, const int *size)
{
    struct as_outer most = {0, 0, 0};
    dims &= outers->dims;
    if (bits(dims) <= outers->view_dims)
        return outers->view[dims].cell[cell_of(tree, dims, size)];
    for (unsigned some = dims; some; some = (some - 1) & dims) {
        if (bits(some) != outers->view_dims || (last >= 0 && !(some >> last & 1)))
            continue;
        const struct as_outer *least = &outers->view[some].cell[cell_of(tree, some, size)];
        most.pj = fmaxf(least->pj, most.pj);
        most.busy = fmaxf(least->busy, most.busy);
        most.ends = fmaxf(least->ends, most.ends);
    }
    return most;
}

/* ---- the list ---- */

/* An outer part: index of the size of each dim, and its link. */
struct chosen {
    int size[AS_MAX_DIMS];
    const struct as_link *link[AS_MAX_DIMS];
};

static void choose_size(struct as_tree *tree, struct chosen *chosen, int d, int size)
{
    int64_t tile[2] = {tree->plan.tile[0][d], tree->plans->size[d][size]};
    tree->plan.tile[1][d] = tile[1];
    chosen->size[d] = size;
    chosen->link[d] = as_link_of(&tree->crossings.links, 1, d, tile, tile[1]);
}

static void add_outer(struct as_tree *tree, struct as_outers *outers, const struct chosen *chosen)
{
    const struct as_link *const *link = chosen->link;
    unsigned classes = as_tree_classes(tree, 0, link);
    for (int c = 0; c <= AS_NO_LOOP; c++) {
        struct as_crossing crossing;
        if (!(classes >> c & 1))
            continue;
        as_tree_cross(tree, 1, c, link, NULL, 0, &crossing);
        struct as_outer outer = as_tree_outer_of(tree, &crossing);
        if (outer_drops(tree, outers, &outer))
            continue;
        for (unsigned dims = outers->dims;; dims = (dims - 1) & outers->dims) {
            if (bits(dims) == outers->view_dims)
                join(&outers->view[dims].cell[cell_of(tree, dims, chosen->size)], &outer);
            if (dims == 0)
                break;
        }
    }
}

/* Tiles that fit, from dim d on, smallest first: a larger one does not fit either. */
static void list_from(struct as_tree *tree, struct as_outers *outers, int d, struct chosen *chosen)
{
    if (as_tree_spent(tree))
        return;
    if (d == tree->model->problem.n_dims) {
        add_outer(tree, outers, chosen);
        return;
    }
    for (int i = tree->plans->n_sizes[d] - 1; i >= 0; i--) {
        choose_size(tree, chosen, d, i);
        if (!as_plan_fits(tree->plans, &tree->plan, 1))
            break;
        list_from(tree, outers, d + 1, chosen);
    }
    tree->plan.tile[1][d] = 1;
}

/* By the tile of the first dim that has a choice: so every cell is one thread's. */
struct shared_list {
    struct as_tree *tree;
    struct as_outers *outers;
    atomic_int next;
    atomic_llong nodes;
};

static void list_some(void *context, int f)
{
    struct shared_list *list = context;
    struct as_tree *tree = &list->tree->fork[f];
    int d = __builtin_ctz(list->outers->dims), n = tree->plans->n_sizes[d];
    struct chosen chosen;
    tree->plan = list->tree->plan;
    as_crossings_keep(&tree->crossings, tree->plan.keeps);
    tree->limit = list->tree->limit - list->tree->nodes;
    for (int e = 0; e < d; e++) /* of one size */
        choose_size(tree, &chosen, e, 0);
    for (int i; (i = atomic_fetch_add(&list->next, 1)) < n && list->nodes < tree->limit;) {
        tree->nodes = 0;
        choose_size(tree, &chosen, d, n - 1 - i); /* small tiles leave most to do */
        if (as_plan_fits(tree->plans, &tree->plan, 1))
            list_from(tree, list->outers, d + 1, &chosen);
        list->nodes += tree->nodes;
    }
}

void as_outers_list(struct as_tree *tree, struct as_outers *outers)
{
    struct chosen chosen;
    for (int d = 0; d < AS_MAX_DIMS; d++)
        tree->plan.tile[1][d] = 1;
    make_views(tree, outers);
    if (outers->view_dims > 0 && outers->view_dims == bits(outers->dims)) {
        struct shared_list list = {.tree = tree, .outers = outers};
        as_pool_run(tree->n_forks, tree->n_forks, list_some, &list);
        tree->nodes += list.nodes;
    } else {
        list_from(tree, outers, 0, &chosen);
    }
    for (int n = outers->view_dims - 1; n >= 0; n--)
        join_views(tree, outers, n);
}
