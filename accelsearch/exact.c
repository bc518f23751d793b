#include "accelsearch/exact.h"
#include "accelsearch/crossing.h"
#include <stdlib.h>
#include <string.h>

/* Prices in nodes. */
enum { FLOOR_NODES = 4, EVALUATION_NODES = 16 };
/* Entries of all lists together: some 300 MB. */
enum { MAX_ENTRIES = 6000000 };
/* Bounds and costs are sums in floating point, in different orders. */
#define ROUNDING (1 - 1e-9)
/* Bounds are kept in single precision, rounded down. */
#define FLOAT_DOWN (1 - 1e-6)

struct outer {
    float pj, busy, ends; /* cycles: of transfers; that nothing hides */
    unsigned char size[AS_MAX_DIMS];
};
struct inner {
    float pj, cycles; /* of everything inside level 1's tiles */
    unsigned char size[AS_MAX_LEVELS - 2][AS_MAX_DIMS];
};
struct point {
    double pj, cycles;
};
struct template
{
    unsigned keeps[AS_MAX_LEVELS];
    int of_keeps; /* its number among the choices of keeps */
    signed char along[AS_MAX_AXES][AS_MAX_FOLD];
    int n_inner, n_front;
    struct inner *inner; /* by energy, ascending */
    struct point *front; /* by energy ascending, cycles descending */
};
struct visit {
    float bound;
    int template, outer;
};

/* Lists that grow. */
struct outers {
    int n, room;
    struct outer *outer;
};
struct inners {
    int n, room;
    struct inner *inner;
};
struct visits {
    int n, room;
    struct visit *visit;
};
struct templates {
    int n, room;
    struct template *template;
};

enum { MAX_KEEPS = 64 };
struct tree {
    struct as_climb *climb;
    const struct as_plans *plans;
    const struct as_model *model;
    struct naas_ctx *ctx;
    struct as_crossings crossings;
    int last; /* level */
    int64_t nodes, limit, entries;
    bool cut_short; /* lists would not fit */
    struct as_plan plan;
    struct outers outers[MAX_KEEPS]; /* by choice of keeps; by energy, ascending */
    int n_keeps;
    struct templates templates;
    struct visits visits;
};

static bool spent(const struct tree *tree)
{
    return tree->nodes >= tree->limit || tree->cut_short;
}

/* Room for one more in a list of the context's; the old room is left to it. */
static void *grow(struct tree *tree, void *list, int n, int *room, size_t size)
{
    if (++tree->entries > MAX_ENTRIES)
        tree->cut_short = true;
    if (n < *room)
        return list;
    *room = *room ? 2 * *room : 256;
    void *more = naas_alloc(tree->ctx, (size_t)*room, size);
    if (n)
        memcpy(more, list, (size_t)n * size);
    return more;
}

/* ---- bounds ---- */

/* Leakage lasts as long as the bound of cycles. */
static double score_of(const struct tree *tree, double pj, double cycles)
{
    const struct as_accel *accel = &tree->model->accel;
    if (accel->clock_mhz > 0)
        pj += accel->leakage_mw * cycles / accel->clock_mhz * 1000;
    return as_pressed_score(tree->climb->goal, pj, cycles, tree->model->area_um2) * ROUNDING;
}

static bool drops(const struct tree *tree, double bound)
{
    return bound >= tree->climb->score;
}

/* The whole of an outer part around what is inside. */
static double whole(const struct tree *tree, const struct outer *outer, double pj, double cycles)
{
    if (tree->model->accel.level[1].buffers < 2)
        cycles += (double)outer->busy;
    else if (cycles + (double)outer->ends > (double)outer->busy)
        cycles += (double)outer->ends;
    else
        cycles = (double)outer->busy;
    return score_of(tree, tree->crossings.fixed_pj + (double)outer->pj + pj, cycles);
}

/* Cycles that the largest tiles take to compute. */
static double compute_cycles(const struct tree *tree, const struct as_link *const *link)
{
    double points = 1;
    for (int d = 0; d < tree->model->problem.n_dims; d++)
        points *= link[d]->points;
    return points / tree->model->accel.macs_per_cycle;
}

