/*
 * What rank 0 does for the others, in a thread of its own: takes jobs from the farm as long as a rank has
 * room for some, hands results back, and listens for ranks that have fallen silent.
 */
#include "cluster/dataflow.h"
#include "cluster/parcel.h"
#include "cluster/rank.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rank as rank 0 sees it. */
struct other {
    bool ready, gone;        /* said hello; said goodbye */
    int threads, held, room; /* jobs that it has; that it may have */
    int dataflows;           /* of these; each keeps a thread busy for long */
    double lasts;            /* until when it has work, as far as is known */
    double expected;         /* seconds that what it has takes one thread */
    struct as_job **job;     /* [room], NULL: a free number */
    int latest;              /* number that was given last */
    int n_fresh, *fresh;     /* [room]: numbers of jobs that are still to be sent */
    double heard, told;      /* when the latest message came and went */
};

struct lead {
    struct cluster *cluster;
    struct other *other;   /* [ranks] */
    int n_hungry, *hungry; /* [ranks]: those that want jobs now */
    int threads;           /* of this rank and all that are ready */
    int latest;            /* rank that was given a job last */
    double looked;         /* when silence was looked for last */
    struct outbox outbox;
    struct inbox inbox;
    struct parcel parcel;
    struct cluster_job job;
    struct cluster_result result;
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
    other->job = calloc((size_t)other->room, sizeof *other->job);
    other->fresh = calloc((size_t)other->room, sizeof *other->fresh);
    if (!other->job || !other->fresh)
        fail(lead, "no memory for the jobs of rank %d", rank, 0);
    other->ready = true;
    lead->threads += other->threads;
    lead->cluster->did[rank].threads = other->threads;
    tell(lead, rank, CLUSTER_WELCOME, &answer, sizeof answer);
}

static void misunderstood(struct lead *lead, int rank)
{
    fail(lead, "rank %d returned something else than a result", rank, 0);
}

/* A dataflow's seconds are not known; nothing is given in advance to its thread. */
static double expected_of(const struct as_job *job)
{
    return job->dataflow ? 0 : job->expected;
}

/* The job with this number, which the rank has no more. */
static struct as_job *returned(struct lead *lead, int rank, int number, double seconds)
{
    struct other *other = &lead->other[rank];
    if (number < 0 || number >= other->room || !other->job[number])
        misunderstood(lead, rank);
    struct as_job *job = other->job[number];
    other->job[number] = NULL;
    other->held--;
    other->dataflows -= job->dataflow != NULL;
    other->expected = other->held > 0 ? other->expected - expected_of(job) : 0;
    other->lasts = as_farm_clock() + other->expected / other->threads;
    lead->cluster->did[rank].jobs += !job->dataflow;
    lead->cluster->did[rank].busy += seconds;
    return job;
}

static void take_results(struct lead *lead, int rank)
{
    const unsigned char *in = lead->inbox.data, *end = in + lead->inbox.size;
    struct cluster_result *result = &lead->result;
    memset(result, 0, sizeof *result);
    while (parcel_next(&in, end, result, sizeof *result)) {
        struct as_job *job = returned(lead, rank, result->number, result->seconds);
        as_farm_hand_in(lead->cluster->farm, job, result->status, &result->result, result->seconds);
    }
    if (in != end)
        misunderstood(lead, rank);
}

