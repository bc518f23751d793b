/*
 * Simulates searches of accelerators on many ranks, event by event, from a trace (trace.c) on standard input
 * and what messages cost. The rules are those of accelsearch/farm.c and cluster/lead.c: the job that takes
 * longest first; a rank gets as many jobs as it has threads, and some in advance while many wait.
 *
 *     simulate [OPTION=NUMBER ...] RANKS ... <trace
 *
 * Prints for each number of ranks: seconds, the share of all threads' time that went into jobs (efficiency),
 * and of rank 0's time that went into passing jobs on.
 */
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
    {"send", 10e-6, "seconds of rank 0 to send a job"},
    {"receive", 30e-6, "to take a result and keep it in the database"},
    {"latency", 150e-6, "seconds of a message on its way, until it is seen"},
    {"rows", 1e9, "searches at once"},
    {"cores", 16, "of rank 0, for what the searches do between batches"},
    {"population", 1, "times that of the trace; jobs are drawn from those of the trace"},
    {"effort", 1, "times the seconds of each job"},
    {"copies", 1, "of each search, with other seeds"},
    {"lead", 1, "rank 0 searches, too (0: it only passes jobs on)"},
};
enum { THREADS, SEND, RECEIVE, LATENCY, ROWS, CORES, POPULATION, EFFORT, COPIES, LEAD, N_OPTIONS };

struct batch {
    double before;
    int n, capacity;
    double *seconds;
};
struct search {
    double dataflow;
    int n, capacity;
    struct batch *batch;
};

struct job {
    double seconds;
    int search; /* of the run */
    bool dataflow;
};

/* One search under way. */
struct run {
    const struct search *search;
    int batch, left; /* the current one; jobs of it that are not done */
    bool needs_dataflow;
};

enum { DEPTH = 4 }; /* CLUSTER_DEPTH */
enum kind { READY, LOCAL_DONE, ARRIVES, DONE, RETURNS, TAKEN };
struct event {
    double time;
    long order; /* among equals, those made first go first */
    enum kind kind;
    int rank;
    struct job job;
};

struct heap {
    int n, capacity;
    size_t size;
    char *item;
    bool (*before)(const void *a, const void *b);
};

struct world {
    int ranks, threads;
    double now, leads_until, passing, work; /* rank 0's time; seconds spent on jobs */
    struct heap events, waiting;
    long made;
    int idle_local, latest;
    int *held, *working, *stock; /* [rank]: jobs; threads at work; jobs in advance that are there */
    int below[DEPTH + 1];        /* ranks other than 0 with fewer jobs than so many for each thread */
    struct job *stocked;         /* [rank][DEPTH * threads] */
    double *core;                /* when it is free */
    int n_runs, next_run, done_runs;
    struct run *run;
    uint64_t random;
};

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

/* ---- heaps ---- */

static void *at(const struct heap *heap, int i)
{
    return heap->item + (size_t)i * heap->size;
}

static void swap(struct heap *heap, int i, int k)
{
    char kept[128];
    memcpy(kept, at(heap, i), heap->size);
    memcpy(at(heap, i), at(heap, k), heap->size);
    memcpy(at(heap, k), kept, heap->size);
}

static void push(struct heap *heap, const void *item)
{
    if (heap->n == heap->capacity) {
        heap->capacity = 2 * heap->capacity + 256;
        heap->item = must(realloc(heap->item, (size_t)heap->capacity * heap->size));
    }
    memcpy(at(heap, heap->n), item, heap->size);
    for (int i = heap->n++; i > 0 && heap->before(at(heap, i), at(heap, (i - 1) / 2)); i = (i - 1) / 2)
        swap(heap, i, (i - 1) / 2);
}

static bool pop(struct heap *heap, void *item)
{
    if (heap->n == 0)
        return false;
    memcpy(item, at(heap, 0), heap->size);
    memcpy(at(heap, 0), at(heap, --heap->n), heap->size);
    for (int i = 0, child; (child = 2 * i + 1) < heap->n; i = child) {
        if (child + 1 < heap->n && heap->before(at(heap, child + 1), at(heap, child)))
            child++;
        if (!heap->before(at(heap, child), at(heap, i)))
            break;
        swap(heap, i, child);
    }
    return true;
}

