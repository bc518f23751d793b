#include "accelsearch/cosearch.h"
#include "accelsearch/cmaes.h"
#include "accelsearch/least.h"
#include "accelsearch/pool.h"
#include "accelsearch/random.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    NATIVE_EVALUATIONS = 2000, /* vectors for the baseline's dataflow */
    FINALISTS = 4,             /* of the best candidates, mapped with the final effort */
    MOST_DRAWS = 40,           /* of a candidate that the bound does not rule out */
};

/* Mappings cost at least so many times what as_least says where energy and delay count both, as far as we
 * saw: the best accelerators for ResNet-50 within nvdla-1024 come to 1.5 to 1.9. */
#define LOOSE 1.5

struct as_cosearch_options as_cosearch_defaults(void)
{
    return (struct as_cosearch_options){
        .goal = {.energy = 1, .delay = 1},
        .map = as_map_defaults(),
        .screen = 200,
        .full = 600,
        .final = 5000,
        .generations = 12,
        .population = 16,
        .seed = 1,
        .threads = as_pool_processors(),
    };
}

/* ---- mapping all layers on many accelerators ---- */

/* Within the limits of a network no single layer has a limit. */
static struct as_goal without_limits(const struct as_goal *goal)
{
    return (struct as_goal){.energy = goal->energy, .delay = goal->delay, .area = goal->area};
}

/* Totals from the layers. */
static void judge(struct as_cosearch *search, struct as_design *design)
{
    const struct as_workload *workload = search->workload;
    const struct as_cost **cost = malloc((size_t)workload->n_layers * sizeof *cost);
    double energy = 0, cycles = 0;
    design->complete = cost != NULL;
    design->score = INFINITY;
    for (int i = 0; cost && i < workload->n_layers; i++) {
        cost[i] = &design->layer[i].cost;
        design->complete = design->complete && isfinite(design->layer[i].score);
    }
    for (int k = 0; design->complete && k < workload->n_networks; k++) {
        struct as_cost total;
        as_workload_total(workload, k, cost, &total);
        energy += log(total.energy_pj) / workload->n_networks;
        cycles += log(total.cycles) / workload->n_networks;
    }
    if (design->complete) {
        design->energy_pj = exp(energy);
        design->cycles = exp(cycles);
        design->score = as_workload_score(workload, &search->options.goal, cost);
    }
    design->area_um2 = as_accel_area(&design->accel);
    free(cost);
}

static void map_natively(struct as_cosearch *search, struct as_design *design)
{
    struct as_goal goal = without_limits(&search->options.goal);
    for (int i = 0; i < search->workload->n_layers; i++)
        as_native_map(
            &search->native, &search->workload->layer[i].problem, &design->accel, &goal, &design->layer[i]);
}

static void search_mappings(struct as_cosearch *search, int64_t evaluations, int n, struct as_design **design)
{
    const struct as_workload *workload = search->workload;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_job *jobs = naas_alloc(ctx, (size_t)(n * workload->n_layers), sizeof *jobs), *job = jobs;
    struct as_map_options map = search->options.map;
    map.evaluations = evaluations;
    map.goal = without_limits(&search->options.goal);
    struct as_key options_key = as_key_options(&map);
    for (int d = 0; d < n; d++) {
        struct as_key accel_key = as_key_accel(&design[d]->accel);
        for (int i = 0; i < workload->n_layers; i++) {
            const struct as_work *work = &workload->layer[i];
            *job++ = (struct as_job){.problem = &work->problem,
                .accel = &design[d]->accel,
                .options = &map,
                .key = as_key_join(as_key_join(work->key, accel_key), options_key),
                .result = &design[d]->layer[i]};
        }
    }
    as_farm_run(
        search->options.farm, search->options.threads, search->database, n * workload->n_layers, jobs);
    for (int i = 0; i < n * workload->n_layers; i++)
        search->failed = search->failed || jobs[i].status == NAAS_SYSTEM;
    naas_ctx_free(ctx);
}