/* Crossing of level l by class; [AS_MAX_DIMS]: none. */
struct classes {
    unsigned mask; /* AS_MAX_DIMS is a bit, too */
    struct as_crossing crossing[AS_MAX_DIMS + 1];
    double pj; /* least of all */
};

static void find_classes(
    struct tree *tree, int l, int known, const struct as_link *const *link, struct classes *classes)
{
    bool none;
    classes->mask = as_cross_classes(&tree->crossings, link, known, &none);
    if (!classes->mask || none)
        classes->mask |= 1u << AS_MAX_DIMS;
    classes->pj = INFINITY;
    for (int c = 0; c <= AS_MAX_DIMS; c++)
        if (classes->mask >> c & 1) {
            as_cross(&tree->crossings, l, c < AS_MAX_DIMS ? c : -1, link, &classes->crossing[c]);
            if (classes->crossing[c].pj < classes->pj)
                classes->pj = classes->crossing[c].pj;
        }
    tree->nodes++;
}

static double least_time(const struct tree *tree, int l, const struct classes *classes, double inside)
{
    double least = INFINITY;
    for (int c = 0; c <= AS_MAX_DIMS; c++)
        if (classes->mask >> c & 1) {
            double time = as_cross_time(tree->model, l, &classes->crossing[c], inside);
            least = time < least ? time : least;
        }
    return least;
}

/* ---- outer parts ---- */

static void add_outer(struct tree *tree, struct outers *outers, struct outer *outer)
{
    const struct as_link *link[AS_MAX_DIMS];
    struct classes classes;
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        int64_t tile[2] = {tree->plan.tile[0][d], tree->plan.tile[1][d]};
        link[d] = as_link_of(&tree->crossings, 1, d, tile, tile[1]);
    }
    find_classes(tree, 1, 0, link, &classes);
    double busy = INFINITY, ends = INFINITY;
    for (int c = 0; c <= AS_MAX_DIMS; c++)
        if (classes.mask >> c & 1) {
            const struct as_crossing *crossing = &classes.crossing[c];
            bool doubled = tree->model->accel.level[1].buffers > 1;
            double own = doubled ? crossing->both : crossing->down + crossing->up;
            busy = own < busy ? own : busy;
            ends = crossing->ends < ends ? crossing->ends : ends;
        }
    outer->pj = (float)(classes.pj * FLOAT_DOWN);
    outer->busy = (float)(busy * FLOAT_DOWN);
    outer->ends = (float)(ends * FLOAT_DOWN);
    outers->outer = grow(tree, outers->outer, outers->n, &outers->room, sizeof *outer);
    outers->outer[outers->n++] = *outer;
}

/* Tiles that fit, from dim d on, smallest first: a larger one does not fit either. */
static void list_outers(struct tree *tree, struct outers *outers, int d, struct outer *outer)
{
    if (spent(tree))
        return;
    if (d == tree->model->problem.n_dims) {
        add_outer(tree, outers, outer);
        return;
    }
    for (int i = tree->plans->n_sizes[d] - 1; i >= 0; i--) {
        outer->size[d] = (unsigned char)i;
        tree->plan.tile[1][d] = tree->plans->size[d][i];
        if (!as_plan_fits(tree->plans, &tree->plan, 1))
            break;
        list_outers(tree, outers, d + 1, outer);
    }
    tree->plan.tile[1][d] = 1;
}

static int by_outer_energy(const void *a, const void *b)
{
    const struct outer *x = a, *y = b;
    if (x->pj != y->pj)
        return x->pj < y->pj ? -1 : 1;
    return memcmp(x->size, y->size, sizeof x->size);
}

/* The best that outer parts can be, each number by itself. */
static struct outer best_outer(const struct outers *outers)
{
    struct outer best = {.pj = INFINITY, .busy = INFINITY, .ends = INFINITY};
    for (int i = 0; i < outers->n; i++) {
        best.pj = outers->outer[i].pj < best.pj ? outers->outer[i].pj : best.pj;
        best.busy = outers->outer[i].busy < best.busy ? outers->outer[i].busy : best.busy;
        best.ends = outers->outer[i].ends < best.ends ? outers->outer[i].ends : best.ends;
    }
    return best;
}

