#include "accelsearch/exact.h"
#include "accelsearch/crossing.h"
#include <stdlib.h>
#include <string.h>

/* A class beside the dims. */
enum { NO_LOOP = AS_MAX_DIMS };
/* Prices in nodes. */
enum { FLOOR_NODES = 4, EVALUATION_NODES = 16 };
/* Entries of all lists together: some 300 MB. */
enum { MAX_ENTRIES = 4000000 };
/* Bounds and costs are sums in floating point, in different orders. */
#define ROUNDING (1 - 1e-9)
/* Bounds are kept in single precision, rounded down. */
#define FLOAT_DOWN (1 - 1e-6)

struct outer {
    float pj, busy, ends; /* cycles: of transfers; that nothing hides */
    unsigned char class;  /* dim of the innermost loop outside; NO_LOOP: none */
    unsigned char size[AS_MAX_DIMS];
};
struct inner {
    float pj, cycles;                       /* of everything inside level 1's tiles */
    unsigned char class[AS_MAX_LEVELS - 2]; /* dim of the innermost loop outside the level; NO_LOOP: none */
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
    struct inner *inner;         /* by energy, ascending */
    struct point *front;         /* by energy ascending, cycles descending */
    double *points[AS_MAX_DIMS]; /* [size of level 1's tile]: of the largest instance, summed over all steps,
                                    at least */
};
struct visit {
    float bound;
    int template, outer;
};

/* Lists that grow. */
struct outers {
    int n, room, n_front;
    struct outer *outer;
    struct point *front; /* of the inner parts of all templates */
    struct outer least;  /* what no outer part can do without */
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
    double left_out; /* the least bound of what the lists had no room for */
    struct as_plan plan;
    struct outers outers[MAX_KEEPS]; /* by choice of keeps; by energy, ascending */
    int n_keeps;
    struct templates templates;
    struct visits visits;
};

static bool spent(const struct tree *tree)
{
    return tree->nodes >= tree->limit;
}

/* Is there room for an entry of that bound? */
static bool has_room(struct tree *tree, double bound)
{
    if (++tree->entries <= MAX_ENTRIES)
        return true;
    tree->left_out = bound < tree->left_out ? bound : tree->left_out;
    return false;
}

/* Makes room for one more in a list of the context's; the old room is left to it. */
static void *grow(struct tree *tree, void *list, int n, int *room, size_t size)
{
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

/* Bits of the classes that the innermost loop outside may have; known as in as_cross_classes. */
static unsigned classes_of(const struct tree *tree, int known, const struct as_link *const *link)
{
    bool none;
    unsigned classes = as_cross_classes(&tree->crossings, link, known, &none);
    return !classes || none ? classes | 1u << NO_LOOP : classes;
}

/* around: links of the level around and its class, or NULL. */
static void cross(struct tree *tree, int l, int c, const struct as_link *const *link,
    const struct as_link *const *around, int around_c, struct as_crossing *crossing)
{
    struct as_class class = {
        c < NO_LOOP ? c : -1, around_c, around && around_c < NO_LOOP ? around[around_c] : NULL};
    as_cross(&tree->crossings, l, class, link, crossing);
    tree->nodes++;
}

/* ---- outer parts ---- */

/* The front of all inner parts for the choice of keeps. */
static double least_whole(
    const struct tree *tree, const struct outer *outer, double compute, int n, const struct point *front)
{
    double least = INFINITY;
    for (int i = 0; i < n; i++) {
        double bound = whole(tree, outer, front[i].pj, front[i].cycles > compute ? front[i].cycles : compute);
        least = bound < least ? bound : least;
    }
    return least;
}

static void add_outer(struct tree *tree, struct outers *outers, struct outer *outer)
{
    const struct as_link *link[AS_MAX_DIMS];
    bool doubled = tree->model->accel.level[1].buffers > 1;
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        int64_t tile[2] = {tree->plan.tile[0][d], tree->plan.tile[1][d]};
        link[d] = as_link_of(&tree->crossings, 1, d, tile, tile[1]);
    }
    unsigned classes = classes_of(tree, 0, link);
    for (int c = 0; c <= NO_LOOP; c++) {
        struct as_crossing crossing;
        if (!(classes >> c & 1))
            continue;
        cross(tree, 1, c, link, NULL, 0, &crossing);
        outer->class = (unsigned char)c;
        outer->pj = (float)(crossing.pj * FLOAT_DOWN);
        outer->busy = (float)((doubled ? crossing.both : crossing.down + crossing.up) * FLOAT_DOWN);
        outer->ends = (float)(crossing.ends * FLOAT_DOWN);
        double bound = least_whole(tree, outer, 0, outers->n_front, outers->front);
        if (drops(tree, bound) || !has_room(tree, bound))
            continue;
        outers->outer = grow(tree, outers->outer, outers->n, &outers->room, sizeof *outer);
        outers->outer[outers->n++] = *outer;
    }
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

/* Every tensor is touched once. */
static struct outer least_outer(struct tree *tree)
{
    const struct as_link *link[AS_MAX_DIMS];
    struct as_crossing crossing;
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        int64_t tile[2] = {tree->plan.tile[0][d], tree->plan.tile[0][d]};
        link[d] = as_link_of(&tree->crossings, 1, d, tile, tile[1]);
    }
    cross(tree, 1, NO_LOOP, link, NULL, 0, &crossing);
    bool doubled = tree->model->accel.level[1].buffers > 1;
    double busy = doubled ? crossing.both : crossing.down + crossing.up;
    return (struct outer){.pj = (float)(crossing.pj * FLOAT_DOWN), .busy = (float)(busy * FLOAT_DOWN)};
}

