/*
 * team: who searches mappings for a command: threads of this process and, under mpirun, those of the other
 * ranks.
 */
#ifndef DRIVER_TEAM_H
#define DRIVER_TEAM_H

#include "cluster/cluster.h"

struct team {
    int threads;         /* asked for, of each rank; 0: as many as there are processors for it */
    double hang_timeout; /* seconds */
    struct as_farm *farm;

    struct cluster *cluster; /* NULL: this process alone */
    int own_threads;         /* of this rank */
    const char *advice;      /* how to go on when the job ends early */
    double started, seconds; /* it worked for so long */
    double keeping;          /* seconds of a processor of rank 0, to keep what other ranks found */
    int n;
    struct cluster_rank *rank; /* [n], once it has stopped: what they did */
};

/* The help of the options that fill in threads and hang_timeout. */
#define TEAM_THREADS_HELP "of each process; changes the time, not the result"
#define TEAM_HANG_HELP "under mpirun: give up when another process is silent for so long (60)"
enum { TEAM_HANG_TIMEOUT = 60 };

/* NAAS_SYSTEM with a diagnostic when there is nobody. advice is kept. */
enum naas_status team_start(
    struct team *team, struct naas_ctx *ctx, struct cluster *cluster, const char *advice);
/* The others go, the farm is gone; what they did is known from here on. Nothing happens the second time. */
void team_stop(struct team *team, struct naas_ctx *ctx);
/* A member "ranks" of a record: what each rank did. Nothing for a process alone. */
void team_json(struct naas_buf *out, const struct team *team);

#endif