/* ---- inner parts ---- */

struct listing {
    struct outer around; /* the best there is */
    int64_t spread[AS_MAX_DIMS][2];
    struct inners inners;
    struct inner inner;
};

/* Links of level l while the tile of level 1 is open. */
static void open_links(struct tree *tree, const struct listing *listing, int l, const struct as_link **link)
{
    static const int64_t alone[2] = {1, 1};
    int n = tree->model->problem.n_dims, array = tree->crossings.array;
    int64_t exact[AS_MAX_DIMS];
    if (array > 1 && l > array)
        as_plan_array(tree->plans, &tree->plan, array, exact);
    for (int d = 0; d < n; d++) {
        int64_t tile[AS_MAX_LEVELS], known[2];
        for (int k = 0; k <= l; k++)
            tile[k] = tree->plan.tile[k][d];
        const int64_t *spread = array < 0 || l <= array ? alone : array == 1 ? listing->spread[d] : known;
        known[0] = known[1] = array > 1 && l > array ? (exact[d] + tile[l] - 1) / tile[l] : 1;
        link[d] = as_link_open(&tree->crossings, l, d, 2, tile, spread);
    }
}

static void add_inner(struct tree *tree, struct listing *listing)
{
    const struct as_link *link[AS_MAX_DIMS];
    struct classes classes;
    double pj = 0, cycles = 0;
    for (int l = tree->last; l > 1; l--) {
        open_links(tree, listing, l, link);
        if (l == tree->last)
            cycles = compute_cycles(tree, link);
        if (drops(tree, whole(tree, &listing->around, pj, cycles)))
            return;
        find_classes(tree, l, 2, link, &classes);
        pj += classes.pj;
        cycles = least_time(tree, l, &classes, cycles);
    }
    if (drops(tree, whole(tree, &listing->around, pj, cycles)))
        return;
    struct inners *inners = &listing->inners;
    listing->inner.pj = (float)(pj * FLOAT_DOWN);
    listing->inner.cycles = (float)(cycles * FLOAT_DOWN);
    inners->inner = grow(tree, inners->inner, inners->n, &inners->room, sizeof *inners->inner);
    inners->inner[inners->n++] = listing->inner;
}

static void list_inners(struct tree *tree, struct listing *listing, int l, int d)
{
    if (spent(tree))
        return;
    if (l > tree->last) {
        add_inner(tree, listing);
        return;
    }
    if (d == tree->model->problem.n_dims) {
        list_inners(tree, listing, l + 1, 0);
        return;
    }
    int64_t around = tree->plan.tile[l == 2 ? 0 : l - 1][d];
    for (int i = tree->plans->n_sizes[d] - 1; i >= 0; i--) {
        listing->inner.size[l - 2][d] = (unsigned char)i;
        tree->plan.tile[l][d] = tree->plans->size[d][i];
        if (tree->plan.tile[l][d] > around || !as_plan_fits(tree->plans, &tree->plan, l))
            break;
        list_inners(tree, listing, l, d + 1);
    }
    tree->plan.tile[l][d] = 1;
}

static int by_inner_energy(const void *a, const void *b)
{
    const struct inner *x = a, *y = b;
    if (x->pj != y->pj)
        return x->pj < y->pj ? -1 : 1;
    if (x->cycles != y->cycles)
        return x->cycles < y->cycles ? -1 : 1;
    return memcmp(x->size, y->size, sizeof x->size);
}

/* inner: by energy, ascending. */
static void find_front(struct tree *tree, struct template *template)
{
    template->front = naas_alloc(tree->ctx, (size_t) template->n_inner + 1, sizeof *template->front);
    for (int i = 0; i < template->n_inner; i++) {
        struct point point = {(double)template->inner[i].pj, (double)template->inner[i].cycles};
        if (!template->n_front || point.cycles < template->front[template->n_front - 1].cycles)
            template->front[template->n_front++] = point;
    }
}

