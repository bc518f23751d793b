/*
 * What a job costs rank 0: hands out mapping searches of one evaluation, which are over at once, to the other
 * ranks, and prints the processor time that rank 0 spent.
 *
 *     mpirun -n RANKS passing EXAMPLES DATABASE ROWS BATCHES CANDIDATES LAYERS
 *
 * ROWS threads ask for BATCHES of CANDIDATES accelerators times the first LAYERS layers of ResNet-50 each, as
 * rows of a campaign do. Prints a line "JOBS MESSAGES BYTES ADMIT PASS KEEP": how many jobs; messages and
 * bytes of one job, both ways together; seconds of a processor for one: to look it up and queue it (a thread
 * of the row), to send it and take its result (the thread that passes on), to keep it (the one that writes
 * the database).
 */
#include "accelsearch/hardware.h"
#include "accelsearch/random.h"
#include "accelsearch/workload.h"
#include "cluster/cluster.h"
#include <pthread.h>
#include <stdlib.h>

struct bench {
    struct naas_ctx *ctx;
    struct as_workload workload;
    struct as_budget budget;
    struct as_map_options options;
    struct as_farm *farm;
    struct as_database *database;
    int batches, candidates;
};
struct row {
    struct bench *bench;
    pthread_t thread;
    int number;
    double seconds;
};

static void one_batch(struct row *row, struct as_random *random, struct naas_ctx *ctx)
{
    struct bench *bench = row->bench;
    struct as_hardware space;
    as_hardware_init(&space, &bench->budget, AS_IMPORTANCE, false);
    int n_layers = bench->workload.n_layers, n = bench->candidates * n_layers;
    struct as_accel *accel = naas_alloc(ctx, (size_t)bench->candidates, sizeof *accel);
    struct as_job *job = naas_alloc(ctx, (size_t)n, sizeof *job);
    struct as_map_result *result = naas_alloc(ctx, (size_t)n, sizeof *result);
    double *genes = naas_alloc(ctx, (size_t)space.n_genes, sizeof *genes);
    for (int c = 0; c < bench->candidates; c++) {
        for (int i = 0; i < space.n_genes; i++)
            genes[i] = as_random_unit(random);
        as_hardware_decode(&space, genes, &accel[c]);
        struct as_key key = as_key_join(as_key_accel(&accel[c]), as_key_options(&bench->options));
        for (int i = 0; i < n_layers; i++)
            job[c * n_layers + i] = (struct as_job){.problem = &bench->workload.layer[i].problem,
                .accel = &accel[c],
                .options = &bench->options,
                .key = as_key_join(bench->workload.layer[i].key, key),
                .result = &result[c * n_layers + i]};
    }
    double start = as_farm_processor_time();
    as_farm_run(bench->farm, 1, bench->database, n, job);
    row->seconds += as_farm_processor_time() - start;
}

static void *work(void *argument)
{
    struct row *row = argument;
    struct as_random random = as_random_stream(1, (uint64_t)row->number);
    for (int b = 0; b < row->bench->batches; b++) {
        struct naas_ctx *ctx = naas_ctx_new();
        one_batch(row, &random, ctx);
        naas_ctx_free(ctx);
    }
    return NULL;
}

static void run(struct cluster *cluster, struct bench *bench, int n_rows)
{
    struct row *row = naas_alloc(bench->ctx, (size_t)n_rows, sizeof *row);
    double rows = 0;
    int ranks;
    bench->farm = as_farm_new(0);
    as_farm_rely(bench->farm);
    cluster_attach(cluster, bench->farm, &(struct cluster_options){.threads = 1, .hang_timeout = 60});
    for (int r = 0; r < n_rows; r++) {
        row[r] = (struct row){.bench = bench, .number = r};
        if (pthread_create(&row[r].thread, NULL, work, &row[r]) != 0)
            abort();
    }
    for (int r = 0; r < n_rows; r++) {
        pthread_join(row[r].thread, NULL);
        rows += row[r].seconds;
    }
    const struct cluster_rank *did = cluster_detach(cluster, &ranks);
    double keeping = as_farm_uses(bench->farm).keeping;
    as_farm_free(bench->farm);
    double n = 0, messages = 0, bytes = 0;
    for (int r = 1; r < ranks; r++) {
        n += (double)did[r].jobs;
        messages += (double)did[r].messages;
        bytes += (double)did[r].bytes;
    }
    printf("%.0f %.4f %.1f %.3e %.3e %.3e\n", n, messages / n, bytes / n, rows / n, did[0].passing / n,
        keeping / n);
}

int main(int argc, char **argv)
{
    struct cluster_begin begin;
    cluster_begin(NULL, argv, &begin);
    if (begin.ends) {
        cluster_end(begin.cluster);
        return begin.exit_status;
    }
    if (argc != 7)
        return 2;
    struct bench bench = {.ctx = naas_ctx_new(),
        .options = as_map_defaults(),
        .database = as_database_open(argv[2]),
        .batches = atoi(argv[4]),
        .candidates = atoi(argv[5])};
    struct as_network network;
    bench.options.evaluations = 1;
    bench.options.strategy = AS_RANDOM;
    if (as_network_from_json(
            bench.ctx, naas_format(bench.ctx, "%s/networks/resnet50.json", argv[1]), &network) != NAAS_OK ||
        as_budget_from_json(bench.ctx, naas_format(bench.ctx, "%s/accelerators/nvdla-1024.json", argv[1]),
            &bench.budget) != NAAS_OK)
        return 1;
    if (network.n_layers > atoi(argv[6]))
        network.n_layers = atoi(argv[6]);
    bench.workload = as_workload_new(bench.ctx, 1, &network);
    run(begin.cluster, &bench, atoi(argv[3]));
    as_database_close(bench.database);
    cluster_end(begin.cluster);
    return 0;
}
