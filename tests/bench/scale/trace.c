/*
 * What searches of accelerators are made of: runs each with one thread and prints, for each batch of mapping
 * searches, the seconds that were spent before it by the search itself, and those of its jobs, as they were
 * and as the farm expected them. What the simulator reads. Seconds are the processor's, so that other
 * programs on the machine change little.
 *
 *     trace EXAMPLES DATABASE GENERATIONS POPULATION EVALUATIONS BUDGET:NETWORK,NETWORK,... ...
 *
 * Lines: "search NAME", "dataflow SECONDS", "batch SECONDS_BEFORE N SECONDS EXPECTED ...".
 */
#include "accelsearch/cosearch.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_NETWORKS = 8 };

struct trace {
    double before;        /* seconds of the search itself, ahead of the batch */
    double thread, whole; /* of the farm's thread and of the process, behind the latest job */
    int n, capacity;
    double *seconds, *expected;
};

static double clock_of(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_batch(struct trace *trace)
{
    printf("batch %.6f %d", trace->before, trace->n);
    for (int i = 0; i < trace->n; i++)
        printf(" %.6f %.3g", trace->seconds[i], trace->expected[i]);
    printf("\n");
    trace->n = 0;
    trace->before = 0;
}

static void see(void *context, const struct as_job *job)
{
    struct trace *trace = context;
    double thread = clock_of(CLOCK_THREAD_CPUTIME_ID), whole = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    double seconds = thread - trace->thread, before = whole - trace->whole - seconds;
    trace->thread = thread;
    trace->whole = whole;
    if (job->dataflow) { /* at first, with the search at its work beside it */
        printf("dataflow %.6f\n", seconds);
        trace->before = before;
        return;
    }
    if (trace->n == 0)
        trace->before += before;
    if (trace->n == trace->capacity) {
        trace->capacity = 2 * trace->capacity + 64;
        trace->seconds = realloc(trace->seconds, (size_t)trace->capacity * sizeof *trace->seconds);
        trace->expected = realloc(trace->expected, (size_t)trace->capacity * sizeof *trace->expected);
        if (!trace->seconds || !trace->expected)
            abort();
    }
    trace->expected[trace->n] = job->expected;
    trace->seconds[trace->n++] = seconds;
    if (job->batch->taken == job->batch->n) /* one thread takes them in turn: the last */
        print_batch(trace);
}

/* BUDGET:NETWORK,... */
static enum naas_status read(struct naas_ctx *ctx, const char *examples, char *words,
    struct as_budget *budget, struct as_workload *workload)
{
    struct as_network network[MOST_NETWORKS];
    int n = 0;
    char *rest = strchr(words, ':');
    if (!rest)
        return NAAS_BAD_INPUT;
    *rest++ = '\0';
    enum naas_status status =
        as_budget_from_json(ctx, naas_format(ctx, "%s/accelerators/%s.json", examples, words), budget);
    for (char *name = strtok(rest, ","); name && status == NAAS_OK && n < MOST_NETWORKS;
         name = strtok(NULL, ","))
        status =
            as_network_from_json(ctx, naas_format(ctx, "%s/networks/%s.json", examples, name), &network[n++]);
    if (status == NAAS_OK)
        *workload = as_workload_new(ctx, n, network);
    return status;
}

static void search(const char *examples, struct as_database *database,
    const struct as_cosearch_options *options, char *words)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget *budget = naas_alloc(ctx, 1, sizeof *budget);
    struct as_workload workload;
    struct as_cosearch search;
    struct as_design best, baseline, native;
    struct trace trace = {0};
    printf("search %s\n", words);
    if (read(ctx, examples, words, budget, &workload) != NAAS_OK) {
        naas_diags_print(ctx, stderr, false);
        exit(1);
    }
    struct as_cosearch_options own = *options;
    own.farm = as_farm_new(1);
    as_farm_watch(own.farm, see, &trace);
    trace.whole = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    as_cosearch_init(&search, &workload, budget, &own, database);
    if (as_cosearch_run(&search, NULL, NULL, &best) == NAAS_OK)
        as_cosearch_baseline(&search, &baseline, &native);
    as_farm_free(own.farm);
    free(trace.seconds);
    free(trace.expected);
    naas_ctx_free(ctx);
}

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr, "usage: see the source\n");
        return 2;
    }
    struct as_cosearch_options options = as_cosearch_defaults();
    double scale = atof(argv[5]) / (double)options.full; /* the defaults' proportions, as naas search has */
    options.generations = atoi(argv[3]);
    options.population = atoi(argv[4]);
    options.screen = (int64_t)((double)options.screen * scale);
    options.final = (int64_t)((double)options.final * scale);
    options.full = atoll(argv[5]);
    options.threads = 1;
    struct as_database *database = as_database_open(argv[2]);
    for (int i = 6; i < argc; i++)
        search(argv[1], database, &options, argv[i]);
    as_database_close(database);
    return 0;
}