/* Instances that may share each dim on the array: as many as there are along an axis that it is first on,
 * fewer where it shares one. */
static void find_spread(const struct tree *tree, const struct template *template, int64_t spread[][2])
{
    const struct as_level *level = &tree->model->accel.level[tree->crossings.array];
    int entries[AS_MAX_DIMS] = {0};
    for (int d = 0; d < AS_MAX_DIMS; d++)
        spread[d][0] = spread[d][1] = 1;
    for (int x = 0; tree->crossings.array >= 0 && x < level->n_axes; x++)
        for (int i = 0; i < AS_MAX_FOLD; i++) {
            signed char d = template->along[x][i];
            if (d < 0)
                continue;
            spread[d][1] *= level->axis[x].size;
            spread[d][0] = i == 0 && entries[d] == 0 ? level->axis[x].size : 1;
            entries[d]++;
        }
}

static void list_template(struct tree *tree, struct template *template)
{
    struct listing listing = {.around = best_outer(&tree->outers[template->of_keeps])};
    find_spread(tree, template, listing.spread);
    if (tree->crossings.array >= 0)
        memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
    for (int l = 1; l <= tree->last; l++)
        for (int d = 0; d < AS_MAX_DIMS; d++)
            tree->plan.tile[l][d] = 1;
    list_inners(tree, &listing, 2, 0);
    template->inner = listing.inners.inner;
    template->n_inner = listing.inners.n;
    if (template->n_inner)
        qsort(template->inner, (size_t) template->n_inner, sizeof *template->inner, by_inner_energy);
    find_front(tree, template);
}

/* ---- templates ---- */

/* Every layout: a dim at most once on an axis, nothing behind an empty place. */
static void list_layouts(struct tree *tree, int x, struct template *template)
{
    int array = tree->crossings.array, n = tree->model->problem.n_dims;
    if (array < 0 || x == tree->model->accel.level[array].n_axes) {
        struct templates *all = &tree->templates;
        all->template = grow(tree, all->template, all->n, &all->room, sizeof *template);
        all->template[all->n++] = *template;
        return;
    }
    const struct as_array_axis *axis = &tree->model->accel.level[array].axis[x];
    for (int d = -1; d < n; d++) {
        if (d >= 0 && !as_plan_may_lie(tree->plans, axis, d))
            continue;
        for (int e = -1; e < (d < 0 || tree->plans->kind == AS_SPACE_NAAS ? 0 : n); e++) {
            if (e >= 0 && (e == d || !as_plan_may_lie(tree->plans, axis, e)))
                continue;
            template->along[x][0] = (signed char)d;
            template->along[x][1] = (signed char)e;
            list_layouts(tree, x + 1, template);
        }
    }
}

static void add_keeps(struct tree *tree)
{
    struct template template = {.of_keeps = tree->n_keeps};
    struct outer outer = {.pj = 0};
    if (tree->n_keeps == MAX_KEEPS) {
        tree->cut_short = true;
        return;
    }
    struct outers *outers = &tree->outers[tree->n_keeps++];
    for (int l = 1; l <= tree->last; l++)
        for (int d = 0; d < AS_MAX_DIMS; d++)
            tree->plan.tile[l][d] = 1;
    for (int l = 1; l <= tree->last; l++)
        if (!as_plan_fits(tree->plans, &tree->plan, l))
            return;
    as_crossings_keep(&tree->crossings, tree->plan.keeps);
    list_outers(tree, outers, 0, &outer);
    if (outers->n)
        qsort(outers->outer, (size_t)outers->n, sizeof *outers->outer, by_outer_energy);
    memcpy(template.keeps, tree->plan.keeps, sizeof template.keeps);
    memset(template.along, -1, sizeof template.along);
    list_layouts(tree, 0, &template);
}

