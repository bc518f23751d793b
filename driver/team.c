#include "driver/team.h"
#include "driver/naas.h"
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* In a thread of the cluster, just before everything ends. */
static void say_lost(void *context, const char *what)
{
    const struct team *team = context;
    fprintf(stderr, "naas: error: %s; the job ends\nnaas: note: %s\n", what, team->advice);
}

/* mpirun ends all ranks when one has died, and Slurm a job whose time is over: with SIGTERM first. What rank
 * 0 says then has to be where a signal handler finds it. */
static char last_words[512];

static void say_ended(int number)
{
    ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));
    _exit(written < 0 ? EXIT_LOST : 128 + number);
}

static void expect_the_end(const struct team *team)
{
    struct sigaction action = {.sa_handler = say_ended};
    snprintf(last_words, sizeof last_words,
        "naas: error: the job was ended from outside, or because another process has died\nnaas: note: %s\n",
        team->advice);
    sigaction(SIGTERM, &action, NULL);
}

/* Passing jobs on to many threads and keeping what they find keeps two threads of rank 0 busy. */
enum { MANY_THREADS = 32, BUSY_THREADS = 2 };

static struct as_farm *new_farm(const struct team *team, struct cluster *cluster)
{
    int busy = (cluster_ranks(cluster) - 1) * team->own_threads >= MANY_THREADS ? BUSY_THREADS : 0;
    int searching = team->own_threads > busy ? team->own_threads - busy : 0;
    struct as_farm *farm = as_farm_new(searching);
    if (farm && searching == 0)
        as_farm_rely(farm);
    return farm;
}

enum naas_status team_start(
    struct team *team, struct naas_ctx *ctx, struct cluster *cluster, const char *advice)
{
    team->own_threads = team->threads > 0 ? team->threads : cluster_processors(cluster);
    team->farm = new_farm(team, cluster);
    team->cluster = cluster;
    team->advice = advice;
    team->started = as_farm_clock();
    if (!team->farm) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "no memory to search mappings");
        return NAAS_SYSTEM;
    }
    if (cluster_ranks(cluster) > 1) {
        as_farm_keep(team->farm);
        expect_the_end(team);
    }
    cluster_attach(cluster, team->farm,
        &(struct cluster_options){.threads = team->threads,
            .hang_timeout = team->hang_timeout,
            .failed = say_lost,
            .context = team,
            .exit_status = EXIT_LOST});
    return NAAS_OK;
}

void team_stop(struct team *team, struct naas_ctx *ctx)
{
    if (!team->farm)
        return;
    team->seconds = as_farm_clock() - team->started;
    const struct cluster_rank *did = cluster_detach(team->cluster, &team->n);
    struct as_farm_use use = as_farm_uses(team->farm);
    as_farm_free(team->farm);
    team->farm = NULL;
    team->rank = naas_alloc(ctx, (size_t)team->n, sizeof *team->rank);
    for (int i = 1; i < team->n; i++) {
        team->rank[i] = did[i];
        team->rank[0].messages += did[i].messages;
        team->rank[0].bytes += did[i].bytes;
    }
    team->rank[0].passing = did ? did[0].passing : 0;
    team->keeping = use.keeping;
    team->rank[0].threads = use.threads;
    team->rank[0].jobs = use.jobs;
    team->rank[0].busy = use.busy;
}

void team_json(struct naas_buf *out, const struct team *team)
{
    if (team->n < 2)
        return;
    naas_buf_printf(out,
        ",\n  \"seconds\": %.3f,\n  \"passing_s\": %.4f,\n  \"keeping_s\": %.4f,\n  \"ranks\": [",
        team->seconds, team->rank[0].passing, team->keeping);
    for (int i = 0; i < team->n; i++) {
        const struct cluster_rank *rank = &team->rank[i];
        double idle = fmax(0, team->seconds * rank->threads - rank->busy);
        naas_buf_printf(out,
            "%s\n    {\"rank\": %d, \"threads\": %d, \"searches\": %" PRId64
            ", \"busy_s\": %.3f, \"idle_s\": %.3f, \"messages\": %" PRId64 ", \"bytes\": %" PRId64 "}",
            i ? "," : "", i, rank->threads, rank->jobs, rank->busy, idle, rank->messages, rank->bytes);
    }
    naas_buf_puts(out, "]");
}