static void map_all(struct as_cosearch *search, int64_t evaluations, int n, struct as_design **design)
{
    if (search->options.fixed_mapping)
        for (int d = 0; d < n; d++)
            map_natively(search, design[d]);
    else
        search_mappings(search, evaluations, n, design);
    search->mapped += (int64_t)n * search->workload->n_layers;
    for (int d = 0; d < n; d++) {
        judge(search, design[d]);
        for (int i = 0; i < search->workload->n_layers; i++)
            search->evaluations += design[d]->layer[i].evaluations;
    }
}

static struct as_design new_design(const struct as_cosearch *search, const struct as_accel *accel)
{
    struct as_design design = {.accel = *accel};
    design.layer =
        naas_alloc(search->workload->ctx, (size_t)search->workload->n_layers, sizeof *design.layer);
    return design;
}

static struct as_dataflow dataflow_of(struct as_cosearch *search)
{
    return (struct as_dataflow){.workload = search->workload,
        .accel = &search->budget->baseline,
        .goal = without_limits(&search->options.goal),
        .evaluations = NATIVE_EVALUATIONS,
        .seed = search->options.seed,
        .native = &search->native};
}

static void find_dataflow(struct as_cosearch *search)
{
    struct as_dataflow asked = dataflow_of(search);
    as_native_search(asked.native, asked.workload, asked.accel, &asked.goal, asked.evaluations, asked.seed,
        search->options.threads);
}

static void take_better(struct as_cosearch *search, struct as_design *design, const struct as_design *other)
{
    for (int i = 0; i < search->workload->n_layers; i++)
        if (other->layer[i].score < design->layer[i].score)
            design->layer[i] = other->layer[i];
    judge(search, design);
}

/* With the final effort, which is never worse than the full one: a longer search takes other ways, and may by
 * chance end higher. n <= FINALISTS. */
static void map_finally(
    struct as_cosearch *search, int n, const struct as_accel *const *accel, struct as_design *design)
{
    struct as_design full[FINALISTS], *fulls[FINALISTS], *finals[FINALISTS];
    for (int i = 0; i < n; i++) {
        full[i] = new_design(search, accel[i]);
        design[i] = new_design(search, accel[i]);
        fulls[i] = &full[i];
        finals[i] = &design[i];
    }
    map_all(search, search->options.full, n, fulls);
    map_all(search, search->options.final, n, finals);
    for (int i = 0; i < n; i++)
        take_better(search, &design[i], &full[i]);
}

void as_cosearch_map(struct as_cosearch *search, const struct as_accel *accel, struct as_design *design)
{
    map_finally(search, 1, &accel, design);
}

void as_cosearch_baseline(struct as_cosearch *search, struct as_design *searched, struct as_design *native)
{
    if (search->native.n_boundaries == 0)
        find_dataflow(search);
    *native = new_design(search, &search->budget->baseline);
    map_natively(search, native);
    judge(search, native);
    as_cosearch_map(search, &search->budget->baseline, searched);
    take_better(search, searched, native);
}

/* ---- one generation ---- */

struct outer {
    struct as_cosearch *search;
    struct as_hardware space;
    struct cmaes *es; /* NULL: random */
    struct as_random random;
    int lambda, most;          /* candidates of this generation, and of any */
    double *genes;             /* of a random candidate */
    double *fitness;           /* [most] */
    int *index;                /* [most]: candidate of the search */
    struct as_design *design;  /* [most], for the candidates that are being judged */
    struct as_design **chosen; /* [most] */
    int capacity;              /* of the candidates */
    double best;
    struct as_cost *least; /* [layer] */
    const struct as_cost **least_of;
};

static int find_candidate(const struct as_cosearch *search, struct as_key key)
{
    for (int i = 0; i < search->n_candidates; i++)
        if (as_key_equal(search->candidate[i].key, key))
            return i;
    return -1;
}