/* Every choice of what levels from l on keep. */
static void list_keeps(struct tree *tree, int l, int t)
{
    if (spent(tree))
        return;
    if (l > tree->last) {
        add_keeps(tree);
        return;
    }
    if (t == tree->model->problem.n_tensors) {
        list_keeps(tree, l + 1, 0);
        return;
    }
    unsigned role = (unsigned)tree->model->problem.tensor[t].role, bit = 1u << t;
    bool may_keep = tree->model->accel.level[l].keeps & role;
    bool may_pass = !may_keep || (as_plan_may_pass(tree->plans, l) & role);
    tree->plan.keeps[l] |= bit;
    if (may_keep)
        list_keeps(tree, l, t + 1);
    tree->plan.keeps[l] &= ~bit;
    if (may_pass)
        list_keeps(tree, l, t + 1);
}

/* ---- what is to be visited ---- */

static void add_visits(struct tree *tree, int index)
{
    const struct template *template = &tree->templates.template[index];
    const struct outers *outers = &tree->outers[template->of_keeps];
    as_crossings_keep(&tree->crossings, template->keeps);
    for (int i = 0; i < outers->n && template->n_front && !tree->cut_short; i++) {
        double bound = INFINITY;
        for (int f = 0; f < template->n_front; f++) {
            double own = whole(tree, &outers->outer[i], template->front[f].pj, template->front[f].cycles);
            bound = own < bound ? own : bound;
        }
        if (drops(tree, bound))
            continue;
        struct visits *visits = &tree->visits;
        visits->visit = grow(tree, visits->visit, visits->n, &visits->room, sizeof *visits->visit);
        visits->visit[visits->n++] = (struct visit){(float)(bound * FLOAT_DOWN), index, i};
    }
    tree->nodes += outers->n / 64;
}

static int by_bound(const void *a, const void *b)
{
    const struct visit *x = a, *y = b;
    if (x->bound != y->bound)
        return x->bound < y->bound ? -1 : 1;
    if (x->template != y->template)
        return x->template <y->template ? -1 : 1;
    return (x->outer > y->outer) - (x->outer < y->outer);
}

/* ---- orders ---- */

/* A pair of parts: all tiles and the layout are decided. */
struct pair {
    struct classes level[AS_MAX_LEVELS];
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    double compute;
    int class[AS_MAX_LEVELS];  /* chosen so far, of the crossing into the level; -1: open */
    int n_free[AS_MAX_LEVELS]; /* outermost loops under the level whose order moves nothing */
    struct as_plan plan;
};

static double pair_bound(const struct tree *tree, const struct pair *pair)
{
    double pj = tree->crossings.fixed_pj, cycles = pair->compute;
    for (int l = tree->last; l > 0; l--) {
        int c = pair->class[l];
        pj += c < 0 ? pair->level[l].pj : pair->level[l].crossing[c].pj;
        cycles = c < 0 ? least_time(tree, l, &pair->level[l], cycles)
                       : as_cross_time(tree->model, l, &pair->level[l].crossing[c], cycles);
    }
    return score_of(tree, pj, cycles);
}

/* All orders of the free loops from level l's on, by the cost model. */
static void evaluate(struct tree *tree, struct pair *pair, int l, int n)
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
    for (int i = 0; i < n && !spent(tree); i++) {
        signed char d = order[i];
        order[i] = order[n - 1];
        order[n - 1] = d;
        evaluate(tree, pair, l, n - 1);
        order[n - 1] = order[i];
        order[i] = d;
    }
}

static void leaf(struct tree *tree, struct pair *pair)
{
    struct as_mapping mapping;
    struct as_floor floor;
    tree->nodes += FLOOR_NODES;
    bool in_order = as_plan_mapping(tree->plans, &pair->plan, &mapping);
    if (in_order && as_floor_of(tree->model, &mapping, &floor) &&
        drops(
            tree, as_pressed_score(tree->climb->goal, floor.energy_pj, floor.cycles, tree->model->area_um2) *
                      ROUNDING))
        return;
    evaluate(tree, pair, 0, pair->n_free[0]);
}

static void choose_class(struct tree *tree, struct pair *pair, int l);

