/*
 * What a machine does in a second. Every rate is the best of several short tries, one thread by its own
 * processor time, so that other programs on the machine count little.
 */
#include "driver/machine.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 5, AT_LEAST = 1 << 18, CHAIN = 1 << 16, TURNS = 1 << 12, WORD = 4, PAGE = 4096 };
static const double seconds_of_a_try = 2e-3;

/* Loads or stores all of the memory, some times; or multiplies and adds in registers `bytes` times. */
typedef void job(void *memory, size_t bytes, size_t times);

/* ---- the same for each width ---- */

#define ALL8(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7)
#define ALL12(f) ALL8(f) f(8) f(9) f(10) f(11)
#define ALL24(f) ALL12(f) f(12) f(13) f(14) f(15) f(16) f(17) f(18) f(19) f(20) f(21) f(22) f(23)
#define ZERO(i) vector s##i = {0};
#define LOAD(i) s##i += at[k + i];
#define GATHER(i) s0 += s##i;
#define STORE(i) at[k + i] = one;
#define START(i) vector s##i = one + i;
#define TURN(i) s##i = s##i * one + one;

#define JOBS(width, all, attribute)                                                                          \
    attribute static void load##width(void *memory, size_t bytes, size_t times)                              \
    {                                                                                                        \
        typedef float vector __attribute__((vector_size(width)));                                            \
        const vector *at = memory;                                                                           \
        ALL8(ZERO)                                                                                           \
        for (; times > 0; times--)                                                                           \
            for (size_t k = 0; k + 8 <= bytes / sizeof(vector); k += 8) {                                    \
                ALL8(LOAD)                                                                                   \
            }                                                                                                \
        ALL8(GATHER)                                                                                         \
        volatile float kept = s0[0];                                                                         \
        (void)kept;                                                                                          \
    }                                                                                                        \
    attribute static void store##width(void *memory, size_t bytes, size_t times)                             \
    {                                                                                                        \
        typedef float vector __attribute__((vector_size(width)));                                            \
        vector *at = memory, one = *at + 1;                                                                  \
        for (; times > 0; times--)                                                                           \
            for (size_t k = 0; k + 8 <= bytes / sizeof(vector); k += 8) {                                    \
                ALL8(STORE)                                                                                  \
            }                                                                                                \
    }                                                                                                        \
    attribute static void multiply##width(void *memory, size_t bytes, size_t times)                          \
    {                                                                                                        \
        typedef float vector __attribute__((vector_size(width)));                                            \
        vector one = *(const vector *)memory;                                                                \
        all(START) for (size_t k = 0; k < bytes * times; k++){all(TURN)} all(GATHER) volatile float kept =   \
            s0[0];                                                                                           \
        (void)kept;                                                                                          \
    }

JOBS(16, ALL12, )
#if defined(__x86_64__)
JOBS(32, ALL12, __attribute__((target("avx2,fma"))))
JOBS(64, ALL24, __attribute__((target("avx512f"))))
#endif

static const struct jobs {
    int bytes, sums; /* of a vector; vectors that multiply() works on */
    job *load, *store, *multiply;
} all_jobs[] = {
    {16, 12, load16, store16, multiply16},
#if defined(__x86_64__)
    {32, 12, load32, store32, multiply32},
    {64, 24, load64, store64, multiply64},
#endif
};

/* Each step waits for the one before: two cycles, whatever the machine. */
static void chain(void *memory, size_t turns, size_t times)
{
    const unsigned long a = ((const unsigned char *)memory)[0] | 1,
                        b = ((const unsigned char *)memory)[1] | 3;
    unsigned long x = a;
    for (size_t i = 0; i < turns * times; i += 8) {
        x = (x ^ a) + b, x = (x ^ a) + b, x = (x ^ a) + b, x = (x ^ a) + b;
        x = (x ^ a) + b, x = (x ^ a) + b, x = (x ^ a) + b, x = (x ^ a) + b;
    }
    volatile unsigned long kept = x;
    (void)kept;
}

/* ---- rates ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Units a second, of this thread. */
static double rate_of(job *run, void *memory, size_t units)
{
    double start = now(), took = 0, done = 0;
    size_t times = (AT_LEAST + units - 1) / units; /* asking for the time takes some, too */
    do {
        run(memory, units, times);
        done += (double)(units * times);
        took = now() - start;
    } while (took < seconds_of_a_try);
    return done / took;
}

