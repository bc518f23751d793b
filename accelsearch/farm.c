#include "accelsearch/farm.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define KEEP_S 0.005 /* seconds of results that are lost at most when the process is killed */
enum { MAX_THREADS = 256, BUCKETS = 4096, PACES = 1024 };

struct as_farm {
    pthread_mutex_t lock;
    pthread_cond_t work; /* a batch came, or the end */
    pthread_cond_t done; /* a batch is done */
    pthread_cond_t handed_in;
    bool ends;
    bool has_keeper;
    struct as_job *to_keep, **last_to_keep; /* handed in */
    pthread_t keeper;
    bool keeps, broken; /* as_farm_keep; and a database has failed since */
    bool relies;        /* as_farm_rely */
    int waiting;
    int n_batches, capacity;
    struct as_batch **batch; /* [n_batches]: those with jobs that nobody took, a heap: the longest first */
    int64_t came;            /* batches */
    struct as_job *bucket[BUCKETS]; /* jobs under way, by key; [key % BUCKETS] */
    double pace[PACES];             /* seconds an evaluation, by the shape of the problem; 0: not known */
    struct as_farm_use use;
    void (*seen)(void *context, const struct as_job *job); /* may be NULL */
    void *context;
    pthread_t thread[MAX_THREADS];
};

