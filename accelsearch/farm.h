/*
 * farm.h: mapping searches of everyone who needs some. Several searches of accelerators may hand in their
 * batches at once, each from a thread of its own; the farm's threads, and takers that pass jobs on to other
 * machines (cluster/), do the job that is expected to take longest first. What is in the database, and what
 * somebody else has already asked for, is not searched again. Who does a job changes no result.
 */
#ifndef AS_FARM_H
#define AS_FARM_H

#include "accelsearch/database.h"
#include "accelsearch/native.h"

struct as_farm;
struct as_batch;

/* One call of as_native_search. */
struct as_dataflow {
    const struct as_workload *workload;
    const struct as_accel *accel;
    struct as_goal goal;
    int64_t evaluations;
    uint64_t seed;
    struct as_native *native; /* the result */
};

/* One call of as_map_search; or of as_native_search, and then nothing else is asked and only status and
 * seconds are given back. */
struct as_job {
    const struct as_dataflow *dataflow; /* NULL: a mapping */
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_map_options *options;
    struct as_key key; /* the problem's, the accelerator's and the options' joined in this order */
    struct as_map_result *result;
    enum naas_status status;
    double seconds; /* that the search took; 0: it was not made for this job */

    /* the farm's own */
    struct as_batch *batch;
    struct as_job *next, *twin; /* in its bucket of those under way; who waits for the same result */
    struct as_job *behind;      /* of those that are to be kept */
    double expected;            /* seconds, or in proportion */
};

/* Jobs that belong together. */
struct as_batch {
    int n;
    struct as_job **job;             /* handed out in this order */
    struct as_database *database;    /* gets the results; may be NULL */
    void (*done)(struct as_batch *); /* called when no job is left, by whoever did the last, who holds the
                                        farm: it may not call back */
    void *context;

    /* the farm's own */
    int64_t order; /* in which batches came */
    int taken, left;
};

/* threads: 0: jobs are done by takers, and by those who wait for them. Those that the system refuses are done
 * without. NULL: no memory. */
struct as_farm *as_farm_new(int threads);
/* No batch may be left. */
void as_farm_free(struct as_farm *farm);
/* A farm that keeps: when a database fails, no job is done any more (status NAAS_SYSTEM, score INFINITY), so
 * that nothing is searched that cannot be remembered. */
void as_farm_keep(struct as_farm *farm);
/* A farm that relies on takers: who waits for jobs does none, even where the farm has no threads. */
void as_farm_rely(struct as_farm *farm);

/* Does all jobs, most of them at once. Jobs with the same key are one. farm may be NULL: on so many threads
 * made for this. */
void as_farm_run(struct as_farm *farm, int threads, struct as_database *database, int n, struct as_job *job);

/* Hands in a batch and returns. The batch, its jobs and what they show are kept until it is done. */
void as_farm_post(struct as_farm *farm, struct as_batch *batch);

/* A dataflow that is searched for while its customer does something else. farm is no NULL; what the errand
 * shows is kept until it is ended, once, which waits and gives its status. */
struct as_errand {
    struct as_dataflow dataflow;
    struct as_job job, *jobs[1];
    struct as_batch batch;
    bool done;
};
void as_farm_begin(struct as_farm *farm, struct as_errand *errand);
enum naas_status as_farm_end(struct as_farm *farm, struct as_errand *errand);

/* ---- for those who do jobs ---- */

/* The next job, or NULL: nothing is there (wait: the farm ends). Whoever takes a job finishes it. */
struct as_job *as_farm_take(struct as_farm *farm, bool wait);
/* result may be job->result, and is nothing for a dataflow; seconds: what the search took. */
void as_farm_finish(struct as_farm *farm, struct as_job *job, enum naas_status status,
    const struct as_map_result *result, double seconds);
/* The same for somebody who must not wait for the disk: a thread of the farm keeps the result. */
void as_farm_hand_in(struct as_farm *farm, struct as_job *job, enum naas_status status,
    const struct as_map_result *result, double seconds);
/* Jobs that nobody has taken yet. */
int as_farm_waiting(struct as_farm *farm);

/* What the farm's own threads did. */
struct as_farm_use {
    int threads;
    int64_t jobs;
    double busy;    /* seconds, of all threads together */
    double keeping; /* of a processor: to keep what was handed in */
};
struct as_farm_use as_farm_uses(struct as_farm *farm);

/* For measuring: called behind each job, by whoever did it, who holds the farm. */
void as_farm_watch(
    struct as_farm *farm, void (*seen)(void *context, const struct as_job *job), void *context);

/* Seconds of a clock that only goes forward. */
double as_farm_clock(void);
/* Seconds of a processor that this thread has used. */
double as_farm_processor_time(void);

#endif
