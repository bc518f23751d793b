/*
 * What rank 0 does for the others, in a thread of its own: takes jobs from the farm as long as a rank has
 * room for one, hands results back, and listens for ranks that have fallen silent.
 */
#include "cluster/dataflow.h"
#include "cluster/rank.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A rank as rank 0 sees it. */
struct other {
    bool ready, gone;        /* said hello; said goodbye */
    int threads, held, room; /* jobs that it has; that it may have */
    struct as_job **job;     /* [room], NULL: a free number */
    double heard, told;      /* when the latest message came and went */
};

struct lead {
    struct cluster *cluster;
    struct other *other; /* [ranks] */
    int threads;         /* of all ranks that are ready */
    int latest;          /* rank that was given a job last */
    double looked;       /* when silence was looked for last */
    struct outbox outbox;
    struct inbox inbox;
    struct cluster_job job;
    struct cluster_result result;
    unsigned char packed[CLUSTER_PACKED(sizeof(struct cluster_job))];
};

static void fail(struct lead *lead, const char *format, int rank, double seconds)
{
    const struct cluster_options *options = &lead->cluster->options;
    char what[256];
    snprintf(what, sizeof what, format, rank, seconds);
    if (options->failed)
        options->failed(options->context, what);
    MPI_Abort(MPI_COMM_WORLD, options->exit_status);
}

static void tell(struct lead *lead, int rank, enum cluster_tag tag, const void *data, size_t size)
{
    struct cluster_rank *did = &lead->cluster->did[rank];
    if (!outbox_send(&lead->outbox, rank, tag, data, size))
        fail(lead, "no memory for a message to rank %d", rank, 0);
    lead->other[rank].told = as_farm_clock();
    did->messages++;
    did->bytes += (int64_t)size;
}

/* ---- what comes in ---- */

static void welcome(struct lead *lead, int rank)
{
    struct cluster_options *options = &lead->cluster->options;
    struct cluster_hello hello, ours = cluster_hello(0);
    struct cluster_welcome answer = {options->threads, options->hang_timeout, options->exit_status};
    struct other *other = &lead->other[rank];
    if (lead->inbox.size != sizeof hello)
        fail(lead, "rank %d speaks another language", rank, 0);
    memcpy(&hello, lead->inbox.data, sizeof hello);
    if (memcmp(hello.version, ours.version, sizeof hello.version) != 0)
        fail(lead, "rank %d runs another build of naas", rank, 0);
    other->threads = options->threads > 0 ? options->threads : hello.threads;
    other->room = CLUSTER_DEPTH * other->threads;
    other->job = calloc((size_t)other->room, sizeof(struct as_job *));
    if (!other->job)
        fail(lead, "no memory for the jobs of rank %d", rank, 0);
    other->ready = true;
    lead->threads += other->threads;
    lead->cluster->did[rank].threads = other->threads;
    tell(lead, rank, CLUSTER_WELCOME, &answer, sizeof answer);
}

/* The job with this number, which the rank has no more. */
static struct as_job *returned(struct lead *lead, int rank, bool understood, int number, double seconds)
{
    struct other *other = &lead->other[rank];
    if (!understood || number < 0 || number >= other->room || !other->job[number])
        fail(lead, "rank %d returned something else than a result", rank, 0);
    struct as_job *job = other->job[number];
    other->job[number] = NULL;
    other->held--;
    lead->cluster->did[rank].jobs += !job->dataflow;
    lead->cluster->did[rank].busy += seconds;
    return job;
}

static void take_result(struct lead *lead, int rank)
{
    struct cluster_result *result = &lead->result;
    bool understood = cluster_unpack(result, sizeof *result, lead->inbox.data, lead->inbox.size);
    struct as_job *job = returned(lead, rank, understood, result->number, result->seconds);
    as_farm_hand_in(lead->cluster->farm, job, result->status, &result->result, result->seconds);
}

static void take_dataflow(struct lead *lead, int rank)
{
    struct cluster_native found;
    bool understood = cluster_unpack(&found, sizeof found, lead->inbox.data, lead->inbox.size);
    struct as_job *job = returned(lead, rank, understood, found.number, found.seconds);
    *job->dataflow->native = found.native;
    as_farm_finish(lead->cluster->farm, job, found.status, NULL, found.seconds);
}

static bool hear(struct lead *lead)
{
    bool any = false;
    while (inbox_take(&lead->inbox, MPI_ANY_SOURCE)) {
        int rank = lead->inbox.rank;
        any = true;
        lead->other[rank].heard = as_farm_clock();
        lead->cluster->did[rank].messages++;
        lead->cluster->did[rank].bytes += (int64_t)lead->inbox.size;
        if (lead->inbox.tag == CLUSTER_HELLO && lead->cluster->farm)
            welcome(lead, rank);
        else if (lead->inbox.tag == CLUSTER_RESULT)
            take_result(lead, rank);
        else if (lead->inbox.tag == CLUSTER_DATAFLOW)
            take_dataflow(lead, rank);
        else if (lead->inbox.tag == CLUSTER_BYE)
            lead->other[rank].gone = true;
    }
    return any;
}