static const double *draw(struct outer *outer, int k)
{
    if (outer->es) {
        cmaes_redraw(outer->es, k);
        return cmaes_candidate(outer->es, k);
    }
    for (int i = 0; i < outer->space.n_genes; i++)
        outer->genes[i] = as_random_unit(&outer->random);
    return outer->genes;
}

/* About the least score of any mappings on the accelerator. */
static double least_score(struct outer *outer, const struct as_accel *accel)
{
    const struct as_workload *workload = outer->search->workload;
    struct as_goal goal = without_limits(&outer->search->options.goal);
    for (int i = 0; i < workload->n_layers; i++)
        as_least(&workload->layer[i].problem, accel, &outer->least[i]);
    return pow(LOOSE, fmin(goal.energy, goal.delay)) * as_workload_score(workload, &goal, outer->least_of);
}

/* A candidate that may be better than the best so far. */
static void draw_promising(struct outer *outer, int k, struct as_accel *accel)
{
    for (int i = 0; i < MOST_DRAWS; i++) {
        as_hardware_decode(&outer->space, draw(outer, k), accel);
        if (least_score(outer, accel) < outer->best)
            return;
        outer->search->n_dropped++;
    }
}

/* Decodes the population; accelerators that were judged before keep their scores. The number of new ones. */
static int propose(struct outer *outer)
{
    struct as_cosearch *search = outer->search;
    int first_new = search->n_candidates;
    if (outer->es)
        outer->lambda = cmaes_lambda(outer->es);
    for (int k = 0; k < outer->lambda; k++) {
        struct as_accel accel;
        draw_promising(outer, k, &accel);
        struct as_key key = as_key_accel(&accel);
        outer->index[k] = find_candidate(search, key);
        if (outer->index[k] >= 0)
            continue;
        outer->index[k] = search->n_candidates;
        search->candidate = naas_grow(search->workload->ctx, search->candidate, search->n_candidates,
            &outer->capacity, sizeof *search->candidate);
        search->candidate[search->n_candidates++] = (struct as_candidate){
            .accel = accel, .key = key, .generation = search->n_generations, .score = INFINITY};
    }
    return search->n_candidates - first_new;
}

/* Judges candidates; which[0..n) are their indices. */
static void judge_candidates(struct outer *outer, int64_t evaluations, bool full, int n, const int *which)
{
    struct as_cosearch *search = outer->search;
    for (int i = 0; i < n; i++) {
        outer->design[i].accel = search->candidate[which[i]].accel;
        outer->chosen[i] = &outer->design[i];
    }
    map_all(search, evaluations, n, outer->chosen);
    for (int i = 0; i < n; i++) {
        struct as_candidate *candidate = &search->candidate[which[i]];
        candidate->full = full;
        candidate->score = outer->design[i].score;
        candidate->energy_pj = outer->design[i].energy_pj;
        candidate->cycles = outer->design[i].cycles;
        candidate->area_um2 = outer->design[i].area_um2;
    }
}

/* Indices of candidates, best first; ties in the order they were met. */
static void sort_by_score(const struct as_cosearch *search, int n, int *which)
{
    for (int i = 1; i < n; i++) {
        int at = which[i], j = i;
        for (; j > 0 && search->candidate[which[j - 1]].score > search->candidate[at].score; j--)
            which[j] = which[j - 1];
        which[j] = at;
    }
}

/* Little effort for all, the full one for those of the better half of the population that have not had it. */
static void evaluate(struct outer *outer, int n_new, struct naas_ctx *ctx)
{
    struct as_cosearch *search = outer->search;
    int *which = naas_alloc(ctx, (size_t)outer->lambda, sizeof *which), n = 0;
    for (int i = 0; i < n_new; i++)
        which[i] = search->n_candidates - n_new + i;
    judge_candidates(outer, search->options.screen, search->options.fixed_mapping, n_new, which);
    if (search->options.fixed_mapping)
        return;
    memcpy(which, outer->index, (size_t)outer->lambda * sizeof *which);
    sort_by_score(search, outer->lambda, which);
    for (int i = 0; i < (outer->lambda + 1) / 2; i++)
        if (!search->candidate[which[i]].full && (n == 0 || which[n - 1] != which[i]))
            which[n++] = which[i];
    judge_candidates(outer, search->options.full, true, n, which);
}