/* ---- inner parts ---- */

struct listing {
    struct outer around; /* the best there is */
    int64_t spread[AS_MAX_DIMS][2];
    struct inners inners;
    struct inner inner;
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    struct as_crossing crossing[AS_MAX_LEVELS];
    double compute;
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

/* Chooses classes of levels from l inwards, whose bounds are added to pj; then time goes outwards. */
static void add_inner_from(struct tree *tree, struct listing *listing, int l, double pj)
{
    struct inner *inner = &listing->inner;
    if (l > tree->last) {
        double cycles = listing->compute;
        for (int k = tree->last; k > 1; k--)
            cycles = as_cross_time(tree->model, k, &listing->crossing[k], cycles);
        double bound = whole(tree, &listing->around, pj, cycles);
        if (drops(tree, bound) || !has_room(tree, bound))
            return;
        struct inners *inners = &listing->inners;
        inner->pj = (float)(pj * FLOAT_DOWN);
        inner->cycles = (float)(cycles * FLOAT_DOWN);
        inners->inner = grow(tree, inners->inner, inners->n, &inners->room, sizeof *inners->inner);
        inners->inner[inners->n++] = *inner;
        return;
    }
    for (int c = 0; c <= NO_LOOP; c++) {
        if (!(classes_of(tree, 2, listing->link[l]) >> c & 1))
            continue;
        cross(tree, l, c, listing->link[l], l > 2 ? listing->link[l - 1] : NULL,
            l > 2 ? inner->class[l - 3] : NO_LOOP, &listing->crossing[l]);
        inner->class[l - 2] = (unsigned char)c;
        if (!drops(tree, whole(tree, &listing->around, pj + listing->crossing[l].pj, listing->compute)))
            add_inner_from(tree, listing, l + 1, pj + listing->crossing[l].pj);
    }
}

/* Is there hope when every level but the last costs nothing? */
static bool hopeful(struct tree *tree, struct listing *listing)
{
    for (int c = 0; c <= NO_LOOP; c++) {
        struct as_crossing crossing;
        if (!(classes_of(tree, 2, listing->link[tree->last]) >> c & 1))
            continue;
        cross(tree, tree->last, c, listing->link[tree->last], NULL, NO_LOOP, &crossing);
        double cycles = as_cross_time(tree->model, tree->last, &crossing, listing->compute);
        if (!drops(tree, whole(tree, &listing->around, crossing.pj, cycles)))
            return true;
    }
    return false;
}

static void add_inner(struct tree *tree, struct listing *listing)
{
    for (int l = tree->last; l > 1; l--)
        open_links(tree, listing, l, listing->link[l]);
    listing->compute = compute_cycles(tree, listing->link[tree->last]);
    if (drops(tree, whole(tree, &listing->around, 0, listing->compute)) ||
        (tree->last > 2 && !hopeful(tree, listing)))
        return;
    add_inner_from(tree, listing, 2, 0);
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
    int order = memcmp(x->size, y->size, sizeof x->size);
    return order ? order : memcmp(x->class, y->class, sizeof x->class);
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

/* Least points of a dim over all tiles of levels k and further in. */
static double least_points(
    struct tree *tree, int d, int k, int64_t *tile, const int64_t spread[2], double least)
{
    const struct as_plans *plans = tree->plans;
    if (k <= tree->last) {
        for (int i = 0; i < plans->n_sizes[d]; i++) {
            tile[k] = plans->size[d][i];
            if (tile[k] <= tile[k - 1])
                least = least_points(tree, d, k + 1, tile, spread, least);
        }
        return least;
    }
    int64_t around = tile[k - 2], own = tile[k - 1];
    for (int64_t s = spread[0]; s <= spread[1]; s++) {
        int64_t block = own * s < around ? own * s : around;
        const struct as_link *link = as_link_of(&tree->crossings, tree->last, d, tile, block);
        least = link->points < least ? link->points : least;
    }
    return least;
}

static void find_points(struct tree *tree, struct template *template, int64_t spread[][2])
{
    const struct as_plans *plans = tree->plans;
    for (int d = 0; d < tree->model->problem.n_dims; d++) {
        template->points[d] = naas_alloc(tree->ctx, (size_t)plans->n_sizes[d], sizeof(double));
        for (int i = 0; i < plans->n_sizes[d]; i++) {
            int64_t tile[AS_MAX_LEVELS] = {plans->size[d][0], plans->size[d][i]};
            int64_t all[2] = {1, spread[d][1]};
            template->points[d][i] = least_points(tree, d, 2, tile, all, INFINITY);
        }
    }
}

/* Computing alone, for an outer part. */
static double outer_compute(
    const struct tree *tree, const struct template *template, const struct outer *outer)
{
    double points = 1;
    for (int d = 0; d < tree->model->problem.n_dims; d++)
        points *= template->points[d][outer->size[d]];
    return points / tree->model->accel.macs_per_cycle;
}

static void list_template(struct tree *tree, struct template *template)
{
    struct listing listing = {.around = tree->outers[template->of_keeps].least};
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
    if (template->n_inner)
        find_points(tree, template, listing.spread);
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
    if (tree->n_keeps == MAX_KEEPS) {
        tree->left_out = 0;
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
    outers->least = least_outer(tree);
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

static int by_energy(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->pj != y->pj)
        return x->pj < y->pj ? -1 : 1;
    return (x->cycles > y->cycles) - (x->cycles < y->cycles);
}

/* Outer parts for a choice of keeps that have hope with the front of all its templates. */
static void list_keeps_outers(struct tree *tree, int keeps)
{
    struct outers *outers = &tree->outers[keeps];
    struct outer outer = {.pj = 0};
    int n = 0, room = 0;
    for (int i = 0; i < tree->templates.n; i++)
        room += tree->templates.template[i].of_keeps == keeps ? tree->templates.template[i].n_front : 0;
    struct point *all = naas_alloc(tree->ctx, (size_t)room + 1, sizeof *all);
    for (int i = 0; i < tree->templates.n; i++) {
        const struct template *template = &tree->templates.template[i];
        if (template->of_keeps != keeps)
            continue;
        memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
        for (int f = 0; f < template->n_front; f++)
            all[n++] = template->front[f];
    }
    qsort(all, (size_t)n, sizeof *all, by_energy);
    outers->front = all;
    for (int i = 0; i < n; i++)
        if (!outers->n_front || all[i].cycles < all[outers->n_front - 1].cycles)
            all[outers->n_front++] = all[i];
    for (int d = 0; d < AS_MAX_DIMS; d++)
        tree->plan.tile[1][d] = 1;
    as_crossings_keep(&tree->crossings, tree->plan.keeps);
    if (n)
        list_outers(tree, outers, 0, &outer);
}

static void add_visits(struct tree *tree, int index)
{
    const struct template *template = &tree->templates.template[index];
    const struct outers *outers = &tree->outers[template->of_keeps];
    as_crossings_keep(&tree->crossings, template->keeps);
    for (int i = 0; i < outers->n && template->n_front; i++) {
        double bound = least_whole(tree, &outers->outer[i], outer_compute(tree, template, &outers->outer[i]),
            template->n_front, template->front);
        if (drops(tree, bound) || !has_room(tree, bound))
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

/* A pair of parts: all tiles, the layout and the innermost loops are decided. */
struct pair {
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    int class[AS_MAX_LEVELS];  /* dim of the innermost loop outside the level; NO_LOOP: none */
    struct as_crossing outer;  /* the crossing into level 1 */
    int n_free[AS_MAX_LEVELS]; /* outermost loops under the level whose order moves nothing */
    struct as_plan plan;
};

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

static void choose_orders(struct tree *tree, struct pair *pair, int l);

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
        choose_orders(tree, pair, l + 2);
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

/* Orders of the loops under level l - 1 and further in, the innermost ones being given. */
static void choose_orders(struct tree *tree, struct pair *pair, int l)
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
    if (c < NO_LOOP)
        order[n++] = (signed char)c;
    for (int d = 0; d < n_dims; d++)
        if (d != c && pair->link[l][d]->innermost != l - 1)
            order[n++] = (signed char)d;
    unsigned alive = (1u << tree->model->problem.n_tensors) - 1;
    if (c < NO_LOOP && pair->link[l][c]->innermost == l - 1)
        alive = still_alive(tree, pair, l - 1, c, alive);
    place(tree, pair, l - 1, loops, alive);
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

/* Does the class fit the loops there are? Where none stands under the level around, it is that level's. */
static bool fits_loops(const struct tree *tree, const struct pair *pair, int l)
{
    unsigned classes = classes_of(tree, 0, pair->link[l]);
    int c = pair->class[l];
    if (!(classes >> c & 1))
        return false;
    bool own = c < NO_LOOP && pair->link[l][c]->innermost == l - 1;
    return own || c == pair->class[l - 1];
}

static void visit_pair(struct tree *tree, struct pair *pair)
{
    struct as_crossing crossing[AS_MAX_LEVELS];
    double pj = tree->crossings.fixed_pj + pair->outer.pj;
    crossing[1] = pair->outer;
    for (int l = 2; l <= tree->last; l++) {
        close_links(tree, l, pair->link[l]);
        if (!fits_loops(tree, pair, l))
            return;
        cross(tree, l, pair->class[l], pair -> link[l], pair -> link[l - 1], pair -> class[l - 1],
            &crossing[l]);
        pj += crossing[l].pj;
    }
    double cycles = compute_cycles(tree, pair->link[tree->last]);
    for (int l = tree->last; l > 0; l--)
        cycles = as_cross_time(tree->model, l, &crossing[l], cycles);
    if (drops(tree, score_of(tree, pj, cycles)))
        return;
    pair->plan = tree->plan;
    choose_orders(tree, pair, 1);
}

static void visit(struct tree *tree, const struct template *template, const struct outer *outer)
{
    int n_dims = tree->model->problem.n_dims;
    struct pair pair;
    double least_cycles = template->front[template->n_front - 1].cycles;
    double compute = outer_compute(tree, template, outer);
    least_cycles = compute > least_cycles ? compute : least_cycles;
    as_crossings_keep(&tree->crossings, template->keeps);
    memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
    if (tree->crossings.array >= 0)
        memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
    for (int d = 0; d < n_dims; d++)
        tree->plan.tile[1][d] = tree->plans->size[d][outer->size[d]];
    pair.class[1] = outer->class;
    close_links(tree, 1, pair.link[1]);
    cross(tree, 1, outer->class, pair.link[1], NULL, 0, &pair.outer);
    for (int i = 0; i < template->n_inner && !spent(tree); i++) {
        const struct inner *inner = &template->inner[i];
        bool inside = true;
        if (drops(tree, whole(tree, outer, (double)inner->pj, least_cycles)))
            return;
        double cycles = (double)inner->cycles > compute ? (double)inner->cycles : compute;
        if (drops(tree, whole(tree, outer, (double)inner->pj, cycles)))
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
    for (int i = 0; i < tree->n_keeps && !spent(tree); i++)
        list_keeps_outers(tree, i);
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
    tree->left_out = INFINITY;
    *result = (struct as_exact_result){.lower_bound = trivial_bound(tree)};
    if (as_crossings_cover(tree->model) && tree->last > 0) {
        as_crossings_init(&tree->crossings, ctx, tree->plans);
        if (list_all(tree))
            result->lower_bound = fmax(result->lower_bound, fmin(visit_all(tree), tree->left_out));
    }
    result->lower_bound = fmin(result->lower_bound, climb->score);
    result->proven = result->lower_bound >= climb->score * ROUNDING;
    result->nodes = tree->nodes;
    naas_ctx_free(ctx);
}
