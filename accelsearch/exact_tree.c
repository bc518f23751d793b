#include "accelsearch/exact_tree.h"
#include "accelsearch/symmetry.h"
#include "support/number.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Entries of all lists together: some 300 MB. */
enum { MAX_ENTRIES = 4000000 };

bool as_tree_spent(const struct as_tree *tree)
{
    return tree->nodes >= tree->limit;
}

/* Is there room for an entry of that bound? */
static bool has_room(struct as_tree *tree, double bound)
{
    if (++tree->entries <= MAX_ENTRIES)
        return true;
    tree->left_out = min(tree->left_out, bound);
    return false;
}

/* Makes room for one more in a list of the context's; the old room is left to it. */
static void *grow(struct as_tree *tree, void *list, int n, int *room, size_t size)
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
double as_tree_score(const struct as_tree *tree, double pj, double cycles)
{
    const struct as_accel *accel = &tree->model->accel;
    if (accel->clock_mhz > 0)
        pj += accel->leakage_mw * cycles / accel->clock_mhz * 1000;
    return as_pressed_score(tree->climb->goal, pj, cycles, tree->model->area_um2) * AS_ROUNDING;
}

bool as_tree_drops(struct as_tree *tree, double bound)
{
    if (bound < tree->climb->score && bound < tree->aim)
        return false;
    tree->left_out = min(tree->left_out, bound);
    return true;
}

/* The whole of an outer part around what is inside. */
double as_tree_whole(const struct as_tree *tree, const struct as_outer *outer, double pj, double cycles)
{
    if (tree->model->accel.level[1].buffers < 2)
        cycles += (double)outer->busy;
    else if (cycles + (double)outer->ends > (double)outer->busy)
        cycles += (double)outer->ends;
    else
        cycles = (double)outer->busy;
    return as_tree_score(tree, tree->crossings.fixed_pj + (double)outer->pj + pj, cycles);
}

/* Cycles that the largest tiles take to compute. */
double as_tree_compute(const struct as_tree *tree, const struct as_link *const *link)
{
    double points = 1;
    for (int d = 0; d < tree->model->problem.n_dims; d++)
        points *= link[d]->points;
    return points / tree->model->accel.macs_per_cycle;
}

/* Bits of the classes that the innermost loop outside may have; known as in as_cross_classes. */
unsigned as_tree_classes(const struct as_tree *tree, int known, const struct as_link *const *link)
{
    bool none;
    unsigned classes = as_cross_classes(&tree->crossings, link, known, &none);
    return !classes || none ? classes | 1u << AS_NO_LOOP : classes;
}

/* around: links of the level around and its class, or NULL. */
void as_tree_cross(struct as_tree *tree, int l, int c, const struct as_link *const *link,
    const struct as_link *const *around, int around_c, struct as_crossing *crossing)
{
    struct as_class class = {
        c < AS_NO_LOOP ? c : -1, around_c, around && around_c < AS_NO_LOOP ? around[around_c] : NULL};
    as_cross(&tree->crossings, l, class, link, crossing);
    tree->nodes++;
}

/* ---- fronts ---- */

static int by_energy(const void *a, const void *b)
{
    const struct as_point *x = a, *y = b;
    if (x->pj != y->pj)
        return x->pj < y->pj ? -1 : 1;
    return (x->cycles > y->cycles) - (x->cycles < y->cycles);
}

/* n points: those that no other one is better than. Returns how many these are. */
static int find_front(int n, struct as_point *point)
{
    int n_front = 0;
    if (n)
        qsort(point, (size_t)n, sizeof *point, by_energy);
    for (int i = 0; i < n; i++)
        if (!n_front || point[i].cycles < point[n_front - 1].cycles)
            point[n_front++] = point[i];
    return n_front;
}

/* ---- inner parts ---- */

struct inners {
    int n, room;
    struct as_inner *inner;
};

