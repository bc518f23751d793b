/* rank.h: what begin.c, lead.c and serve.c share. */
#ifndef CLUSTER_RANK_H
#define CLUSTER_RANK_H

#include "cluster/cluster.h"
#include "cluster/outbox.h"
#include <pthread.h>
#include <stdatomic.h>

/* A rank whose threads will have nothing to do within half of so many seconds gets work for so many, but not
 * more than CLUSTER_DEPTH jobs for each thread; and it returns results within half of that time. */
#define CLUSTER_AHEAD 0.1
enum { CLUSTER_DEPTH = 32 };

struct cluster {
    int ranks, processors;
    struct cluster_options options;
    struct as_farm *farm;
    struct cluster_rank *did;      /* [ranks] */
    pthread_t thread;              /* leads, once attached */
    bool attached, served, failed; /* served: the others have gone, or this is one of them that has */
    atomic_bool ends;              /* set for the thread: nothing more will come */
};

/* The thread of rank 0 that passes jobs on until the cluster ends, and then lets the ranks go. */
void *cluster_lead(void *cluster);
/* Works for rank 0. NULL when it let us go, else what went wrong, and the job's exit status then. */
const char *cluster_serve(int processors, int *exit_status);

#endif