/* Those that were only screened rank behind all others; what breaks a limit ranks by how far. */
static double fitness_of(const struct outer *outer, const struct as_candidate *candidate)
{
    const double screened = 1e280, limited = 1e290;
    const struct as_goal *goal = &outer->search->options.goal;
    if (candidate->energy_pj > 0 && !isfinite(candidate->score)) {
        double over = goal->max_cycles > 0 ? candidate->cycles / goal->max_cycles : 0;
        over = fmax(over, goal->max_pj > 0 ? candidate->energy_pj / goal->max_pj : 0);
        return limited * fmax(over, goal->max_um2 > 0 ? candidate->area_um2 / goal->max_um2 : 0);
    }
    return candidate->full ? candidate->score : screened * (1 + log1p(candidate->score));
}

static void record(struct outer *outer, int n_new, struct as_generation *generation)
{
    double logarithms = 0;
    int n = 0;
    for (int k = 0; k < outer->lambda; k++) {
        const struct as_candidate *candidate = &outer->search->candidate[outer->index[k]];
        if (candidate->full && candidate->score < outer->best)
            outer->best = candidate->score;
        if (!isfinite(candidate->score))
            continue;
        logarithms += log(candidate->score);
        n++;
    }
    *generation = (struct as_generation){
        .best = outer->best,
        .mean = n ? exp(logarithms / n) : INFINITY,
        .sigma = outer->es ? cmaes_sigma(outer->es) : 0,
        .distinct = n_new,
    };
}

static void run_generation(struct outer *outer)
{
    struct as_cosearch *search = outer->search;
    struct naas_ctx *ctx = naas_ctx_new();
    int n_new = propose(outer);
    evaluate(outer, n_new, ctx);
    for (int k = 0; k < outer->lambda; k++)
        outer->fitness[k] = fitness_of(outer, &search->candidate[outer->index[k]]);
    record(outer, n_new, &search->generation[search->n_generations]);
    if (outer->es)
        cmaes_tell(outer->es, outer->fitness);
    search->n_generations++;
    naas_ctx_free(ctx);
}

/* ---- the run ---- */

static bool dominates(const struct as_candidate *a, const struct as_candidate *b)
{
    return a->energy_pj <= b->energy_pj && a->cycles <= b->cycles && a->area_um2 <= b->area_um2 &&
           (a->energy_pj < b->energy_pj || a->cycles < b->cycles || a->area_um2 < b->area_um2);
}

void as_candidates_mark(int n, struct as_candidate *candidate)
{
    for (int i = 0; i < n; i++) {
        candidate[i].optimal = candidate[i].energy_pj > 0;
        for (int k = 0; k < n && candidate[i].optimal; k++)
            candidate[i].optimal = candidate[k].energy_pj <= 0 || !dominates(&candidate[k], &candidate[i]);
    }
}

/* The best candidates again, with the final effort. */
static enum naas_status choose(struct as_cosearch *search, struct as_design *best)
{
    int *which = naas_alloc(search->workload->ctx, (size_t)search->n_candidates, sizeof *which), n = 0;
    for (int i = 0; i < search->n_candidates; i++)
        if (search->candidate[i].full && isfinite(search->candidate[i].score))
            which[n++] = i;
    sort_by_score(search, n, which);
    n = n < FINALISTS ? n : FINALISTS;
    const struct as_accel *accel[FINALISTS] = {NULL};
    struct as_design design[FINALISTS];
    for (int i = 0; i < n; i++)
        accel[i] = &search->candidate[which[i]].accel;
    map_finally(search, n, accel, design);
    *best = (struct as_design){.score = INFINITY};
    for (int i = 0; i < n; i++)
        if (design[i].score < best->score)
            *best = design[i];
    return isfinite(best->score) ? NAAS_OK : NAAS_UNSUPPORTED;
}

