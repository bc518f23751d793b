#include "accelsearch/farm.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 256, BUCKETS = 4096, PACES = 1024 };

struct as_farm {
    pthread_mutex_t lock;
    pthread_cond_t work; /* a batch came, or the end */
    bool ends;
    bool keeps, broken; /* as_farm_keep; and a database has failed since */
    int waiting;
    struct as_batch *first;         /* batches with jobs that nobody took */
    struct as_job *bucket[BUCKETS]; /* jobs under way, by key; [key % BUCKETS] */
    double pace[PACES];             /* seconds an evaluation, by the shape of the problem; 0: not known */
    struct as_farm_use use;
    pthread_t thread[MAX_THREADS];
};

double as_farm_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- how long a job will take: as long as the latest of its shape ---- */

static double *pace_of(struct as_farm *farm, const struct as_job *job)
{
    const struct as_problem *problem = job->problem;
    uint64_t hash = naas_hash(NAAS_HASH_SEED, &job->accel->n_levels, sizeof job->accel->n_levels);
    for (int d = 0; d < problem->n_dims; d++)
        hash = naas_hash(hash, &problem->dim[d].extent, sizeof problem->dim[d].extent);
    return &farm->pace[hash % PACES];
}

static double work_of(const struct as_job *job)
{
    return (double)job->options->evaluations +
           (job->options->strategy == AS_EXACT ? 0.05 * (double)job->options->nodes : 0);
}

/* Shapes that were not seen yet come first: nothing else is known of them. */
static double expect(struct as_farm *farm, const struct as_job *job)
{
    double pace = *pace_of(farm, job);
    return work_of(job) * (pace > 0 ? pace : 1);
}

/* ---- jobs under way; the lock is held ---- */

static struct as_job **find_under_way(struct as_farm *farm, struct as_key key)
{
    struct as_job **at = &farm->bucket[key.low % BUCKETS];
    while (*at && !as_key_equal((*at)->key, key))
        at = &(*at)->next;
    return at;
}

static void count_down(struct as_batch *batch)
{
    if (--batch->left == 0)
        batch->done(batch);
}

/* Gives the result to all who wait for it. The job itself comes last: its batch may be gone then. */
static void complete(struct as_farm *farm, struct as_job *job)
{
    struct as_job **at = find_under_way(farm, job->key);
    *at = job->next;
    for (struct as_job *twin = job->twin, *next; twin; twin = next) {
        next = twin->twin;
        twin->status = job->status;
        *twin->result = *job->result;
        count_down(twin->batch);
    }
    count_down(job->batch);
}

/* True when the job is the first with its key. */
static bool enter(struct as_farm *farm, struct as_job *job)
{
    pthread_mutex_lock(&farm->lock);
    struct as_job **at = find_under_way(farm, job->key);
    bool first = *at == NULL;
    job->next = job->twin = NULL;
    if (first) {
        *at = job;
    } else {
        job->twin = (*at)->twin;
        (*at)->twin = job;
    }
    pthread_mutex_unlock(&farm->lock);
    return first;
}

/* ---- those who do jobs ---- */

/* Of the batches, the one whose next job takes longest. */
static struct as_batch **find_longest(struct as_farm *farm)
{
    struct as_batch **best = &farm->first;
    for (struct as_batch **at = &farm->first; *at; at = &(*at)->next)
        if ((*at)->job[(*at)->taken]->expected > (*best)->job[(*best)->taken]->expected)
            best = at;
    return best;
}

static struct as_job *take(struct as_farm *farm)
{
    struct as_batch **at = find_longest(farm), *batch = *at;
    if (!batch)
        return NULL;
    struct as_job *job = batch->job[batch->taken++];
    if (batch->taken == batch->n)
        *at = batch->next;
    farm->waiting--;
    return job;
}

