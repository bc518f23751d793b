#include "cluster/environment.h"
#include <stddef.h>
#include <stdlib.h>

/* OpenMPI's mpirun; MPICH's, Intel's and Slurm's srun --mpi=pmi2; srun --mpi=pmix. */
static const struct {
    const char *rank, *ranks;
} names[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, {"PMI_RANK", "PMI_SIZE"}, {"PMIX_RANK", NULL}};
enum { N_NAMES = sizeof names / sizeof names[0] };

static int number(const char *name)
{
    const char *text = name ? getenv(name) : NULL;
    return text ? atoi(text) : 0;
}

struct cluster_environment cluster_environment(void)
{
    for (int i = 0; i < N_NAMES; i++)
        if (getenv(names[i].rank))
            return (struct cluster_environment){true, number(names[i].rank), number(names[i].ranks)};
    return (struct cluster_environment){false, 0, 0};
}

void cluster_forget_environment(void)
{
    for (int i = 0; i < N_NAMES; i++) {
        unsetenv(names[i].rank);
        if (names[i].ranks)
            unsetenv(names[i].ranks);
    }
}
