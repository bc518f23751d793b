#include "nas/search.h"
#include "accelsearch/cmaes.h"
#include "nas/evolve.h"
#include <math.h>
#include <string.h>

enum {
    FINALISTS = 4,     /* candidates judged with the final effort */
    FRONT_POINTS = 16, /* points of the front that are */
};

void nas_search_init(struct nas_search *search, struct naas_ctx *ctx, const struct nas_space *space,
    const struct nas_oracle *oracle, const struct as_budget *budget, const struct nas_options *options,
    struct as_database *database)
{
    *search = (struct nas_search){.ctx = ctx,
        .space = space,
        .oracle = oracle,
        .budget = budget,
        .options = *options,
        .database = database};
    search->generation = naas_alloc(ctx, (size_t)options->generations + 1, sizeof *search->generation);
}

/* ---- accelerators ---- */

struct outer {
    struct nas_engine engine;
    struct as_hardware hardware;
    struct cmaes *es; /* NULL: random */
    struct as_random random;
    int lambda, most, capacity;
    double *genes, *fitness;
    int *index; /* [most]: candidates of this generation */
    struct nas_population *population;
    struct nas_point best; /* of all candidates */
};

static int add_candidate(struct outer *outer, const struct as_accel *accel)
{
    struct nas_search *search = outer->engine.search;
    struct as_key key = as_key_accel(accel);
    for (int i = 0; i < search->n_candidates; i++)
        if (as_key_equal(search->candidate[i].key, key))
            return i;
    search->candidate = naas_grow(
        search->ctx, search->candidate, search->n_candidates, &outer->capacity, sizeof *search->candidate);
    search->candidate[search->n_candidates] = (struct nas_candidate){
        .accel = *accel, .key = key, .generation = search->n_generations, .best = {.score = INFINITY}};
    return search->n_candidates++;
}

static void propose(struct outer *outer)
{
    if (outer->es) {
        cmaes_ask(outer->es);
        outer->lambda = cmaes_lambda(outer->es);
    }
    for (int k = 0; k < outer->lambda; k++) {
        struct as_accel accel;
        const double *genes = outer->genes;
        if (outer->es)
            genes = cmaes_candidate(outer->es, k);
        else
            for (int i = 0; i < outer->hardware.n_genes; i++)
                outer->genes[i] = as_random_unit(&outer->random);
        as_hardware_decode(&outer->hardware, genes, &accel);
        outer->index[k] = add_candidate(outer, &accel);
    }
}

/* ---- networks on them ---- */

static void start_population(struct outer *outer, struct nas_population *population, int candidate)
{
    const struct nas_options *options = &outer->engine.search->options;
    struct nas_point *member = population->member;
    *population = (struct nas_population){.candidate = candidate,
        .min_accuracy = options->min_accuracy,
        .random = as_random_stream(options->seed, 1000 + (uint64_t)candidate),
        .member = member};
    if (isfinite(outer->best.score)) {
        member[population->n] = outer->best;
        member[population->n++].candidate = candidate;
    }
}

static enum naas_status none_accurate(const struct nas_search *search)
{
    naas_diag(search->ctx, NAAS_ERROR, (struct naas_loc){0},
        "no subnet of %s was found whose accuracy is known to be %.2f %% or more", search->space->name,
        search->options.min_accuracy);
    naas_hint(search->ctx, "accuracies are %s", nas_oracle_words(search->oracle));
    return NAAS_UNSUPPORTED;
}

/* The new candidates, from first on. */
static enum naas_status evolve_new(struct outer *outer, int first)
{
    struct nas_search *search = outer->engine.search;
    int n = search->n_candidates - first;
    for (int p = 0; p < n; p++)
        start_population(outer, &outer->population[p], first + p);
    enum naas_status status = nas_evolve(&outer->engine, n, outer->population);
    for (int p = 0; p < n && status == NAAS_OK; p++) {
        const struct nas_population *population = &outer->population[p];
        if (population->n == 0)
            return none_accurate(search);
        search->candidate[first + p].best = population->member[0];
        if (population->member[0].score < outer->best.score)
            outer->best = population->member[0];
    }
    return status;
}

static enum naas_status run_generation(struct outer *outer)
{
    struct nas_search *search = outer->engine.search;
    int first = search->n_candidates, n = 0;
    double logarithms = 0;
    propose(outer);
    enum naas_status status = evolve_new(outer, first);
    if (status != NAAS_OK)
        return status;
    for (int k = 0; k < outer->lambda; k++) {
        double score = search->candidate[outer->index[k]].best.score;
        outer->fitness[k] = score;
        if (isfinite(score)) {
            logarithms += log(score);
            n++;
        }
    }
    if (outer->es)
        cmaes_tell(outer->es, outer->fitness);
    search->generation[search->n_generations++] = (struct nas_generation){
        outer->best.score, n ? exp(logarithms / n) : INFINITY, search->n_candidates - first};
    return NAAS_OK;
}

/* ---- the end ---- */