static void take_dataflow(struct lead *lead, int rank)
{
    struct cluster_native found;
    memset(&found, 0, sizeof found);
    const unsigned char *end = lead->inbox.data + lead->inbox.size;
    if (cluster_unpack(&found, sizeof found, lead->inbox.data, lead->inbox.size) != end)
        misunderstood(lead, rank);
    struct as_job *job = returned(lead, rank, found.number, found.seconds);
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
        else if (lead->inbox.tag == CLUSTER_RESULTS)
            take_results(lead, rank);
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

/* Gives the rank a job, to be sent with the others that it is given now. */
static void assign(struct lead *lead, int rank, struct as_job *job)
{
    struct other *other = &lead->other[rank];
    int number = other->latest;
    do
        number = (number + 1) % other->room;
    while (other->job[number]);
    other->latest = number;
    other->job[number] = job;
    other->held++;
    other->dataflows += job->dataflow != NULL;
    other->expected += expected_of(job);
    other->lasts = fmax(other->lasts, as_farm_clock()) + expected_of(job) / other->threads;
    lead->latest = rank;
    if (job->dataflow)
        send_dataflow(lead, rank, job->dataflow, number);
    else
        other->fresh[other->n_fresh++] = number;
}

static void send_fresh(struct lead *lead, int rank)
{
    struct other *other = &lead->other[rank];
    if (other->n_fresh == 0)
        return;
    parcel_empty(&lead->parcel);
    for (int i = 0; i < other->n_fresh; i++) {
        const struct as_job *job = other->job[other->fresh[i]];
        lead->job.number = other->fresh[i];
        lead->job.problem = *job->problem;
        lead->job.accel = *job->accel;
        lead->job.options = *job->options;
        if (!parcel_add(&lead->parcel, &lead->job, sizeof lead->job))
            fail(lead, "no memory for a message to rank %d", rank, 0);
    }
    tell(lead, rank, CLUSTER_JOBS, lead->parcel.data, lead->parcel.size);
    other->n_fresh = 0;
}

/* Has the rank a thread without a job? Or, in advance, will it soon have one: then it gets a stock, not a
 * job. */
static bool wants(const struct other *other, bool in_advance, double now)
{
    if (!in_advance)
        return other->held < other->threads;
    double enough = other->n_fresh > 0 ? CLUSTER_AHEAD : CLUSTER_AHEAD / 2;
    return other->dataflows < other->threads && other->held < other->room && other->lasts - now < enough;
}

/* Is there more for each thread in the queue than this rank has in stock for each of its own? So stocks
 * shrink as the queue does, and no job waits at one rank while another is idle. */
static bool is_plenty(const struct lead *lead, const struct other *other, int waiting)
{
    return (int64_t)waiting * other->threads >= (int64_t)other->held * lead->threads;
}

static void find_hungry(struct lead *lead, double now)
{
    lead->n_hungry = 0;
    for (int i = 1; i <= lead->cluster->ranks; i++) {
        int rank = (lead->latest + i) % lead->cluster->ranks;
        const struct other *other = &lead->other[rank];
        if (other->ready && (wants(other, false, now) || wants(other, true, now)))
            lead->hungry[lead->n_hungry++] = rank;
    }
}

/* One job to each that wants one; the number of jobs. */
static int give_each(struct lead *lead, bool in_advance, double now)
{
    int n = 0;
    for (int i = 0; i < lead->n_hungry; i++) {
        struct as_job *job;
        const struct other *other = &lead->other[lead->hungry[i]];
        if (!wants(other, in_advance, now) ||
            (in_advance && !is_plenty(lead, other, as_farm_waiting(lead->cluster->farm))))
            continue;
        if (!(job = as_farm_take(lead->cluster->farm, false)))
            break;
        assign(lead, lead->hungry[i], job);
        n++;
    }
    return n;
}

/* Jobs for threads that have none; then, as long as there are enough for all threads, some in advance: so
 * that none waits for a message, and no job waits at one rank while another is idle. Each rank gets what it
 * is given as one message. */
static bool give(struct lead *lead)
{
    struct as_farm *farm = lead->cluster->farm;
    double now = as_farm_clock();
    int n = 0, gave;
    if (!farm || as_farm_waiting(farm) == 0)
        return false;
    find_hungry(lead, now);
    while ((gave = give_each(lead, false, now)) > 0)
        n += gave;
    while ((gave = give_each(lead, true, now)) > 0)
        n += gave;
    for (int i = 0; i < lead->n_hungry; i++)
        send_fresh(lead, lead->hungry[i]);
    return n > 0;
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

static void lead_ranks(struct lead *lead)
{
    struct cluster *cluster = lead->cluster;
    double before = as_farm_processor_time(), now;
    while (!atomic_load(&cluster->ends)) {
        bool any = hear(lead);
        any = give(lead) || any;
        watch(lead);
        outbox_tidy(&lead->outbox);
        now = as_farm_processor_time();
        if (any) /* looking in vain is not work */
            cluster->did[0].passing += now - before;
        before = now;
        outbox_rest(any, starves(lead));
    }
    dismiss(lead);
}

void *cluster_lead(void *argument)
{
    struct cluster *cluster = argument;
    struct lead *lead = calloc(1, sizeof *lead);
    struct other *other = calloc((size_t)cluster->ranks, sizeof *other);
    int *hungry = calloc((size_t)cluster->ranks, sizeof *hungry);
    if (!lead || !other || !hungry)
        MPI_Abort(MPI_COMM_WORLD, cluster->options.exit_status);
    *lead = (struct lead){.cluster = cluster, .other = other, .hungry = hungry};
    lead->threads = cluster->farm ? as_farm_uses(cluster->farm).threads : 0;
    for (int rank = 0; rank < cluster->ranks; rank++)
        other[rank].heard = other[rank].told = as_farm_clock();
    lead_ranks(lead);
    for (int rank = 1; rank < cluster->ranks; rank++) {
        free(other[rank].job);
        free(other[rank].fresh);
    }
    parcel_free(&lead->parcel);
    free(lead->inbox.data);
    free(hungry);
    free(other);
    free(lead);
    return NULL;
}
