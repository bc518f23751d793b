/*
 * Simulates searches of accelerators on many ranks, event by event, from a trace (trace.c) on standard input
 * and what messages cost (passing.c). The rules are those of accelsearch/farm.c, cluster/lead.c and
 * cluster/serve.c: the job that is expected to take longest first; a rank gets what its threads need now, and
 * a stock while many wait, as one message; it returns results together while it has enough to do; one thread
 * of rank 0 passes on, another keeps results.
 *
 *     simulate [OPTION=NUMBER ...] RANKS ... <trace
 *
 * Prints for each number of ranks: seconds, the share of all threads' time that went into jobs (efficiency),
 * the most that this share could be (at most: no search is shorter than its batches one after the other, each
 * as long as its longest job), and the shares of rank 0's time that went into passing on and keeping.
 */
#include "heap.h"
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is simulated ---- */

static struct option {
    const char *name;
    double value;
    const char *help;
} options[] = {
    {"threads", 1, "of each rank"},
    {"message", 10e-6, "seconds of rank 0 to send or take a message"},
    {"pass", 4e-6, "to send a job and take its result, besides"},
    {"keep", 15e-6, "to keep a result in the database"},
    {"admit", 3e-6, "to look up a job and queue it"},
    {"latency", 150e-6, "seconds of a message on its way, until it is seen"},
    {"rows", 256, "searches at once"},
    {"cores", 16, "of rank 0, for what the searches do between batches"},
    {"population", 1, "times that of the trace; jobs are drawn from those of the trace"},
    {"effort", 1, "times the seconds of each job"},
    {"copies", 1, "of each search, with other seeds"},
};
enum { THREADS, MESSAGE, PASS, KEEP, ADMIT, LATENCY, ROWS, CORES, POPULATION, EFFORT, COPIES, N_OPTIONS };

/* As in cluster/rank.h, cluster/outbox.c and driver/team.c. */
static const double ahead = 0.1, rest = 0.001;
enum { DEPTH = 32, MANY_THREADS = 32, BUSY_THREADS = 2 };

struct job {
    double seconds, expected;
    int search; /* of the run */
    bool dataflow;
};

struct batch {
    double before;
    int n;
    struct job *job;
};
struct search {
    double dataflow;
    int n, capacity;
    struct batch *batch;
};

/* One search under way. */
struct run {
    const struct search *search;
    int batch, left; /* the current one; jobs of it that are not done */
    bool needs_dataflow;
};

struct parcel {
    int n;
    struct job job[];
};

enum kind { READY, LOCAL_DONE, ARRIVES, DONE, DUE, RETURNS, TAKEN, KEPT, LOW };
struct event {
    double time;
    long order; /* among equals, those made first go first */
    enum kind kind;
    int rank;
    struct job job;
    struct parcel *parcel;
};

_Static_assert(sizeof(struct event) <= HEAP_MOST_BYTES, "items of heaps");

/* The first number are what rank 0 knows of a rank, the others what the rank knows. */
struct rank {
    int held, dataflows, n_fresh;
    double lasts, expected;
    bool hungry;
    struct job *fresh; /* [DEPTH * threads], as are all */

    int has, working, n_stock, n_done; /* jobs whose results have not left; threads at work */
    double since;
    struct job *stock, *done;
};

struct world {
    int ranks, threads;
    double now, leads_until, keeps_until, passing, keeping, work; /* rank 0's time; seconds spent on jobs */
    struct heap events, waiting;
    long made;
    int idle_local, local;
    struct rank *rank;
    int n_hungry, *hungry;
    double *core; /* when it is free */
    int n_runs, next_run, done_runs;
    struct run *run;
    uint64_t random;
};

/* ---- events and parcels ---- */

static bool earlier(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->time < y->time || (x->time == y->time && x->order < y->order);
}

static bool longer(const void *a, const void *b)
{
    return ((const struct job *)a)->expected > ((const struct job *)b)->expected;
}

