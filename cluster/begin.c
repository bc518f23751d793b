/* The program that is linked with MPI: joining the others, and leaving. */
#include "accelsearch/pool.h"
#include "cluster/environment.h"
#include "cluster/rank.h"
#include <sched.h>
#include <stdlib.h>

/* Processors, shared among the ranks that mpirun put on the same ones. */
static int share_of_processors(void)
{
    MPI_Comm machine;
    cpu_set_t own, *all;
    int n, same = 0;
    CPU_ZERO(&own);
    if (sched_getaffinity(0, sizeof own, &own) != 0)
        CPU_SET(0, &own);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &n);
    all = malloc((size_t)n * sizeof *all);
    if (!all)
        MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Allgather(&own, (int)sizeof own, MPI_BYTE, all, (int)sizeof own, MPI_BYTE, machine);
    for (int i = 0; i < n; i++)
        same += CPU_EQUAL(&own, &all[i]);
    free(all);
    MPI_Comm_free(&machine);
    int share = CPU_COUNT(&own) / same;
    return share > 0 ? share : 1;
}

void cluster_begin(const char *bin, char **argv, struct cluster_begin *begin)
{
    (void)bin;
    (void)argv;
    int provided, rank;
    *begin = (struct cluster_begin){0};
    if (!cluster_environment().started)
        return;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    cluster_forget_environment();
    struct cluster *cluster = begin->cluster = calloc(1, sizeof *cluster);
    if (!cluster || provided < MPI_THREAD_SERIALIZED)
        MPI_Abort(MPI_COMM_WORLD, 1);
    cluster->processors = share_of_processors();
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &cluster->ranks);
    cluster->did = calloc((size_t)cluster->ranks, sizeof *cluster->did);
    if (!cluster->did)
        MPI_Abort(MPI_COMM_WORLD, 1);
    if (rank == 0)
        return;
    const char *fault = cluster_serve(cluster->processors, &begin->exit_status);
    cluster->failed = fault != NULL;
    cluster->served = begin->ends = true;
    cluster->options.exit_status = begin->exit_status;
    if (!fault)
        begin->exit_status = 0;
    else
        snprintf(begin->message, sizeof begin->message, "rank %d: %s", rank, fault);
}

void cluster_attach(struct cluster *cluster, struct as_farm *farm, const struct cluster_options *options)
{
    if (!cluster || cluster->ranks == 1 || cluster->served)
        return;
    cluster->farm = farm;
    cluster->options = *options;
    cluster->attached = pthread_create(&cluster->thread, NULL, cluster_lead, cluster) == 0;
}

static void let_go(struct cluster *cluster)
{
    atomic_store(&cluster->ends, true);
    if (cluster->attached)
        pthread_join(cluster->thread, NULL);
    else if (!cluster->served)
        cluster_lead(cluster);
    cluster->attached = false;
    cluster->served = true;
}

struct cluster_rank *cluster_detach(struct cluster *cluster, int *n)
{
    *n = cluster_ranks(cluster);
    if (!cluster)
        return NULL;
    let_go(cluster);
    return cluster->did;
}

int cluster_ranks(const struct cluster *cluster)
{
    return cluster ? cluster->ranks : 1;
}

int cluster_processors(const struct cluster *cluster)
{
    return cluster ? cluster->processors : as_pool_processors();
}

void cluster_end(struct cluster *cluster)
{
    if (!cluster)
        return;
    if (cluster->failed)
        MPI_Abort(MPI_COMM_WORLD, cluster->options.exit_status);
    let_go(cluster);
    MPI_Finalize();
    free(cluster->did);
    free(cluster);
}
