/* The program that is linked without MPI: under mpirun it becomes the one that is linked with it. */
#include "accelsearch/pool.h"
#include "cluster/cluster.h"
#include "cluster/environment.h"
#include <unistd.h>

void cluster_begin(const char *bin, char **argv, struct cluster_begin *begin)
{
    struct cluster_environment environment = cluster_environment();
    char path[4096];
    *begin = (struct cluster_begin){0};
    if (!environment.started || !bin)
        return;
    snprintf(path, sizeof path, "%s/naas-mpi", bin);
    execv(path, argv);
    if (environment.ranks == 1)
        return;
    begin->ends = true;
    begin->exit_status = 1;
    if (environment.rank == 0)
        snprintf(begin->message, sizeof begin->message,
            "%d processes were started together, but this naas was built without MPI and cannot share work "
            "between them: start it without mpirun, or build it where MPI is installed (Debian: "
            "libopenmpi-dev)",
            environment.ranks);
}

void cluster_attach(struct cluster *cluster, struct as_farm *farm, const struct cluster_options *options)
{
    (void)cluster;
    (void)farm;
    (void)options;
}

struct cluster_rank *cluster_detach(struct cluster *cluster, int *n)
{
    (void)cluster;
    *n = 1;
    return NULL;
}

int cluster_ranks(const struct cluster *cluster)
{
    (void)cluster;
    return 1;
}

int cluster_processors(const struct cluster *cluster)
{
    (void)cluster;
    return as_pool_processors();
}

void cluster_end(struct cluster *cluster)
{
    (void)cluster;
}