static void later(
    struct world *world, double time, enum kind kind, int rank, struct job job, struct parcel *parcel)
{
    heap_push(&world->events, &(struct event){time, world->made++, kind, rank, job, parcel});
}

static struct parcel *wrap(int n, const struct job *job)
{
    struct parcel *parcel = must(malloc(sizeof *parcel + (size_t)n * sizeof *job));
    parcel->n = n;
    memcpy(parcel->job, job, (size_t)n * sizeof *job);
    return parcel;
}

/* ---- what rank 0 does: lead.c ---- */

static void take_locally(struct world *world)
{
    struct job job;
    while (world->idle_local > 0 && heap_pop(&world->waiting, &job)) {
        world->idle_local--;
        later(world, world->now + job.seconds, LOCAL_DONE, 0, job, NULL);
    }
}

static void lead_for(struct world *world, double seconds)
{
    world->leads_until = fmax(world->leads_until, world->now) + seconds;
    world->passing += seconds;
}

static double expected_of(const struct job *job)
{
    return job->dataflow ? 0 : job->expected;
}

static bool wants(const struct world *world, const struct rank *rank, bool in_advance)
{
    if (!in_advance)
        return rank->held < world->threads;
    return rank->dataflows < world->threads && rank->held < DEPTH * world->threads &&
           rank->lasts - world->now < (rank->n_fresh > 0 ? ahead : ahead / 2);
}

static bool is_plenty(const struct world *world, const struct rank *rank)
{
    long threads = (long)(world->ranks - 1) * world->threads + world->local;
    return (long)world->waiting.n * world->threads >= rank->held * threads;
}

static void list_as_hungry(struct world *world, int r)
{
    if (!world->rank[r].hungry)
        world->hungry[world->n_hungry++] = r;
    world->rank[r].hungry = true;
}

static int give_each(struct world *world, bool in_advance)
{
    int n = 0;
    for (int i = 0; i < world->n_hungry && world->waiting.n > 0; i++) {
        struct rank *rank = &world->rank[world->hungry[i]];
        struct job job;
        if (!wants(world, rank, in_advance) || (in_advance && !is_plenty(world, rank)) ||
            !heap_pop(&world->waiting, &job))
            continue;
        rank->held++;
        rank->dataflows += job.dataflow;
        rank->expected += expected_of(&job);
        rank->lasts = fmax(rank->lasts, world->now) + expected_of(&job) / world->threads;
        rank->fresh[rank->n_fresh++] = job;
        n++;
    }
    return n;
}

static void send_fresh(struct world *world, int r)
{
    struct rank *rank = &world->rank[r];
    if (rank->n_fresh == 0)
        return;
    lead_for(world, options[MESSAGE].value + rank->n_fresh * options[PASS].value / 2);
    later(world, world->leads_until + options[LATENCY].value, ARRIVES, r, (struct job){0},
        wrap(rank->n_fresh, rank->fresh));
    rank->n_fresh = 0;
    later(world, rank->lasts - ahead / 2, LOW, r, (struct job){0}, NULL);
}

static void give(struct world *world)
{
    int left = 0;
    take_locally(world);
    if (world->waiting.n == 0)
        return;
    while (give_each(world, false) > 0)
        continue;
    while (give_each(world, true) > 0)
        continue;
    for (int i = 0; i < world->n_hungry; i++) {
        int r = world->hungry[i];
        send_fresh(world, r);
        world->rank[r].hungry = wants(world, &world->rank[r], false) || wants(world, &world->rank[r], true);
        if (world->rank[r].hungry)
            world->hungry[left++] = r;
    }
    world->n_hungry = left;
}

