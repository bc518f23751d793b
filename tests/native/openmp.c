/*
 * OpenMP for tests under the thread sanitizer: what gcc's code calls for parallel regions, their barriers and
 * dynamic loops, made of POSIX threads. The sanitizer follows those, but not gcc's own library, whose
 * barriers it takes for none. Teams of OMP_NUM_THREADS; no nesting. With NO_BARRIERS it lacks them, so that
 * kernels race.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MAX_THREADS = 16 };

struct team {
    pthread_mutex_t lock;
    pthread_barrier_t barrier;
    int n;
    void (*run)(void *data);
    void *data;
    long next, end, step, chunk; /* of the loop under way */
    int arrived;                 /* threads that have begun it */
};

static struct team team = {.lock = PTHREAD_MUTEX_INITIALIZER, .n = 1};
static __thread int self;

int omp_get_num_threads(void)
{
    return team.n;
}

int omp_get_thread_num(void)
{
    return self;
}

static void *work(void *number)
{
    self = (int)(long)number;
    team.run(team.data);
    return NULL;
}

void GOMP_parallel(void (*run)(void *data), void *data, unsigned n_threads, unsigned flags)
{
    pthread_t thread[MAX_THREADS];
    const char *wanted = getenv("OMP_NUM_THREADS");
    int n = n_threads ? (int)n_threads : wanted ? atoi(wanted) : 2;
    (void)flags;
    team.n = n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : n;
    team.run = run;
    team.data = data;
    team.arrived = 0;
    pthread_barrier_init(&team.barrier, NULL, (unsigned)team.n);
    for (long i = 1; i < team.n; i++)
        if (pthread_create(&thread[i], NULL, work, (void *)i) != 0)
            abort();
    work((void *)0L);
    for (int i = 1; i < team.n; i++)
        pthread_join(thread[i], NULL);
    pthread_barrier_destroy(&team.barrier);
    team.n = 1;
}

void GOMP_barrier(void)
{
#ifndef NO_BARRIERS
    pthread_barrier_wait(&team.barrier);
#endif
}

static bool take(long *from, long *to)
{
    bool any = team.next < team.end;
    *from = team.next;
    *to = team.next + team.chunk * team.step < team.end ? team.next + team.chunk * team.step : team.end;
    team.next = *to;
    return any;
}

bool GOMP_loop_nonmonotonic_dynamic_next(long *from, long *to)
{
    pthread_mutex_lock(&team.lock);
    bool any = take(from, to);
    pthread_mutex_unlock(&team.lock);
    return any;
}

/* The first thread that arrives sets the loop up; loops are separated by the barriers at their ends. */
bool GOMP_loop_nonmonotonic_dynamic_start(long start, long end, long step, long chunk, long *from, long *to)
{
    pthread_mutex_lock(&team.lock);
    if (team.arrived++ == 0) {
        team.next = start;
        team.end = end;
        team.step = step;
        team.chunk = chunk;
    }
    if (team.arrived == team.n)
        team.arrived = 0;
    bool any = take(from, to);
    pthread_mutex_unlock(&team.lock);
    return any;
}

void GOMP_loop_end(void)
{
    GOMP_barrier();
}

void GOMP_loop_end_nowait(void)
{
}
