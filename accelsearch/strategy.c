/*
 * strategy: searches the space of mappings (space.h) by vectors: uniformly, or by the evolution strategy of
 * NAAS; or the plans (plan.h). Sequential and without allocation but for the strategy's own state: many
 * problems are searched at once, each by one thread.
 */
#include "accelsearch/climb.h"
#include "accelsearch/cmaes.h"
#include "accelsearch/exact.h"
#include "accelsearch/model.h"
#include "accelsearch/random.h"
#include "accelsearch/space.h"
#include <math.h>
#include <stdlib.h>

/* A tenth of a second for a layer of a real network, and some seconds of branch and bound. */
enum { DEFAULT_EVALUATIONS = 4000, DEFAULT_NODES = 5000000 };

double as_goal_score(const struct as_goal *goal, const struct as_cost *cost)
{
    if ((goal->max_cycles > 0 && cost->cycles > goal->max_cycles) ||
        (goal->max_pj > 0 && cost->energy_pj > goal->max_pj) ||
        (goal->max_um2 > 0 && cost->area_um2 > goal->max_um2))
        return INFINITY;
    if (goal->energy == 1 && goal->delay == 1 && goal->area == 0)
        return cost->edp;
    return pow(cost->energy_pj, goal->energy) * pow(cost->cycles, goal->delay) *
           pow(cost->area_um2, goal->area);
}

struct as_map_options as_map_defaults(void)
{
    return (struct as_map_options){
        .goal = {.energy = 1, .delay = 1},
        .strategy = AS_MIX,
        .evaluations = DEFAULT_EVALUATIONS,
        .seed = 1,
        .nodes = DEFAULT_NODES,
    };
}

struct hunt {
    const struct as_map_options *options;
    struct as_space space;
    struct as_model model;
    struct as_map_result *result;
};

/* Scores the mapping of a vector, and remembers the best one. */
static double score(struct hunt *hunt, const double *genes)
{
    struct as_mapping mapping;
    struct as_cost cost;
    as_space_decode(&hunt->space, genes, &mapping);
    hunt->result->evaluations++;
    if (as_model_eval(&hunt->model, &mapping, &cost) != NAAS_OK)
        return INFINITY;
    double value = as_goal_score(&hunt->options->goal, &cost);
    if (value < hunt->result->score) {
        hunt->result->score = value;
        hunt->result->mapping = mapping;
        hunt->result->cost = cost;
    }
    return value;
}

static void search_at_random(struct hunt *hunt)
{
    struct as_random random = as_random_stream(hunt->options->seed, 1);
    double genes[AS_MAX_GENES];
    while (hunt->result->evaluations < hunt->options->evaluations) {
        for (int i = 0; i < hunt->space.n_genes; i++)
            genes[i] = as_random_unit(&random);
        score(hunt, genes);
    }
}

static enum naas_status search_by_evolution(struct hunt *hunt)
{
    struct cmaes *es = cmaes_new(hunt->space.n_genes, 0, 0.3, hunt->options->seed);
    double *fitness = es ? malloc((size_t)cmaes_max_lambda(es) * sizeof *fitness) : NULL;
    while (fitness && hunt->result->evaluations < hunt->options->evaluations) {
        cmaes_ask(es);
        for (int i = 0; i < cmaes_lambda(es); i++)
            fitness[i] = score(hunt, cmaes_candidate(es, i));
        cmaes_tell(es, fitness);
    }
    enum naas_status status = fitness ? NAAS_OK : NAAS_SYSTEM;
    free(fitness);
    cmaes_free(es);
    return status;
}

static void search_plans(struct hunt *hunt)
{
    const struct as_map_options *options = hunt->options;
    struct as_plans plans;
    struct as_climb climb;
    as_plans_init(&plans, &hunt->model, options->space);
    as_climb_init(&climb, &plans, &options->goal);
    as_climb_run(&climb, (double)options->evaluations, options->seed);
    if (options->strategy == AS_EXACT && isfinite(climb.score)) {
        struct as_exact_result exact;
        as_exact_run(&climb, options->nodes, options->threads, &exact);
        hunt->result->lower_bound = exact.lower_bound;
        hunt->result->proven = exact.proven;
        hunt->result->nodes = exact.nodes;
    }
    hunt->result->evaluations = climb.evaluations;
    if (!isfinite(climb.score))
        return;
    hunt->result->score = as_goal_score(&options->goal, &climb.cost);
    hunt->result->mapping = climb.mapping;
    hunt->result->cost = climb.cost;
}

enum naas_status as_map_search(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_map_options *options, struct as_map_result *result)
{
    struct hunt *hunt = malloc(sizeof *hunt);
    if (!hunt)
        return NAAS_SYSTEM;
    hunt->options = options;
    hunt->result = result;
    *result = (struct as_map_result){.score = INFINITY};
    as_space_init(&hunt->space, problem, accel, options->space, options->encoding);
    as_model_init(&hunt->model, problem, accel);
    enum naas_status status = NAAS_OK;
    if (!as_space_has_any(&hunt->space))
        status = NAAS_UNSUPPORTED;
    else if (options->strategy == AS_RANDOM)
        search_at_random(hunt);
    else if (options->strategy == AS_CMA_ES)
        status = search_by_evolution(hunt);
    else
        search_plans(hunt);
    free(hunt);
    return status == NAAS_OK && !isfinite(result->score) ? NAAS_UNSUPPORTED : status;
}
