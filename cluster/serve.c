/*
 * What the ranks other than 0 do: a farm of their own does the jobs that come in, this thread passes
 * messages.
 */
#include "cluster/dataflow.h"
#include "cluster/parcel.h"
#include "cluster/rank.h"
#include <stdlib.h>
#include <string.h>

/* A job that came in. */
struct served {
    struct served *next; /* of those done */
    struct server *server;
    struct cluster_job asked;
    struct cluster_result answer;
    struct naas_ctx *ctx; /* of a dataflow */
    struct as_dataflow dataflow;
    struct cluster_native found;
    struct as_job job, *jobs[1];
    struct as_batch batch;
};

struct server {
    int processors, threads;
    int held;  /* jobs that came in and whose results have not gone */
    bool idle; /* a thread has nothing to do */
    struct as_farm *farm;
    pthread_mutex_t lock;
    struct served *done, **last; /* the lock's, down to since: those that are done */
    int n_done;
    double since; /* when the first of them was done */
    struct outbox outbox;
    struct inbox inbox;
    struct parcel parcel;
    double heard, looked; /* when rank 0 sent the latest message; when silence was looked for last */
    struct cluster_welcome welcome;
    bool ends;
    const char *fault;
    struct cluster_job asked;
};

static void keep_done(struct as_batch *batch)
{
    struct served *served = batch->context;
    struct server *server = served->server;
    pthread_mutex_lock(&server->lock);
    served->next = NULL;
    *server->last = served;
    server->last = &served->next;
    if (server->n_done++ == 0)
        server->since = as_farm_clock();
    pthread_mutex_unlock(&server->lock);
}

static struct served *new_served(struct server *server)
{
    struct served *served = calloc(1, sizeof *served);
    if (!served) {
        server->fault = "no memory for a job";
        return NULL;
    }
    served->server = server;
    served->jobs[0] = &served->job;
    served->batch = (struct as_batch){.n = 1, .job = served->jobs, .done = keep_done, .context = served};
    return served;
}

static void free_served(struct served *served)
{
    naas_ctx_free(served->ctx);
    free(served);
}

static void begin_job(struct server *server, struct served *served)
{
    served->job.key = (struct as_key){0, (uint64_t)served->asked.number}; /* rank 0 has none twice */
    server->held++;
    as_farm_post(server->farm, &served->batch);
}

static void misunderstood(struct server *server)
{
    server->fault = "rank 0 sent something else than a job";
}

static void begin_jobs(struct server *server)
{
    const unsigned char *in = server->inbox.data, *end = in + server->inbox.size;
    memset(&server->asked, 0, sizeof server->asked);
    while (parcel_next(&in, end, &server->asked, sizeof server->asked)) {
        struct served *served = new_served(server);
        if (!served)
            return;
        served->asked = server->asked;
        served->job = (struct as_job){.problem = &served->asked.problem,
            .accel = &served->asked.accel,
            .options = &served->asked.options,
            .result = &served->answer.result};
        begin_job(server, served);
    }
    if (in != end)
        misunderstood(server);
}

static void begin_dataflow(struct server *server)
{
    struct served *served = new_served(server);
    if (!served)
        return;
    served->ctx = naas_ctx_new();
    if (cluster_unpack_dataflow(
            served->ctx, &served->dataflow, &served->asked.number, server->inbox.data, server->inbox.size)) {
        served->dataflow.native = &served->found.native;
        served->job = (struct as_job){.dataflow = &served->dataflow};
        begin_job(server, served);
        return;
    }
    misunderstood(server);
    free_served(served);
}

/* ---- results ---- */

static bool send_dataflow(struct server *server, struct served *served)
{
    unsigned char packed[CLUSTER_PACKED(sizeof served->found)];
    served->found.number = served->asked.number;
    served->found.status = served->job.status;
    served->found.seconds = served->job.seconds;
    size_t size = cluster_pack(packed, &served->found, NULL, sizeof served->found);
    return outbox_send(&server->outbox, 0, CLUSTER_DATAFLOW, packed, size);
}

static bool add_result(struct server *server, struct served *served)
{
    served->answer.number = served->asked.number;
    served->answer.status = served->job.status;
    served->answer.seconds = served->job.seconds;
    return parcel_add(&server->parcel, &served->answer, sizeof served->answer);
}