/* Of the tensors in alive, those that keep something whenever the loop over d under level l starts over. */
static unsigned still_alive(const struct tree *tree, const struct pair *pair, int l, int d, unsigned alive)
{
    const struct as_link *const *link = pair->link[l + 1];
    for (int t = 0; t < tree->model->problem.n_tensors; t++)
        if ((alive >> t & 1) && as_cross_starts_over(&tree->crossings, t, d, link))
            alive &= ~(1u << t);
    return alive;
}

/* Places the loops of level l that are left, n of them, the innermost first. alive: tensors that may still
 * keep something when a loop further out advances. */
static void place(struct tree *tree, struct pair *pair, int l, int n, unsigned alive)
{
    signed char *order = pair->plan.order[l];
    if (n < 2 || !alive) {
        pair->n_free[l] = n < 2 ? 0 : n;
        choose_class(tree, pair, l + 2);
        return;
    }
    for (int i = 0; i < n && !spent(tree); i++) {
        signed char d = order[i];
        order[i] = order[n - 1];
        order[n - 1] = d;
        place(tree, pair, l, n - 1, still_alive(tree, pair, l, d, alive));
        order[n - 1] = order[i];
        order[i] = d;
    }
}

/* The innermost loop under level l - 1, then the rest of them. */
static void choose_class(struct tree *tree, struct pair *pair, int l)
{
    int n_dims = tree->model->problem.n_dims;
    if (l > tree->last) {
        leaf(tree, pair);
        return;
    }
    signed char *order = pair->plan.order[l - 1], before[AS_MAX_DIMS];
    memcpy(before, order, sizeof before);
    for (int c = 0; c < n_dims && !spent(tree); c++) {
        int n = 0;
        if (!(pair->level[l].mask >> c & 1) || pair->link[l][c]->innermost != l - 1)
            continue;
        pair->class[l] = c;
        if (drops(tree, pair_bound(tree, pair)))
            continue;
        for (int d = 0; d < n_dims; d++)
            if (d != c && pair->link[l][d]->innermost == l - 1)
                order[n++] = (signed char)d;
        int loops = n;
        order[n++] = (signed char)c;
        for (int d = 0; d < n_dims; d++)
            if (pair->link[l][d]->innermost != l - 1)
                order[n++] = (signed char)d;
        unsigned all = (1u << tree->model->problem.n_tensors) - 1;
        place(tree, pair, l - 1, loops, still_alive(tree, pair, l - 1, c, all));
    }
    memcpy(order, before, sizeof before);
    bool any = false;
    for (int d = 0; d < n_dims; d++)
        any = any || pair->link[l][d]->innermost == l - 1;
    if (!any) { /* the innermost loop stands further out */
        pair->class[l] = l > 1 && pair->class[l - 1] >= 0 ? pair->class[l - 1] : AS_MAX_DIMS;
        pair->n_free[l - 1] = 0;
        choose_class(tree, pair, l + 1);
    }
    pair->class[l] = -1;
}

/* ---- visits ---- */

static void close_links(struct tree *tree, int l, const struct as_link **link)
{
    int64_t array[AS_MAX_DIMS];
    if (l == tree->crossings.array + 1)
        as_plan_array(tree->plans, &tree->plan, l - 1, array);
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        int64_t tile[AS_MAX_LEVELS];
        for (int k = 0; k <= l; k++)
            tile[k] = tree->plan.tile[k][d];
        int64_t block = l == tree->crossings.array + 1 ? array[d] : tile[l];
        link[d] = as_link_of(&tree->crossings, l, d, tile, block < tile[l - 1] ? block : tile[l - 1]);
    }
}

static void visit_pair(struct tree *tree, struct pair *pair)
{
    for (int l = tree->last; l > 1; l--) {
        close_links(tree, l, pair->link[l]);
        if (l == tree->last) {
            pair->compute = compute_cycles(tree, pair->link[l]);
        }
        find_classes(tree, l, 0, pair->link[l], &pair->level[l]);
    }
    if (drops(tree, pair_bound(tree, pair)))
        return;
    pair->plan = tree->plan;
    choose_class(tree, pair, 1);
}

