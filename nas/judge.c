#include "nas/evolve.h"
#include <math.h>
#include <string.h>

/* A layer that has not been mapped yet. */
struct job {
    struct as_problem problem;
    const struct as_accel *accel;
    int cost;
};

struct batch {
    struct nas_engine *engine;
    struct as_map_options map;
    struct as_key options_key;
    struct naas_ctx *ctx;
    int n_jobs, capacity;
    struct job *job;
};

/* Layers of one point. */
struct layers {
    int n;
    int *cost;
    int64_t *count;
};

/* ---- remembered costs ---- */

static int *find_slot(const struct nas_engine *engine, struct as_key key)
{
    for (unsigned at = (unsigned)key.low & (unsigned)(engine->n_slots - 1);;
         at = (at + 1) & (unsigned)(engine->n_slots - 1))
        if (engine->slot[at] == 0 || as_key_equal(engine->cost[engine->slot[at] - 1].key, key))
            return &engine->slot[at];
}

static void make_room(struct nas_engine *engine)
{
    struct naas_ctx *ctx = engine->search->ctx;
    engine->cost = naas_grow(ctx, engine->cost, engine->n_costs, &engine->capacity, sizeof *engine->cost);
    if (2 * engine->n_costs < engine->n_slots)
        return;
    engine->n_slots = engine->n_slots ? 2 * engine->n_slots : 4096;
    engine->slot = naas_alloc(ctx, (size_t)engine->n_slots, sizeof *engine->slot);
    for (int i = 0; i < engine->n_costs; i++)
        *find_slot(engine, engine->cost[i].key) = i + 1;
}

/* The index of the cost of a layer, and a job when it is new. */
static int cost_of(
    struct batch *batch, const struct as_problem *problem, const struct nas_candidate *candidate)
{
    struct nas_engine *engine = batch->engine;
    struct as_key key = as_key_join(as_key_join(as_key_problem(problem), candidate->key), batch->options_key);
    make_room(engine);
    int *slot = find_slot(engine, key);
    if (*slot)
        return *slot - 1;
    batch->job = naas_grow(batch->ctx, batch->job, batch->n_jobs, &batch->capacity, sizeof *batch->job);
    batch->job[batch->n_jobs++] = (struct job){*problem, &candidate->accel, engine->n_costs};
    engine->cost[engine->n_costs] = (struct nas_layer_cost){.key = key};
    *slot = engine->n_costs + 1;
    return engine->n_costs++;
}

static enum naas_status map_all(struct batch *batch)
{
    const struct nas_search *search = batch->engine->search;
    struct as_job *job = naas_alloc(batch->ctx, (size_t)batch->n_jobs + 1, sizeof *job);
    struct as_map_result *result = naas_alloc(batch->ctx, (size_t)batch->n_jobs + 1, sizeof *result);
    for (int i = 0; i < batch->n_jobs; i++)
        job[i] = (struct as_job){.problem = &batch->job[i].problem,
            .accel = batch->job[i].accel,
            .options = &batch->map,
            .key = batch->engine->cost[batch->job[i].cost].key,
            .result = &result[i]};
    as_farm_run(search->options.farm, search->options.threads, search->database, batch->n_jobs, job);
    enum naas_status status = NAAS_OK;
    for (int i = 0; i < batch->n_jobs; i++) {
        status = job[i].status == NAAS_SYSTEM ? NAAS_SYSTEM : status;
        struct nas_layer_cost *cost = &batch->engine->cost[batch->job[i].cost];
        cost->fits = job[i].status == NAAS_OK && isfinite(result[i].score);
        if (cost->fits) {
            cost->energy_pj = result[i].cost.energy_pj;
            cost->cycles = result[i].cost.cycles;
        }
    }
    return status;
}

/* ---- points ---- */

static enum naas_status collect(struct batch *batch, const struct nas_point *point, struct layers *layers)
{
    const struct nas_search *search = batch->engine->search;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network network;
    enum naas_status status = nas_network(ctx, search->space, &point->subnet, &network, NULL);
    layers->n = network.n_layers;
    layers->cost = naas_alloc(batch->ctx, (size_t)network.n_layers, sizeof *layers->cost);
    layers->count = naas_alloc(batch->ctx, (size_t)network.n_layers, sizeof *layers->count);
    for (int i = 0; i < network.n_layers && status == NAAS_OK; i++) {
        layers->cost[i] = cost_of(batch, &network.layers[i].problem, &search->candidate[point->candidate]);
        layers->count[i] = network.layers[i].count;
    }
    naas_ctx_free(ctx);
    return status;
}

static void total(const struct nas_engine *engine, const struct layers *layers, struct nas_point *point)
{
    const struct nas_search *search = engine->search;
    struct as_cost sum = {.area_um2 = as_accel_area(&search->candidate[point->candidate].accel)};
    bool fits = true;
    for (int i = 0; i < layers->n; i++) {
        const struct nas_layer_cost *cost = &engine->cost[layers->cost[i]];
        fits = fits && cost->fits;
        sum.energy_pj += (double)layers->count[i] * cost->energy_pj;
        sum.cycles += (double)layers->count[i] * cost->cycles;
    }
    sum.edp = sum.energy_pj * sum.cycles;
    point->energy_pj = sum.energy_pj;
    point->cycles = sum.cycles;
    point->score = fits ? as_goal_score(&search->options.goal, &sum) : INFINITY;
}

enum naas_status nas_judge(struct nas_engine *engine, int64_t evaluations, int n, struct nas_point **points)
{
    struct nas_search *search = engine->search;
    struct batch batch = {.engine = engine, .map = search->options.map, .ctx = naas_ctx_new()};
    batch.map.evaluations = evaluations;
    batch.map.goal = (struct as_goal){.energy = search->options.goal.energy,
        .delay = search->options.goal.delay,
        .area = search->options.goal.area}; /* limits are a network's */
    batch.options_key = as_key_options(&batch.map);
    struct layers *layers = naas_alloc(batch.ctx, (size_t)n + 1, sizeof *layers);
    enum naas_status status = NAAS_OK;
    for (int i = 0; i < n && status == NAAS_OK; i++) {
        status = collect(&batch, points[i], &layers[i]);
        search->layers += layers[i].n;
    }
    if (status == NAAS_OK)
        status = map_all(&batch);
    for (int i = 0; i < n && status == NAAS_OK; i++)
        total(engine, &layers[i], points[i]);
    search->subnets += n;
    search->mapped += batch.n_jobs;
    naas_ctx_free(batch.ctx);
    return status;
}