/* Results wait for each other while there is enough to do: until as many are done as are left, or a thread
 * has nothing else in stock, or for some time. Those that are due, or NULL. */
static struct served *due(struct server *server)
{
    struct served *done = NULL;
    pthread_mutex_lock(&server->lock);
    int left = server->held - server->n_done;
    server->idle = left < server->threads;
    if (server->n_done > 0 && (left <= server->n_done || left <= server->threads ||
                                  as_farm_clock() - server->since > CLUSTER_AHEAD / 2)) {
        done = server->done;
        server->held = left;
        server->done = NULL;
        server->last = &server->done;
        server->n_done = 0;
    }
    pthread_mutex_unlock(&server->lock);
    return done;
}

static bool send_results(struct server *server)
{
    struct served *served = due(server);
    bool any = served != NULL, sent = true;
    parcel_empty(&server->parcel);
    for (struct served *next; served; served = next) {
        next = served->next;
        sent = (served->job.dataflow ? send_dataflow : add_result)(server, served) && sent;
        free_served(served);
    }
    if (server->parcel.size > 0)
        sent = outbox_send(&server->outbox, 0, CLUSTER_RESULTS, server->parcel.data, server->parcel.size) &&
               sent;
    if (!sent)
        server->fault = "no memory for a result";
    return any;
}

/* ---- the whole ---- */

static void be_welcome(struct server *server)
{
    struct cluster_welcome *welcome = &server->welcome;
    if (server->inbox.size == sizeof *welcome)
        memcpy(welcome, server->inbox.data, sizeof *welcome);
    server->farm = as_farm_new(welcome->threads > 0 ? welcome->threads : server->processors);
    server->threads = server->farm ? as_farm_uses(server->farm).threads : 0;
    if (server->threads == 0)
        server->fault = "no memory for threads";
}

static bool hear(struct server *server)
{
    bool any = false;
    while (!server->fault && inbox_take(&server->inbox, 0)) {
        any = true;
        server->heard = as_farm_clock();
        if (server->inbox.tag == CLUSTER_WELCOME)
            be_welcome(server);
        else if (server->inbox.tag == CLUSTER_JOBS && server->farm)
            begin_jobs(server);
        else if (server->inbox.tag == CLUSTER_DATAFLOW && server->farm)
            begin_dataflow(server);
        else if (server->inbox.tag == CLUSTER_PING)
            outbox_send(&server->outbox, 0, CLUSTER_PONG, NULL, 0);
        else if (server->inbox.tag == CLUSTER_END)
            server->ends = true;
    }
    return any;
}

static void watch(struct server *server)
{
    double now = as_farm_clock(), timeout = server->welcome.hang_timeout;
    if (timeout > 0 && now - server->looked > timeout / 4) /* it was this rank that was held up */
        server->heard = now;
    server->looked = now;
    if (timeout > 0 && now - server->heard > timeout)
        server->fault = "rank 0 has fallen silent; the job ends, and can be gone on with (--resume)";
}

const char *cluster_serve(int processors, int *exit_status)
{
    struct server *server = calloc(1, sizeof *server);
    *exit_status = 1;
    if (!server)
        return "no memory";
    *server = (struct server){.processors = processors, .lock = PTHREAD_MUTEX_INITIALIZER};
    server->last = &server->done;
    struct cluster_hello hello = cluster_hello(processors);
    outbox_send(&server->outbox, 0, CLUSTER_HELLO, &hello, sizeof hello);
    while (!server->ends && !server->fault) {
        bool any = hear(server);
        any = send_results(server) || any;
        watch(server);
        outbox_tidy(&server->outbox);
        outbox_rest(any, server->idle);
    }
    const char *fault = server->fault;
    *exit_status = server->welcome.exit_status;
    if (fault)
        return fault; /* the process ends: its threads may be busy */
    as_farm_free(server->farm);
    outbox_send(&server->outbox, 0, CLUSTER_BYE, NULL, 0);
    outbox_empty(&server->outbox);
    parcel_free(&server->parcel);
    free(server->inbox.data);
    free(server);
    return NULL;
}