struct listing {
    struct as_outer around; /* the best there is */
    int64_t spread[AS_MAX_DIMS][2];
    struct inners inners;
    struct as_inner inner;
    const struct as_template *template;
    int order; /* of the layout and the tiles to their mirror image: -1, 0, 1 */
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    struct as_crossing crossing[AS_MAX_LEVELS];
    double compute;
};

/* Links of level l while the tile of level 1 is open. */
static void open_links(
    struct as_tree *tree, const struct listing *listing, int l, const struct as_link **link)
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
        known[0] = known[1] = array > 1 && l > array ? ceil_div(exact[d], tile[l]) : 1;
        link[d] = as_link_open(&tree->crossings.links, l, d, 2, tile, spread);
    }
}

/* Compares layout and tiles with their mirror image: of the two one is enough. */
static int order_to_mirror(const struct as_tree *tree, const struct listing *listing)
{
    const signed char *mirror = tree->mirror;
    for (int x = 0; x < AS_MAX_AXES; x++)
        for (int i = 0; i < AS_MAX_FOLD; i++) {
            signed char d = listing->template->along[x][i];
            if (d >= 0 && mirror[d] != d)
                return d < mirror[d] ? -1 : 1;
        }
    for (int l = 2; l <= tree->last; l++)
        for (int d = 0; d < tree->model->problem.n_dims; d++) {
            int size = listing->inner.size[l - 2][d], other = listing->inner.size[l - 2][mirror[d]];
            if (size != other)
                return size < other ? -1 : 1;
        }
    return 0;
}

static bool mirror_of_another(const struct as_tree *tree, const struct listing *listing)
{
    for (int l = 2; l <= tree->last && listing->order == 0; l++) {
        int c = listing->inner.class[l - 2];
        if (c < AS_NO_LOOP && tree->mirror[c] != c)
            return c > tree->mirror[c];
    }
    return false;
}

/* Chooses classes of levels from l inwards, whose bounds are added to pj; then time goes outwards. */
static void add_inner_from(struct as_tree *tree, struct listing *listing, int l, double pj)
{
    struct as_inner *inner = &listing->inner;
    if (l > tree->last) {
        double cycles = listing->compute;
        for (int k = tree->last; k > 1; k--)
            cycles = as_cross_time(tree->model, k, &listing->crossing[k], cycles);
        double bound = as_tree_whole(tree, &listing->around, pj, cycles);
        if (mirror_of_another(tree, listing) || as_tree_drops(tree, bound) || !has_room(tree, bound))
            return;
        struct inners *inners = &listing->inners;
        inner->pj = (float)(pj * AS_FLOAT_DOWN);
        inner->cycles = (float)(cycles * AS_FLOAT_DOWN);
        inners->inner = grow(tree, inners->inner, inners->n, &inners->room, sizeof *inners->inner);
        inners->inner[inners->n++] = *inner;
        return;
    }
    for (int c = 0; c <= AS_NO_LOOP; c++) {
        if (!(as_tree_classes(tree, 2, listing->link[l]) >> c & 1))
            continue;
        as_tree_cross(tree, l, c, listing->link[l], l > 2 ? listing->link[l - 1] : NULL,
            l > 2 ? inner->class[l - 3] : AS_NO_LOOP, &listing->crossing[l]);
        inner->class[l - 2] = (unsigned char)c;
        if (!as_tree_drops(
                tree, as_tree_whole(tree, &listing->around, pj + listing->crossing[l].pj, listing->compute)))
            add_inner_from(tree, listing, l + 1, pj + listing->crossing[l].pj);
    }
}

/* Is there hope when every level but the last costs nothing? */
static bool hopeful(struct as_tree *tree, struct listing *listing)
{
    for (int c = 0; c <= AS_NO_LOOP; c++) {
        struct as_crossing crossing;
        if (!(as_tree_classes(tree, 2, listing->link[tree->last]) >> c & 1))
            continue;
        as_tree_cross(tree, tree->last, c, listing->link[tree->last], NULL, AS_NO_LOOP, &crossing);
        double cycles = as_cross_time(tree->model, tree->last, &crossing, listing->compute);
        if (!as_tree_drops(tree, as_tree_whole(tree, &listing->around, crossing.pj, cycles)))
            return true;
    }
    return false;
}

