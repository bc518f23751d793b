#include "accelsearch/exact.h"
#include "accelsearch/exact_branch.h"
#include "accelsearch/pool.h"
#include "accelsearch/quick.h"
#include "support/number.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Inner parts between two looks at what all threads found. */
enum { BATCH = 512, MAX_THREADS = 64 };

/* ---- visits, on several threads ---- */

/* An inner part, and the least score of the plans that it stands for, as far as is known. */
struct item {
    const struct as_template *template;
    const struct as_inner *inner;
    int number; /* in the order in which they are listed, which says who goes first among equals */
    double bound;
    int64_t nodes; /* of its last visit, which ended early or not */
    bool finished;
};

/* best: of all that it found in a batch, in the first item. */
struct worker {
    struct as_tree *tree;
    struct as_climb climb, best;
    int best_item;
    int64_t evaluations;
};

struct search {
    struct as_tree *tree;
    int n_items, n_workers;
    struct item *item; /* most promising first */
    int *pending;
    struct worker *worker;
    /* the batch */
    int n_batch;
    const int *batch;
    int64_t share; /* nodes, for an item */
    atomic_int next;
};

/* Starts from the best plan known before the batch, whatever was found in others since: so the result is the
 * same whoever visits what. */
static void visit_item(const struct search *search, struct worker *worker, int i)
{
    struct item *item = &search->item[i];
    struct as_tree *tree = worker->tree;
    const struct as_template *template = item->template;
    worker->climb = *search->tree->climb;
    worker->climb.evaluations = 0;
    tree->climb = &worker->climb;
    tree->aim = search->tree->aim;
    tree->left_out = INFINITY;
    tree->nodes = 0;
    tree->limit = search->share;
    as_crossings_keep(&tree->crossings, template->keeps);
    memcpy(tree->plan.keeps, template->keeps, sizeof template->keeps);
    if (tree->crossings.array >= 0)
        memcpy(tree->plan.along[tree->crossings.array], template->along, sizeof template->along);
    as_branch_visit(tree, template, item->inner);
    item->nodes = tree->nodes;
    item->finished = !as_tree_spent(tree);
    if (item->finished)
        item->bound = tree->left_out;
    worker->evaluations += worker->climb.evaluations;
    if (worker->climb.score < worker->best.score ||
        (worker->climb.score == worker->best.score && i < worker->best_item)) {
        worker->best = worker->climb;
        worker->best_item = i;
    }
}

static void visit_some(void *context, int w)
{
    struct search *search = context;
    for (int i; (i = atomic_fetch_add(&search->next, 1)) < search->n_batch;)
        visit_item(search, &search->worker[w], search->batch[i]);
}

static void visit_batch(struct search *search, int n, const int *batch)
{
    struct as_climb *climb = search->tree->climb;
    search->n_batch = n;
    search->batch = batch;
    search->share = ceil_div(search->tree->limit - search->tree->nodes, n);
    search->next = 0;
    for (int w = 0; w < search->n_workers; w++) {
        search->worker[w].best.score = climb->score;
        search->worker[w].best_item = -1;
        search->worker[w].evaluations = 0;
    }
    as_pool_run(search->n_workers, search->n_workers, visit_some, search);
    const struct worker *best = NULL;
    for (int w = 0; w < search->n_workers; w++) {
        const struct worker *worker = &search->worker[w];
        climb->evaluations += worker->evaluations;
        if (worker->best_item >= 0 &&
            (!best || worker->best.score < best->best.score ||
                (worker->best.score == best->best.score && worker->best_item < best->best_item)))
            best = worker;
    }
    if (best) {
        climb->score = best->best.score;
        climb->best = best->best.best;
        climb->mapping = best->best.mapping;
        climb->cost = best->best.cost;
    }
    for (int i = 0; i < n; i++)
        search->tree->nodes += search->item[batch[i]].nodes;
}

/* ---- passes ---- */

static int by_bound(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->bound != y->bound)
        return x->bound < y->bound ? -1 : 1;
    return x->number - y->number;
}

/* Visits everything that may be below the aim. An item that takes more than its share waits until the others
 * are through. False when the nodes do not suffice. */
static bool pass(struct search *search)
{
    struct as_tree *tree = search->tree;
    int n = 0;
    qsort(search->item, (size_t)search->n_items, sizeof *search->item, by_bound);
    for (int i = 0; i < search->n_items && search->item[i].bound < tree->aim; i++)
        search->pending[n++] = i;
    for (int size = BATCH; n > 0 && size > 0; size /= 2) {
        int kept = 0;
        for (int i = 0; i < n; i += size) {
            int m = n - i < size ? n - i : size;
            if (as_tree_spent(tree))
                return false;
            visit_batch(search, m, search->pending + i);
            for (int k = i; k < i + m; k++)
                if (!search->item[search->pending[k]].finished)
                    search->pending[kept++] = search->pending[k];
        }
        n = kept;
    }
    return n == 0;
}

/* What no plan can do without: every MAC, every PE always busy. */
static double trivial_bound(const struct as_tree *tree)
{
    const struct as_model *model = tree->model;
    double peak = (double)model->instances[model->accel.n_levels - 1] * model->accel.macs_per_cycle;
    return as_tree_score(tree, (double)model->macs * model->accel.mac_pj, (double)model->macs / peak);
}