static double best_rate(job *run, void *memory, size_t units)
{
    double best = 0;
    rate_of(run, memory, units); /* caches and clock */
    for (int i = 0; i < TRIES; i++)
        best = fmax(best, rate_of(run, memory, units));
    return best;
}

struct worker {
    pthread_t thread;
    job *run;
    char *memory; /* its part */
    size_t bytes;
    double rate;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    worker->run(worker->memory, worker->bytes, 1);
    worker->rate = rate_of(worker->run, worker->memory, worker->bytes);
    return NULL;
}

/* The sum over all cores at once, each with a part of the memory; over those that threads are granted for. */
static double rate_of_all(int cores, job *run, char *memory, size_t bytes)
{
    struct worker *workers = calloc((size_t)cores, sizeof *workers);
    size_t part = bytes / (size_t)cores / PAGE * PAGE;
    double best = 0;
    for (int n = 0; workers && n < TRIES; n++) {
        int made = 0;
        double sum = 0;
        for (int i = 0; i < cores; i++)
            workers[i] = (struct worker){0, run, memory + (size_t)i * part, part, 0};
        while (made < cores && pthread_create(&workers[made].thread, NULL, work, &workers[made]) == 0)
            made++;
        for (int i = 0; i < made; i++) {
            pthread_join(workers[i].thread, NULL);
            sum += workers[i].rate;
        }
        best = fmax(best, made > 0 ? sum : best_rate(run, memory, part));
    }
    free(workers);
    return best;
}

/* Three digits: more would be noise. */
static double rounded(double rate)
{
    char text[32];
    snprintf(text, sizeof text, "%.3g", rate);
    return strtod(text, NULL);
}

static size_t memory_wanted(const struct machine *machine)
{
    double most = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 4;
    double wanted = 2.0 * (double)(machine->cache[2] + machine->cache[1] * machine->cores);
    return (size_t)fmin(fmin(wanted, most), (double)(1 << 30)) / PAGE * PAGE;
}

void machine_measure(struct machine *machine)
{
    const struct jobs *jobs = NULL;
    struct machine_vectors here = machine_vectors_here();
    for (size_t i = 0; i < sizeof all_jobs / sizeof all_jobs[0]; i++)
        if (all_jobs[i].bytes == machine->vectors.bytes && all_jobs[i].bytes <= here.bytes)
            jobs = &all_jobs[i];
    size_t bytes = memory_wanted(machine);
    char *memory = jobs ? aligned_alloc(PAGE, bytes) : NULL;
    if (!memory)
        return;
    size_t cores = (size_t)machine->cores, l1 = (size_t)machine->cache[0], l2 = (size_t)machine->cache[1],
           l3 = (size_t)machine->cache[2];
    for (size_t i = 0; i < bytes / sizeof(float); i += 1) /* its pages, and numbers that are never slow */
        ((float *)(void *)memory)[i] = 1;
    double clock = 2 * best_rate(chain, memory, CHAIN), cycles_of_a_word = clock * WORD;
    double macs = best_rate(jobs->multiply, memory, TURNS) * jobs->sums / clock;
    machine->source = MACHINE_MEASURED;
    machine->clock_mhz = rounded(clock * 1e-6);
    machine->macs_per_cycle = macs > 1.5 ? (int)(macs + 0.5) : 1;
    machine->stores = rounded(best_rate(jobs->store, memory, l1 / 4) / cycles_of_a_word);
    machine->loads[0] = rounded(best_rate(jobs->load, memory, l1 / 4) / cycles_of_a_word);
    machine->loads[1] = rounded(best_rate(jobs->load, memory, l2 / 2) / cycles_of_a_word);
    if (l3 > 0)
        machine->loads[2] = rounded(
            rate_of_all((int)cores, jobs->load, memory, l3 / 4 < bytes ? l3 / 4 : bytes) / cycles_of_a_word);
    machine->loads[MACHINE_CACHES] =
        rounded(rate_of_all((int)cores, jobs->load, memory, bytes) / cycles_of_a_word);
    free(memory);
}
