#include "accelsearch/pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MAX_THREADS = 256 };

struct pool {
    atomic_int next;
    int n;
    void (*work)(void *context, int item);
    void *context;
};

int as_pool_processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static void *take_items(void *argument)
{
    struct pool *pool = argument;
    for (int item; (item = atomic_fetch_add(&pool->next, 1)) < pool->n;)
        pool->work(pool->context, item);
    return NULL;
}

void as_pool_run(int n_threads, int n, void (*work)(void *context, int item), void *context)
{
    struct pool pool = {.n = n, .work = work, .context = context};
    pthread_t thread[MAX_THREADS];
    int n_started = 0, most = n_threads < n ? n_threads : n;
    while (n_started < most - 1 && n_started < MAX_THREADS &&
           pthread_create(&thread[n_started], NULL, take_items, &pool) == 0)
        n_started++;
    take_items(&pool);
    for (int i = 0; i < n_started; i++)
        pthread_join(thread[i], NULL);
}