/* On the best accelerator, from the accuracy asked for to the highest that was met. */
static enum naas_status extend_front(struct outer *outer)
{
    struct nas_search *search = outer->engine.search;
    struct nas_population *population = &outer->population[0];
    double low = search->options.min_accuracy, high = low;
    for (int i = 0; i < search->n_front; i++)
        high = fmax(high, search->front[i].accuracy.top1);
    enum naas_status status = NAAS_OK;
    for (int step = 1; step <= search->options.front_steps && status == NAAS_OK; step++) {
        start_population(outer, population, outer->best.candidate);
        population->random = as_random_stream(search->options.seed, (uint64_t)step);
        population->min_accuracy = low + (high - low) * step / search->options.front_steps;
        population->n = 0;
        for (int i = 0; i < search->n_front && population->n < search->options.subnet_population / 2; i++)
            if (search->front[i].accuracy.top1 >= population->min_accuracy) {
                population->member[population->n] = search->front[i];
                population->member[population->n++].candidate = outer->best.candidate;
            }
        status = nas_evolve(&outer->engine, 1, population);
    }
    return status;
}

/* Points of the front, evenly chosen, again with the final effort, and the best. */
static enum naas_status judge_front(struct outer *outer, const struct nas_point *best)
{
    struct nas_search *search = outer->engine.search;
    struct nas_point chosen[FRONT_POINTS], *points[FRONT_POINTS];
    int all = search->n_front, n = all < FRONT_POINTS ? all : FRONT_POINTS;
    for (int i = 0; i < n; i++) {
        chosen[i] = search->front[n > 1 ? i * (all - 1) / (n - 1) : 0];
        points[i] = &chosen[i];
    }
    enum naas_status status = nas_judge(&outer->engine, search->options.final, n, points);
    search->n_front = 0;
    nas_offer(&outer->engine, best);
    for (int i = 0; i < n && status == NAAS_OK; i++)
        nas_offer(&outer->engine, points[i]);
    return status;
}

/* The best candidates again, with the final effort. */
static enum naas_status choose(struct outer *outer, struct nas_point *best)
{
    struct nas_search *search = outer->engine.search;
    struct nas_point finalist[FINALISTS + 1], *points[FINALISTS];
    int n = 0;
    for (int i = 0; i < search->n_candidates; i++) {
        int j = n < FINALISTS ? n++ : FINALISTS;
        for (; j > 0 && finalist[j - 1].score > search->candidate[i].best.score; j--)
            finalist[j] = finalist[j - 1];
        finalist[j] = search->candidate[i].best;
    }
    for (int i = 0; i < n; i++)
        points[i] = &finalist[i];
    enum naas_status status = n && isfinite(finalist[0].score)
                                  ? nas_judge(&outer->engine, search->options.final, n, points)
                                  : NAAS_UNSUPPORTED;
    if (status == NAAS_UNSUPPORTED)
        naas_diag(search->ctx, NAAS_ERROR, (struct naas_loc){0},
            "no accelerator within the budget and the limits was found that runs an accurate enough subnet");
    *best = finalist[0];
    for (int i = 1; i < n; i++)
        if (finalist[i].score < best->score)
            *best = finalist[i];
    return status;
}

static bool start(struct outer *outer, struct naas_ctx *ctx)
{
    const struct nas_search *search = outer->engine.search;
    const struct nas_options *options = &search->options;
    as_hardware_init(&outer->hardware, search->budget, options->encoding, options->sizing_only);
    outer->best.score = INFINITY;
    outer->random = as_random_stream(options->seed, 2);
    outer->lambda = outer->most = options->population;
    if (options->strategy != AS_RANDOM) {
        outer->es = cmaes_new(outer->hardware.n_genes, options->population, 0.3, options->seed);
        if (!outer->es)
            return false;
        outer->most = cmaes_max_lambda(outer->es);
    }
    size_t most = (size_t)outer->most;
    outer->genes = naas_alloc(ctx, (size_t)outer->hardware.n_genes, sizeof *outer->genes);
    outer->fitness = naas_alloc(ctx, most, sizeof *outer->fitness);
    outer->index = naas_alloc(ctx, most, sizeof *outer->index);
    outer->population = naas_alloc(ctx, most, sizeof *outer->population);
    for (size_t p = 0; p < most; p++)
        outer->population[p].member =
            naas_alloc(ctx, (size_t)options->subnet_population, sizeof *outer->population[p].member);
    return true;
}

enum naas_status nas_search_run(
    struct nas_search *search, nas_progress *progress, void *context, struct nas_point *best)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct outer *outer = naas_alloc(ctx, 1, sizeof *outer);
    outer->engine = (struct nas_engine){.search = search, .progress = progress, .context = context};
    enum naas_status status = start(outer, ctx) ? NAAS_OK : NAAS_SYSTEM;
    while (status == NAAS_OK && search->n_generations < search->options.generations)
        status = run_generation(outer);
    if (status == NAAS_OK)
        status = choose(outer, best);
    if (status == NAAS_OK)
        status = extend_front(outer);
    if (status == NAAS_OK)
        status = judge_front(outer, best);
    cmaes_free(outer->es);
    naas_ctx_free(ctx);
    return status;
}
