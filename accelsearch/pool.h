/*
 * pool.h: many independent pieces of work on several threads. Which thread takes which piece changes from run
 * to run, so a piece must write to a place of its own and depend on nothing else that is written.
 */
#ifndef AS_POOL_H
#define AS_POOL_H

/* Processors this process may use. */
int as_pool_processors(void);

/* work(context, item) for every item in 0..n-1, on at most n_threads threads, the caller's among them.
 * Threads that the system refuses are done without. */
void as_pool_run(int n_threads, int n, void (*work)(void *context, int item), void *context);

#endif
