/*
 * cluster: mapping searches on many machines. `mpirun -n N naas search ...` starts N processes (ranks) of the
 * same command. Rank 0 runs it as if it were alone; the others take jobs from its farm (accelsearch/farm.h),
 * each with threads of its own, and return results. Prefix cluster_.
 *
 * In:  jobs of a farm. Out: their results, and what each rank did.
 * Ideas: jobs and results are self-contained bytes, so a rank needs no files and no command line; a rank has
 * what its threads work on, and as much in advance while there is plenty; every rank hears of rank 0 and rank
 * 0 of every rank within a time-out, or the job ends. MPI is called by one thread at a time, and never where
 * mpirun did not start the process.
 *
 * naas itself is linked without MPI and becomes naas-mpi (the same program with it) where mpirun starts it.
 */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include "accelsearch/farm.h"

struct cluster;

/* What this process is to do. */
struct cluster_begin {
    struct cluster *cluster; /* NULL: one process alone */
    bool ends;               /* nothing more but cluster_end: it worked for rank 0, or cannot */
    int exit_status;
    char message[512]; /* to be said then, or empty */
};
/* bin: folder of this program; argv: of main. Looks at the environment only where mpirun did not start this
 * process. */
void cluster_begin(const char *bin, char **argv, struct cluster_begin *begin);

struct cluster_options {
    int threads;         /* of each rank; 0: its share of its machine's processors */
    double hang_timeout; /* seconds after which a silent rank is given up */
    /* Called, in a thread of its own, when a rank was silent for so long or does not understand; what says
     * which. The job is ended behind it, with exit_status. */
    void (*failed)(void *context, const char *what);
    void *context;
    int exit_status;
};
/* The other ranks work for the farm from here on. NULL cluster: nothing happens. */
void cluster_attach(struct cluster *cluster, struct as_farm *farm, const struct cluster_options *options);

/* What a rank did. */
struct cluster_rank {
    int threads;
    int64_t jobs, messages, bytes; /* messages: sent to it by rank 0, and back */
    double busy;                   /* seconds, of all its threads together */
    double passing;                /* of rank 0: of a processor, spent on passing jobs and results */
};
/* Lets the other ranks go. What they did, [1..n), and n: the number of ranks; lives as long as the cluster.
 * Of [0] only passing is known: the rest knows the farm. */
struct cluster_rank *cluster_detach(struct cluster *cluster, int *n);

/* Ranks, 1 when NULL. */
int cluster_ranks(const struct cluster *cluster);
/* This process's share of the processors. */
int cluster_processors(const struct cluster *cluster);

/* The last. */
void cluster_end(struct cluster *cluster);

#endif