/* Results were taken by the thread that passes on; another keeps them, one after the other. */
static void take_results(struct world *world, int r, struct parcel *parcel)
{
    struct rank *rank = &world->rank[r];
    for (int i = 0; i < parcel->n; i++) {
        const struct job *job = &parcel->job[i];
        double keep = job->dataflow ? 0 : options[KEEP].value;
        rank->held--;
        rank->dataflows -= job->dataflow;
        rank->expected = rank->held > 0 ? rank->expected - expected_of(job) : 0;
        world->keeps_until = fmax(world->keeps_until, world->now) + keep;
        world->keeping += keep;
        later(world, world->keeps_until, KEPT, r, *job, NULL);
    }
    rank->lasts = world->now + rank->expected / world->threads;
    list_as_hungry(world, r);
    if (rank->held > 0)
        later(world, rank->lasts - ahead / 2, LOW, r, (struct job){0}, NULL);
    free(parcel);
}

/* ---- what the others do: serve.c ---- */

static void work(struct world *world, int r)
{
    struct rank *rank = &world->rank[r];
    int n = 0;
    for (; n < rank->n_stock && rank->working < world->threads; n++) {
        rank->working++;
        later(world, world->now + rank->stock[n].seconds, DONE, r, rank->stock[n], NULL);
    }
    rank->n_stock -= n;
    memmove(rank->stock, rank->stock + n, (size_t)rank->n_stock * sizeof *rank->stock);
}

static void arrive(struct world *world, int r, struct parcel *parcel)
{
    struct rank *rank = &world->rank[r];
    memcpy(rank->stock + rank->n_stock, parcel->job, (size_t)parcel->n * sizeof *parcel->job);
    rank->n_stock += parcel->n;
    rank->has += parcel->n;
    free(parcel);
    work(world, r);
}

static void send_results(struct world *world, int r)
{
    struct rank *rank = &world->rank[r];
    int left = rank->has - rank->n_done;
    if (rank->n_done == 0)
        return;
    if (left > rank->n_done && left > world->threads && world->now - rank->since < ahead / 2)
        return;
    double looks = left < world->threads ? 0 : rest / 2;
    later(world, world->now + looks + options[LATENCY].value, RETURNS, r, (struct job){0},
        wrap(rank->n_done, rank->done));
    rank->has = left;
    rank->n_done = 0;
}

static void finish_there(struct world *world, int r, struct job job)
{
    struct rank *rank = &world->rank[r];
    rank->working--;
    if (rank->n_done == 0) {
        rank->since = world->now;
        later(world, world->now + ahead / 2, DUE, r, (struct job){0}, NULL);
    }
    rank->done[rank->n_done++] = job;
    work(world, r);
    send_results(world, r);
}

/* ---- searches ---- */

static struct job draw(struct world *world, const struct batch *batch)
{
    world->random = world->random * 6364136223846793005u + 1442695040888963407u;
    return batch->job[(int)((double)(world->random >> 11) * 0x1p-53 * batch->n)];
}

/* Generations grow with the population; the finalists and the baseline, the last three, do not. */
static double growth(const struct search *search, int batch)
{
    return batch + 3 < search->n ? options[POPULATION].value : 1;
}

/* The next batch, after what the search does before it on one of rank 0's cores. */
static void go_on(struct world *world, int r)
{
    struct run *run = &world->run[r];
    const struct search *search = run->search;
    bool baseline = run->batch + 2 >= search->n;
    if (run->batch == search->n || (baseline && run->needs_dataflow))
        return;
    int core = 0;
    for (int i = 1; i < (int)options[CORES].value; i++)
        core = world->core[i] < world->core[core] ? i : core;
    const struct batch *batch = &search->batch[run->batch];
    double before = (batch->before + batch->n * options[ADMIT].value) * growth(search, run->batch);
    world->core[core] = fmax(world->core[core], world->now) + before;
    run->left = -1; /* on its way */
    later(world, world->core[core], READY, 0, (struct job){.search = r}, NULL);
}

static void begin_run(struct world *world)
{
    if (world->next_run == world->n_runs)
        return;
    int r = world->next_run++;
    struct run *run = &world->run[r];
    run->needs_dataflow = run->search->dataflow > 0;
    if (run->needs_dataflow)
        heap_push(&world->waiting, &(struct job){run->search->dataflow, INFINITY, r, true});
    go_on(world, r);
}

