/*
 * The default search for mappings of all distinct layers of a network, on all processors, and the exact one
 * layer by layer, each on all processors; or of one layer.
 *
 *     layers NETWORK.json ACCELERATOR.json NODES [LAYER]
 */
#include "accelsearch/accelsearch.h"
#include "accelsearch/pool.h"
#include "accelsearch/workload.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct run {
    const struct as_workload *workload;
    const struct as_accel *accel;
    struct as_map_options options;
    struct as_map_result *result;
    double *seconds;   /* of its thread, or of the clock on the wall */
    double *processor; /* of all threads */
};

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void search(void *context, int i)
{
    struct run *run = context;
    double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    as_map_search(&run->workload->layer[i].problem, run->accel, &run->options, &run->result[i]);
    run->seconds[i] = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

/* One after the other, each on all processors. */
static void search_exactly(struct run *run)
{
    run->options.threads = as_pool_processors();
    for (int i = 0; i < run->workload->n_layers; i++) {
        double wall = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
        as_map_search(&run->workload->layer[i].problem, run->accel, &run->options, &run->result[i]);
        run->seconds[i] = seconds(CLOCK_MONOTONIC) - wall;
        run->processor[i] = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor;
    }
}

static struct run prepare(const struct as_workload *workload, const struct as_accel *accel)
{
    struct run run = {workload, accel, as_map_defaults(), NULL, NULL, NULL};
    run.result = calloc((size_t)workload->n_layers, sizeof *run.result);
    run.seconds = calloc((size_t)workload->n_layers, sizeof *run.seconds);
    run.processor = calloc((size_t)workload->n_layers, sizeof *run.processor);
    if (!run.result || !run.seconds || !run.processor)
        exit(1);
    return run;
}

static void report(const struct run *mix, const struct run *exact, double wall)
{
    int n = mix->workload->n_layers, proven = 0, in_time = 0;
    double worst = 1, product = 0, cpu = 0;
    printf("%-24s %13s %9s %9s %9s %9s %10s %10s\n", "layer", "best", "mix/best", "mix (s)", "gap", "nodes",
        "exact (s)", "CPU (s)");
    for (int i = 0; i < n; i++) {
        const struct as_map_result *best = &exact->result[i];
        double ratio = mix->result[i].score / best->score;
        printf("%-24s %13.6g %9.4f %9.3f %8.3f%% %9.3g %10.2f %10.2f\n", mix->workload->layer[i].problem.name,
            best->score, ratio, mix->seconds[i],
            best->proven ? 0 : 100 * (1 - best->lower_bound / best->score), (double)best->nodes,
            exact->seconds[i], exact->processor[i]);
        worst = fmax(worst, ratio);
        product += log(ratio);
        cpu += mix->seconds[i];
        proven += best->proven;
        in_time += best->proven && exact->seconds[i] < 10;
    }
    printf("mix: all layers in %.2f s on %d processors (%.2f s of one), %.2f %% above the best known in the "
           "geometric mean, %.2f %% at worst\n",
        wall, as_pool_processors(), cpu, 100 * (exp(product / n) - 1), 100 * (worst - 1));
    printf("exact: %d of %d layers proven, %d of them in less than 10 s on %d processors\n\n", proven, n,
        in_time, as_pool_processors());
}

static void keep_only(struct as_workload *workload, const char *name)
{
    int n = 0;
    for (int i = 0; i < workload->n_layers; i++)
        if (strcmp(workload->layer[i].problem.name, name) == 0)
            workload->layer[n++] = workload->layer[i];
    workload->n_layers = n;
}

int main(int argc, char **argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network network;
    struct as_accel accel;
    if (argc < 4 || argc > 5 || as_network_from_json(ctx, argv[1], &network) != NAAS_OK ||
        as_accel_from_json(ctx, argv[2], &accel) != NAAS_OK) {
        naas_diags_print(ctx, stderr, false);
        return 1;
    }
    struct as_workload workload = as_workload_new(ctx, 1, &network);
    if (argc == 5)
        keep_only(&workload, argv[4]);
    struct run mix = prepare(&workload, &accel), exact = prepare(&workload, &accel);
    exact.options.strategy = AS_EXACT;
    exact.options.evaluations = 20000;
    exact.options.nodes = strtoll(argv[3], NULL, 10);
    printf("%s on %s, %lld nodes\n", network.name, accel.name, (long long)exact.options.nodes);
    double start = seconds(CLOCK_MONOTONIC);
    as_pool_run(as_pool_processors(), workload.n_layers, search, &mix);
    double wall = seconds(CLOCK_MONOTONIC) - start;
    search_exactly(&exact);
    report(&mix, &exact, wall);
    naas_ctx_free(ctx);
    return 0;
}