static void list_items(struct search *search)
{
    struct as_tree *tree = search->tree;
    for (int i = 0; i < tree->templates.n; i++)
        search->n_items += tree->templates.template[i].n_inner;
    search->item = naas_alloc(tree->ctx, (size_t)search->n_items + 1, sizeof *search->item);
    search->pending = naas_alloc(tree->ctx, (size_t)search->n_items + 1, sizeof *search->pending);
    int n = 0;
    for (int i = 0; i < tree->templates.n; i++) {
        const struct as_template *template = &tree->templates.template[i];
        if (!template->n_inner)
            continue;
        struct as_outer least = as_outers_least(tree, &tree->outers[template->of_keeps], 0, -1, NULL);
        as_crossings_keep(&tree->crossings, template->keeps);
        for (int k = 0; k < template->n_inner; k++) {
            const struct as_inner *inner = &template->inner[k];
            double bound = as_tree_whole(tree, &least, (double)inner->pj, (double)inner->cycles);
            search->item[n] = (struct item){template, inner, n, bound, 0, false};
            n++;
        }
    }
}

static void make_workers(struct search *search)
{
    struct as_tree *tree = search->tree;
    search->n_workers = tree->n_forks;
    search->worker = naas_alloc(tree->ctx, (size_t)search->n_workers, sizeof *search->worker);
    for (int w = 0; w < search->n_workers; w++) {
        struct as_tree *fork = &tree->fork[w];
        search->worker[w].tree = fork;
        fork->plan = tree->plan;
        fork->outers = tree->outers;
    }
}

static double least_bound(const struct search *search)
{
    double least = search->tree->left_out;
    for (int i = 0; i < search->n_items; i++)
        least = search->item[i].bound < least ? search->item[i].bound : least;
    return least;
}

/* Proves more and more of the score, most of it and then the whole where the nodes will do. Returns the
 * bound. */
static double prove(struct as_tree *tree)
{
    static const double part[] = {0.5, 0.7, 0.85, 0.93, 1};
    enum { PARTS = sizeof part / sizeof *part, MOST = 2, MUCH_MORE = 5 };
    struct search *search = naas_alloc(tree->ctx, 1, sizeof *search);
    search->tree = tree;
    list_items(search);
    make_workers(search);
    for (int i = 0; i < PARTS; i++) {
        int64_t before = tree->nodes;
        tree->aim = tree->climb->score * part[i];
        if (!pass(search))
            break;
        if (i < PARTS - 2 && (tree->nodes - before) < (tree->limit - tree->nodes) / MUCH_MORE)
            i = i < MOST ? MOST - 1 : PARTS - 2; /* and one on */
    }
    return least_bound(search);
}

/* ---- better starts ---- */

/* At most a twentieth of the nodes. */
enum { CLIMBS = 4, ROUNDS = 3, NODES_OF_EFFORT = 16, PART_OF_NODES = 20, MOST_EFFORT = 20000 };

struct round {
    const struct as_climb *best;
    double effort;
    uint64_t seed;
    struct as_climb climb[CLIMBS];
};

static void climb_one(void *context, int i)
{
    struct round *round = context;
    as_climb_init(&round->climb[i], round->best->plans, round->best->goal);
    as_climb_run(&round->climb[i], round->effort, round->seed + (uint64_t)i);
}

/* A start that is worse by some per cent costs a proof twice the nodes, and lists twice the parts: climbs
 * again as long as that helps. */
static void climb_again(struct as_tree *tree)
{
    struct as_climb *best = tree->climb;
    int64_t nodes = tree->limit / (PART_OF_NODES * ROUNDS);
    nodes = nodes < MOST_EFFORT * CLIMBS * NODES_OF_EFFORT ? nodes : MOST_EFFORT * CLIMBS * NODES_OF_EFFORT;
    bool better = true;
    struct round *round = naas_alloc(tree->ctx, 1, sizeof *round);
    *round = (struct round){.best = best, .effort = (double)nodes / (CLIMBS * NODES_OF_EFFORT)};
    for (int r = 0; r < ROUNDS && better; r++) {
        better = false;
        as_pool_run(tree->n_forks, CLIMBS, climb_one, round);
        tree->nodes += nodes;
        round->seed += CLIMBS;
        for (int i = 0; i < CLIMBS; i++) {
            struct as_climb *climb = &round->climb[i];
            climb->evaluations += best->evaluations;
            better = better || climb->score < best->score;
            if (climb->score < best->score)
                *best = *climb;
            best->evaluations = climb->evaluations;
        }
    }
}

static void make_forks(struct as_tree *tree, int threads)
{
    tree->n_forks = threads < 1 ? 1 : threads < MAX_THREADS ? threads : MAX_THREADS;
    tree->fork = naas_alloc(tree->ctx, (size_t)tree->n_forks, sizeof *tree->fork);
    for (int f = 0; f < tree->n_forks; f++) {
        struct as_tree *fork = &tree->fork[f];
        *fork = *tree;
        fork->ctx = naas_ctx_new();
        fork->quick = naas_alloc(fork->ctx, 1, sizeof *fork->quick);
        as_crossings_init(&fork->crossings, fork->ctx, tree->plans);
    }
}

void as_exact_run(struct as_climb *climb, int64_t nodes, int threads, struct as_exact_result *result)
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
        make_forks(tree, threads);
        climb_again(tree);
        if (as_tree_list(tree))
            result->lower_bound = fmax(result->lower_bound, prove(tree));
        for (int f = 0; f < tree->n_forks; f++)
            naas_ctx_free(tree->fork[f].ctx);
    }
    result->lower_bound = fmin(result->lower_bound, climb->score);
    result->proven = result->lower_bound >= climb->score * AS_ROUNDING;
    result->nodes = tree->nodes;
    naas_ctx_free(ctx);
}