static void queue_batch(struct world *world, int r)
{
    struct run *run = &world->run[r];
    const struct batch *batch = &run->search->batch[run->batch];
    double times = growth(run->search, run->batch);
    run->left = (int)(times * batch->n);
    run->batch++;
    for (int i = 0; i < run->left; i++) {
        struct job job = times == 1 && options[COPIES].value == 1 ? batch->job[i] : draw(world, batch);
        job.seconds *= options[EFFORT].value;
        job.expected *= options[EFFORT].value;
        job.search = r;
        heap_push(&world->waiting, &job);
    }
}

static void finish(struct world *world, struct job job)
{
    struct run *run = &world->run[job.search];
    world->work += job.seconds;
    if (job.dataflow)
        run->needs_dataflow = false;
    else
        run->left--;
    if (run->left != 0)
        return;
    if (run->batch == run->search->n && !run->needs_dataflow) {
        run->left = -2; /* the end */
        world->done_runs++;
        begin_run(world);
    } else {
        go_on(world, job.search);
    }
}

/* Seconds that the search takes on any number of ranks. */
static double chain(const struct search *search)
{
    double seconds = 0;
    for (int b = 0; b < search->n; b++) {
        const struct batch *batch = &search->batch[b];
        double longest = 0;
        for (int i = 0; i < batch->n; i++)
            longest = fmax(longest, batch->job[i].seconds);
        if (b + 2 == search->n)
            seconds = fmax(seconds, search->dataflow);
        seconds += batch->before + longest * options[EFFORT].value;
    }
    return seconds;
}

/* ---- the whole ---- */

static void step(struct world *world, const struct event *event)
{
    world->now = event->time;
    switch (event->kind) {
    case READY:
        queue_batch(world, event->job.search);
        break;
    case LOCAL_DONE:
        world->idle_local++;
        finish(world, event->job);
        break;
    case ARRIVES:
        arrive(world, event->rank, event->parcel);
        return;
    case DONE:
        finish_there(world, event->rank, event->job);
        return;
    case DUE:
        send_results(world, event->rank);
        return;
    case RETURNS: /* rank 0 takes messages in turn */
        lead_for(world, options[MESSAGE].value + event->parcel->n * options[PASS].value / 2);
        later(world, world->leads_until, TAKEN, event->rank, (struct job){0}, event->parcel);
        return;
    case TAKEN:
        take_results(world, event->rank, event->parcel);
        break;
    case KEPT:
        finish(world, event->job);
        break;
    case LOW:
        list_as_hungry(world, event->rank);
    }
    give(world);
}

static void set_up(struct world *world, int n_searches, const struct search *searches)
{
    size_t room = (size_t)(DEPTH * world->threads);
    int busy = (world->ranks - 1) * world->threads >= MANY_THREADS ? BUSY_THREADS : 0;
    world->events = (struct heap){.size = sizeof(struct event), .before = earlier};
    world->waiting = (struct heap){.size = sizeof(struct job), .before = longer};
    world->idle_local = world->local = world->threads > busy ? world->threads - busy : 0;
    world->n_runs = n_searches * (int)options[COPIES].value;
    world->run = must(calloc((size_t)world->n_runs, sizeof *world->run));
    world->core = must(calloc((size_t)options[CORES].value, sizeof *world->core));
    world->rank = must(calloc((size_t)world->ranks, sizeof *world->rank));
    world->hungry = must(calloc((size_t)world->ranks, sizeof *world->hungry));
    for (int r = 1; r < world->ranks; r++) {
        struct rank *rank = &world->rank[r];
        rank->fresh = must(calloc(3 * room, sizeof *rank->fresh));
        rank->stock = rank->fresh + room;
        rank->done = rank->stock + room;
        list_as_hungry(world, r);
    }
    for (int r = 0; r < world->n_runs; r++)
        world->run[r].search = &searches[r % n_searches];
}

static void clear(struct world *world)
{
    for (int r = 1; r < world->ranks; r++)
        free(world->rank[r].fresh);
    free(world->rank);
    free(world->hungry);
    free(world->run);
    free(world->core);
    free(world->events.item);
    free(world->waiting.item);
}