static double read_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double as_farm_clock(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double as_farm_processor_time(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
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

static void count_down(struct as_farm *farm, struct as_batch *batch)
{
    if (--batch->left > 0)
        return;
    batch->done(batch);
    pthread_cond_broadcast(&farm->done);
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
        count_down(farm, twin->batch);
    }
    count_down(farm, job->batch);
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

/* Is a's next job to be taken before b's? Among equals, those that came first go first. */
static bool goes_before(const struct as_batch *a, const struct as_batch *b)
{
    double x = a->job[a->taken]->expected, y = b->job[b->taken]->expected;
    return x > y || (x == y && a->order < b->order);
}

static void swap(struct as_batch **a, struct as_batch **b)
{
    struct as_batch *kept = *a;
    *a = *b;
    *b = kept;
}

static void rise(struct as_batch **heap, int i)
{
    for (; i > 0 && goes_before(heap[i], heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&heap[i], &heap[(i - 1) / 2]);
}

static void sink(struct as_batch **heap, int n)
{
    for (int i = 0, child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && goes_before(heap[child + 1], heap[child]))
            child++;
        if (!goes_before(heap[child], heap[i]))
            return;
        swap(&heap[i], &heap[child]);
    }
}

/* False: no memory. */
static bool add_batch(struct as_farm *farm, struct as_batch *batch)
{
    if (farm->n_batches == farm->capacity) {
        int capacity = 2 * farm->capacity + 16;
        struct as_batch **grown = realloc(farm->batch, (size_t)capacity * sizeof(struct as_batch *));
        if (!grown)
            return false;
        farm->batch = grown;
        farm->capacity = capacity;
    }
    batch->order = farm->came++;
    farm->batch[farm->n_batches++] = batch;
    rise(farm->batch, farm->n_batches - 1);
    farm->waiting += batch->n;
    return true;
}

static struct as_job *take(struct as_farm *farm)
{
    if (farm->n_batches == 0)
        return NULL;
    struct as_batch *batch = farm->batch[0];
    struct as_job *job = batch->job[batch->taken++];
    if (batch->taken == batch->n)
        farm->batch[0] = farm->batch[--farm->n_batches];
    sink(farm->batch, farm->n_batches);
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
    if (!job->dataflow)
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

/* The job is done; the lock is held. */
static void count(struct as_farm *farm, struct as_job *job)
{
    if (!job->dataflow)
        *pace_of(farm, job) = job->seconds / work_of(job);
    if (farm->seen)
        farm->seen(farm->context, job);
    complete(farm, job);
}

/* Before the job counts as done: nobody asks in between. */
static void keep(struct as_job *job, enum naas_status status, const struct as_map_result *result)
{
    if (result != job->result)
        *job->result = *result;
    if (status == NAAS_OK || status == NAAS_UNSUPPORTED)
        as_database_add(job->batch->database, job->key, job->problem, status, job->result);
}

void as_farm_finish(struct as_farm *farm, struct as_job *job, enum naas_status status,
    const struct as_map_result *result, double seconds)
{
    job->status = status;
    job->seconds = seconds;
    if (!job->dataflow)
        keep(job, status, result);
    pthread_mutex_lock(&farm->lock);
    bool fails = farm->keeps && !farm->broken && as_database_fault(job->batch->database);
    count(farm, job);
    pthread_mutex_unlock(&farm->lock);
    if (fails)
        give_up(farm);
}

/* ---- the thread that keeps what was handed in, many results at a time ---- */

/* They count as done before the disk has them: the database already answers with them. */
static void keep_all(struct as_farm *farm, struct as_job *jobs)
{
    for (struct as_job *job = jobs; job; job = job->behind)
        keep(job, job->status, job->result);
    pthread_mutex_lock(&farm->lock);
    for (struct as_job *job = jobs, *behind; job; job = behind) {
        behind = job->behind;
        count(farm, job);
    }
    pthread_mutex_unlock(&farm->lock);
}

static void commit(struct as_farm *farm, struct as_database *database)
{
    as_database_commit(database);
    if (farm->keeps && as_database_fault(database))
        give_up(farm);
}

/* Takes those with the same database as the first. */
static struct as_job *take_handed_in(struct as_farm *farm)
{
    struct as_job *first = farm->to_keep, *last = first;
    while (last->behind && last->behind->batch->database == first->batch->database)
        last = last->behind;
    farm->to_keep = last->behind;
    if (!farm->to_keep)
        farm->last_to_keep = &farm->to_keep;
    last->behind = NULL;
    return first;
}

/* Waits for more until the time; false: it is over, or the farm ends. The lock is held. */
static bool wait_for_more(struct as_farm *farm, double until)
{
    struct timespec time = {(time_t)until, (long)(1e9 * (until - floor(until)))};
    while (!farm->to_keep && !farm->ends)
        if (pthread_cond_timedwait(&farm->handed_in, &farm->lock, &time) != 0)
            break;
    return farm->to_keep != NULL;
}

/* What comes within KEEP_S is one transaction. */
static void keep_together(struct as_farm *farm)
{
    struct as_database *database = farm->to_keep->batch->database;
    double until = as_farm_clock() + KEEP_S;
    as_database_begin(database);
    do {
        struct as_job *jobs = take_handed_in(farm);
        pthread_mutex_unlock(&farm->lock);
        keep_all(farm, jobs);
        pthread_mutex_lock(&farm->lock);
    } while (
        as_farm_clock() < until && wait_for_more(farm, until) && farm->to_keep->batch->database == database);
    pthread_mutex_unlock(&farm->lock);
    commit(farm, database);
    pthread_mutex_lock(&farm->lock);
}

static void *keep_what_comes(void *argument)
{
    struct as_farm *farm = argument;
    pthread_mutex_lock(&farm->lock);
    while (farm->to_keep || !farm->ends) {
        if (farm->to_keep)
            keep_together(farm);
        else
            pthread_cond_wait(&farm->handed_in, &farm->lock);
        farm->use.keeping = as_farm_processor_time();
    }
    pthread_mutex_unlock(&farm->lock);
    return NULL;
}

void as_farm_hand_in(struct as_farm *farm, struct as_job *job, enum naas_status status,
    const struct as_map_result *result, double seconds)
{
    pthread_mutex_lock(&farm->lock);
    if (!farm->has_keeper)
        farm->has_keeper = pthread_create(&farm->keeper, NULL, keep_what_comes, farm) == 0;
    bool handed_in = farm->has_keeper && !job->dataflow && job->batch->database;
    if (handed_in) {
        job->status = status;
        job->seconds = seconds;
        *job->result = *result;
        job->behind = NULL;
        *farm->last_to_keep = job;
        farm->last_to_keep = &job->behind;
        pthread_cond_signal(&farm->handed_in);
    }
    pthread_mutex_unlock(&farm->lock);
    if (!handed_in)
        as_farm_finish(farm, job, status, result, seconds);
}

/* ---- the farm's own threads ---- */

static enum naas_status search(const struct as_job *job)
{
    const struct as_dataflow *dataflow = job->dataflow;
    if (!dataflow)
        return as_map_search(job->problem, job->accel, job->options, job->result);
    return as_native_search(dataflow->native, dataflow->workload, dataflow->accel, &dataflow->goal,
        dataflow->evaluations, dataflow->seed, 1);
}

static void do_job(struct as_farm *farm, struct as_job *job)
{
    double start = as_farm_clock();
    enum naas_status status = search(job);
    double seconds = as_farm_clock() - start;
    pthread_mutex_lock(&farm->lock);
    farm->use.jobs += !job->dataflow;
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
    int n = batch->n; /* the batch may be gone behind its last job */
    if (n > 0 && (farm->broken || !add_batch(farm, batch)))
        for (int i = 0; i < n; i++)
            refuse(farm, batch->job[i]);
    pthread_cond_broadcast(&farm->work);
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

static void mark_done(struct as_batch *batch)
{
    *(bool *)batch->context = true; /* whoever did the last job holds the lock, and wakes those who wait */
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

static void wait_for(struct as_farm *farm, const bool *done)
{
    if (farm->use.threads == 0 && !farm->relies) /* nobody else may be there */
        for (struct as_job *job; (job = as_farm_take(farm, false));)
            do_job(farm, job);
    pthread_mutex_lock(&farm->lock);
    while (!*done)
        pthread_cond_wait(&farm->done, &farm->lock);
    pthread_mutex_unlock(&farm->lock);
}

static void run(struct as_farm *farm, struct as_database *database, int n, struct as_job *job)
{
    struct naas_ctx *ctx = naas_ctx_new();
    bool done = false;
    struct as_batch batch = {.database = database, .done = mark_done, .context = &done, .left = n};
    batch.job = naas_alloc(ctx, (size_t)n, sizeof(struct as_job *));
    admit(farm, &batch, n, job);
    queue(farm, &batch);
    wait_for(farm, &done);
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

void as_farm_begin(struct as_farm *farm, struct as_errand *errand)
{
    /* No other errand is at this place, and keys of mappings are hashes. */
    errand->job = (struct as_job){.dataflow = &errand->dataflow, .key = {0, (uint64_t)(uintptr_t)errand}};
    errand->job.expected = INFINITY; /* seconds: longer than any mapping's */
    errand->jobs[0] = &errand->job;
    errand->done = false;
    errand->batch =
        (struct as_batch){.n = 1, .job = errand->jobs, .done = mark_done, .context = &errand->done};
    as_farm_post(farm, &errand->batch);
}

enum naas_status as_farm_end(struct as_farm *farm, struct as_errand *errand)
{
    wait_for(farm, &errand->done);
    return errand->job.status;
}

/* ---- the farm ---- */

void as_farm_watch(struct as_farm *farm, void (*seen)(void *context, const struct as_job *job), void *context)
{
    farm->context = context;
    farm->seen = seen;
}

void as_farm_keep(struct as_farm *farm)
{
    farm->keeps = true;
}

void as_farm_rely(struct as_farm *farm)
{
    farm->relies = true;
}

struct as_farm *as_farm_new(int threads)
{
    struct as_farm *farm = calloc(1, sizeof *farm);
    if (!farm)
        return NULL;
    pthread_mutex_init(&farm->lock, NULL);
    pthread_cond_init(&farm->work, NULL);
    pthread_cond_init(&farm->done, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&farm->handed_in, &monotonic);
    pthread_condattr_destroy(&monotonic);
    farm->last_to_keep = &farm->to_keep;
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
    pthread_cond_signal(&farm->handed_in);
    pthread_mutex_unlock(&farm->lock);
    if (farm->has_keeper)
        pthread_join(farm->keeper, NULL);
    for (int i = 0; i < farm->use.threads; i++)
        pthread_join(farm->thread[i], NULL);
    pthread_cond_destroy(&farm->work);
    pthread_cond_destroy(&farm->done);
    pthread_cond_destroy(&farm->handed_in);
    pthread_mutex_destroy(&farm->lock);
    free(farm->batch);
    free(farm);
}
