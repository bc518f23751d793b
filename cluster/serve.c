/*
 * What the ranks other than 0 do: a farm of their own does the jobs that come in, this thread passes
 * messages.
 */
#include "cluster/dataflow.h"
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
    int processors, held; /* held: jobs that rank 0 waits for */
    struct as_farm *farm;
    pthread_mutex_t lock;
    struct served *done; /* the lock's */
    struct outbox outbox;
    struct inbox inbox;
    double heard, looked; /* when rank 0 sent the latest message; when silence was looked for last */
    struct cluster_welcome welcome;
    bool ends;
    const char *fault;
    unsigned char packed[CLUSTER_PACKED(sizeof(struct cluster_result) + sizeof(struct cluster_native))];
};

static void keep_done(struct as_batch *batch)
{
    struct served *served = batch->context;
    pthread_mutex_lock(&served->server->lock);
    served->next = served->server->done;
    served->server->done = served;
    pthread_mutex_unlock(&served->server->lock);
}

static struct served *new_served(struct server *server)
{
    struct served *served = calloc(1, sizeof *served);
    if (!served) {
        server->fault = "no memory for a job";
        return NULL;
    }
    served->server = server;
    served->ctx = naas_ctx_new();
    served->jobs[0] = &served->job;
    served->batch = (struct as_batch){.n = 1, .job = served->jobs, .done = keep_done, .context = served};
    return served;
}

static void free_served(struct served *served)
{
    naas_ctx_free(served->ctx);
    free(served);
}

static bool read_job(struct served *served, const struct inbox *inbox)
{
    int *number = &served->asked.number;
    served->job = (struct as_job){.problem = &served->asked.problem,
        .accel = &served->asked.accel,
        .options = &served->asked.options,
        .result = &served->answer.result};
    bool understood;
    if (inbox->tag == CLUSTER_DATAFLOW) {
        understood =
            cluster_unpack_dataflow(served->ctx, &served->dataflow, number, inbox->data, inbox->size);
        served->dataflow.native = &served->found.native;
        served->job.dataflow = &served->dataflow;
    } else {
        understood = cluster_unpack(&served->asked, sizeof served->asked, inbox->data, inbox->size);
    }
    served->job.key = (struct as_key){0, (uint64_t)*number}; /* rank 0 has none twice */
    return understood;
}

static void begin_job(struct server *server)
{
    struct served *served = new_served(server);
    if (!served)
        return;
    if (read_job(served, &server->inbox)) {
        server->held++;
        as_farm_post(server->farm, &served->batch);
        return;
    }
    server->fault = "rank 0 sent something else than a job";
    free_served(served);
}

static void send_result(struct server *server, struct served *served)
{
    const struct as_job *job = &served->job;
    bool sent;
    if (job->dataflow) {
        served->found.number = served->asked.number;
        served->found.status = job->status;
        served->found.seconds = job->seconds;
        size_t size = cluster_pack(server->packed, &served->found, sizeof served->found);
        sent = outbox_send(&server->outbox, 0, CLUSTER_DATAFLOW, server->packed, size);
    } else {
        served->answer.number = served->asked.number;
        served->answer.status = job->status;
        served->answer.seconds = job->seconds;
        size_t size = cluster_pack(server->packed, &served->answer, sizeof served->answer);
        sent = outbox_send(&server->outbox, 0, CLUSTER_RESULT, server->packed, size);
    }
    if (!sent)
        server->fault = "no memory for a result";
}

static bool send_results(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    struct served *served = server->done;
    server->done = NULL;
    pthread_mutex_unlock(&server->lock);
    bool any = served != NULL;
    for (struct served *next; served; served = next) {
        next = served->next;
        server->held--;
        send_result(server, served);
        free_served(served);
    }
    return any;
}

static void be_welcome(struct server *server)
{
    struct cluster_welcome *welcome = &server->welcome;
    if (server->inbox.size == sizeof *welcome)
        memcpy(welcome, server->inbox.data, sizeof *welcome);
    server->farm = as_farm_new(welcome->threads > 0 ? welcome->threads : server->processors);
    if (!server->farm || as_farm_uses(server->farm).threads == 0)
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
        else if ((server->inbox.tag == CLUSTER_JOB || server->inbox.tag == CLUSTER_DATAFLOW) && server->farm)
            begin_job(server);
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
    struct cluster_hello hello = cluster_hello(processors);
    outbox_send(&server->outbox, 0, CLUSTER_HELLO, &hello, sizeof hello);
    while (!server->ends && !server->fault) {
        bool any = hear(server);
        any = send_results(server) || any;
        watch(server);
        outbox_tidy(&server->outbox);
        outbox_rest(any, !server->farm || server->held < as_farm_uses(server->farm).threads);
    }
    const char *fault = server->fault;
    *exit_status = server->welcome.exit_status;
    if (fault)
        return fault; /* the process ends: its threads may be busy */
    as_farm_free(server->farm);
    outbox_send(&server->outbox, 0, CLUSTER_BYE, NULL, 0);
    outbox_empty(&server->outbox);
    free(server->inbox.data);
    free(server);
    return NULL;
}