static void simulate(int ranks, int n_searches, const struct search *searches)
{
    struct world world = {.ranks = ranks, .threads = (int)options[THREADS].value, .random = 1};
    double longest = 0;
    set_up(&world, n_searches, searches);
    for (int r = 0; r < world.n_runs && r < options[ROWS].value; r++)
        begin_run(&world);
    give(&world);
    for (struct event event; world.done_runs < world.n_runs && heap_pop(&world.events, &event);)
        step(&world, &event);
    if (world.done_runs != world.n_runs)
        abort();
    for (int i = 0; i < n_searches; i++)
        longest = fmax(longest, chain(&searches[i]));
    double all = (double)ranks * world.threads, least = fmax(longest, world.work / all);
    printf("%6d %8d %12.4f %11.1f%% %11.1f%% %11.1f%% %11.1f%% %12.2f\n", ranks, world.threads, world.now,
        100 * world.work / (world.now * all), 100 * world.work / (least * all),
        100 * world.passing / world.now, 100 * world.keeping / world.now, world.work);
    fflush(stdout);
    clear(&world);
}

static bool read_batch(struct search *search)
{
    if (search->n == search->capacity) {
        search->capacity = 2 * search->capacity + 16;
        search->batch = must(realloc(search->batch, (size_t)search->capacity * sizeof *search->batch));
    }
    struct batch *batch = &search->batch[search->n++];
    *batch = (struct batch){0};
    if (scanf("%lf %d", &batch->before, &batch->n) != 2 || batch->n < 1)
        return false;
    batch->job = must(calloc((size_t)batch->n, sizeof *batch->job));
    for (int i = 0; i < batch->n; i++)
        if (scanf("%lf %lf", &batch->job[i].seconds, &batch->job[i].expected) != 2)
            return false;
    return true;
}

static struct search *read_trace(int *n)
{
    struct search *searches = NULL, *search = NULL;
    char word[32];
    bool right = true;
    *n = 0;
    while (right && scanf("%31s", word) == 1) {
        if (strcmp(word, "search") == 0) {
            searches = must(realloc(searches, (size_t)(*n + 1) * sizeof *searches));
            search = &searches[(*n)++];
            *search = (struct search){0};
            right = scanf(" %*[^\n]") >= 0;
        } else if (search && strcmp(word, "dataflow") == 0) {
            right = scanf("%lf", &search->dataflow) == 1;
        } else {
            right = search && strcmp(word, "batch") == 0 && read_batch(search);
        }
    }
    return right && feof(stdin) ? searches : NULL;
}

static bool read_option(const char *word)
{
    const char *equals = strchr(word, '=');
    for (int i = 0; equals && i < N_OPTIONS; i++)
        if (strlen(options[i].name) == (size_t)(equals - word) &&
            strncmp(options[i].name, word, (size_t)(equals - word)) == 0) {
            options[i].value = atof(equals + 1);
            return true;
        }
    return false;
}

int main(int argc, char **argv)
{
    int first = 1, n;
    while (first < argc && read_option(argv[first]))
        first++;
    if (first == argc || atoi(argv[first]) < 1) {
        fprintf(stderr, "usage: simulate [OPTION=NUMBER ...] RANKS ... <trace\n\n");
        for (int i = 0; i < N_OPTIONS; i++)
            fprintf(stderr, "  %-10s %s (%g)\n", options[i].name, options[i].help, options[i].value);
        return 2;
    }
    struct search *searches = read_trace(&n);
    if (!searches || n == 0) {
        fprintf(stderr, "simulate: this is no trace\n");
        return 1;
    }
    printf("%6s %8s %12s %12s %12s %12s %12s %12s\n", "ranks", "threads", "seconds", "efficiency", "at most",
        "passing on", "keeping", "work (s)");
    for (int i = first; i < argc; i++)
        simulate(atoi(argv[i]), n, searches);
    return 0;
}