static bool earlier(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->time < y->time || (x->time == y->time && x->order < y->order);
}

static bool longer(const void *a, const void *b)
{
    const struct job *x = a, *y = b;
    return x->dataflow != y->dataflow ? x->dataflow : x->seconds > y->seconds;
}

static void later(struct world *world, double time, enum kind kind, int rank, struct job job)
{
    push(&world->events, &(struct event){time, world->made++, kind, rank, job});
}

/* ---- jobs ---- */

static void take_locally(struct world *world)
{
    struct job job;
    while (world->idle_local > 0 && pop(&world->waiting, &job)) {
        world->idle_local--;
        later(world, world->now + job.seconds, LOCAL_DONE, 0, job);
    }
}

static void hold(struct world *world, int rank, int change)
{
    int before = world->held[rank] / world->threads, after = (world->held[rank] += change) / world->threads;
    if (after > before)
        world->below[after]--;
    else if (after < before)
        world->below[before]++;
}

static void send(struct world *world, int rank)
{
    struct job job;
    pop(&world->waiting, &job);
    hold(world, rank, 1);
    world->latest = rank;
    world->leads_until = fmax(world->leads_until, world->now) + options[SEND].value;
    world->passing += options[SEND].value;
    later(world, world->leads_until + options[LATENCY].value, ARRIVES, rank, job);
}

static void give(struct world *world)
{
    take_locally(world);
    for (int most = 1; most <= DEPTH; most++)
        for (int i = 1; world->waiting.n > 0 && world->below[most] > 0; i++) {
            if (world->waiting.n < (most - 1) * (world->ranks - 1) * world->threads)
                return;
            int rank = (world->latest + i) % world->ranks;
            if (rank > 0 && world->held[rank] < most * world->threads) {
                send(world, rank);
                i = 0;
            }
        }
}

static void work(struct world *world, int rank, struct job job)
{
    world->working[rank]++;
    later(world, world->now + job.seconds, DONE, rank, job);
}

static void arrive(struct world *world, int rank, struct job job)
{
    if (world->working[rank] < world->threads)
        work(world, rank, job);
    else
        world->stocked[rank * world->threads * DEPTH + world->stock[rank]++] = job;
}

static void leave(struct world *world, int rank, struct job job)
{
    world->working[rank]--;
    later(world, world->now + options[LATENCY].value, RETURNS, rank, job);
    if (world->stock[rank] > 0) {
        struct job next = world->stocked[rank * world->threads * DEPTH];
        memmove(&world->stocked[rank * world->threads * DEPTH],
            &world->stocked[rank * world->threads * DEPTH + 1], (size_t)--world->stock[rank] * sizeof next);
        work(world, rank, next);
    }
}

/* ---- searches ---- */

static double draw(struct world *world, const struct batch *batch)
{
    world->random = world->random * 6364136223846793005u + 1442695040888963407u;
    return batch->seconds[(int)((double)(world->random >> 11) * 0x1p-53 * batch->n)];
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
    double before = search->batch[run->batch].before * growth(search, run->batch);
    world->core[core] = fmax(world->core[core], world->now) + before;
    run->left = -1; /* on its way */
    later(world, world->core[core], READY, 0, (struct job){.search = r});
}

static void begin_run(struct world *world)
{
    if (world->next_run == world->n_runs)
        return;
    int r = world->next_run++;
    struct run *run = &world->run[r];
    run->needs_dataflow = run->search->dataflow > 0;
    if (run->needs_dataflow)
        push(&world->waiting, &(struct job){run->search->dataflow, r, true});
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
        double seconds = times == 1 && options[COPIES].value == 1 ? batch->seconds[i] : draw(world, batch);
        push(&world->waiting, &(struct job){seconds * options[EFFORT].value, r, false});
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
        arrive(world, event->rank, event->job);
        return;
    case DONE:
        leave(world, event->rank, event->job);
        return;
    case RETURNS: /* rank 0 takes results in turn */
        world->leads_until = fmax(world->leads_until, world->now) + options[RECEIVE].value;
        world->passing += options[RECEIVE].value;
        later(world, world->leads_until, TAKEN, event->rank, event->job);
        return;
    case TAKEN:
        hold(world, event->rank, -1);
        finish(world, event->job);
    }
    give(world);
}