struct as_job *as_farm_take(struct as_farm *farm, bool wait)
{
    pthread_mutex_lock(&farm->lock);
    struct as_job *job;
    while (!(job = take(farm)) && wait && !farm->ends)
        pthread_cond_wait(&farm->work, &farm->lock);
    pthread_mutex_unlock(&farm->lock);
    return job;
}

/* No memory, or no disk: the lock is held. */
static void refuse(struct as_farm *farm, struct as_job *job)
{
    job->status = NAAS_SYSTEM;
    job->result->score = INFINITY;
    complete(farm, job);
}

/* Nothing more is searched; what is being searched now comes to its end. */
static void give_up(struct as_farm *farm)
{
    pthread_mutex_lock(&farm->lock);
    farm->broken = true;
    for (struct as_job *job; (job = take(farm));)
        refuse(farm, job);
    pthread_mutex_unlock(&farm->lock);
}

void as_farm_finish(struct as_farm *farm, struct as_job *job, enum naas_status status,
    const struct as_map_result *result, double seconds)
{
    job->status = status;
    job->seconds = seconds;
    if (result != job->result)
        *job->result = *result;
    if (status == NAAS_OK ||
        status == NAAS_UNSUPPORTED) /* before it counts as known: nobody asks in between */
        as_database_add(job->batch->database, job->key, job->problem, status, job->result);
    pthread_mutex_lock(&farm->lock);
    *pace_of(farm, job) = seconds / work_of(job);
    bool fails = farm->keeps && !farm->broken && as_database_fault(job->batch->database);
    complete(farm, job);
    pthread_mutex_unlock(&farm->lock);
    if (fails)
        give_up(farm);
}

static void do_job(struct as_farm *farm, struct as_job *job)
{
    double start = as_farm_clock();
    enum naas_status status = as_map_search(job->problem, job->accel, job->options, job->result);
    double seconds = as_farm_clock() - start;
    pthread_mutex_lock(&farm->lock);
    farm->use.jobs++;
    farm->use.busy += seconds;
    pthread_mutex_unlock(&farm->lock);
    as_farm_finish(farm, job, status, job->result, seconds);
}

static void *work(void *argument)
{
    struct as_farm *farm = argument;
    for (struct as_job *job; (job = as_farm_take(farm, true));)
        do_job(farm, job);
    return NULL;
}

int as_farm_waiting(struct as_farm *farm)
{
    pthread_mutex_lock(&farm->lock);
    int n = farm->waiting;
    pthread_mutex_unlock(&farm->lock);
    return n;
}

struct as_farm_use as_farm_uses(struct as_farm *farm)
{
    pthread_mutex_lock(&farm->lock);
    struct as_farm_use use = farm->use;
    pthread_mutex_unlock(&farm->lock);
    return use;
}

/* ---- batches ---- */

static void queue(struct as_farm *farm, struct as_batch *batch)
{
    pthread_mutex_lock(&farm->lock);
    batch->taken = 0;
    int n = batch->n;
    for (int i = 0; farm->broken && i < n; i++)
        refuse(farm, batch->job[i]);
    if (n > 0 && !farm->broken) { /* as the last: among equals, those that came first go first */
        struct as_batch **at = &farm->first;
        while (*at)
            at = &(*at)->next;
        *at = batch;
        batch->next = NULL;
        farm->waiting += n;
        pthread_cond_broadcast(&farm->work);
    }
    pthread_mutex_unlock(&farm->lock);
}

void as_farm_post(struct as_farm *farm, struct as_batch *batch)
{
    int n = batch->left = batch->n;
    batch->n = 0;
    for (int i = 0; i < n; i++) {
        batch->job[i]->batch = batch;
        if (enter(farm, batch->job[i]))
            batch->job[batch->n++] = batch->job[i];
    }
    queue(farm, batch);
}

/* Who waits for a batch. */
struct wait {
    struct as_farm *farm;
    pthread_cond_t done;
    bool is_done;
};