void as_cosearch_init(struct as_cosearch *search, const struct as_workload *workload,
    const struct as_budget *budget, const struct as_cosearch_options *options, struct as_database *database)
{
    *search = (struct as_cosearch){
        .workload = workload, .budget = budget, .options = *options, .database = database};
    search->generation =
        naas_alloc(workload->ctx, (size_t)options->generations + 1, sizeof *search->generation);
    if (options->fixed_mapping)
        find_dataflow(search);
}

static void start(struct outer *outer, struct as_cosearch *search, struct naas_ctx *ctx)
{
    const struct as_cosearch_options *options = &search->options;
    *outer = (struct outer){.search = search, .best = INFINITY, .lambda = options->population};
    as_hardware_init(&outer->space, search->budget, options->encoding, options->sizing_only);
    outer->most = outer->lambda;
    outer->random = as_random_stream(options->seed, 2);
    if (options->strategy != AS_RANDOM) {
        outer->es = cmaes_new(outer->space.n_genes, options->population, 0.3, options->seed);
        outer->most = outer->es ? cmaes_max_lambda(outer->es) : 0;
    }
    size_t most = (size_t)outer->most;
    outer->genes = naas_alloc(ctx, (size_t)outer->space.n_genes, sizeof *outer->genes);
    outer->fitness = naas_alloc(ctx, most, sizeof *outer->fitness);
    outer->index = naas_alloc(ctx, most, sizeof *outer->index);
    outer->design = naas_alloc(ctx, most, sizeof *outer->design);
    outer->chosen = naas_alloc(ctx, most, sizeof *outer->chosen);
    size_t n_layers = (size_t)search->workload->n_layers;
    outer->least = naas_alloc(ctx, n_layers, sizeof *outer->least);
    outer->least_of = naas_alloc(ctx, n_layers, sizeof *outer->least_of);
    for (size_t i = 0; i < n_layers; i++)
        outer->least_of[i] = &outer->least[i];
    for (size_t i = 0; i < most; i++)
        outer->design[i].layer = naas_alloc(ctx, n_layers, sizeof *outer->design[i].layer);
}

static enum naas_status run(
    struct as_cosearch *search, as_progress *progress, void *context, struct as_design *best)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct outer outer;
    start(&outer, search, ctx);
    enum naas_status status = outer.most ? NAAS_OK : NAAS_SYSTEM;
    while (status == NAAS_OK && search->n_generations < search->options.generations) {
        run_generation(&outer);
        status = search->failed ? NAAS_SYSTEM : NAAS_OK;
        if (progress && status == NAAS_OK)
            progress(context, search);
    }
    cmaes_free(outer.es);
    naas_ctx_free(ctx);
    if (status != NAAS_OK)
        return status;
    as_candidates_mark(search->n_candidates, search->candidate);
    status = choose(search, best);
    return search->failed ? NAAS_SYSTEM : status;
}

enum naas_status as_cosearch_run(
    struct as_cosearch *search, as_progress *progress, void *context, struct as_design *best)
{
    /* The baseline's dataflow will be asked for, and takes long: on the side. */
    struct as_errand errand = {.dataflow = dataflow_of(search)};
    bool begun = search->options.farm && search->native.n_boundaries == 0;
    if (begun)
        as_farm_begin(search->options.farm, &errand);
    enum naas_status status = run(search, progress, context, best);
    if (begun && as_farm_end(search->options.farm, &errand) != NAAS_OK) {
        search->failed = true;
        status = NAAS_SYSTEM;
    }
    return status;
}