static void simulate(int ranks, int n_searches, const struct search *searches)
{
    struct world world = {.ranks = ranks, .threads = (int)options[THREADS].value, .random = 1};
    world.events = (struct heap){.size = sizeof(struct event), .before = earlier};
    world.waiting = (struct heap){.size = sizeof(struct job), .before = longer};
    world.n_runs = n_searches * (int)options[COPIES].value;
    world.run = must(calloc((size_t)world.n_runs, sizeof *world.run));
    world.held = must(calloc((size_t)ranks * 3, sizeof *world.held));
    world.working = world.held + ranks;
    world.stock = world.working + ranks;
    world.stocked = must(calloc((size_t)(ranks * world.threads * DEPTH), sizeof *world.stocked));
    world.core = must(calloc((size_t)options[CORES].value, sizeof *world.core));
    world.idle_local = options[LEAD].value > 0 || ranks == 1 ? world.threads : 0;
    for (int most = 1; most <= DEPTH; most++)
        world.below[most] = ranks - 1;
    for (int r = 0; r < world.n_runs; r++)
        world.run[r].search = &searches[r % n_searches];
    for (int r = 0; r < world.n_runs && r < options[ROWS].value; r++)
        begin_run(&world);
    give(&world);
    for (struct event event; pop(&world.events, &event);)
        step(&world, &event);
    if (world.done_runs != world.n_runs)
        abort();
    printf("%6d %8d %12.4f %11.1f%% %11.1f%% %12.2f\n", ranks, world.threads, world.now,
        100 * world.work / (world.now * ranks * world.threads), 100 * world.passing / world.now, world.work);
    fflush(stdout);
    free(world.run);
    free(world.held);
    free(world.stocked);
    free(world.core);
    free(world.events.item);
    free(world.waiting.item);
}

static struct search *read_trace(int *n)
{
    struct search *searches = NULL, *search = NULL;
    int capacity = 0;
    char word[32];
    *n = 0;
    while (scanf("%31s", word) == 1) {
        if (strcmp(word, "search") == 0) {
            if (*n == capacity) {
                capacity = 2 * capacity + 16;
                searches = must(realloc(searches, (size_t)capacity * sizeof *searches));
            }
            search = &searches[(*n)++];
            *search = (struct search){0};
            if (scanf(" %*[^\n]") < 0)
                break;
        } else if (search && strcmp(word, "dataflow") == 0) {
            if (scanf("%lf", &search->dataflow) != 1)
                break;
        } else if (search && strcmp(word, "batch") == 0) {
            if (search->n == search->capacity) {
                search->capacity = 2 * search->capacity + 16;
                search->batch =
                    must(realloc(search->batch, (size_t)search->capacity * sizeof *search->batch));
            }
            struct batch *batch = &search->batch[search->n++];
            *batch = (struct batch){0};
            if (scanf("%lf %d", &batch->before, &batch->n) != 2 || batch->n < 1)
                break;
            batch->seconds = must(calloc((size_t)batch->n, sizeof *batch->seconds));
            for (int i = 0; i < batch->n; i++)
                if (scanf("%lf", &batch->seconds[i]) != 1)
                    return NULL;
        } else {
            break;
        }
    }
    return feof(stdin) ? searches : NULL;
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
    printf("%6s %8s %12s %12s %12s %12s\n", "ranks", "threads", "seconds", "efficiency", "passing on",
        "work (s)");
    for (int i = first; i < argc; i++)
        simulate(atoi(argv[i]), n, searches);
    return 0;
}
