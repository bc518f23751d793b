/* What a search costs: time, memory, the optimiser's own share. */
#include "accelsearch/cmaes.h"
#include "accelsearch/model.h"
#include "accelsearch/pool.h"
#include "accelsearch/space.h"
#include "tests/bench/naas/lab.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { EVALUATIONS = 3000 };

static double clock_at(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double now(void)
{
    return clock_at(CLOCK_THREAD_CPUTIME_ID);
}

/* The loop of a mapping search by CMA-ES (strategy.c), timed in its parts. */
static bool evolve(
    const struct as_problem *problem, const struct as_accel *accel, double *strategy, double *judging)
{
    struct as_space space;
    struct as_model *model = malloc(sizeof *model);
    as_space_init(&space, problem, accel, AS_SPACE_FULL, AS_IMPORTANCE);
    struct cmaes *es = cmaes_new(space.n_genes, 0, 0.3, 1);
    double *fitness = es ? malloc((size_t)cmaes_max_lambda(es) * sizeof *fitness) : NULL;
    bool fine = model && fitness;
    if (fine)
        as_model_init(model, problem, accel);
    for (int n = 0; fine && n < EVALUATIONS;) {
        double start = now();
        cmaes_ask(es);
        double asked = now();
        for (int i = 0; i < cmaes_lambda(es); i++, n++) {
            struct as_mapping mapping;
            struct as_cost cost;
            as_space_decode(&space, cmaes_candidate(es, i), &mapping);
            fitness[i] = as_model_eval(model, &mapping, &cost) == NAAS_OK ? cost.edp : INFINITY;
        }
        double judged = now();
        cmaes_tell(es, fitness);
        *strategy += asked - start + now() - judged;
        *judging += judged - asked;
    }
    cmaes_free(es);
    free(fitness);
    free(model);
    return fine;
}

static bool share_of_the_strategy(const struct lab *lab)
{
    struct as_network network;
    struct as_accel accel;
    double strategy = 0, judging = 0;
    if (as_network_from_json(lab->ctx, naas_format(lab->ctx, "%s/networks/resnet50.json", lab->examples),
            &network) != NAAS_OK ||
        as_accel_from_json(lab->ctx, naas_format(lab->ctx, "%s/accelerators/nvdla-1024.json", lab->examples),
            &accel) != NAAS_OK)
        return false;
    for (int i = 0; i < network.n_layers; i++)
        if (!evolve(&network.layers[i].problem, &accel, &strategy, &judging))
            return false;
    printf("CMA-ES on the mappings of ResNet-50, %d evaluations each: %.1f %% of the CPU time is its own\n",
        EVALUATIONS, 100 * strategy / (strategy + judging));
    return true;
}

bool targets(const struct lab *lab)
{
    struct as_cosearch_options options = as_cosearch_defaults();
    struct outcome outcome;
    struct rusage usage;
    double wall = clock_at(CLOCK_MONOTONIC), cpu = clock_at(CLOCK_PROCESS_CPUTIME_ID);
    if (!lab_search(lab, "nvdla-1024", "resnet50", &options, &outcome))
        return false;
    wall = clock_at(CLOCK_MONOTONIC) - wall;
    cpu = clock_at(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    getrusage(RUSAGE_SELF, &usage);
    printf("search of ResNet-50 within nvdla-1024, baselines included: %.1f s on %d threads, %.1f s of CPU "
           "time, EDP %.4g J s, %.2f of the baseline's\n",
        wall, options.threads, cpu, outcome.found[0].edp * 1e-21,
        outcome.found[0].edp / outcome.baseline[0].edp);
    printf("peak memory: %.1f MiB\n", (double)usage.ru_maxrss / 1024);
    return share_of_the_strategy(lab);
}