static void add_inner(struct as_tree *tree, struct listing *listing)
{
    listing->order = order_to_mirror(tree, listing);
    if (listing->order > 0)
        return;
    for (int l = tree->last; l > 1; l--)
        open_links(tree, listing, l, listing->link[l]);
    listing->compute = as_tree_compute(tree, listing->link[tree->last]);
    if (as_tree_drops(tree, as_tree_whole(tree, &listing->around, 0, listing->compute)) ||
        (tree->last > 2 && !hopeful(tree, listing)))
        return;
    add_inner_from(tree, listing, 2, 0);
}

/* Points along dim d of the largest instance, at least: those above the array share no more than `tile`. */
static double least_points(const struct as_tree *tree, const struct listing *listing, int d, int64_t tile)
{
    int64_t most = listing->spread[d][1] < tile ? listing->spread[d][1] : tile;
    return ceil((double)tree->plan.tile[0][d] / (double)most);
}

/* Tiles of dims from d on of level l, and of the levels inside it. compute: of what is chosen, cycles at
 * least. */
static void list_inners(struct as_tree *tree, struct listing *listing, int l, int d, double compute)
{
    if (as_tree_spent(tree) || as_tree_drops(tree, as_tree_whole(tree, &listing->around, 0, compute)))
        return;
    if (l > tree->last) {
        add_inner(tree, listing);
        return;
    }
    if (d == tree->model->problem.n_dims) {
        list_inners(tree, listing, l + 1, 0, compute);
        return;
    }
    int64_t around = tree->plan.tile[l == 2 ? 0 : l - 1][d];
    double before = least_points(tree, listing, d, around);
    for (int i = tree->plans->n_sizes[d] - 1; i >= 0; i--) {
        int64_t tile = tree->plans->size[d][i];
        listing->inner.size[l - 2][d] = (unsigned char)i;
        tree->plan.tile[l][d] = tile;
        if (tile > around || (tile > 1 && !as_plan_fits(tree->plans, &tree->plan, l)))
            break;
        double points = l <= tree->crossings.array ? least_points(tree, listing, d, tile) : before;
        list_inners(tree, listing, l, d + 1, compute * (points / before));
    }
    tree->plan.tile[l][d] = 1;
}

/* Instances that may share each dim on the array: as many as there are along an axis that it is first on,
 * fewer where it shares one. */
static void find_spread(const struct as_tree *tree, struct as_template *template)
{
    int array = tree->crossings.array, entries[AS_MAX_DIMS] = {0};
    int64_t(*spread)[2] = template->spread;
    for (int d = 0; d < AS_MAX_DIMS; d++)
        spread[d][0] = spread[d][1] = 1;
    if (array < 0)
        return;
    const struct as_level *level = &tree->model->accel.level[array];
    for (int x = 0; x < level->n_axes; x++)
        for (int i = 0; i < AS_MAX_FOLD; i++) {
            signed char d = template->along[x][i];
            if (d < 0)
                continue;
            spread[d][1] *= level->axis[x].size;
            spread[d][0] = i == 0 && entries[d] == 0 ? level->axis[x].size : 1;
            entries[d]++;
        }
}