static void wake(struct as_batch *batch)
{
    struct wait *wait = batch->context;
    wait->is_done = true;
    pthread_cond_signal(&wait->done);
}

static int longer(const void *a, const void *b)
{
    const struct as_job *x = *(struct as_job *const *)a, *y = *(struct as_job *const *)b;
    if (x->expected != y->expected)
        return x->expected < y->expected ? 1 : -1;
    return x < y ? -1 : 1; /* of one array: in its order */
}

/* Those that somebody has to search, longest first. */
static void admit(struct as_farm *farm, struct as_batch *batch, int n, struct as_job *job)
{
    for (int i = 0; i < n; i++) {
        job[i].batch = batch;
        if (!enter(farm, &job[i]))
            continue;
        bool found =
            as_database_find(batch->database, job[i].key, job[i].problem, job[i].accel, job[i].result);
        if (found)
            job[i].status = isfinite(job[i].result->score) ? NAAS_OK : NAAS_UNSUPPORTED;
        else
            batch->job[batch->n++] = &job[i];
        pthread_mutex_lock(&farm->lock);
        if (found)
            complete(farm, &job[i]);
        else
            job[i].expected = expect(farm, &job[i]);
        pthread_mutex_unlock(&farm->lock);
    }
    qsort(batch->job, (size_t)batch->n, sizeof(struct as_job *), longer);
}

static void wait_for(struct wait *wait)
{
    struct as_farm *farm = wait->farm;
    if (farm->use.threads == 0) /* nobody else may be there */
        for (struct as_job *job; (job = as_farm_take(farm, false));)
            do_job(farm, job);
    pthread_mutex_lock(&farm->lock);
    while (!wait->is_done)
        pthread_cond_wait(&wait->done, &farm->lock);
    pthread_mutex_unlock(&farm->lock);
}

static void run(struct as_farm *farm, struct as_database *database, int n, struct as_job *job)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct wait wait = {.farm = farm, .done = PTHREAD_COND_INITIALIZER};
    struct as_batch batch = {.database = database, .done = wake, .context = &wait, .left = n};
    batch.job = naas_alloc(ctx, (size_t)n, sizeof(struct as_job *));
    admit(farm, &batch, n, job);
    queue(farm, &batch);
    wait_for(&wait);
    pthread_cond_destroy(&wait.done);
    naas_ctx_free(ctx);
}

void as_farm_run(struct as_farm *farm, int threads, struct as_database *database, int n, struct as_job *job)
{
    if (n == 0)
        return;
    struct as_farm *own = farm ? NULL : as_farm_new(threads < n ? threads : n);
    if (farm || own)
        run(farm ? farm : own, database, n, job);
    else
        for (int i = 0; i < n; i++)
            job[i].status = NAAS_SYSTEM;
    as_farm_free(own);
}

/* ---- the farm ---- */

void as_farm_keep(struct as_farm *farm)
{
    farm->keeps = true;
}

struct as_farm *as_farm_new(int threads)
{
    struct as_farm *farm = calloc(1, sizeof *farm);
    if (!farm)
        return NULL;
    pthread_mutex_init(&farm->lock, NULL);
    pthread_cond_init(&farm->work, NULL);
    while (farm->use.threads < threads && farm->use.threads < MAX_THREADS &&
           pthread_create(&farm->thread[farm->use.threads], NULL, work, farm) == 0)
        farm->use.threads++;
    return farm;
}

void as_farm_free(struct as_farm *farm)
{
    if (!farm)
        return;
    pthread_mutex_lock(&farm->lock);
    farm->ends = true;
    pthread_cond_broadcast(&farm->work);
    pthread_mutex_unlock(&farm->lock);
    for (int i = 0; i < farm->use.threads; i++)
        pthread_join(farm->thread[i], NULL);
    pthread_cond_destroy(&farm->work);
    pthread_mutex_destroy(&farm->lock);
    free(farm);
}