/* ---- what goes out ---- */

static void send_dataflow(struct lead *lead, int rank, const struct as_dataflow *dataflow, int number)
{
    size_t size;
    unsigned char *packed = cluster_pack_dataflow(dataflow, number, &size);
    if (!packed)
        fail(lead, "no memory for a message to rank %d", rank, 0);
    tell(lead, rank, CLUSTER_DATAFLOW, packed, size);
    free(packed);
}

static void send_job(struct lead *lead, int rank, struct as_job *job)
{
    struct other *other = &lead->other[rank];
    int number = 0;
    while (other->job[number])
        number++;
    other->job[number] = job;
    other->held++;
    if (job->dataflow) {
        send_dataflow(lead, rank, job->dataflow, number);
        return;
    }
    lead->job.number = number;
    lead->job.problem = *job->problem;
    lead->job.accel = *job->accel;
    lead->job.options = *job->options;
    size_t size = cluster_pack(lead->packed, &lead->job, sizeof lead->job);
    tell(lead, rank, CLUSTER_JOB, lead->packed, size);
}

/* To every rank in turn one job, as long as it holds less than `most` of its threads' number; false when the
 * farm has none left. */
static bool give_each(struct lead *lead, int most, bool *any)
{
    int ranks = lead->cluster->ranks, first = lead->latest;
    for (int i = 1; i <= ranks; i++) {
        int rank = (first + i) % ranks;
        struct other *other = &lead->other[rank];
        if (rank == 0 || !other->ready || other->held >= most * other->threads)
            continue;
        struct as_job *job = as_farm_take(lead->cluster->farm, false);
        if (!job)
            return false;
        send_job(lead, rank, job);
        lead->latest = rank;
        *any = true;
    }
    return true;
}

/* Jobs for threads that have none; then, as long as there are enough for all threads, some in advance: so
 * that none waits for a message, and no job waits at one rank while another is idle. */
static bool give(struct lead *lead)
{
    bool any = false, more = true;
    for (int most = 1; most <= CLUSTER_DEPTH && more; most++)
        for (bool gave = true; gave && more;) {
            gave = false;
            if (most > 1 && as_farm_waiting(lead->cluster->farm) < (most - 1) * lead->threads)
                return any;
            more = give_each(lead, most, &gave);
            any = any || gave;
        }
    return any;
}

static bool starves(const struct lead *lead)
{
    bool any = false;
    for (int rank = 1; rank < lead->cluster->ranks && !any; rank++)
        any = !lead->other[rank].ready || lead->other[rank].held < lead->other[rank].threads;
    return any;
}

/* Asks ranks that have nothing to say for a sign of life, and gives up those that give none. */
static void watch(struct lead *lead)
{
    double now = as_farm_clock(), timeout = lead->cluster->options.hang_timeout;
    if (timeout <= 0)
        return;
    bool slept =
        now - lead->looked > timeout / 4; /* it was this rank that was held up: the others get time */
    lead->looked = now;
    for (int rank = 1; rank < lead->cluster->ranks; rank++) {
        struct other *other = &lead->other[rank];
        if (other->gone)
            continue;
        if (slept)
            other->heard = now;
        if (now - other->heard > timeout)
            fail(lead, "rank %d has been silent for %.3g s", rank, now - other->heard);
        if (other->ready && now - other->told > timeout / 4)
            tell(lead, rank, CLUSTER_PING, NULL, 0);
    }
}

/* ---- the whole ---- */

static void dismiss(struct lead *lead)
{
    int left = 1;
    for (int rank = 1; rank < lead->cluster->ranks; rank++)
        tell(lead, rank, CLUSTER_END, NULL, 0);
    while (left > 0) {
        bool any = hear(lead);
        watch(lead);
        outbox_tidy(&lead->outbox);
        left = 0;
        for (int rank = 1; rank < lead->cluster->ranks; rank++)
            left += !lead->other[rank].gone;
        outbox_rest(any, true);
    }
    outbox_empty(&lead->outbox);
}

void *cluster_lead(void *argument)
{
    struct cluster *cluster = argument;
    struct lead *lead = calloc(1, sizeof *lead);
    struct other *other = calloc((size_t)cluster->ranks, sizeof *other);
    if (!lead || !other)
        MPI_Abort(MPI_COMM_WORLD, cluster->options.exit_status);
    *lead = (struct lead){.cluster = cluster, .other = other};
    for (int rank = 0; rank < cluster->ranks; rank++)
        other[rank].heard = other[rank].told = as_farm_clock();
    while (!atomic_load(&cluster->ends)) {
        bool any = hear(lead);
        any = give(lead) || any;
        watch(lead);
        outbox_tidy(&lead->outbox);
        outbox_rest(any, starves(lead));
    }
    dismiss(lead);
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    cluster->did[0].passing = (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
    for (int rank = 1; rank < cluster->ranks; rank++)
        free(other[rank].job);
    free(lead->inbox.data);
    free(other);
    free(lead);
    return NULL;
}