static void list_template(struct as_tree *tree, struct as_template *template)
{
    struct listing listing = {.around = tree->outers[template->of_keeps].least, .template = template};
    find_spread(tree, template);
    memcpy(listing.spread, template->spread, sizeof listing.spread);
    if (tree->crossings.array >= 0)
        memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
    for (int l = 1; l <= tree->last; l++)
        for (int d = 0; d < AS_MAX_DIMS; d++)
            tree->plan.tile[l][d] = 1;
    double compute = 1.0 / tree->model->accel.macs_per_cycle;
    for (int d = 0; d < tree->model->problem.n_dims; d++)
        compute *= least_points(tree, &listing, d, tree->plan.tile[0][d]);
    list_inners(tree, &listing, 2, 0, compute);
    template->inner = listing.inners.inner;
    template->n_inner = listing.inners.n;
    template->front = naas_alloc(tree->ctx, (size_t) template->n_inner + 1, sizeof *template->front);
    for (int i = 0; i < template->n_inner; i++)
        template->front[i] =
            (struct as_point){(double)template->inner[i].pj, (double)template->inner[i].cycles};
    template->n_front = find_front(template->n_inner, template->front);
}

/* ---- templates ---- */

/* Every layout: a dim at most once on an axis, nothing behind an empty place. */
static void list_layouts(struct as_tree *tree, int x, struct as_template *template)
{
    int array = tree->crossings.array, n = tree->model->problem.n_dims;
    if (array < 0 || x == tree->model->accel.level[array].n_axes) {
        struct as_templates *all = &tree->templates;
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

static void add_keeps(struct as_tree *tree)
{
    struct as_template template = {.of_keeps = tree->n_keeps};
    if (tree->n_keeps == AS_MAX_KEEPS) {
        tree->left_out = 0;
        return;
    }
    struct as_outers *outers = &tree->outers[tree->n_keeps++];
    for (int l = 1; l <= tree->last; l++)
        for (int d = 0; d < AS_MAX_DIMS; d++)
            tree->plan.tile[l][d] = 1;
    for (int l = 1; l <= tree->last; l++)
        if (!as_plan_fits(tree->plans, &tree->plan, l))
            return;
    as_crossings_keep(&tree->crossings, tree->plan.keeps);
    as_outers_init(tree, outers);
    memcpy(template.keeps, tree->plan.keeps, sizeof template.keeps);
    memset(template.along, -1, sizeof template.along);
    list_layouts(tree, 0, &template);
}

/* Every choice of what levels from l on keep. */
static void list_keeps(struct as_tree *tree, int l, int t)
{
    if (as_tree_spent(tree))
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

/* ---- the front of all templates ---- */

/* Of all inner parts for a choice of keeps. */
static void join_fronts(struct as_tree *tree, int keeps)
{
    struct as_outers *outers = &tree->outers[keeps];
    int n = 0, room = 0;
    for (int i = 0; i < tree->templates.n; i++)
        room += tree->templates.template[i].of_keeps == keeps ? tree->templates.template[i].n_front : 0;
    outers->front = naas_alloc(tree->ctx, (size_t)room + 1, sizeof *outers->front);
    for (int i = 0; i < tree->templates.n; i++) {
        const struct as_template *template = &tree->templates.template[i];
        if (template->of_keeps != keeps)
            continue;
        memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
        for (int f = 0; f < template->n_front; f++)
            outers->front[n++] = template->front[f];
    }
    outers->n_front = find_front(n, outers->front);
}

/* ---- the whole ---- */

bool as_tree_list(struct as_tree *tree)
{
    tree->outers = naas_alloc(tree->ctx, AS_MAX_KEEPS, sizeof *tree->outers);
    as_symmetry_find(tree->plans, tree->mirror);
    as_plan_smallest(tree->plans, &tree->plan);
    for (int l = 1; l <= tree->last; l++)
        tree->plan.keeps[l] = 0;
    list_keeps(tree, 1, 0);
    for (int i = 0; i < tree->templates.n && !as_tree_spent(tree); i++) {
        struct as_template *template = &tree->templates.template[i];
        as_crossings_keep(&tree->crossings, template->keeps);
        memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
        list_template(tree, template);
    }
    for (int i = 0; i < tree->n_keeps && !as_tree_spent(tree); i++) {
        join_fronts(tree, i);
        as_crossings_keep(&tree->crossings, tree->plan.keeps);
        if (tree->outers[i].n_front)
            as_outers_list(tree, &tree->outers[i]);
    }
    return !as_tree_spent(tree);
}