static void visit(struct tree *tree, const struct template *template, const struct outer *outer)
{
    int n_dims = tree->model->problem.n_dims;
    struct pair pair = {.compute = 0};
    double least_cycles = template->n_front ? template->front[template->n_front - 1].cycles : 0;
    as_crossings_keep(&tree->crossings, template->keeps);
    memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
    if (tree->crossings.array >= 0)
        memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
    for (int d = 0; d < n_dims; d++)
        tree->plan.tile[1][d] = tree->plans->size[d][outer->size[d]];
    for (int l = 0; l <= tree->last; l++)
        pair.class[l] = -1;
    close_links(tree, 1, pair.link[1]);
    find_classes(tree, 1, 0, pair.link[1], &pair.level[1]);
    for (int i = 0; i < template->n_inner && !spent(tree); i++) {
        const struct inner *inner = &template->inner[i];
        bool inside = true;
        if (drops(tree, whole(tree, outer, (double)inner->pj, least_cycles)))
            return;
        if (drops(tree, whole(tree, outer, (double)inner->pj, (double)inner->cycles)))
            continue;
        for (int d = 0; d < n_dims; d++) {
            inside = inside && inner->size[0][d] >= outer->size[d];
            for (int l = 2; l <= tree->last; l++)
                tree->plan.tile[l][d] = tree->plans->size[d][inner->size[l - 2][d]];
        }
        if (inside)
            visit_pair(tree, &pair);
    }
}

/* ---- the whole ---- */

/* What no plan can do without: every MAC, every PE always busy. */
static double trivial_bound(const struct tree *tree)
{
    const struct as_model *model = tree->model;
    double peak = (double)model->instances[model->accel.n_levels - 1] * model->accel.macs_per_cycle;
    return score_of(tree, (double)model->macs * model->accel.mac_pj, (double)model->macs / peak);
}

/* False when it does not get to the end of the lists. */
static bool list_all(struct tree *tree)
{
    as_plan_smallest(tree->plans, &tree->plan);
    for (int l = 1; l <= tree->last; l++)
        tree->plan.keeps[l] = 0;
    list_keeps(tree, 1, 0);
    for (int i = 0; i < tree->templates.n && !spent(tree); i++) {
        struct template *template = &tree->templates.template[i];
        as_crossings_keep(&tree->crossings, template->keeps);
        memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
        list_template(tree, template);
    }
    for (int i = 0; i < tree->templates.n && !spent(tree); i++)
        add_visits(tree, i);
    if (tree->visits.n)
        qsort(tree->visits.visit, (size_t)tree->visits.n, sizeof *tree->visits.visit, by_bound);
    return !spent(tree);
}

static double visit_all(struct tree *tree)
{
    for (int i = 0; i < tree->visits.n; i++) {
        const struct visit *next = &tree->visits.visit[i];
        const struct template *template = &tree->templates.template[next->template];
        if (drops(tree, (double)next->bound))
            break;
        visit(tree, template, &tree->outers[template->of_keeps].outer[next->outer]);
        if (spent(tree))
            return (double)next->bound;
    }
    return tree->climb->score;
}

void as_exact_run(struct as_climb *climb, int64_t nodes, struct as_exact_result *result)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct tree *tree = naas_alloc(ctx, 1, sizeof *tree);
    tree->climb = climb;
    tree->plans = climb->plans;
    tree->model = climb->plans->model;
    tree->ctx = ctx;
    tree->last = tree->model->accel.n_levels - 1;
    tree->limit = nodes;
    *result = (struct as_exact_result){.lower_bound = trivial_bound(tree)};
    if (as_crossings_cover(tree->model) && tree->last > 0) {
        as_crossings_init(&tree->crossings, ctx, tree->plans);
        if (list_all(tree))
            result->lower_bound = fmax(result->lower_bound, visit_all(tree));
    }
    result->lower_bound = fmin(result->lower_bound, climb->score);
    result->proven = result->lower_bound >= climb->score * ROUNDING;
    result->nodes = tree->nodes;
    naas_ctx_free(ctx);
}
